/* A Lua table as JSON text, for price books made in Lua. */
#include <stdio.h>
#include <stdlib.h>
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

typedef struct table_writer {
  lua_State *L;
  fg_sink text;
  fg_error *error;
} table_writer;

static fg_status write_value(const table_writer *to, const place *where);

static fg_status write_bytes(const table_writer *to, const char *bytes, size_t length) {
  fg_status status = to->text.write(to->text.context, bytes, length);
  return status == FG_OK ? FG_OK : fg_refuse(to->error, status);
}

/* Of text that was checked. */
static fg_status write_string(const table_writer *to, fg_string text) {
  fg_status status = write_bytes(to, "\"", 1);
  for (size_t at = 0; at < text.length && status == FG_OK; at++) {
    char escape[8];
    unsigned char c = (unsigned char)text.text[at];
    bool is_plain = c >= 0x20 && c != '"' && c != '\\';
    snprintf(escape, sizeof escape, "\\u%04x", c);
    status = is_plain ? write_bytes(to, text.text + at, 1) : write_bytes(to, escape, 6);
  }
  return status == FG_OK ? write_bytes(to, "\"", 1) : status;
}

static bool is_list(lua_State *L) { return lua_rawlen(L, -1) > 0; }

static bool is_empty(lua_State *L) {
  lua_pushnil(L);
  if (lua_next(L, -2) == 0) {
    return true;
  }
  lua_pop(L, 2);
  return false;
}

static lua_Integer count_keys(lua_State *L) {
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    count++;
  }
  return count;
}

static fg_status write_list(const table_writer *to, const place *where) {
  lua_State *L = to->L;
  lua_Integer count = count_keys(L);
  if (count != (lua_Integer)lua_rawlen(L, -1)) {
    return bad_value(where, "a list has the keys 1 to n and no other", to->error);
  }
  fg_status status = FG_OK;
  for (lua_Integer i = 0; i < count && status == FG_OK; i++) {
    place item = {where, NULL, i, where->depth + 1};
    lua_rawgeti(L, -1, i + 1);
    status = write_bytes(to, i == 0 ? "[" : ",", 1);
    status = status == FG_OK ? write_value(to, &item) : status;
    lua_pop(L, 1);
  }
  return status == FG_OK ? write_bytes(to, "]", 1) : status;
}

static int compare_keys(const void *a, const void *b) {
  return strcmp(((const fg_string *)a)->text, ((const fg_string *)b)->text);
}

/* The keys of the table on top, sorted, because the order of a Lua table is not the same in two runs. Pushes what holds
   them; the table holds their text. */
static fg_status sort_keys(const table_writer *to, const place *where, fg_string **keys, size_t *count) {
  lua_State *L = to->L;
  int table = lua_gettop(L);
  *count = 0;
  *keys = lua_newuserdatauv(L, (size_t)count_keys(L) * sizeof **keys + 1, 0);
  lua_insert(L, table);
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      return bad_value(where, "the keys of a table are 1 to n or strings", to->error);
    }
    fg_string *key = &(*keys)[(*count)++];
    key->text = lua_tolstring(L, -2, &key->length);
    if (!fg_string_is_text(*key)) {
      place field = {where, key->text, 0, where->depth + 1};
      return bad_value(&field, "a name that is not UTF-8", to->error);
    }
  }
  qsort(*keys, *count, sizeof **keys, compare_keys);
  return FG_OK;
}

/* Lua cannot tell an empty list from an empty object: an empty table is an absent field. */
static fg_status write_object(const table_writer *to, const place *where) {
  lua_State *L = to->L;
  fg_string *keys = NULL;
  size_t count = 0;
  const char *before = "{";
  fg_status status = sort_keys(to, where, &keys, &count);
  for (size_t i = 0; i < count && status == FG_OK; i++) {
    place field = {where, keys[i].text, 0, where->depth + 1};
    lua_pushlstring(L, keys[i].text, keys[i].length);
    lua_rawget(L, -2);
    if (!lua_istable(L, -1) || !is_empty(L)) {
      status = write_bytes(to, before, 1);
      status = status == FG_OK ? write_string(to, keys[i]) : status;
      status = status == FG_OK ? write_bytes(to, ":", 1) : status;
      status = status == FG_OK ? write_value(to, &field) : status;
      before = ",";
    }
    lua_pop(L, 1);
  }
  status = status == FG_OK && before[0] == '{' ? write_bytes(to, "{", 1) : status;
  return status == FG_OK ? write_bytes(to, "}", 1) : status;
}

static fg_status write_table(const table_writer *to, const place *where) {
  if (where->depth > NESTING_MAX) {
    return bad_value(where, "nested too deeply", to->error);
  }
  luaL_checkstack(to->L, 6, "a price book");
  int top = lua_gettop(to->L);
  lua_pushvalue(to->L, top);
  fg_status status = is_list(to->L) ? write_list(to, where) : write_object(to, where);
  lua_settop(to->L, top);
  return status;
}

static fg_status write_text(const table_writer *to, const place *where) {
  fg_string text = {NULL, 0};
  text.text = lua_tolstring(to->L, -1, &text.length);
  return fg_string_is_text(text) ? write_string(to, text) : bad_value(where, "text that is not UTF-8", to->error);
}

static fg_status write_number(const table_writer *to, const place *where) {
  char digits[32];
  if (!lua_isinteger(to->L, -1)) {
    return bad_value(where, "a float: quantities are integers, money is a decimal string", to->error);
  }
  int length = snprintf(digits, sizeof digits, LUA_INTEGER_FMT, lua_tointeger(to->L, -1));
  return write_bytes(to, digits, (size_t)length);
}

static fg_status write_object_of_ours(const table_writer *to, const place *where) {
  char amount[FG_MONEY_TEXT_MAX];
  const lfg_money *money = luaL_testudata(to->L, -1, LFG_MONEY);
  if (money == NULL) {
    return bad_value(where, "a value that a price book cannot hold", to->error);
  }
  fg_string text = {amount, fg_money_format(money->amount, money->minor_digits, amount)};
  return write_string(to, text);
}

/* The value on top. */
static fg_status write_value(const table_writer *to, const place *where) {
  lua_State *L = to->L;
  bool is_true = lua_toboolean(L, -1) != 0;
  switch (lua_type(L, -1)) {
  case LUA_TTABLE: return write_table(to, where);
  case LUA_TBOOLEAN: return write_bytes(to, is_true ? "true" : "false", is_true ? 4 : 5);
  case LUA_TNUMBER: return write_number(to, where);
  case LUA_TSTRING: return write_text(to, where);
  case LUA_TLIGHTUSERDATA:
    return lua_touserdata(L, -1) == NULL ? write_bytes(to, "null", 4)
                                         : bad_value(where, "a value that a price book cannot hold", to->error);
  case LUA_TFUNCTION: return bad_value(where, "a function", to->error);
  default: return write_object_of_ours(to, where);
  }
}

fg_status lfg_table_to_json(lua_State *L, int index, fg_string *text, fg_error *error) {
  const place whole = {NULL, NULL, 0, 0};
  fg_text *written = lfg_new_text(L);
  table_writer to = {L, fg_text_sink(written), error};
  lua_pushvalue(L, index);
  fg_status status = write_value(&to, &whole);
  lua_pop(L, 1);
  *text = (fg_string){written->text, written->length};
  return status;
}
