/* The floor for Lua: an object whose methods take what those of an account and a call take, and do nothing; and a
   maker, whose `call` makes a new object as large as a call, which is what the language alone takes for the answer. */
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

enum { SIZE_OF_A_CALL = 96 };

static int maker_call(lua_State *L) {
  lua_settop(L, 4);
  lua_newuserdatauv(L, SIZE_OF_A_CALL, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  return 1;
}

static int empty_account(lua_State *L) {
  lua_newuserdatauv(L, 1, 0);
  luaL_setmetatable(L, "empty.account");
  return 1;
}

static int empty_maker(lua_State *L) {
  lua_newuserdatauv(L, 1, 0);
  luaL_setmetatable(L, "empty.maker");
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
  luaL_newmetatable(L, "empty.maker");
  lua_newtable(L);
  lua_pushvalue(L, -3);
  lua_pushcclosure(L, maker_call, 1);
  lua_setfield(L, -2, "call");
  lua_setfield(L, -2, "__index");
  lua_newtable(L);
  lua_pushcfunction(L, empty_account);
  lua_setfield(L, -2, "account");
  lua_pushcfunction(L, empty_maker);
  lua_setfield(L, -2, "maker");
  return 1;
}
