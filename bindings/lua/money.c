/* faregate.money: an exact amount that can be printed, compared and added, and never becomes a float. */
#include <stdio.h>
#include <string.h>

#include "binding.h"
#include "faregate_bulk.h"

void lfg_push_money(lua_State *L, fg_money amount, int minor_digits) {
  lfg_money *money = lfg_new_userdata(L, sizeof *money, 0);
  money->amount = amount;
  money->minor_digits = minor_digits;
  luaL_setmetatable(L, LFG_MONEY);
}

/* Reads an amount from text; it is shown with as many decimals as were written. */
static lfg_money money_of_text(lua_State *L, int arg, const char *name, fg_string text) {
  lfg_money money = {fg_money_zero(), 0};
  fg_status status = fg_money_parse(text.text, text.length, &money.amount);
  const char *point = memchr(text.text, '.', text.length);
  if (status != FG_OK) {
    const char *wrong = status == FG_OVERFLOW ? "expected an amount below 10^26"
                                              : "expected a decimal such as \"12.50\", at most 12 decimals";
    luaL_argerror(L, arg, lua_pushfstring(L, "%s: %s", name, wrong));
  }
  if (point != NULL) {
    money.minor_digits = (int)(text.text + text.length - point - 1);
  }
  return money;
}

lfg_money lfg_check_money(lua_State *L, int arg, int index, const char *name) {
  const lfg_money *money = luaL_testudata(L, index, LFG_MONEY);
  if (money != NULL) {
    return *money;
  }
  if (lfg_is_integer(L, index)) {
    char digits[LFG_DIGITS];
    int length = snprintf(digits, sizeof digits, "%" PRId64, lfg_to_integer(L, index));
    fg_string text = {digits, (size_t)length};
    return money_of_text(L, arg, name, text);
  }
  if (lua_type(L, index) != LUA_TSTRING) {
    lfg_expected(L, arg, index, name, "money, a decimal string or an integer");
  }
  return money_of_text(L, arg, name, lfg_check_string(L, arg, index, name));
}

int lfg_money_new(lua_State *L) {
  lfg_money money = lfg_check_money(L, 1, 1, "money");
  lfg_push_money(L, money.amount, money.minor_digits);
  return 1;
}

static lfg_money operand(lua_State *L, int arg) { return lfg_check_money(L, arg, arg, "money"); }

static int answer(lua_State *L, fg_status status, fg_money amount, int minor_digits) {
  if (status != FG_OK) {
    return luaL_error(L, "%s: an amount from 10^26 on", fg_status_name(status));
  }
  lfg_push_money(L, amount, minor_digits);
  return 1;
}

static int shown(lfg_money a, lfg_money b) { return a.minor_digits > b.minor_digits ? a.minor_digits : b.minor_digits; }

static int combine(lua_State *L, fg_status (*of)(fg_money a, fg_money b, fg_money *result)) {
  lfg_money a = operand(L, 1);
  lfg_money b = operand(L, 2);
  fg_money result = fg_money_zero();
  fg_status status = of(a.amount, b.amount, &result);
  return answer(L, status, result, shown(a, b));
}

static int money_add(lua_State *L) { return combine(L, fg_money_add); }

static int money_subtract(lua_State *L) { return combine(L, fg_money_subtract); }

static int money_negate(lua_State *L) {
  lfg_money a = operand(L, 1);
  fg_money negative = fg_money_zero();
  fg_status status = fg_money_subtract(negative, a.amount, &negative);
  return answer(L, status, negative, a.minor_digits);
}

static int money_multiply(lua_State *L) {
  int money_at = luaL_testudata(L, 1, LFG_MONEY) != NULL ? 1 : 2;
  int factor_at = 3 - money_at;
  lfg_money a = operand(L, money_at);
  fg_money product = fg_money_zero();
  if (!lfg_is_integer(L, factor_at)) {
    return lfg_expected(L, factor_at, factor_at, "factor", "an integer");
  }
  fg_status status = fg_money_multiply(a.amount, lfg_to_integer(L, factor_at), &product);
  return answer(L, status, product, a.minor_digits);
}

static int compare(lua_State *L) { return fg_money_compare(operand(L, 1).amount, operand(L, 2).amount); }

/* Lua calls this for any two userdata; one of another type is unequal, which is no error. */
static int money_equal(lua_State *L) {
  bool both = luaL_testudata(L, 1, LFG_MONEY) != NULL && luaL_testudata(L, 2, LFG_MONEY) != NULL;
  lua_pushboolean(L, both && compare(L) == 0);
  return 1;
}

static int money_less(lua_State *L) {
  lua_pushboolean(L, compare(L) < 0);
  return 1;
}

static int money_less_or_equal(lua_State *L) {
  lua_pushboolean(L, compare(L) <= 0);
  return 1;
}

static int money_to_string(lua_State *L) {
  char text[FG_MONEY_TEXT_MAX];
  const lfg_money *money = luaL_checkudata(L, 1, LFG_MONEY);
  size_t length = fg_money_format(money->amount, money->minor_digits, text);
  lua_pushlstring(L, text, length);
  return 1;
}

static int money_concat(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  luaL_tolstring(L, 2, NULL);
  lua_concat(L, 2);
  return 1;
}

void lfg_open_money(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__add", money_add},          {"__sub", money_subtract},
                                         {"__unm", money_negate},       {"__mul", money_multiply},
                                         {"__eq", money_equal},         {"__lt", money_less},
                                         {"__le", money_less_or_equal}, {"__tostring", money_to_string},
                                         {"__concat", money_concat},    {NULL, NULL}};
  lfg_new_type(L, LFG_MONEY, metamethods);
  lua_pop(L, 1);
}

/* Reads a number of units from the table on top, 0 if it is left out. */
static int64_t units_of_group(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  int64_t units = lua_isnil(L, -1) ? 0 : lfg_check_quantity(L, 4, -1, name);
  lua_pop(L, 1);
  return units;
}

static void read_groups(lua_State *L, size_t count, fg_group_use *groups) {
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 4, (lua_Integer)i + 1);
    luaL_argcheck(L, lua_istable(L, -1), 4, "groups: expected a list of tables");
    groups[i].quantity = units_of_group(L, "quantity");
    groups[i].postpaid = units_of_group(L, "postpaid");
    lua_pop(L, 1);
  }
}

int lfg_bill_shares(lua_State *L) {
  lfg_money amount = lfg_check_money(L, 1, 1, "amount");
  int64_t decimals = lfg_check_quantity(L, 2, 2, "decimals");
  int64_t postpaid = lfg_check_quantity(L, 3, 3, "postpaid");
  int64_t nobody = 0;
  luaL_argcheck(L, decimals >= 0 && decimals <= FG_MONEY_DECIMALS, 2, "decimals: expected 0 to 12");
  size_t count = lfg_check_list(L, 4, 4, "groups");
  lua_settop(L, 4);
  fg_group_use *groups = lfg_new_userdata(L, (count + 1) * sizeof *groups, 0);
  fg_money *shares = lfg_new_userdata(L, (count + 1) * sizeof *shares, 0);
  read_groups(L, count, groups);
  fg_status status = fg_bill_share(amount.amount, (int)decimals, postpaid, groups, count, shares, &nobody);
  luaL_argcheck(L, status != FG_INVALID, 1, "amount: it has more decimals");
  luaL_argcheck(L, status == FG_OK, 4, "groups: units beyond 2^63-1");
  lua_createtable(L, (int)count + 1, 0);
  for (size_t i = 0; i <= count; i++) {
    lfg_push_money(L, shares[i], (int)decimals);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lfg_push_integer(L, nobody);
  return 2;
}
