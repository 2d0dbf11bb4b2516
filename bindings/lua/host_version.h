/* Which Lua has loaded the module. */
#ifndef FAREGATE_LUA_HOST_VERSION_H
#define FAREGATE_LUA_HOST_VERSION_H

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* As LUA_VERSION_NUM has it, 501 for LuaJIT; `built_for` where it cannot be told. */
int lfg_host_version(int built_for);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
