/* Reads the options that an account is opened with: a table of wallet, policy, attributes, how far to trust the clock,
   and for how long ids are known. */
#include "binding.h"

enum { OPTIONS = 2, WALLET, POLICY, TEXTS, PAIRS, ATTRIBUTES }; /* positions on the stack */

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

/* Returns the text of a word or a number. It is kept in a table of its own, because a finalizer may change the table
   that it comes from. */
static fg_string keep_text(lua_State *L, int index) {
  fg_string text = {NULL, 0};
  lua_pushvalue(L, index);
  text.text = lua_tolstring(L, -1, &text.length);
  lua_rawseti(L, TEXTS, (lua_Integer)lua_rawlen(L, TEXTS) + 1);
  return text;
}

/* Reads the policy into PAIRS, a key and its value in turn. */
static void read_policy(lua_State *L, fg_account_options *options) {
  for (lua_pushnil(L); lua_next(L, POLICY) != 0; lua_pop(L, 1)) {
    options->policy_count++;
  }
  lua_newtable(L);
  fg_string *pairs = lfg_new_userdata(L, 2 * options->policy_count * sizeof *pairs, 0);
  options->policy = pairs;
  const fg_string *end = pairs + 2 * options->policy_count;
  for (lua_pushnil(L); lua_next(L, POLICY) != 0; lua_pop(L, 1)) {
    luaL_argcheck(L, pairs < end, OPTIONS, "policy: it was changed while it was read");
    lfg_check_key(L, OPTIONS, -2);
    if (!lfg_is_integer(L, -1)) {
      lfg_check_text(L, OPTIONS, -1, "policy");
    }
    *pairs++ = keep_text(L, -2);
    *pairs++ = keep_text(L, -1);
  }
  luaL_argcheck(L, pairs == end, OPTIONS, "policy: it was changed while it was read");
}

/* Pushes the option `name`, which must be a table; false if it is not given. */
static bool push_table(lua_State *L, const char *name) {
  int type = lua_getfield(L, OPTIONS, name);
  if (type != LUA_TNIL && type != LUA_TTABLE) {
    lfg_expected(L, OPTIONS, -1, name, "a table");
  }
  return type == LUA_TTABLE;
}

/* Replaces the table on top by a copy, which no other code can change. */
static void copy_table(lua_State *L) {
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, -3) != 0;) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
  lua_replace(L, -2);
}

static void read_max_jump(lua_State *L, fg_clock_options *clock) {
  fg_error error;
  if (lua_getfield(L, OPTIONS, "max_jump") != LUA_TNIL &&
      fg_jump_of_days(lfg_check_quantity(L, OPTIONS, -1, "max_jump"), &clock->max_jump, &error) != FG_OK) {
    lfg_refused(L, OPTIONS, &error);
  }
  lua_pop(L, 1);
}

static bool read_keep_ids_days(lua_State *L, fg_account_options *options) {
  bool is_given = lua_getfield(L, OPTIONS, "keep_ids_days") != LUA_TNIL;
  if (is_given) {
    options->keep_ids_days = lfg_check_quantity(L, OPTIONS, -1, "keep_ids_days");
  }
  lua_pop(L, 1);
  return is_given;
}

void lfg_read_options(lua_State *L, const lfg_field *fields, lfg_options *options) {
  if (lua_isnil(L, OPTIONS)) {
    lua_newtable(L);
    lua_replace(L, OPTIONS);
  }
  lfg_read_fields(L, OPTIONS, fields, "there is no such option", 0);
  read_max_jump(L, &options->clock);
  bool keeps_ids = read_keep_ids_days(L, &options->account);
  if (push_table(L, "wallet")) {
    read_wallet(L, &options->wallet);
    options->account.wallet = &options->wallet;
  }
  if (push_table(L, "policy")) {
    read_policy(L, &options->account);
  }
  lua_settop(L, PAIRS);
  if (push_table(L, "attributes")) {
    copy_table(L);
    options->account.attributes = lfg_check_attributes(L, OPTIONS, ATTRIBUTES, "attributes", options->room);
  }
  options->is_given = !lua_isnil(L, WALLET) || !lua_isnil(L, POLICY) || !lua_isnil(L, ATTRIBUTES) || keeps_ids;
}
