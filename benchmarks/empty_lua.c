/* The floor for Lua: an object with a method that takes what account:use takes, and does nothing. */
#include <lauxlib.h>
#include <lua.h>

static int empty_use(lua_State *L) {
  (void)L;
  return 0;
}

static int empty_account(lua_State *L) {
  lua_newuserdatauv(L, 1, 0);
  luaL_setmetatable(L, "empty.account");
  return 1;
}

int luaopen_empty(lua_State *L);

int luaopen_empty(lua_State *L) {
  luaL_newmetatable(L, "empty.account");
  lua_newtable(L);
  lua_pushcfunction(L, empty_use);
  lua_setfield(L, -2, "use");
  lua_setfield(L, -2, "__index");
  lua_newtable(L);
  lua_pushcfunction(L, empty_account);
  lua_setfield(L, -2, "account");
  return 1;
}
