/* faregate.account: the state of one customer, a method per command. */
#include <string.h>

#include "binding.h"

typedef struct lfg_account {
  fg_account *account; ///< NULL: released
  bool walked;         ///< being described: a finalizer that runs meanwhile must not change it
} lfg_account;

static lfg_account *new_account(lua_State *L) {
  lfg_account *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (lfg_account){NULL, false};
  luaL_setmetatable(L, LFG_ACCOUNT);
  return self;
}

/* Anything that allocates may run a finalizer, which may release the account: ask again after it. */
static lfg_account *check_account(lua_State *L) {
  lfg_account *self = luaL_checkudata(L, 1, LFG_ACCOUNT);
  if (self->account == NULL || self->walked) {
    luaL_argerror(L, 1, self->walked ? "the account is in use" : "the account was released");
  }
  return self;
}

static int offset_of(const lfg_account *self) { return fg_book_offset_minutes(fg_account_book(self->account)); }

/* ----------------------------------------------------------------------------------------------------- options */

enum { OPTIONS = 2, WALLET, POLICY, TEXTS, PAIRS, SELF }; /* stack of faregate.account */

static void check_option_names(lua_State *L) {
  luaL_checktype(L, OPTIONS, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, OPTIONS) != 0; lua_pop(L, 1)) {
    const char *name = lfg_check_key(L, OPTIONS, -2).text;
    if (strcmp(name, "wallet") != 0 && strcmp(name, "policy") != 0) {
      luaL_argerror(L, OPTIONS, lua_pushfstring(L, "%s: there is no such option", name));
    }
    if (!lua_istable(L, -1)) {
      lfg_expected(L, OPTIONS, -1, name, "a table");
    }
  }
}

static void read_wallet(lua_State *L, fg_funds *wallet) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    wallet->of[fund] = fg_money_zero();
  }
  for (lua_pushnil(L); lua_next(L, WALLET) != 0; lua_pop(L, 2)) {
    fg_fund fund = FG_CASH;
    fg_string name = lfg_check_key(L, OPTIONS, -2);
    const char *path = lua_pushfstring(L, "wallet.%s", name.text);
    if (!fg_fund_of(name, &fund)) {
      luaL_argerror(L, OPTIONS, lua_pushfstring(L, "%s: there is no such fund", path));
    }
    wallet->of[fund] = lfg_check_money(L, OPTIONS, -2, path).amount;
  }
}

/* Values are words or numbers; the text of a number is kept in a table of its own. */
static fg_string check_switch_value(lua_State *L) {
  if (!lua_isinteger(L, -1)) {
    return lfg_check_text(L, OPTIONS, -1, "policy");
  }
  fg_string text = {NULL, 0};
  lua_pushvalue(L, -1);
  text.text = lua_tolstring(L, -1, &text.length);
  lua_rawseti(L, TEXTS, (lua_Integer)lua_rawlen(L, TEXTS) + 1);
  return text;
}

/* Fills PAIRS with keys and values by turns. */
static void read_policy(lua_State *L, fg_account_options *options) {
  for (lua_pushnil(L); lua_next(L, POLICY) != 0; lua_pop(L, 1)) {
    options->policy_count++;
  }
  lua_newtable(L);
  fg_string *pairs = lua_newuserdatauv(L, 2 * options->policy_count * sizeof *pairs, 0);
  options->policy = pairs;
  for (lua_pushnil(L); lua_next(L, POLICY) != 0; lua_pop(L, 1)) {
    *pairs = lfg_check_key(L, OPTIONS, -2);
    pairs[1] = check_switch_value(L);
    pairs += 2;
  }
}

int lfg_account_new(lua_State *L) {
  fg_funds wallet;
  fg_account_options options = {0};
  fg_error error;
  lfg_check_book(L, 1);
  lua_settop(L, OPTIONS);
  if (lua_isnil(L, OPTIONS)) {
    lua_newtable(L);
    lua_replace(L, OPTIONS);
  }
  check_option_names(L);
  if (lua_getfield(L, OPTIONS, "wallet") == LUA_TTABLE) {
    read_wallet(L, &wallet);
    options.wallet = &wallet;
  }
  if (lua_getfield(L, OPTIONS, "policy") == LUA_TTABLE) {
    read_policy(L, &options);
  }
  lua_settop(L, PAIRS);
  lfg_account *self = new_account(L);
  if (fg_account_new(lfg_check_book(L, 1), &options, &self->account, &error) != FG_OK) {
    return lfg_refused(L, OPTIONS, &error);
  }
  return 1;
}

/* ---------------------------------------------------------------------------------------------------- commands */

/* A question is about the account as it stands: it does not move it on to the clock's now. */
static fg_time default_time(const lfg_account *self, fg_command_kind kind) {
  fg_time now = fg_account_now(self->account);
  bool is_question = kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT;
  return is_question && now != FG_NO_TIME ? now : lfg_clock_now();
}

/* A question answers with what was asked for. */
static int answer(lua_State *L, fg_command_kind kind) {
  if (kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT) {
    lua_getfield(L, -1, kind == FG_DO_PREVIEW ? "invoice" : "statement");
  }
  return 1;
}

/* Any command with its fields in the table at 2: its outcome as a table, or the refusal. */
static int apply(lua_State *L, fg_command_kind kind) {
  fg_command command;
  fg_outcome outcome;
  fg_error error;
  lfg_walk walk;
  lfg_account *self = check_account(L);
  lfg_check_command(L, 2, kind, offset_of(self), default_time(self, kind), &command);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(self->account));
  if (fg_account_apply(check_account(L)->account, &command, &outcome, &error) != FG_OK) {
    return lfg_refused(L, 2, &error);
  }
  self->walked = true;
  fg_status status = fg_outcome_describe(self->account, &outcome, visitor);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return answer(L, kind);
}

static int account_command(lua_State *L) { return apply(L, (fg_command_kind)lua_tointeger(L, lua_upvalueindex(1))); }

/* The command that the field "do" names, as the commands of a timeline have it. */
static int account_apply(lua_State *L) {
  fg_command_kind kind = FG_DO_ADVANCE;
  check_account(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_getfield(L, 2, "do");
  fg_string name = lfg_check_text(L, 2, -1, "do");
  if (!fg_command_kind_of(name, &kind)) {
    return luaL_argerror(L, 2, lua_pushfstring(L, "do: there is no command %s", name.text));
  }
  return apply(L, kind);
}

/* What `use` need not make anew each time; kept in its upvalue. */
typedef struct hot_use {
  fg_command command;    ///< begun
  const void *metatable; ///< of accounts
} hot_use;

/* Integers are taken here, everything else by the functions that check and explain. A product that is not known is
   refused, so it may be any bytes. */
static void check_use(lua_State *L, const lfg_account *self, fg_command *command) {
  command->product.text = lua_tolstring(L, 2, &command->product.length);
  command->quantity = lua_isinteger(L, 3) ? lua_tointeger(L, 3) : lfg_check_quantity(L, 3, 3, "quantity");
  command->at = lua_isinteger(L, 4) ? lua_tointeger(L, 4) : lfg_check_time(L, 4, 4, "at", offset_of(self));
  command->id = lua_isnoneornil(L, 5) ? (fg_string){NULL, 0} : lfg_check_text(L, 5, 5, "id");
}

/* check_account without a look into the registry. */
static const lfg_account *check_account_of(lua_State *L, const void *metatable) {
  const lfg_account *self = lua_touserdata(L, 1);
  if (self == NULL || !lua_getmetatable(L, 1)) {
    return check_account(L);
  }
  bool usable = lua_topointer(L, -1) == metatable && self->account != NULL && !self->walked;
  lua_pop(L, 1);
  return usable ? self : check_account(L);
}

/* The command that is given most often: acct:use(product, quantity, at, id) makes no table. */
static int account_use(lua_State *L) {
  fg_outcome outcome;
  fg_error error;
  if (lua_type(L, 2) != LUA_TSTRING) {
    return apply(L, FG_DO_USE);
  }
  hot_use *hot = lua_touserdata(L, lua_upvalueindex(1));
  const lfg_account *self = check_account_of(L, hot->metatable);
  check_use(L, self, &hot->command);
  if (fg_account_apply(self->account, &hot->command, &outcome, &error) != FG_OK) {
    return lfg_refused(L, 2, &error);
  }
  const fg_used *used = &outcome.is.used;
  int64_t from_packs = 0;
  for (size_t i = 0; i < used->pack_count; i++) {
    from_packs += used->packs[i].units;
  }
  lua_pushinteger(L, used->free);
  lua_pushinteger(L, from_packs);
  lua_pushinteger(L, used->postpaid);
  lua_pushinteger(L, used->unbilled);
  return 4;
}

/* ----------------------------------------------------------------------------------------------------- queries */

static int walk_account(lua_State *L, fg_status (*describe)(const fg_account *account, const fg_visitor *visitor)) {
  lfg_walk walk;
  lfg_account *self = check_account(L);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(self->account));
  self->walked = true;
  fg_status status = describe(self->account, visitor);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return 1;
}

static int account_invoices(lua_State *L) { return walk_account(L, fg_account_invoices); }

/* Without fields no command is run: the account as it stands, also one that has not seen any instant yet. */
static int account_statement(lua_State *L) {
  return lua_isnoneornil(L, 2) ? walk_account(L, fg_account_describe) : apply(L, FG_DO_STATEMENT);
}

static int account_fork(lua_State *L) {
  lfg_account *copy = new_account(L);
  if (fg_account_fork(check_account(L)->account, &copy->account) != FG_OK) {
    return luaL_error(L, "not enough memory");
  }
  return 1;
}

static int account_now(lua_State *L) {
  const lfg_account *self = check_account(L);
  fg_time now = fg_account_now(self->account);
  if (now == FG_NO_TIME) {
    lua_pushnil(L);
  } else {
    lfg_push_time(L, now, offset_of(self));
  }
  return 1;
}

static int account_book(lua_State *L) {
  lfg_book *book = lfg_new_book(L);
  book->book = fg_book_retain(fg_account_book(check_account(L)->account));
  return 1;
}

static int account_bytes(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)fg_account_bytes(check_account(L)->account));
  return 1;
}

/* Again is allowed: the collector's turn comes after a release by hand. */
static int account_release(lua_State *L) {
  lfg_account *self = luaL_checkudata(L, 1, LFG_ACCOUNT);
  luaL_argcheck(L, !self->walked, 1, "the account is in use");
  fg_account_free(self->account);
  self->account = NULL;
  return 0;
}

static int account_to_string(lua_State *L) {
  const lfg_account *self = luaL_checkudata(L, 1, LFG_ACCOUNT);
  const char *book = self->account == NULL ? "released" : fg_book_id(fg_account_book(self->account));
  lua_pushfstring(L, "faregate.account (%s)", book);
  return 1;
}

/* The metatable is on top of the stack. */
static void push_use(lua_State *L) {
  const void *metatable = lua_topointer(L, -1);
  hot_use *hot = lua_newuserdatauv(L, sizeof *hot, 0);
  hot->metatable = metatable;
  fg_command_begin(&hot->command, FG_DO_USE, 0);
  lua_pushcclosure(L, account_use, 1);
}

/* `close` closes a product, so what gives up the account itself is `release`. */
void lfg_open_account(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", account_release}, {"__tostring", account_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"apply", account_apply},       {"statement", account_statement},
                                     {"invoices", account_invoices}, {"fork", account_fork},
                                     {"now", account_now},           {"book", account_book},
                                     {"bytes", account_bytes},       {"release", account_release},
                                     {NULL, NULL}};
  lfg_new_type(L, LFG_ACCOUNT, metamethods);
  push_use(L);
  lua_newtable(L);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    lua_pushinteger(L, kind);
    lua_pushcclosure(L, account_command, 1);
    lua_setfield(L, -2, fg_command_name((fg_command_kind)kind));
  }
  luaL_setfuncs(L, methods, 0);
  lua_insert(L, -2);
  lua_setfield(L, -2, "use");
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
