/* Turns a status that is not FG_OK into Lua values or a Lua error. */
#include <string.h>

#include "binding.h"

int lfg_raise_no_memory(lua_State *L) { return luaL_error(L, "not enough memory"); }

static void push_sentence(lua_State *L, const fg_error *error) {
  if (error->path[0] == '\0') {
    lua_pushstring(L, error->message);
  } else {
    lua_pushfstring(L, "%s: %s", error->path, error->message);
  }
}

static void push_or_nil(lua_State *L, const char *text) {
  if (text[0] == '\0') {
    lua_pushnil(L);
  } else {
    lua_pushstring(L, text);
  }
}

static int answer(lua_State *L, const fg_error *error, const char *last) {
  if (error->status == FG_NO_MEMORY) {
    return lfg_raise_no_memory(L);
  }
  lua_pushnil(L);
  push_sentence(L, error);
  lua_pushstring(L, fg_status_name(error->status));
  push_or_nil(L, last);
  return 4;
}

int lfg_refused(lua_State *L, int arg, const fg_error *error) {
  if (fg_status_class_of(error->status) == FG_CLASS_ARGUMENT) {
    push_sentence(L, error);
    return luaL_argerror(L, arg, lua_tostring(L, -1));
  }
  return answer(L, error, error->rule);
}

int lfg_argument_of(const fg_error *error, const char *const *names) {
  for (int i = 0; names[i] != NULL; i++) {
    if (strcmp(error->path, names[i]) == 0) {
      return 2 + i;
    }
  }
  return 2;
}

int lfg_held_back(lua_State *L, int arg, const fg_error *error) {
  lfg_refused(L, arg, error);
  if (error->retry_after_us >= 0) {
    lua_pushnumber(L, (lua_Number)error->retry_after_us / 1e6);
  } else {
    lua_pushnil(L);
  }
  lua_insert(L, -2);
  return 5;
}

int lfg_unreadable(lua_State *L, const fg_error *error) { return answer(L, error, error->path); }

/* Returns what lua_pushstring returns from 5.2 on. */
static const char *push(lua_State *L, const char *text) {
  lua_pushstring(L, text);
  return lua_tostring(L, -1);
}

static const char *push_what_is_there(lua_State *L, int index) {
  const size_t readable = 64;
  if (lua_type(L, index) == LUA_TSTRING && lua_rawlen(L, index) <= readable) {
    return lua_pushfstring(L, "\"%s\"", lua_tostring(L, index));
  }
  if (lua_type(L, index) != LUA_TNUMBER || lfg_is_integer(L, index)) {
    return push(L, luaL_typename(L, index));
  }
  return push(L, lfg_is_rounded(L, index) ? LFG_ROUNDED : "float");
}

int lfg_expected(lua_State *L, int arg, int index, const char *name, const char *expected) {
  const char *got = push_what_is_there(L, index);
  return luaL_argerror(L, arg, lua_pushfstring(L, "%s: expected %s, got %s", name, expected, got));
}
