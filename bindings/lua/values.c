/* Values from and to Lua, and the small userdata other files need. */
#include <string.h>

#include "binding.h"

fg_string lfg_check_string(lua_State *L, int arg, int index, const char *name) {
  fg_string string = {NULL, 0};
  if (lua_type(L, index) != LUA_TSTRING) {
    lfg_expected(L, arg, index, name, "a string");
  }
  string.text = lua_tolstring(L, index, &string.length);
  return string;
}

/* Bytes of the UTF-8 character at `text`, which a 0 ends; 0 if there is none. */
static size_t character_size(const unsigned char *text) {
  static const struct {
    unsigned char first, last, low, high; /* of the first byte, of the second */
    size_t size;
  } forms[] = {{0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
               {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
               {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (text[0] < forms[i].first || text[0] > forms[i].last) {
      continue;
    }
    bool whole = forms[i].size == 1 || (text[1] >= forms[i].low && text[1] <= forms[i].high);
    for (size_t at = 2; at < forms[i].size && whole; at++) {
      whole = (text[at] & 0xC0) == 0x80;
    }
    return whole ? forms[i].size : 0;
  }
  return 0;
}

/* The core takes UTF-8; a Lua string may be any bytes. */
fg_string lfg_check_text(lua_State *L, int arg, int index, const char *name) {
  fg_string text = lfg_check_string(L, arg, index, name);
  size_t size = 0;
  for (size_t at = 0; at < text.length; at += size) {
    size = character_size((const unsigned char *)text.text + at);
    if (size == 0) {
      luaL_argerror(L, arg, lua_pushfstring(L, "%s: expected UTF-8 text without zero bytes", name));
    }
  }
  return text;
}

fg_string lfg_check_key(lua_State *L, int arg, int index) {
  fg_string key = {NULL, 0};
  if (lua_type(L, index) != LUA_TSTRING) {
    luaL_argerror(L, arg, "expected a table of named fields");
  }
  key.text = lua_tolstring(L, index, &key.length);
  if (strlen(key.text) != key.length) {
    luaL_argerror(L, arg, "a name with a zero byte");
  }
  return key;
}

/* Text is read by the core's rule for the quantities of commands. */
int64_t lfg_check_quantity(lua_State *L, int arg, int index, const char *name) {
  fg_command reader;
  if (lua_isinteger(L, index)) {
    return lua_tointeger(L, index);
  }
  fg_command_begin(&reader, FG_DO_USE, 0);
  if (lua_type(L, index) != LUA_TSTRING ||
      fg_command_set_text(&reader, "quantity", lfg_check_string(L, arg, index, name), NULL) != FG_OK) {
    lfg_expected(L, arg, index, name, "an integer, or a string of digits up to 9223372036854775807");
  }
  return reader.quantity;
}

fg_time lfg_check_time(lua_State *L, int arg, int index, const char *name, int offset_minutes) {
  fg_time time = 0;
  fg_error error;
  if (lua_isinteger(L, index)) {
    if (fg_time_of_number(lua_tointeger(L, index), &time, &error) != FG_OK) {
      luaL_argerror(L, arg, lua_pushfstring(L, "%s: %s", name, error.message));
    }
    return time;
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    fg_string text = lfg_check_string(L, arg, index, name);
    if (fg_time_parse(text.text, text.length, offset_minutes, &time) == FG_OK) {
      return time;
    }
  }
  lfg_expected(L, arg, index, name,
               "a time such as \"2024-11-05T10:00:00\", from 1970 to 9999, or an integer of microseconds since 1970");
  return time;
}

void lfg_push_time(lua_State *L, fg_time time, int offset_minutes) {
  char text[FG_TIME_TEXT_MAX];
  size_t length = fg_time_format(time, offset_minutes, text);
  lua_pushlstring(L, text, length);
}

void lfg_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  lua_getfield(L, -1, "__gc");
  lua_setfield(L, -2, "__close");
}

static int text_release(lua_State *L) {
  fg_text_release(luaL_checkudata(L, 1, LFG_TEXT));
  return 0;
}

void lfg_open_text(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", text_release}, {NULL, NULL}};
  lfg_new_type(L, LFG_TEXT, metamethods);
  lua_pop(L, 1);
}

fg_text *lfg_new_text(lua_State *L) {
  fg_text *text = lua_newuserdatauv(L, sizeof *text, 0);
  memset(text, 0, sizeof *text);
  luaL_setmetatable(L, LFG_TEXT);
  return text;
}
