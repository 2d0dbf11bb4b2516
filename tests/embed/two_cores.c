/* A host with a core of its own, of another version, that loads the Lua module so that its names are everybody's
   (RTLD_GLOBAL), as a Lua with extensions of its own may: `two_cores MODULE SCRIPT`. Each must go on with its own. */
#include <dlfcn.h>
#include <faregate.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **words) {
  void *module = count < 3 ? NULL : dlopen(words[1], RTLD_NOW | RTLD_GLOBAL);
  void *found = module == NULL ? NULL : dlsym(module, "luaopen_faregate");
  lua_CFunction opener = NULL;
  lua_State *L = luaL_newstate();
  if (found == NULL || L == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  memcpy(&opener, &found, sizeof opener);
  luaL_openlibs(L);
  luaL_requiref(L, "faregate", opener, 0);
  lua_pop(L, 1);
  if (luaL_dofile(L, words[2]) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return 1;
  }
  lua_close(L);
  printf("host %s\n", fg_version());
  return strcmp(fg_version(), "9.9.9") == 0 ? 0 : 1;
}
