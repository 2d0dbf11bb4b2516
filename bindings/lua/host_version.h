/* Finds out which Lua has loaded the module, and keeps the module loaded. */
#ifndef FAREGATE_LUA_HOST_VERSION_H
#define FAREGATE_LUA_HOST_VERSION_H

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Returns a number as LUA_VERSION_NUM has it, 501 for LuaJIT, or `built_for` if the version cannot be found out. */
int lfg_host_version(int built_for);

/* Keeps the module loaded until the process ends, on systems with ELF. */
void lfg_stay_loaded(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
