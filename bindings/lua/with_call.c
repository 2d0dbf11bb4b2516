/* acct:with_call(product, fn, …): makes a call that lasts as long as a function runs. It is written in Lua, whose
   `pcall` lets a coroutine yield if the version can. `product` may be a table of fields, as for `call`. */
#include "binding.h"

/* When `fn` returns, a held call is committed. If `fn` raises an error, the call is ended as a variable that goes out
   of scope would be, and the error goes on. A call that `fn` itself ended stays as it is. */
static const char source[] = "local pcall, error, type = ...\n"
                             "local function finish(pass, ok, ...)\n"
                             "  if not ok then\n"
                             "    pass:close((...))\n"
                             "    error((...), 0)\n"
                             "  end\n"
                             "  if pass.state == 'held' then\n"
                             "    pass:commit()\n"
                             "  end\n"
                             "  pass:close()\n"
                             "  return ...\n"
                             "end\n"
                             "return function(acct, product, fn, ...)\n"
                             "  if type(fn) ~= 'function' then\n"
                             "    error('bad argument #2 to \\'with_call\\' (expected a function)', 2)\n"
                             "  end\n"
                             "  local pass, message, code, retry_after, rule = acct:call(product)\n"
                             "  if not pass then\n"
                             "    return nil, message, code, retry_after, rule\n"
                             "  end\n"
                             "  return finish(pass, pcall(fn, pass, ...))\n"
                             "end\n";

void lfg_open_with_call(lua_State *L) {
  static const char *const needed[] = {"pcall", "error", "type"};
  lfg_push_methods(L, LFG_ACCOUNT);
  if (luaL_loadbuffer(L, source, sizeof source - 1, "=faregate.with_call") != LUA_OK) {
    lua_error(L);
  }
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    lua_getglobal(L, needed[i]);
  }
  lua_call(L, (int)(sizeof needed / sizeof *needed), 1);
  lua_setfield(L, -2, "with_call");
  lua_pop(L, 1);
}
