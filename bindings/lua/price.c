/* book:price and book:price_many: one quantity, or a list of them. */
#include "binding.h"
#include "faregate_bulk.h"
#include "query_fields.h"

static void require_field(lua_State *L, const char *name) {
  if (lua_getfield(L, 2, name) == LUA_TNIL) {
    luaL_argerror(L, 2, lua_pushfstring(L, "%s: is missing", name));
  }
  lua_pop(L, 1);
}

/* Reads the table at position 2, with its attributes in `room`. For a list of quantities, the fields of a single price
   are left out. */
static void read_table(lua_State *L, bool many, fg_attribute room[FG_ATTRIBUTES_MAX], fg_price_query *query) {
  const lfg_field one[] = {LFG_PRICE_FIELDS(query){.name = NULL}};
  const lfg_field each[] = {LFG_MANY_PRICES_FIELDS(query){.name = "quantities"}, {.name = NULL}};
  const fg_zone *zone = fg_book_zone(lfg_check_book(L, 1));
  luaL_checktype(L, 2, LUA_TTABLE);
  require_field(L, "product");
  require_field(L, "meter");
  require_field(L, many ? "quantities" : "quantity");
  lfg_read_fields(L, 2, many ? each : one, many ? "many prices have no such field" : "a price has no such field", zone);
}

static int book_price(lua_State *L) {
  static const char *const names[] = {"product", "meter", "quantity", NULL};
  fg_price_query query = {.tier_quantity = -1, .at = fg_clock_now()};
  fg_attribute room[FG_ATTRIBUTES_MAX];
  lfg_walk walk;
  fg_error error;
  bool positional = lua_type(L, 2) == LUA_TSTRING;
  error.path[0] = '\0'; /* it is asked which argument it is about, also where there is no error */
  if (positional) {
    query.product = lfg_check_text(L, 2, 2, "product");
    query.meter = lfg_check_text(L, 3, 3, "meter");
    query.quantity = lfg_check_quantity(L, 4, 4, "quantity");
  } else {
    read_table(L, false, room, &query);
  }
  fg_book *book = lfg_check_book(L, 1);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, book);
  fg_status status = fg_book_price(book, &query, visitor, &error);
  return lfg_walked(&walk, status, positional ? lfg_argument_of(&error, names) : 2, &error);
}

__extension__ typedef __int128 wide;

static int64_t check_item(lua_State *L, int arg, size_t i) {
  const char *name = lua_pushfstring(L, "quantities[%s]", lfg_push_digits(L, (int64_t)i));
  return lfg_check_quantity(L, arg, -3, name);
}

/* Pushes a userdata that holds the list at `index` as a column of integers. */
static fg_integers push_quantities(lua_State *L, int arg, int index) {
  size_t count = lfg_check_list(L, arg, index, "quantities");
  int64_t *values = lfg_new_userdata(L, (count + 1) * sizeof *values, 0);
  for (size_t i = 0; i < count; i++) {
    int top = lua_gettop(L);
    lua_rawgeti(L, index, (lua_Integer)i + 1);
    values[i] = lfg_is_integer(L, -1) ? lfg_to_integer(L, -1) : check_item(L, arg, i);
    lua_settop(L, top);
  }
  return (fg_integers){.values = values, .count = count, .type = FG_INT64};
}

/* Pushes memory for amounts, aligned to 16 bytes, because Lua itself aligns only to 8. */
static wide *push_room(lua_State *L, size_t count) {
  uintptr_t block = (uintptr_t)lfg_new_userdata(L, (count + 1) * sizeof(wide), 0);
  return (wide *)((block + sizeof(wide) - 1) / sizeof(wide) * sizeof(wide));
}

/* Pushes a list of money for amounts that count 10^-12 units. */
static void push_amounts(lua_State *L, const wide *amounts, size_t count, int minor_digits) {
  lua_createtable(L, count < INT32_MAX ? (int)count : 0, 0);
  for (size_t i = 0; i < count; i++) {
    lfg_push_money(L, (fg_money){(int64_t)(amounts[i] >> 64), (uint64_t)amounts[i]}, minor_digits);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* Memory is allocated before the query is read, because a finalizer that runs then may change the table that holds
   it. */
static int book_price_many(lua_State *L) {
  fg_price_query query = {.tier_quantity = -1, .at = fg_clock_now()};
  fg_attribute attributes[FG_ATTRIBUTES_MAX];
  fg_error error;
  size_t bad_row = 0;
  bool positional = lua_type(L, 2) == LUA_TSTRING;
  const int arg = positional ? 4 : 2;
  lua_settop(L, 4);
  if (!positional) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 2, "quantities");
    lua_replace(L, 4);
  }
  fg_integers quantities = push_quantities(L, arg, 4);
  wide *room = push_room(L, quantities.count);
  if (positional) {
    query.product = lfg_check_text(L, 2, 2, "product");
    query.meter = lfg_check_text(L, 3, 3, "meter");
  } else {
    read_table(L, true, attributes, &query);
  }
  const fg_book *book = lfg_check_book(L, 1);
  const fg_amounts amounts = {room, FG_AMOUNT_INT128, FG_MONEY_DECIMALS};
  if (fg_price_columns(book, &query, &quantities, NULL, 0, &amounts, &bad_row, &error) != FG_OK) {
    return lfg_refused(L, arg, &error);
  }
  push_amounts(L, room, quantities.count, fg_book_minor_digits(book));
  return 1;
}

void lfg_open_price(lua_State *L) {
  static const luaL_Reg methods[] = {{"price", book_price}, {"price_many", book_price_many}, {NULL, NULL}};
  lfg_add_methods(L, LFG_BOOK, methods);
}
