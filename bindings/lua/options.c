/* The options that an account is opened with: a table of wallet, policy and what to think of the clock. */
#include <string.h>

#include "binding.h"

enum { OPTIONS = 2, WALLET, POLICY, TEXTS, PAIRS }; /* places on the stack */

static bool is_among(const char *name, const char *const *names) {
  while (*names != NULL && strcmp(*names, name) != 0) {
    names++;
  }
  return *names != NULL;
}

static void check_option_names(lua_State *L, const char *const *names) {
  luaL_checktype(L, OPTIONS, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, OPTIONS) != 0; lua_pop(L, 1)) {
    const char *name = lfg_check_key(L, OPTIONS, -2).text;
    if (!is_among(name, names)) {
      luaL_argerror(L, OPTIONS, lua_pushfstring(L, "%s: there is no such option", name));
    }
    bool is_ours = strcmp(name, "wallet") == 0 || strcmp(name, "policy") == 0;
    if (is_ours && !lua_istable(L, -1)) {
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

/* The text of a word or a number, kept in a table of its own: a finalizer may change the one it comes from. */
static fg_string keep_text(lua_State *L, int index) {
  fg_string text = {NULL, 0};
  lua_pushvalue(L, index);
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
    lfg_check_key(L, OPTIONS, -2);
    if (!lua_isinteger(L, -1)) {
      lfg_check_text(L, OPTIONS, -1, "policy");
    }
    *pairs++ = keep_text(L, -2);
    *pairs++ = keep_text(L, -1);
  }
}

/* The days on top of the stack, in microseconds. */
static int64_t read_days(lua_State *L) {
  const int64_t day_us = INT64_C(86400000000);
  const int64_t most = 3652425; /* ten thousand years */
  int64_t days = lfg_check_quantity(L, OPTIONS, -1, "max_jump");
  luaL_argcheck(L, days >= 1 && days <= most, OPTIONS, "max_jump: expected 1 to 3652425 days");
  return days * day_us;
}

void lfg_read_options(lua_State *L, const char *const *names, lfg_options *options) {
  *options = (lfg_options){.is_given = false};
  if (lua_isnil(L, OPTIONS)) {
    lua_newtable(L);
    lua_replace(L, OPTIONS);
  }
  check_option_names(L, names);
  if (lua_getfield(L, OPTIONS, "wallet") == LUA_TTABLE) {
    read_wallet(L, &options->wallet);
    options->account.wallet = &options->wallet;
  }
  if (lua_getfield(L, OPTIONS, "policy") == LUA_TTABLE) {
    read_policy(L, &options->account);
  }
  options->is_given = !lua_isnil(L, WALLET) || !lua_isnil(L, POLICY);
  if (lua_getfield(L, OPTIONS, "max_jump") != LUA_TNIL) {
    options->clock.max_jump = read_days(L);
  }
  lua_settop(L, PAIRS);
}
