/* The floor for Lua: an object whose methods take what those of an account and a call take, and do nothing. */
#include <lauxlib.h>
#include <lua.h>

static int empty_use(lua_State *L) {
  (void)L;
  return 0;
}

/* To be asked for a commit, it answers itself. */
static int empty_call(lua_State *L) {
  lua_settop(L, 1);
  return 1;
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
  lua_pushcfunction(L, empty_call);
  lua_setfield(L, -2, "call");
  lua_pushcfunction(L, empty_use);
  lua_setfield(L, -2, "commit");
  lua_setfield(L, -2, "__index");
  lua_newtable(L);
  lua_pushcfunction(L, empty_account);
  lua_setfield(L, -2, "account");
  return 1;
}
