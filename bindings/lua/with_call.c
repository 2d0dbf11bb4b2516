/* acct:with_call(product, fn, …): makes a call that lasts as long as a function runs. It is written in Lua, whose
   `pcall` lets a coroutine yield if the version can. `product` may be a table of fields, as for `call`. */
#include "binding.h"

/* When `fn` returns, a held call is committed. If `fn` raises an error, the call is ended as a variable that goes out
   of scope would be, and the error goes on. A call that `fn` itself ended stays as it is; where `fn` has released the
   account instead, closing the call warns. A commit that is refused raises an error that holds what `fn` returned,
   because that was paid for, and returning it would hide the failure.
   The code is in the error's `status`: a `code` would be taken for the service's by a scope around this one. */
static const char source[] =
    "local pcall, error, type, select, setmetatable = ...\n"
    "local not_committed = {__tostring = function(self) return self.message end}\n"
    "local function pack(...)\n"
    "  return {n = select('#', ...), ...}\n"
    "end\n"
    "local function commit(pass, ...)\n"
    "  local ran, done, message, status, rule = pcall(pass.commit, pass)\n"
    "  if done and ran or status == 'already_finished' then\n"
    "    return ...\n"
    "  end\n"
    "  pass:close()\n"
    "  error(setmetatable({message = message or done, status = status, rule = rule, pass = pass,\n"
    "                      results = pack(...)}, not_committed), 0)\n"
    "end\n"
    "local function finish(pass, ok, ...)\n"
    "  if not ok then\n"
    "    pass:close((...))\n"
    "    error((...), 0)\n"
    "  end\n"
    "  if pass.state == 'held' then\n"
    "    return commit(pass, ...)\n"
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
  static const char *const needed[] = {"pcall", "error", "type", "select", "setmetatable"};
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
