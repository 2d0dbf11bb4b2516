/* For hosts that link the Lua module into themselves: luaL_requiref(L, "faregate", luaopen_faregate, 0). */
#ifndef FAREGATE_LUA_H
#define FAREGATE_LUA_H

#ifdef __cplusplus
extern "C" {
#endif

struct lua_State;

/* Pushes the module's table and returns 1. Raises an error that says so if the module was compiled for another Lua than
   the one that opens it. */
int luaopen_faregate(struct lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
