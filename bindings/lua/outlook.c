/* The methods `upcoming` and `notices` of an account: what will happen by itself, and what wants attention. */
#include "binding.h"
#include "faregate_outlook.h"

static int account_upcoming(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  lfg_account *self = lfg_check_account(L, 1);
  fg_time until = FG_NO_TIME;
  if (!lua_isnoneornil(L, 2)) {
    until = lfg_check_time(L, 2, 2, "until", lfg_account_zone(self));
  }
  const fg_visitor *visitor = lfg_walk_account(L, self, &walk);
  fg_status status = fg_handle_upcoming(self->handle, until, visitor, &error);
  return lfg_walked_account(self, &walk, status, 2, &error);
}

static int account_notices(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  fg_notice_limits limits = FG_NOTICE_LIMITS_DEFAULT;
  const lfg_field fields[] = {{"pack_percent", .quantity = &limits.pack_percent},
                              {"pack_days", .quantity = &limits.pack_days},
                              {"budget_percent", .quantity = &limits.budget_percent},
                              {.name = NULL}};
  lfg_check_account(L, 1);
  lfg_read_fields(L, 2, fields, "there is no such limit", 0);
  lfg_account *self = lfg_check_account(L, 1);
  const fg_visitor *visitor = lfg_walk_account(L, self, &walk);
  fg_status status = fg_handle_notices(self->handle, &limits, visitor, &error);
  return lfg_walked_account(self, &walk, status, 2, &error);
}

void lfg_open_outlook(lua_State *L) {
  static const luaL_Reg methods[] = {{"upcoming", account_upcoming}, {"notices", account_notices}, {NULL, NULL}};
  lfg_add_methods(L, LFG_ACCOUNT, methods);
}
