/* faregate.account: the state of one customer, a method per command. */
#define _DEFAULT_SOURCE

#include <unistd.h>

#include "binding.h"

lfg_account *lfg_new_account(lua_State *L) {
  lfg_account *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (lfg_account){.account = NULL};
  luaL_setmetatable(L, LFG_ACCOUNT);
  return self;
}

void lfg_name_calls(lua_State *L, lfg_account *self) {
  if (getentropy(&self->name_bits, sizeof self->name_bits) != 0) {
    luaL_error(L, "no random bytes for the ids of calls");
  }
  self->name_bits = fg_account_name_calls(self->account, self->name_bits);
}

lfg_account *lfg_check_account(lua_State *L, int arg) {
  lfg_account *self = luaL_checkudata(L, arg, LFG_ACCOUNT);
  if (self->account == NULL || self->walked) {
    luaL_argerror(L, arg, self->walked ? "the account is in use" : "the account was released");
  }
  return self;
}

int lfg_account_offset(const lfg_account *self) { return fg_book_offset_minutes(fg_account_book(self->account)); }

fg_time lfg_account_clock(lfg_account *self) {
  if (self->ledger != NULL) {
    return FG_NO_TIME; /* it reads the clock itself, once it has seen what other handles did */
  }
  return fg_clock_read(&self->clock, lfg_wall_clock(), lfg_steady_clock(), fg_account_now(self->account));
}

int lfg_account_new(lua_State *L) {
  static const char *const names[] = {"wallet", "policy", NULL};
  lfg_options options;
  fg_error error;
  lfg_check_book(L, 1);
  lua_settop(L, 2);
  lfg_read_options(L, names, &options);
  lfg_account *self = lfg_new_account(L);
  if (fg_account_new(lfg_check_book(L, 1), &options.account, &self->account, &error) != FG_OK) {
    return lfg_refused(L, 2, &error);
  }
  lfg_name_calls(L, self);
  return 1;
}

/* ---------------------------------------------------------------------------------------------------- commands */

fg_status lfg_apply(lfg_account *self, const fg_command *command, fg_outcome *outcome, fg_error *error) {
  return self->ledger == NULL ? fg_account_apply(self->account, command, outcome, error)
                              : fg_ledger_apply(self->ledger, command, outcome, error);
}

fg_status lfg_refresh(lfg_account *self, fg_error *error) {
  return self->ledger == NULL ? FG_OK : fg_ledger_refresh(self->ledger, error);
}

/* A question is about the account as it stands: it does not move it on to the clock's now. */
static fg_time default_time(lfg_account *self, fg_command_kind kind) {
  fg_time now = fg_account_now(self->account);
  bool is_question = kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT;
  return is_question && now != FG_NO_TIME ? now : lfg_account_clock(self);
}

/* A question answers with what was asked for. */
static int answer(lua_State *L, fg_command_kind kind) {
  if (kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT) {
    lua_getfield(L, -1, kind == FG_DO_PREVIEW ? "invoice" : "statement");
  }
  return 1;
}

int lfg_account_apply(lua_State *L, fg_command_kind kind) {
  fg_command command;
  fg_outcome outcome;
  fg_error error;
  lfg_walk walk;
  lfg_account *self = lfg_check_account(L, 1);
  lfg_read_command(L, 2, kind, lfg_account_offset(self), default_time(self, kind), &command);
  lfg_finish_command(L, 2, &command);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(self->account));
  if (lfg_apply(lfg_check_account(L, 1), &command, &outcome, &error) != FG_OK) {
    return kind == FG_DO_CALL ? lfg_held_back(L, 2, &error) : lfg_refused(L, 2, &error);
  }
  self->walked = true;
  fg_status status = fg_outcome_describe(self->account, &outcome, visitor);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return answer(L, kind);
}

static int account_command(lua_State *L) {
  return lfg_account_apply(L, (fg_command_kind)lua_tointeger(L, lua_upvalueindex(1)));
}

/* The command that the field "do" names, as the commands of a timeline have it. */
static int account_apply(lua_State *L) {
  fg_command_kind kind = FG_DO_ADVANCE;
  lfg_check_account(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_getfield(L, 2, "do");
  fg_string name = lfg_check_text(L, 2, -1, "do");
  if (!fg_command_kind_of(name, &kind)) {
    return luaL_argerror(L, 2, lua_pushfstring(L, "do: there is no command %s", name.text));
  }
  return lfg_account_apply(L, kind);
}

/* ----------------------------------------------------------------------------------------------------- queries */

static int walk_account(lua_State *L, fg_status (*describe)(const fg_account *account, const fg_visitor *visitor)) {
  lfg_walk walk;
  fg_error error;
  lfg_account *self = lfg_check_account(L, 1);
  if (lfg_refresh(self, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(self->account));
  self->walked = true;
  fg_status status = describe(self->account, visitor);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return 1;
}

static int account_invoices(lua_State *L) { return walk_account(L, fg_account_invoices); }

static int account_calls(lua_State *L) { return walk_account(L, fg_account_calls); }

/* Without fields no command is run: the account as it stands, also one that has not seen any instant yet. */
static int account_statement(lua_State *L) {
  return lua_isnoneornil(L, 2) ? walk_account(L, fg_account_describe) : lfg_account_apply(L, FG_DO_STATEMENT);
}

static int account_marginal(lua_State *L) {
  const lfg_account *self = lfg_check_account(L, 1);
  fg_string product = lfg_check_text(L, 2, 2, "product");
  int64_t quantity = lfg_check_quantity(L, 3, 3, "quantity");
  fg_money amount = fg_money_zero();
  fg_error error;
  if (fg_account_marginal(self->account, product, quantity, &amount, &error) != FG_OK) {
    return lfg_refused(L, 3, &error);
  }
  lfg_push_money(L, amount, fg_book_minor_digits(fg_account_book(self->account)));
  return 1;
}

static int account_fork(lua_State *L) {
  lfg_account *copy = lfg_new_account(L);
  const lfg_account *self = lfg_check_account(L, 1);
  if (fg_account_fork(self->account, &copy->account) != FG_OK) {
    return luaL_error(L, "not enough memory");
  }
  copy->name_bits = self->name_bits;
  return 1;
}

static int account_now(lua_State *L) {
  const lfg_account *self = lfg_check_account(L, 1);
  fg_time now = fg_account_now(self->account);
  if (now == FG_NO_TIME) {
    lua_pushnil(L);
  } else {
    lfg_push_time(L, now, lfg_account_offset(self));
  }
  return 1;
}

static int account_book(lua_State *L) {
  lfg_book *book = lfg_new_book(L);
  book->book = fg_book_retain(fg_account_book(lfg_check_account(L, 1)->account));
  return 1;
}

static int account_bytes(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)fg_account_bytes(lfg_check_account(L, 1)->account));
  return 1;
}

/* Again is allowed: the collector's turn comes after a release by hand. */
static int account_release(lua_State *L) {
  lfg_account *self = luaL_checkudata(L, 1, LFG_ACCOUNT);
  luaL_argcheck(L, !self->walked, 1, "the account is in use");
  if (self->ledger != NULL) {
    return lfg_release_ledger(L, self);
  }
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

static void add_method(lua_State *L, const char *name, fg_command_kind kind, lua_CFunction method) {
  lua_pushvalue(L, -2);
  lfg_push_positional(L, kind, method);
  lua_setfield(L, -3, name);
  lua_pop(L, 1);
}

/* `close` closes a product, so what gives up the account itself is `release`. */
void lfg_open_account(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", account_release}, {"__tostring", account_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"apply", account_apply},       {"statement", account_statement},
                                     {"invoices", account_invoices}, {"calls", account_calls},
                                     {"marginal", account_marginal}, {"fork", account_fork},
                                     {"now", account_now},           {"book", account_book},
                                     {"bytes", account_bytes},       {"release", account_release},
                                     {"ledger", lfg_account_ledger}, {"uncertain", lfg_account_uncertain},
                                     {"flush", lfg_account_flush},   {"upcoming", lfg_account_upcoming},
                                     {"notices", lfg_account_notices}, {NULL, NULL}};
  lfg_new_type(L, LFG_ACCOUNT, metamethods);
  lua_newtable(L);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    lua_pushinteger(L, kind);
    lua_pushcclosure(L, account_command, 1);
    lua_setfield(L, -2, fg_command_name((fg_command_kind)kind));
  }
  luaL_setfuncs(L, methods, 0);
  add_method(L, "use", FG_DO_USE, lfg_account_use);
  add_method(L, "call", FG_DO_CALL, lfg_account_call);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
