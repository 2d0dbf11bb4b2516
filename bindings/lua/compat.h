/*
 * One source for every Lua: the functions of Lua 5.4's C API that the binding uses, made from those of Lua 5.1, 5.2 and
 * 5.3. A module for Lua 5.1 uses nothing else, so it serves LuaJIT, LÖVE and OpenResty as it is.
 *
 * Integers: if the numbers of a Lua are doubles (before 5.3, and in LuaJIT), a number counts as an integer if no other
 * integer is rounded to it, which holds below 2^53. Larger integers are text in both directions, and are refused as
 * numbers.
 */
#ifndef FAREGATE_LUA_COMPAT_H
#define FAREGATE_LUA_COMPAT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>

/* Functions that not every version has are weak references, so that a module can be loaded by the wrong Lua, and say so
   (host_version.c). */
#if defined(__ELF__)
#if LUA_VERSION_NUM == 501
#pragma weak luaL_loadbuffer
#pragma weak lua_call
#pragma weak lua_objlen
#pragma weak lua_pcall
#pragma weak lua_setfenv
#pragma weak lua_tointeger
#pragma weak lua_tonumber
#else
#pragma weak luaL_checkversion_
#pragma weak luaL_loadbufferx
#pragma weak luaL_setfuncs
#pragma weak luaL_setmetatable
#pragma weak luaL_testudata
#pragma weak luaL_tolstring
#pragma weak lua_absindex
#pragma weak lua_callk
#pragma weak lua_copy
#pragma weak lua_getglobal
#pragma weak lua_pcallk
#pragma weak lua_rawlen
#pragma weak lua_tointegerx
#pragma weak lua_tonumberx
#endif
#if LUA_VERSION_NUM <= 502
#pragma weak lua_insert
#pragma weak lua_remove
#pragma weak lua_replace
#else
#pragma weak lua_isinteger
#pragma weak lua_rotate
#endif
#if LUA_VERSION_NUM <= 503
#pragma weak lua_newuserdata
#else
#pragma weak lua_newuserdatauv
#pragma weak lua_setiuservalue
#pragma weak lua_warning
#endif
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
#pragma weak lua_setuservalue
#endif
#endif

enum { LFG_DIGITS = 24 }; ///< room for a 64-bit integer as text

/* What is said of a number of which lfg_is_rounded is true. */
#define LFG_ROUNDED "a number from 2^53 on, which this Lua rounds: give it as text"

static inline const char *lfg_push_digits(lua_State *L, int64_t value) {
  char digits[LFG_DIGITS];
  snprintf(digits, sizeof digits, "%" PRId64, value);
  lua_pushstring(L, digits);
  return lua_tostring(L, -1);
}

#if LUA_VERSION_NUM >= 503

static inline bool lfg_is_integer(lua_State *L, int index) { return lua_isinteger(L, index) != 0; }

static inline int64_t lfg_to_integer(lua_State *L, int index) { return lua_tointeger(L, index); }

/* Whether a number may have been rounded from another integer. */
static inline bool lfg_is_rounded(lua_State *L, int index) { return (void)L, (void)index, false; }

/* Pushes an integer; as digits if this Lua was built with integers of 32 bits and it does not fit. */
static inline void lfg_push_integer(lua_State *L, int64_t value) {
  if (value >= LUA_MININTEGER && value <= LUA_MAXINTEGER) {
    lua_pushinteger(L, (lua_Integer)value);
  } else {
    lfg_push_digits(L, value);
  }
}

#else

static const int64_t lfg_exact_below = INT64_C(1) << 53;

static inline bool lfg_is_integer(lua_State *L, int index) {
  lua_Number value = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : 0.5;
  return value > (lua_Number)-lfg_exact_below && value < (lua_Number)lfg_exact_below &&
         value == (lua_Number)(int64_t)value;
}

static inline int64_t lfg_to_integer(lua_State *L, int index) { return (int64_t)lua_tonumber(L, index); }

static inline bool lfg_is_rounded(lua_State *L, int index) {
  lua_Number value = lua_tonumber(L, index);
  return value >= (lua_Number)lfg_exact_below || value <= (lua_Number)-lfg_exact_below;
}

static inline void lfg_push_integer(lua_State *L, int64_t value) {
  if (value > -lfg_exact_below && value < lfg_exact_below) {
    lua_pushnumber(L, (lua_Number)value);
  } else {
    lfg_push_digits(L, value);
  }
}

/* From 5.3 on these functions return the type of what they push, and take a lua_Integer. */
#define lua_getfield(L, index, key) ((lua_getfield)((L), (index), (key)), lua_type((L), -1))
#define lua_rawget(L, index) ((lua_rawget)((L), (index)), lua_type((L), -1))
#define lua_rawgeti(L, index, n) ((lua_rawgeti)((L), (index), (int)(n)))
#define lua_rawseti(L, index, n) ((lua_rawseti)((L), (index), (int)(n)))

#endif

/* Makes a userdata that can keep one other value alive, if `kept` is 1; lfg_keep sets that. */
static inline void *lfg_new_userdata(lua_State *L, size_t size, int kept) {
#if LUA_VERSION_NUM >= 504
  return lua_newuserdatauv(L, size, kept);
#else
  (void)kept;
  return lua_newuserdata(L, size);
#endif
}

/* Makes the userdata below the top keep the value on top, which is popped. Before 5.3 that value must be a table. */
static inline void lfg_keep(lua_State *L) {
#if LUA_VERSION_NUM >= 504
  lua_setiuservalue(L, -2, 1);
#elif LUA_VERSION_NUM == 503
  lua_setuservalue(L, -2);
#else
  lua_createtable(L, 1, 0);
  lua_insert(L, -2);
  lua_rawseti(L, -2, 1);
#if LUA_VERSION_NUM == 502
  lua_setuservalue(L, -2);
#else
  lua_setfenv(L, -2);
#endif
#endif
}

#if LUA_VERSION_NUM < 502

#define LUA_OK 0
#define LUAMOD_API LUALIB_API

/* LuaJIT's header has some of these functions. One module serves Lua 5.1 and LuaJIT, so it uses none of LuaJIT's. */
#undef luaL_newlibtable
#undef luaL_newlib
#define lua_rawlen(L, index) lua_objlen((L), (index))
#define luaL_setfuncs(L, functions, upvalues) lfg_set_functions((L), (functions), (upvalues))
#define luaL_newlibtable(L, functions) lua_createtable((L), 0, (int)(sizeof(functions) / sizeof *(functions)) - 1)
#define luaL_newlib(L, functions) (luaL_newlibtable((L), (functions)), luaL_setfuncs((L), (functions), 0))
#define luaL_setmetatable(L, name) (luaL_getmetatable((L), (name)), (void)lua_setmetatable((L), -2))
#define luaL_testudata(L, index, name) lfg_test_userdata((L), (index), (name))
#define luaL_tolstring(L, index, length) lfg_push_as_text((L), (index))
#define lua_absindex(L, index) ((index) > 0 || (index) <= LUA_REGISTRYINDEX ? (index) : lua_gettop(L) + (index) + 1)

static inline void lfg_set_functions(lua_State *L, const luaL_Reg *functions, int upvalues) {
  for (; functions->name != NULL; functions++) {
    for (int i = 0; i < upvalues; i++) {
      lua_pushvalue(L, -upvalues);
    }
    lua_pushcclosure(L, functions->func, upvalues);
    lua_setfield(L, -upvalues - 2, functions->name);
  }
  lua_pop(L, upvalues);
}

static inline void *lfg_test_userdata(lua_State *L, int index, const char *name) {
  void *userdata = lua_touserdata(L, index);
  if (userdata == NULL || !lua_getmetatable(L, index)) {
    return NULL;
  }
  luaL_getmetatable(L, name);
  bool is_it = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  return is_it ? userdata : NULL;
}

static inline void lfg_push_as_text(lua_State *L, int index) {
  if (luaL_callmeta(L, index, "__tostring")) {
    return;
  }
  switch (lua_type(L, index)) {
  case LUA_TNUMBER:
  case LUA_TSTRING: lua_pushvalue(L, index); break;
  case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false"); break;
  case LUA_TNIL: lua_pushliteral(L, "nil"); break;
  default: lua_pushfstring(L, "%s: %p", luaL_typename(L, index), lua_topointer(L, index)); break;
  }
}

#endif

#ifndef LUA_LOADED_TABLE
#define LUA_LOADED_TABLE "_LOADED" ///< a key of the registry
#endif

/* Warns; before Lua 5.4, which has no warnings, by a line on the standard error. */
static inline void lfg_warn(lua_State *L, const char *begin, const char *end) {
#if LUA_VERSION_NUM >= 504
  lua_warning(L, begin, 1);
  lua_warning(L, end, 0);
#else
  (void)L;
  fprintf(stderr, "Lua warning: %s%s\n", begin, end);
#endif
}

#endif
