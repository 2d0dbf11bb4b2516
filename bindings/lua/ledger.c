/* Accounts on the disk: faregate.open, and what such an account can do besides. */
#include "binding.h"

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

static int64_t read_milliseconds(lua_State *L, const char *name) {
  bool is_given = lua_getfield(L, OPTIONS, name) != LUA_TNIL;
  int64_t value = is_given ? lfg_check_quantity(L, OPTIONS, -1, name) : 0;
  lua_pop(L, 1);
  return value;
}

int lfg_open_ledger(lua_State *L) {
  static const char *const names[] = {"book", "wallet", "policy", "group_ms", "wait_ms", NULL};
  lfg_options begun;
  fg_ledger_options options = {NULL, NULL, 0, 0};
  fg_error error;
  fg_string path = lfg_check_text(L, PATH, PATH, "path");
  lua_settop(L, OPTIONS);
  lfg_read_options(L, names, &begun);
  options.account = begun.is_given ? &begun.account : NULL;
  options.group_ms = read_milliseconds(L, "group_ms");
  options.wait_ms = read_milliseconds(L, "wait_ms");
  if (!push_book(L)) {
    return lua_gettop(L) - AFTER_OPTIONS + 1;
  }
  lfg_account *self = lfg_new_account(L);
  options.book = lua_isnil(L, BOOK) ? NULL : lfg_check_book(L, BOOK);
  if (fg_ledger_open(path.text, &options, &self->ledger, &error) != FG_OK) {
    return lfg_refused(L, OPTIONS, &error);
  }
  self->account = fg_ledger_account(self->ledger);
  lfg_name_calls(L, self);
  return 1;
}

int lfg_release_ledger(lua_State *L, lfg_account *self) {
  fg_ledger *ledger = self->ledger;
  fg_error error;
  self->ledger = NULL;
  self->account = NULL;
  if (fg_ledger_close(ledger, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  lua_pushboolean(L, true);
  return 1;
}

int lfg_account_flush(lua_State *L) {
  const lfg_account *self = lfg_check_account(L, 1);
  fg_error error;
  if (self->ledger != NULL && fg_ledger_flush(self->ledger, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  lua_pushboolean(L, true);
  return 1;
}

int lfg_account_ledger(lua_State *L) {
  lfg_walk walk;
  lfg_account *self = lfg_check_account(L, 1);
  if (self->ledger == NULL) {
    lua_pushnil(L);
    return 1;
  }
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, NULL);
  self->walked = true;
  fg_status status = fg_ledger_describe(self->ledger, visitor);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return 1;
}

int lfg_account_uncertain(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  lfg_account *self = lfg_check_account(L, 1);
  if (self->ledger == NULL) {
    lua_newtable(L);
    return 1;
  }
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(self->account));
  self->walked = true;
  fg_status status = fg_ledger_uncertain(self->ledger, visitor, &error);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return status == FG_OK ? 1 : lfg_refused(L, 1, &error);
}
