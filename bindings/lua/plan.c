/* book:curve, book:cliffs, book:quote, faregate.break_even and faregate.cheapest. */
#include "plan.h"
#include "query_fields.h"

#include <string.h>

/* Refuses a count of 0, because for the core it means that no count is given, which is another question. */
static void refuse_none(lua_State *L, int arg, const char *name) {
  lua_pushstring(L, name);
  if (lua_rawget(L, arg) != LUA_TNIL && lfg_check_quantity(L, arg, -1, name) == 0) {
    luaL_argerror(L, arg, lua_pushfstring(L, "%s: expected 1 or more; leave it out for none", name));
  }
  lua_pop(L, 1);
}

/* Checks the counts of the table at `arg`. It comes before the texts of any table are read, because it allocates, and a
   finalizer that runs then may change the tables. */
static void check_counts(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TTABLE);
  refuse_none(L, arg, "packs");
  refuse_none(L, arg, "capacity");
}

/* Reads a way to pay from the table at `arg`, with its attributes in `room`. The caller reads `book`. */
static void read_way(lua_State *L, int arg, const fg_book *book, fg_attribute room[FG_ATTRIBUTES_MAX], fg_way *way,
                     int64_t *most) {
  *way = (fg_way){.book = book, .at = fg_clock_now()};
  const lfg_field fields[] = {{.name = "book"}, LFG_WAY_FIELDS(way){"most", .quantity = most}, {.name = NULL}};
  lfg_read_fields(L, arg, fields, "a way to pay has no such field", fg_book_zone(book));
  if (way->product.text == NULL) {
    luaL_argerror(L, arg, "product: is missing");
  }
}

typedef fg_status way_question(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error);

static int ask(lua_State *L, way_question *question) {
  int64_t most = -1;
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_way way;
  lfg_walk walk;
  fg_error error;
  check_counts(L, 2);
  read_way(L, 2, lfg_check_book(L, 1), room, &way, &most);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, lfg_check_book(L, 1));
  return lfg_walked(&walk, question(&way, most, visitor, &error), 2, &error);
}

static int book_curve(lua_State *L) { return ask(L, fg_way_curve); }
static int book_cliffs(lua_State *L) { return ask(L, fg_way_cliffs); }

/* Pushes the book of the way at `arg`. Pushing that of another way may run code that releases this one. */
static void push_book_of_way(lua_State *L, int arg) {
  check_counts(L, arg);
  lua_getfield(L, arg, "book");
  lfg_check_book_of(L, arg, -1);
}

int lfg_break_even(lua_State *L) {
  int64_t most = 0;
  int64_t unused = 0;
  fg_attribute room[2][FG_ATTRIBUTES_MAX];
  fg_way ways[2];
  lfg_walk walk;
  fg_error error;
  lua_settop(L, 3);
  most = lfg_check_quantity(L, 3, 3, "most");
  push_book_of_way(L, 1);
  push_book_of_way(L, 2);
  fg_book *books[2] = {lfg_check_book_of(L, 1, 4), lfg_check_book_of(L, 2, 5)};
  read_way(L, 1, books[0], room[0], &ways[0], &unused);
  read_way(L, 2, books[1], room[1], &ways[1], &unused);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, books[0]);
  fg_book_retain(books[1]); /* the walk holds a reference to books[0] only */
  fg_status status = fg_break_even(&ways[0], &ways[1], most, visitor, &error);
  fg_book_release(books[1]);
  return lfg_walked(&walk, status, 1, &error);
}

int lfg_vary(lua_State *L) {
  static const char *const names[] = {"units",           "spread_per_mille",     "seed", "trial", "month",
                                      "level_per_mille", "correlation_per_mille"};
  int64_t values[7] = {0};
  int64_t varied = 0;
  fg_error error;
  for (int i = 0; i < 7; i++) {
    if (i < 5 || !lua_isnoneornil(L, i + 1)) {
      values[i] = lfg_check_quantity(L, i + 1, i + 1, names[i]);
    }
  }
  fg_demand demand = {values[1], values[5], values[6], values[2], values[3]};
  if (fg_vary(values[0], &demand, values[4], &varied, &error) != FG_OK) {
    int arg = 0;
    while (arg < 6 && strcmp(error.path, names[arg]) != 0) {
      arg++;
    }
    return lfg_refused(L, arg + 1, &error);
  }
  lfg_push_integer(L, varied);
  return 1;
}

/* Reads a table or JSON text at `index`; what holds the text is pushed. */
static fg_status read_document(lua_State *L, int index, const char *name, fg_string *json, fg_error *error) {
  if (lua_istable(L, index)) {
    return lfg_table_to_json(L, index, json, error);
  }
  *json = lfg_check_string(L, index, index, name);
  return FG_OK;
}

/* Writes a table in the options at position 3 as JSON, whose text is pushed. If there is none, `json` stays as it
   was. */
static fg_status read_table_of_terms(lua_State *L, const char *name, fg_string *json, fg_error *error) {
  if (lua_getfield(L, 3, name) == LUA_TNIL) {
    return FG_OK;
  }
  if (!lua_istable(L, -1)) {
    lfg_expected(L, 3, -1, name, "a table");
  }
  fg_error within;
  fg_status status = lfg_table_to_json(L, lua_gettop(L), json, &within);
  return status == FG_OK ? FG_OK : fg_fail(error, status, name, "%s: %s", within.path, within.message);
}

/* Reads the options at position 3, nil for none. Their policy and attributes are pushed. */
static fg_status read_terms(lua_State *L, fg_basket *basket, fg_error *error) {
  bool free = true;
  const lfg_field fields[] = {{"months", .quantity = &basket->months},
                              {"at", .time = &basket->at},
                              {"free", .flag = &free},
                              {.name = "policy"},
                              {.name = "attributes"},
                              {.name = NULL}};
  lfg_read_fields(L, 3, fields, "a quote has no such option", fg_book_zone(lfg_check_book(L, 1)));
  basket->without_free = !free;
  if (lua_isnil(L, 3)) {
    return FG_OK;
  }
  fg_status status = read_table_of_terms(L, "policy", &basket->policy, error);
  return status == FG_OK ? read_table_of_terms(L, "attributes", &basket->attributes, error) : status;
}

static int book_quote(lua_State *L) {
  static const char *const names[] = {"basket", "months", NULL};
  fg_basket basket = {.months = 1, .at = fg_clock_now()};
  lfg_walk walk;
  fg_error error;
  error.path[0] = '\0'; /* it is asked which argument it is about, also where there is no error */
  lfg_check_book(L, 1);
  lua_settop(L, 3);
  if (read_document(L, 2, "basket", &basket.content, &error) != FG_OK) {
    return lfg_refused(L, 2, &error);
  }
  if (read_terms(L, &basket, &error) != FG_OK) {
    return lfg_refused(L, 3, &error);
  }
  fg_book *book = lfg_check_book(L, 1);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, book);
  fg_status status = fg_basket_quote(book, &basket, NULL, visitor, &error);
  return lfg_walked(&walk, status, lfg_argument_of(&error, names), &error);
}

typedef struct lfg_plan {
  fg_plan *plan; ///< NULL: released
} lfg_plan;

static int plan_collect(lua_State *L) {
  lfg_plan *self = luaL_testudata(L, 1, LFG_PLAN);
  if (self != NULL) {
    fg_plan_free(self->plan);
    self->plan = NULL;
  }
  return 0;
}

void lfg_open_plan(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", plan_collect}, {NULL, NULL}};
  static const luaL_Reg of_books[] = {
      {"curve", book_curve}, {"cliffs", book_cliffs}, {"quote", book_quote}, {NULL, NULL}};
  lfg_new_type(L, LFG_PLAN, metamethods);
  lua_pop(L, 1);
  lfg_add_methods(L, LFG_BOOK, of_books);
}

/* Reads the name of a plan, such as "cheapest", which is JSON only in quotes, or a table of orders. */
static fg_status read_way_to_buy(lua_State *L, int index, fg_string *json, fg_error *error) {
  if (lua_isnoneornil(L, index)) {
    *json = (fg_string){NULL, 0};
    return FG_OK;
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    const char *quoted = lua_pushfstring(L, "\"%s\"", lfg_check_text(L, index, index, "plan").text);
    *json = (fg_string){quoted, strlen(quoted)};
    return FG_OK;
  }
  return read_document(L, index, "plan", json, error);
}

static void set_timeline(lua_State *L, const fg_plan *plan) {
  fg_text *text = lfg_new_text(L);
  if (fg_plan_timeline(plan, text) != FG_OK) {
    lfg_raise_no_memory(L);
  }
  lfg_answer_text(L, text);
  lua_remove(L, -2);
  lua_setfield(L, -2, "timeline");
}

static int push_plan(lua_State *L, fg_plan *plan) {
  lfg_walk walk;
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, lfg_check_book(L, 1));
  lfg_walk_end(&walk, fg_plan_describe(plan, visitor));
  set_timeline(L, plan);
  return 1;
}

int64_t lfg_time_limit(lua_State *L, int arg) {
  const lfg_field fields[] = {{.name = "time_limit"}, {.name = NULL}};
  lfg_read_fields(L, arg, fields, "a search has no such option", NULL);
  if (lua_isnil(L, arg) || lua_getfield(L, arg, "time_limit") == LUA_TNIL) {
    return 0;
  }
  lua_Number seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  if (!(seconds >= 1e-6 && seconds <= 1e9)) {
    luaL_argerror(L, arg, "time_limit: expected seconds above 0");
  }
  return (int64_t)(seconds * 1e6 + 0.5); // where registers have more bits than a double, 1e-6 * 1e6 is below 1
}

int lfg_cheapest(lua_State *L) {
  fg_error error;
  fg_plan_query query = {.go_on = NULL};
  lfg_check_book(L, 1);
  lua_settop(L, 4);
  query.time_limit_us = lfg_time_limit(L, 4);
  lfg_plan *self = lfg_new_userdata(L, sizeof *self, 0);
  self->plan = NULL;
  luaL_setmetatable(L, LFG_PLAN);
  if (read_document(L, 2, "forecast", &query.forecast, &error) != FG_OK ||
      read_way_to_buy(L, 3, &query.plan, &error) != FG_OK ||
      fg_plan_make(lfg_check_book(L, 1), &query, NULL, &self->plan, &error) != FG_OK) {
    return lfg_unreadable(L, &error);
  }
  return push_plan(L, self->plan);
}
