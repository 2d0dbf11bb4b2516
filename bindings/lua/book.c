/* faregate.book: a price book, which never changes. */
#include <string.h>

#include "binding.h"
#include "faregate_book.h"

lfg_book *lfg_new_book(lua_State *L) {
  lfg_book *self = lfg_new_userdata(L, sizeof *self, 0);
  self->book = NULL;
  luaL_setmetatable(L, LFG_BOOK);
  return self;
}

fg_book *lfg_check_book_of(lua_State *L, int arg, int index) {
  const lfg_book *self = luaL_testudata(L, index, LFG_BOOK);
  if (self == NULL) {
    lfg_expected(L, arg, index, "book", "a price book");
  }
  luaL_argcheck(L, self->book != NULL, arg, "the book was released");
  return self->book;
}

fg_book *lfg_check_book(lua_State *L, int arg) {
  luaL_checkudata(L, arg, LFG_BOOK);
  return lfg_check_book_of(L, arg, arg);
}

/* Whether a source is JSON: it begins with a brace, as no name and no path does. */
static bool is_json(fg_string source) { return source.text[strspn(source.text, " \t\r\n")] == '{'; }

static bool is_path(fg_string source) {
  static const char ending[] = ".json";
  const size_t length = sizeof ending - 1;
  return strchr(source.text, '/') != NULL ||
         (source.length > length && strcmp(source.text + source.length - length, ending) == 0);
}

static fg_status load_named(lua_State *L, fg_string source, fg_book **book, fg_error *error) {
  lfg_book_places places;
  if (is_json(source)) {
    return fg_book_load(source.text, source.length, NULL, book, error);
  }
  if (is_path(source)) {
    return lfg_read_book(source.text, book, error);
  }
  lfg_push_book_places(L, &places);
  return lfg_find_book(&places, source, book, error);
}

static fg_status load_table(lua_State *L, fg_book **book, fg_error *error) {
  fg_string json = {NULL, 0};
  fg_status status = lfg_table_to_json(L, 1, &json, error);
  return status == FG_OK ? fg_book_load(json.text, json.length, NULL, book, error) : status;
}

static int answer(lua_State *L, int index, fg_status status, const fg_error *error) {
  if (status != FG_OK) {
    return lfg_unreadable(L, error);
  }
  lua_settop(L, index);
  return 1;
}

int lfg_book_new(lua_State *L) {
  fg_error error;
  bool is_table = lua_istable(L, 1);
  if (!is_table && lua_type(L, 1) != LUA_TSTRING) {
    return lfg_expected(L, 1, 1, "source", "the name, path, JSON or table of a price book");
  }
  lua_settop(L, 1);
  lfg_book *self = lfg_new_book(L);
  fg_status status = is_table ? load_table(L, &self->book, &error)
                              : load_named(L, lfg_check_string(L, 1, 1, "source"), &self->book, &error);
  return answer(L, 2, status, &error);
}

int lfg_book_from_json(lua_State *L) {
  fg_error error;
  fg_string json = lfg_check_string(L, 1, 1, "json");
  lua_settop(L, 1);
  lfg_book *self = lfg_new_book(L);
  fg_status status = fg_book_load(json.text, json.length, NULL, &self->book, &error);
  return answer(L, 2, status, &error);
}

int lfg_book_errors(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  fg_string json = lfg_check_string(L, 1, 1, "json");
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, NULL);
  return lfg_walked(&walk, fg_book_check(json.text, json.length, NULL, visitor, &error), 1, &error);
}

static int book_describe(lua_State *L) {
  lfg_walk walk;
  fg_book *book = lfg_check_book(L, 1);
  fg_status status = fg_book_describe(book, lfg_walk_begin(&walk, L, book));
  return lfg_walked(&walk, status, 1, NULL); /* this can only fail for want of memory */
}

/* Tells whether an answer of the service with a result code is billed (R36). */
static int book_outcome(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  fg_book *book = lfg_check_book(L, 1);
  fg_string product = lfg_check_text(L, 2, 2, "product");
  fg_string code = lfg_check_text(L, 3, 3, "code");
  lua_settop(L, 3);
  fg_status status = fg_book_outcome(book, product, code, lfg_walk_begin(&walk, L, book), &error);
  return lfg_walked(&walk, status, 3, &error);
}

static int book_as_of(lua_State *L) {
  fg_book *book = lfg_check_book(L, 1);
  fg_time at = lfg_check_time(L, 2, 2, "date", fg_book_zone(book));
  lfg_new_book(L)->book = fg_book_as_of(book, at);
  return 1;
}

static int book_editions(lua_State *L) {
  lfg_walk walk;
  fg_book *book = lfg_check_book(L, 1);
  fg_status status = fg_book_editions(book, lfg_walk_begin(&walk, L, book));
  return lfg_walked(&walk, status, 1, NULL); /* this can only fail for want of memory */
}

static int book_diff(lua_State *L) {
  lfg_walk walk;
  fg_book *ours = lfg_check_book(L, 1);
  fg_book *theirs = lfg_check_book(L, 2);
  lua_settop(L, 2);
  fg_status status = fg_book_diff(ours, theirs, lfg_walk_begin(&walk, L, ours));
  return lfg_walked(&walk, status, 2, NULL);
}

static int book_to_json(lua_State *L) {
  fg_text *json = lfg_new_text(L);
  if (fg_book_write(lfg_check_book(L, 1), json) != FG_OK) {
    return lfg_raise_no_memory(L);
  }
  return lfg_answer_text(L, json);
}

static int book_collect(lua_State *L) {
  lfg_book *self = luaL_testudata(L, 1, LFG_BOOK);
  if (self != NULL) {
    fg_book_release(self->book);
    self->book = NULL;
  }
  return 0;
}

static int book_release(lua_State *L) {
  luaL_checkudata(L, 1, LFG_BOOK);
  return book_collect(L);
}

static int book_equal(lua_State *L) {
  const lfg_book *a = luaL_testudata(L, 1, LFG_BOOK);
  const lfg_book *b = luaL_testudata(L, 2, LFG_BOOK);
  lua_pushboolean(L, a != NULL && b != NULL && a->book == b->book);
  return 1;
}

static int book_to_string(lua_State *L) {
  const lfg_book *self = luaL_checkudata(L, 1, LFG_BOOK);
  lua_pushfstring(L, "faregate.book (%s)", self->book == NULL ? "released" : fg_book_id(self->book));
  return 1;
}

static int push_property(lua_State *L, const fg_book *book, const char *name) {
  if (strcmp(name, "id") == 0) {
    lua_pushstring(L, fg_book_id(book));
  } else if (strcmp(name, "title") == 0) {
    lua_pushstring(L, fg_book_title(book));
  } else if (strcmp(name, "currency") == 0) {
    lua_pushstring(L, fg_book_currency(book));
  } else if (strcmp(name, "minor_digits") == 0) {
    lfg_push_integer(L, fg_book_minor_digits(book));
  } else if (strcmp(name, "account_bytes") == 0) {
    lfg_push_integer(L, fg_book_account_bytes(book));
  } else if (strcmp(name, "offset_minutes") == 0) {
    if (fg_book_zone(book)->count > 0) {
      lua_pushnil(L);
    } else {
      lfg_push_integer(L, fg_book_zone(book)->offset / 60000000);
    }
  } else {
    lua_pushnil(L);
  }
  return 1;
}

/* Looks a key up in the methods, the upvalue; if there is none, it is a property. */
static int book_index(lua_State *L) {
  luaL_checkudata(L, 1, LFG_BOOK);
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL || lua_type(L, 2) != LUA_TSTRING) {
    return 1;
  }
  return push_property(L, lfg_check_book(L, 1), lua_tostring(L, 2));
}

void lfg_open_book(lua_State *L) {
  static const luaL_Reg metamethods[] = {
      {"__gc", book_collect}, {"__eq", book_equal}, {"__tostring", book_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"describe", book_describe}, {"outcome", book_outcome}, {"as_of", book_as_of},     {"editions", book_editions},
      {"diff", book_diff},         {"to_json", book_to_json}, {"release", book_release}, {NULL, NULL}};
  lfg_new_type(L, LFG_BOOK, metamethods);
  luaL_newlib(L, methods);
  lua_pushcclosure(L, book_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
