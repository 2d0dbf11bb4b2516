/* The module `failing`: lets the allocations of a Lua state fail. */
#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

static lua_Alloc below; ///< the state's own
static void *below_data;
static lua_Integer left; ///< allocations that still succeed
static bool has_failed;

static void *allocate(void *unused, void *block, size_t old_size, size_t new_size) {
  (void)unused;
  bool grows = new_size > 0 && (block == NULL || new_size > old_size);
  has_failed = has_failed || (grows && left == 0);
  if (grows && left == 0) {
    return NULL; /* and so is every later one: Lua collects garbage and tries again */
  }
  left -= grows;
  return below(below_data, block, old_size, new_size);
}

/* failing.call(count, function) → whether an allocation failed, whether the function returned, what it answered or
   raised. So many allocations succeed, none after them. */
static int failing_call(lua_State *L) {
  left = luaL_checkinteger(L, 1);
  has_failed = false;
  below = lua_getallocf(L, &below_data);
  lua_setallocf(L, allocate, NULL);
  int status = lua_pcall(L, 0, 1, 0);
  lua_setallocf(L, below, below_data);
  lua_pushboolean(L, has_failed);
  lua_pushboolean(L, status == 0);
  lua_pushvalue(L, 2);
  return 3;
}

int luaopen_failing(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, failing_call);
  lua_setfield(L, -2, "call");
  return 1;
}
