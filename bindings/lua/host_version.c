/* Which Lua has loaded the module: a module is built for one, and says so in a sentence when it is another's.

   What only some versions have is a weak reference, here and in compat.h, so that a module is loaded where it does not
   fit and luaopen_faregate, by what all versions have, can refuse. Where the object format has none the loader itself
   refuses, by the name of a function that is missing. */
#include "host_version.h"

#include <stddef.h>

#if defined(__ELF__)

/* Functions that one version brought, as nothing but names. */
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

#else

int lfg_host_version(int built_for) { return built_for; }

#endif
