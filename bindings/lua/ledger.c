/* Accounts on the disk: faregate.open, and what can be done with a ledger that is not open. */
#include "binding.h"
#include "faregate_ledger.h"

enum { PATH = 1, OPTIONS = 2, AFTER_OPTIONS = 7, BOOK = AFTER_OPTIONS, SELF }; /* stack of faregate.open */

/* Pushes the book of the options: one that is open, or what faregate.book takes, or nil. False, with the failure of
   faregate.book at BOOK and after, if that cannot be had. */
static bool push_book(lua_State *L) {
  if (lua_getfield(L, OPTIONS, "book") == LUA_TNIL || luaL_testudata(L, -1, LFG_BOOK) != NULL) {
    return true;
  }
  lua_pushcfunction(L, lfg_book_new);
  lua_insert(L, -2);
  lua_call(L, 1, LUA_MULTRET);
  return !lua_isnil(L, BOOK);
}

/* What is left out is 0, and means the default. */
static int64_t read_milliseconds(lua_State *L, const char *name) {
  bool is_given = lua_getfield(L, OPTIONS, name) != LUA_TNIL;
  int64_t value = is_given ? lfg_check_quantity(L, OPTIONS, -1, name) : 0;
  lua_pop(L, 1);
  return value;
}

static bool read_flag(lua_State *L, const char *name) {
  bool is_given = lua_getfield(L, OPTIONS, name) != LUA_TNIL;
  if (is_given && !lua_isboolean(L, -1)) {
    lfg_expected(L, OPTIONS, -1, name, "true or false");
  }
  bool value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

int lfg_open_ledger(lua_State *L) {
  static const char *const names[] = {"book", "wallet", "policy", "group_ms", "wait_ms", "max_jump", "read_only", NULL};
  lfg_options begun;
  fg_error error;
  fg_string path = lfg_check_text(L, PATH, PATH, "path");
  lua_settop(L, OPTIONS);
  lfg_read_options(L, names, &begun);
  fg_ledger_options options = {.account = begun.is_given ? &begun.account : NULL, .clock = &begun.clock};
  options.group_ms = read_milliseconds(L, "group_ms");
  options.wait_ms = read_milliseconds(L, "wait_ms");
  options.read_only = read_flag(L, "read_only");
  if (!push_book(L)) {
    return lua_gettop(L) - AFTER_OPTIONS + 1;
  }
  lfg_account *self = lfg_new_account(L);
  options.book = lua_isnil(L, BOOK) ? NULL : lfg_check_book(L, BOOK);
  return fg_ledger_open(path.text, &options, &self->handle, &error) == FG_OK ? 1 : lfg_refused(L, OPTIONS, &error);
}
