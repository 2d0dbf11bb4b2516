/* A Lua of the tests: `host [-W] SCRIPT ARGUMENT…`, for the versions whose sources come without their interpreter. -W
   shows warnings, where the version has them. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

/* The script is at 0, as the interpreters have it. */
static void set_arguments(lua_State *L, int count, char **words, int script) {
  lua_createtable(L, count, 1);
  for (int i = 0; i < count; i++) {
    lua_pushstring(L, words[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}

static void show_warnings(lua_State *L) {
#if LUA_VERSION_NUM >= 504
  lua_warning(L, "@on", 0);
#else
  (void)L;
#endif
}

#ifdef FAREGATE_INSIDE /* linked in, where a program cannot load modules */
int luaopen_faregate(lua_State *L);
int luaopen_failing(lua_State *L);

static void have_inside(lua_State *L, const char *name, lua_CFunction open) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, open);
  lua_setfield(L, -2, name);
  lua_pop(L, 2);
}
#endif

int main(int count, char **words) {
  lua_State *L = luaL_newstate();
  int script = count > 1 && strcmp(words[1], "-W") == 0 ? 2 : 1;
  if (count <= script || L == NULL) {
    return 2;
  }
  luaL_openlibs(L);
#ifdef FAREGATE_INSIDE
  have_inside(L, "faregate", luaopen_faregate);
  have_inside(L, "failing", luaopen_failing);
#endif
  if (script == 2) {
    show_warnings(L);
  }
  set_arguments(L, count, words, script);
  int status = luaL_loadfile(L, words[script]) || lua_pcall(L, 0, 0, 0);
  if (status != 0) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  }
  lua_close(L);
  return status != 0;
}
