/* Finds out which Lua has loaded the module, and keeps the module loaded. A module is built for one Lua, and says so
   when another one loads it.

   Functions that only some versions have are weak references, here and in compat.h. So a module can be loaded where it
   does not fit, and luaopen_faregate can refuse using only functions that all versions have. If the object format has
   no weak references, the loader itself refuses, naming a function that is missing. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for dladdr */
#endif
#include "host_version.h"

#include <stddef.h>

#if defined(__ELF__)
#include <dlfcn.h>

/* Functions that came with one version; only their presence is tested. */
#pragma weak lua_rawlen
#pragma weak lua_isinteger
#pragma weak lua_newuserdatauv
#pragma weak lua_numbertocstring
void lua_rawlen(void);
void lua_isinteger(void);
void lua_newuserdatauv(void);
void lua_numbertocstring(void);

int lfg_host_version(int built_for) {
  (void)built_for;
  if (lua_numbertocstring != NULL) {
    return 505;
  }
  if (lua_newuserdatauv != NULL) {
    return 504;
  }
  if (lua_isinteger != NULL) {
    return 503;
  }
  return lua_rawlen != NULL ? 502 : 501;
}

/* What is opened again is never closed. A flag of the linker would do the same, but LuaRocks passes none on. */
void lfg_stay_loaded(void) {
  static const char inside = '\0';
  Dl_info module;
  if (dladdr(&inside, &module) != 0) {
    (void)dlopen(module.dli_fname, RTLD_LAZY);
  }
}

#else

int lfg_host_version(int built_for) { return built_for; }

void lfg_stay_loaded(void) {}

#endif
