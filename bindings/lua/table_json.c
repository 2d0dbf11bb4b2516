/* Writes a Lua table as JSON text, for price books made in Lua. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"

enum { NESTING_MAX = 64 };

/* The place of a value in the table: a link to the table that holds it. */
typedef struct place {
  const struct place *outer; ///< NULL: this is the whole table
  const char *key;           ///< NULL: it is an item of a list
  int64_t item;              ///< counted from 0, as in the core's paths
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
  int more = where->key == NULL ? snprintf(path + used, size - used, "[%" PRId64 "]", where->item)
                                : snprintf(path + used, size - used, "%s%s", used > 0 ? "." : "", where->key);
  return used + (size_t)more;
}

typedef struct table_writer {
  lua_State *L;
  fg_sink text;
  fg_error *error;
  fg_status status; ///< the first fault; nothing is written after it
} table_writer;

static void write_value(table_writer *to, const place *where);

static void refuse(table_writer *to, const place *where, const char *message) {
  char path[sizeof to->error->path];
  write_path(where, path, sizeof path);
  to->status = to->status == FG_OK ? fg_fail(to->error, FG_INVALID, path, "%s", message) : to->status;
}

static void write_bytes(table_writer *to, const char *bytes, size_t length) {
  fg_status status = to->status == FG_OK ? to->text.write(to->text.context, bytes, length) : FG_OK;
  to->status = status == FG_OK ? to->status : fg_refuse(to->error, status);
}

/* Writes a text that was checked already. */
static void write_string(table_writer *to, fg_string text) {
  write_bytes(to, "\"", 1);
  for (size_t at = 0; at < text.length; at++) {
    unsigned char c = (unsigned char)text.text[at];
    if (c >= 0x20 && c != '"' && c != '\\') {
      write_bytes(to, text.text + at, 1);
    } else {
      char escape[8];
      snprintf(escape, sizeof escape, "\\u%04x", c);
      write_bytes(to, escape, 6);
    }
  }
  write_bytes(to, "\"", 1);
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

static void write_list(table_writer *to, const place *where) {
  lua_State *L = to->L;
  lua_Integer count = count_keys(L);
  if (count != (lua_Integer)lua_rawlen(L, -1)) {
    refuse(to, where, "a list has the keys 1 to n and no other");
  }
  for (lua_Integer i = 0; i < count && to->status == FG_OK; i++) {
    place item = {where, NULL, i, where->depth + 1};
    lua_rawgeti(L, -1, i + 1);
    write_bytes(to, i == 0 ? "[" : ",", 1);
    write_value(to, &item);
    lua_pop(L, 1);
  }
  write_bytes(to, "]", 1);
}

static int compare_keys(const void *a, const void *b) {
  return strcmp(((const fg_string *)a)->text, ((const fg_string *)b)->text);
}

/* Takes the text of the key below the top. The list below the table keeps it alive, because a finalizer may remove the
   key from the table. */
static fg_string take_key(lua_State *L, size_t number) {
  fg_string key = {NULL, 0};
  key.text = lua_tolstring(L, -2, &key.length);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -5, (lua_Integer)number);
  return key;
}

/* Sorts the keys of the table on top, because their order in a Lua table differs from run to run. What holds the keys
   and their texts is put below the table. */
static fg_string *sort_keys(table_writer *to, const place *where, size_t *count) {
  lua_State *L = to->L;
  size_t room = (size_t)count_keys(L);
  fg_string *keys = lfg_new_userdata(L, room * sizeof *keys + 1, 0);
  lua_insert(L, -2);
  lua_newtable(L);
  lua_insert(L, -2);
  *count = 0;
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      refuse(to, where, "the keys of a table are 1 to n or strings");
      continue;
    }
    if (*count == room) { /* making room for the keys has run a finalizer */
      refuse(to, where, "the table was changed while it was read");
      continue;
    }
    fg_string *key = &keys[(*count)++];
    *key = take_key(L, *count);
    if (!fg_string_is_text(*key)) {
      place field = {where, key->text, 0, where->depth + 1};
      refuse(to, &field, "a name that is not UTF-8");
    }
  }
  qsort(keys, *count, sizeof *keys, compare_keys);
  return keys;
}

/* Whether the value on top is left out: an empty table, because Lua cannot distinguish an empty list from an empty
   object. But `when` is an object, and a rule that always fits says so by an empty one. */
static bool is_left_out(lua_State *L, const char *key) {
  return lua_istable(L, -1) && is_empty(L) && strcmp(key, "when") != 0;
}

static void write_object(table_writer *to, const place *where) {
  lua_State *L = to->L;
  size_t count = 0;
  const char *separator = "";
  const fg_string *keys = sort_keys(to, where, &count);
  write_bytes(to, "{", 1);
  for (size_t i = 0; i < count && to->status == FG_OK; i++) {
    place field = {where, keys[i].text, 0, where->depth + 1};
    lua_pushlstring(L, keys[i].text, keys[i].length);
    lua_rawget(L, -2);
    if (!is_left_out(L, keys[i].text)) {
      write_bytes(to, separator, strlen(separator));
      write_string(to, keys[i]);
      write_bytes(to, ":", 1);
      write_value(to, &field);
      separator = ",";
    }
    lua_pop(L, 1);
  }
  write_bytes(to, "}", 1);
}

static void write_table(table_writer *to, const place *where) {
  int top = lua_gettop(to->L);
  if (where->depth > NESTING_MAX) {
    refuse(to, where, "nested too deeply");
    return;
  }
  luaL_checkstack(to->L, 8, "a price book");
  lua_pushvalue(to->L, top);
  if (is_list(to->L)) {
    write_list(to, where);
  } else {
    write_object(to, where);
  }
  lua_settop(to->L, top);
}

static void write_text(table_writer *to, const place *where) {
  fg_string text = {NULL, 0};
  text.text = lua_tolstring(to->L, -1, &text.length);
  if (fg_string_is_text(text)) {
    write_string(to, text);
  } else {
    refuse(to, where, "text that is not UTF-8");
  }
}

static void write_number(table_writer *to, const place *where) {
  char digits[LFG_DIGITS];
  if (lfg_is_integer(to->L, -1)) {
    int length = snprintf(digits, sizeof digits, "%" PRId64, lfg_to_integer(to->L, -1));
    write_bytes(to, digits, (size_t)length);
  } else {
    const char *floats = "a float: quantities are integers, money is a decimal string";
    refuse(to, where, lfg_is_rounded(to->L, -1) ? LFG_ROUNDED : floats);
  }
}

/* Writes money, or null for faregate.null, a light userdata with the address NULL. */
static void write_userdata(table_writer *to, const place *where) {
  char amount[FG_MONEY_TEXT_MAX];
  const lfg_money *money = luaL_testudata(to->L, -1, LFG_MONEY);
  if (money != NULL) {
    fg_string text = {amount, fg_money_format(money->amount, money->minor_digits, amount)};
    write_string(to, text);
  } else if (lua_islightuserdata(to->L, -1) && lua_touserdata(to->L, -1) == NULL) {
    write_bytes(to, "null", 4);
  } else {
    refuse(to, where, "a value that a price book cannot hold");
  }
}

/* Writes the value on top. */
static void write_value(table_writer *to, const place *where) {
  bool is_true = lua_toboolean(to->L, -1) != 0;
  switch (lua_type(to->L, -1)) {
  case LUA_TTABLE: write_table(to, where); return;
  case LUA_TBOOLEAN: write_bytes(to, is_true ? "true" : "false", is_true ? 4 : 5); return;
  case LUA_TNUMBER: write_number(to, where); return;
  case LUA_TSTRING: write_text(to, where); return;
  case LUA_TFUNCTION: refuse(to, where, "a function"); return;
  default: write_userdata(to, where); return;
  }
}

fg_status lfg_table_to_json(lua_State *L, int index, fg_string *text, fg_error *error) {
  const place whole = {NULL, NULL, 0, 0};
  fg_text *written = lfg_new_text(L);
  table_writer to = {L, fg_text_sink(written), error, FG_OK};
  lua_pushvalue(L, index);
  write_value(&to, &whole);
  lua_pop(L, 1);
  *text = (fg_string){written->text, written->length};
  return to.status;
}
