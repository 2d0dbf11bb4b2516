/* A Lua table as JSON text, for price books made in Lua. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

enum { NESTING_MAX = 64 };

/* Where in the table a value is; innermost first. */
typedef struct place {
  const struct place *outer; ///< NULL: the whole table
  const char *key;           ///< NULL: an item of a list
  lua_Integer item;          ///< from 0, as in the paths of the core
  int depth;
} place;

static size_t write_path(const place *where, char *path, size_t size) {
  if (where->outer == NULL) {
    path[0] = '\0';
    return 0;
  }
  size_t used = write_path(where->outer, path, size);
  if (used >= size) {
    return used;
  }
  int more = where->key == NULL ? snprintf(path + used, size - used, "[" LUA_INTEGER_FMT "]", where->item)
                                : snprintf(path + used, size - used, "%s%s", used > 0 ? "." : "", where->key);
  return used + (size_t)more;
}

static fg_status bad_value(const place *where, const char *message, fg_error *error) {
  char path[sizeof error->path];
  write_path(where, path, sizeof path);
  return fg_fail(error, FG_INVALID, path, "%s", message);
}

static fg_status fill_list(lua_State *L, json_t *list, const place *where, fg_error *error);
static fg_status fill_object(lua_State *L, json_t *object, const place *where, fg_error *error);

static bool is_list(lua_State *L) { return lua_rawlen(L, -1) > 0; }

static bool is_empty(lua_State *L) {
  lua_pushnil(L);
  if (lua_next(L, -2) == 0) {
    return true;
  }
  lua_pop(L, 2);
  return false;
}

/* The value on top, without what a table holds; NULL if JSON or a price book has no such value. */
static json_t *shallow(lua_State *L) {
  size_t length = 0;
  char amount[FG_MONEY_TEXT_MAX];
  const lfg_money *money = NULL;
  switch (lua_type(L, -1)) {
  case LUA_TTABLE: return is_list(L) ? json_array() : json_object();
  case LUA_TBOOLEAN: return json_boolean(lua_toboolean(L, -1));
  case LUA_TNUMBER: return lua_isinteger(L, -1) ? json_integer(lua_tointeger(L, -1)) : NULL;
  case LUA_TSTRING: {
    const char *text = lua_tolstring(L, -1, &length);
    return json_stringn(text, length);
  }
  case LUA_TLIGHTUSERDATA: return lua_touserdata(L, -1) == NULL ? json_null() : NULL;
  case LUA_TUSERDATA:
    money = luaL_testudata(L, -1, LFG_MONEY);
    return money == NULL ? NULL : json_stringn(amount, fg_money_format(money->amount, money->minor_digits, amount));
  default: return NULL;
  }
}

static const char *why_not(lua_State *L) {
  switch (lua_type(L, -1)) {
  case LUA_TNUMBER: return "a float: quantities are integers, money is a decimal string";
  case LUA_TSTRING: return "text that is not UTF-8";
  case LUA_TFUNCTION: return "a function";
  default: return "a value that a price book cannot hold";
  }
}

static fg_status fill(lua_State *L, json_t *value, const place *where, fg_error *error) {
  if (!lua_istable(L, -1)) {
    return FG_OK;
  }
  if (where->depth > NESTING_MAX) {
    return bad_value(where, "nested too deeply", error);
  }
  luaL_checkstack(L, 4, "a price book");
  return is_list(L) ? fill_list(L, value, where, error) : fill_object(L, value, where, error);
}

static fg_status fill_list(lua_State *L, json_t *list, const place *where, fg_error *error) {
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    count++;
  }
  if (count != (lua_Integer)lua_rawlen(L, -1)) {
    return bad_value(where, "a list has the keys 1 to n and no other", error);
  }
  for (lua_Integer i = 0; i < count; i++) {
    place item = {where, NULL, i, where->depth + 1};
    lua_rawgeti(L, -1, i + 1);
    json_t *value = shallow(L);
    if (json_array_append_new(list, value) != 0) {
      return bad_value(&item, why_not(L), error);
    }
    fg_status status = fill(L, value, &item, error);
    if (status != FG_OK) {
      return status;
    }
    lua_pop(L, 1);
  }
  return FG_OK;
}

/* Lua cannot tell an empty list from an empty object: an empty table is an absent field. */
static fg_status fill_object(lua_State *L, json_t *object, const place *where, fg_error *error) {
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      return bad_value(where, "the keys of a table are 1 to n or strings", error);
    }
    size_t length = 0;
    const char *key = lua_tolstring(L, -2, &length);
    place field = {where, key, 0, where->depth + 1};
    if (lua_istable(L, -1) && is_empty(L)) {
      continue;
    }
    json_t *value = shallow(L);
    if (json_object_setn_new(object, key, length, value) != 0) {
      return bad_value(&field, value == NULL ? why_not(L) : "a name that is not UTF-8", error);
    }
    fg_status status = fill(L, value, &field, error);
    if (status != FG_OK) {
      return status;
    }
  }
  return FG_OK;
}

/* Keys are sorted: the order of a Lua table is not the same in two runs. */
static fg_status write(lua_State *L, const json_t *root, fg_string *text, fg_error *error) {
  size_t length = json_dumpb(root, NULL, 0, JSON_SORT_KEYS | JSON_COMPACT);
  char *bytes = lua_newuserdatauv(L, length + 1, 0);
  if (length == 0 || json_dumpb(root, bytes, length, JSON_SORT_KEYS | JSON_COMPACT) != length) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  *text = (fg_string){bytes, length};
  return FG_OK;
}

fg_status lfg_table_to_json(lua_State *L, int index, fg_string *text, fg_error *error) {
  const place whole = {NULL, NULL, 0, 0};
  json_t **root = lua_newuserdatauv(L, sizeof *root, 0);
  *root = NULL;
  luaL_setmetatable(L, LFG_JSON);
  lua_pushvalue(L, index);
  *root = shallow(L);
  if (*root == NULL) {
    return bad_value(&whole, why_not(L), error);
  }
  fg_status status = fill(L, *root, &whole, error);
  return status == FG_OK ? write(L, *root, text, error) : status;
}

static int json_release(lua_State *L) {
  json_t **root = luaL_checkudata(L, 1, LFG_JSON);
  json_decref(*root);
  *root = NULL;
  return 0;
}

void lfg_open_json(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", json_release}, {NULL, NULL}};
  lfg_new_type(L, LFG_JSON, metamethods);
  lua_pop(L, 1);
}
