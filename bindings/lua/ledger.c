/* faregate.open, for accounts on the disk. */
#include "binding.h"
#include "faregate_ledger.h"

/* Positions on the stack of faregate.open. */
enum { PATH = 1, OPTIONS = 2, AFTER_OPTIONS = 8, BOOK = AFTER_OPTIONS, SELF };

/* Pushes the book of the options: an open one, a new one if they hold what faregate.book takes, or nil. False, with the
   failure of faregate.book at BOOK and after it, if it cannot be loaded. */
static bool push_book(lua_State *L) {
  if (lua_getfield(L, OPTIONS, "book") == LUA_TNIL || luaL_testudata(L, -1, LFG_BOOK) != NULL) {
    return true;
  }
  lua_pushcfunction(L, lfg_book_new);
  lua_insert(L, -2);
  lua_call(L, 1, LUA_MULTRET);
  return !lua_isnil(L, BOOK);
}

int lfg_open_ledger(lua_State *L) {
  lfg_options begun = {.is_given = false};
  fg_ledger_options options = {.clock = &begun.clock};
  const lfg_field fields[] = {LFG_OPTION_FIELDS,
                              {.name = "book"},
                              {"group_ms", .quantity = &options.group_ms},
                              {"wait_ms", .quantity = &options.wait_ms},
                              {"read_only", .flag = &options.read_only},
                              {.name = "check"},
                              {.name = NULL}};
  fg_error error;
  fg_string path = lfg_check_text(L, PATH, PATH, "path");
  lua_settop(L, OPTIONS);
  lfg_read_options(L, fields, &begun);
  options.account = begun.is_given ? &begun.account : NULL;
  if (!push_book(L)) {
    return lua_gettop(L) - AFTER_OPTIONS + 1;
  }
  lfg_account *self = lfg_new_account(L);
  options.book = lua_isnil(L, BOOK) ? NULL : lfg_check_book_of(L, OPTIONS, BOOK);
  /* Read last, and kept on the stack, because a finalizer may have taken the text out of the table. */
  if (lua_getfield(L, OPTIONS, "check") != LUA_TNIL) {
    options.check = lfg_check_text(L, OPTIONS, -1, "check");
  }
  lua_pushvalue(L, SELF);
  return fg_ledger_open(path.text, &options, &self->handle, &error) == FG_OK ? 1 : lfg_refused(L, OPTIONS, &error);
}
