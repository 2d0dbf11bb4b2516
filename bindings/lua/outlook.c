/* Questions about what is to come and what wants attention. */
#include <string.h>

#include "binding.h"
#include "faregate_outlook.h"

int lfg_account_upcoming(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  lfg_account *self = lfg_check_account(L, 1);
  fg_time until = FG_NO_TIME;
  if (!lua_isnoneornil(L, 2)) {
    until = lfg_check_time(L, 2, 2, "until", lfg_account_offset(self));
  }
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(fg_handle_account(self->handle)));
  self->walked = true;
  fg_status status = fg_handle_upcoming(self->handle, until, visitor, &error);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return status == FG_OK ? 1 : lfg_refused(L, 2, &error);
}

/* The limits in the table at 2; nil: none. */
static void read_limits(lua_State *L, fg_notice_limits *limits) {
  if (lua_isnoneornil(L, 2)) {
    return;
  }
  luaL_checktype(L, 2, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, 2) != 0; lua_pop(L, 1)) {
    fg_string key = lfg_check_key(L, 2, -2);
    int64_t value = lfg_check_quantity(L, 2, -1, key.text);
    if (strcmp(key.text, "pack_share") == 0) {
      limits->pack_share = value;
    } else if (strcmp(key.text, "pack_days") == 0) {
      limits->pack_days = value;
    } else if (strcmp(key.text, "budget_share") == 0) {
      limits->budget_share = value;
    } else {
      luaL_argerror(L, 2, lua_pushfstring(L, "%s: there is no such limit", key.text));
    }
  }
}

int lfg_account_notices(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  fg_notice_limits limits = FG_NOTICE_LIMITS_DEFAULT;
  lfg_account *self = lfg_check_account(L, 1);
  read_limits(L, &limits);
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, fg_account_book(fg_handle_account(self->handle)));
  self->walked = true;
  fg_status status = fg_handle_notices(self->handle, &limits, visitor, &error);
  self->walked = false;
  lfg_walk_end(&walk, status);
  return status == FG_OK ? 1 : lfg_refused(L, 2, &error);
}
