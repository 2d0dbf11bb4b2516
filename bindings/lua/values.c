/* Reads values from Lua and pushes values, and makes the small userdata that other files need. */
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

/* Text for the core must be UTF-8, but a Lua string may be any bytes. */
fg_string lfg_check_text(lua_State *L, int arg, int index, const char *name) {
  fg_string text = lfg_check_string(L, arg, index, name);
  if (!fg_string_is_text(text)) {
    luaL_argerror(L, arg, lua_pushfstring(L, "%s: expected UTF-8 text without zero bytes", name));
  }
  return text;
}

size_t lfg_check_list(lua_State *L, int arg, int index, const char *name) {
  if (!lua_istable(L, index)) {
    lfg_expected(L, arg, index, name, "a list");
  }
  size_t length = (size_t)lua_rawlen(L, index);
  size_t keys = 0;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    keys++;
  }
  if (keys > length) {
    luaL_argerror(L, arg, lua_pushfstring(L, "%s: a list has the keys 1 to n and no other", name));
  }
  return length;
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

int64_t lfg_check_quantity(lua_State *L, int arg, int index, const char *name) {
  int64_t quantity = 0;
  if (lfg_is_integer(L, index)) {
    return lfg_to_integer(L, index);
  }
  if (lua_type(L, index) != LUA_TSTRING || !fg_quantity_parse(lfg_check_string(L, arg, index, name), &quantity)) {
    lfg_expected(L, arg, index, name, "an integer, or a string of digits up to 9223372036854775807");
  }
  return quantity;
}

fg_time lfg_check_time(lua_State *L, int arg, int index, const char *name, const fg_zone *zone) {
  fg_time time = 0;
  fg_error error;
  if (lfg_is_integer(L, index)) {
    if (fg_time_of_number(lfg_to_integer(L, index), &time, &error) != FG_OK) {
      luaL_argerror(L, arg, lua_pushfstring(L, "%s: %s", name, error.message));
    }
    return time;
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    fg_string text = lfg_check_string(L, arg, index, name);
    if (fg_time_parse(text.text, text.length, zone, &time) == FG_OK) {
      return time;
    }
  }
  lfg_expected(L, arg, index, name,
               "a time such as \"2024-11-05T10:00:00\", from 1970 to 9999, or an integer of microseconds since 1970");
  return time;
}

fg_attributes lfg_check_attributes(lua_State *L, int arg, int index, const char *name,
                                   fg_attribute room[FG_ATTRIBUTES_MAX]) {
  int table = lua_absindex(L, index);
  size_t count = 0;
  if (!lua_istable(L, table)) {
    lfg_expected(L, arg, table, name, "a table of names and values");
  }
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    fg_attribute read = {.is_number = lfg_is_integer(L, -1)};
    read.name = lfg_check_key(L, arg, -2);
    if (!read.is_number && lua_type(L, -1) != LUA_TSTRING) {
      const char *path = lua_pushfstring(L, "%s.%s", name, read.name.text);
      lfg_expected(L, arg, -2, path, "a string or an integer");
    }
    read.number = read.is_number ? lfg_to_integer(L, -1) : 0;
    read.text = read.is_number ? read.text : lfg_check_text(L, arg, -1, name);
    if (count == FG_ATTRIBUTES_MAX) {
      luaL_argerror(L, arg, lua_pushfstring(L, "%s: expected at most %d attributes", name, FG_ATTRIBUTES_MAX));
    }
    room[count++] = read;
  }
  return (fg_attributes){room, count};
}

/* Reads the value on top as the type that a field has. */
static void read_field(lua_State *L, int arg, const lfg_field *field, const fg_zone *zone) {
  if (field->text != NULL) {
    *field->text = lfg_check_text(L, arg, -1, field->name);
  } else if (field->quantity != NULL) {
    *field->quantity = lfg_check_quantity(L, arg, -1, field->name);
  } else if (field->time != NULL) {
    *field->time = lfg_check_time(L, arg, -1, field->name, zone);
  } else if (field->flag != NULL) {
    if (!lua_isboolean(L, -1)) {
      lfg_expected(L, arg, -1, field->name, "true or false");
    }
    *field->flag = lua_toboolean(L, -1);
  } else if (field->attributes != NULL) {
    *field->attributes = lfg_check_attributes(L, arg, -1, field->name, field->room);
  }
}

void lfg_read_fields(lua_State *L, int arg, const lfg_field *fields, const char *complaint, const fg_zone *zone) {
  if (lua_isnoneornil(L, arg)) {
    return;
  }
  luaL_checktype(L, arg, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, arg) != 0; lua_pop(L, 1)) {
    const char *name = lfg_check_key(L, arg, -2).text;
    const lfg_field *field = fields;
    while (field->name != NULL && strcmp(field->name, name) != 0) {
      field++;
    }
    if (field->name == NULL) {
      luaL_argerror(L, arg, lua_pushfstring(L, "%s: %s", name, complaint));
    }
    read_field(L, arg, field, zone);
  }
}

void lfg_push_time(lua_State *L, fg_time time, const fg_zone *zone) {
  char text[FG_TIME_TEXT_MAX];
  size_t length = fg_time_format(time, zone, text);
  lua_pushlstring(L, text, length);
}

void lfg_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  lua_getfield(L, -1, "__gc");
  lua_setfield(L, -2, "__close");
}

void lfg_push_methods(lua_State *L, const char *type) {
  luaL_getmetatable(L, type);
  lua_getfield(L, -1, "__index");
  if (lua_iscfunction(L, -1)) {
    lua_getupvalue(L, -1, 1);
    lua_replace(L, -2);
  }
  lua_remove(L, -2);
}

void lfg_add_methods(lua_State *L, const char *type, const luaL_Reg *methods) {
  lfg_push_methods(L, type);
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 1);
}

static int text_collect(lua_State *L) {
  fg_text *text = luaL_testudata(L, 1, LFG_TEXT);
  if (text != NULL) {
    fg_text_release(text);
  }
  return 0;
}

void lfg_open_text(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", text_collect}, {NULL, NULL}};
  lfg_new_type(L, LFG_TEXT, metamethods);
  lua_pop(L, 1);
}

fg_text *lfg_new_text(lua_State *L) {
  fg_text *text = lfg_new_userdata(L, sizeof *text, 0);
  memset(text, 0, sizeof *text);
  luaL_setmetatable(L, LFG_TEXT);
  return text;
}

int lfg_answer_text(lua_State *L, fg_text *text) {
  lua_pushlstring(L, text->text, text->length);
  fg_text_release(text);
  return 1;
}
