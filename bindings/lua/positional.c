/* The commands that programs call in a loop, with arguments by position: acct:use(product, quantity, at, id,
   attributes) and acct:call(…). They need no table, and take a fraction of the time of the other form. */
#include "binding.h"

void lfg_add_positional(lua_State *L, const char *name, fg_command_kind kind, lua_CFunction method) {
  lfg_push_methods(L, LFG_ACCOUNT);
  lfg_positional *given = lfg_new_userdata(L, sizeof *given, 0);
  fg_command_begin(&given->command, kind, 0);
  luaL_getmetatable(L, LFG_ACCOUNT);
  given->metatable = lua_topointer(L, -1);
  luaL_getmetatable(L, LFG_CALL);
  lua_replace(L, -2);
  lua_pushcclosure(L, method, 2);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

bool lfg_is_positional(lua_State *L) { return lua_type(L, 2) == LUA_TSTRING; }

void *lfg_self(lua_State *L, const void *metatable) {
  void *self = lua_touserdata(L, 1);
  if (self == NULL || !lua_getmetatable(L, 1)) {
    return NULL;
  }
  bool is_it = lua_topointer(L, -1) == metatable;
  lua_pop(L, 1);
  return is_it ? self : NULL;
}

static lfg_account *check_account_of(lua_State *L, const void *metatable) {
  lfg_account *self = lfg_self(L, metatable);
  bool usable = self != NULL && self->handle != NULL && !self->walked;
  return usable ? self : lfg_check_account(L, 1);
}

static fg_time read_time(lua_State *L, const lfg_account *self) {
  return lua_isnoneornil(L, 4) ? FG_NO_TIME : lfg_check_time(L, 4, 4, "at", lfg_account_zone(self));
}

/* Reads a quantity; a call without one is of one unit. */
static int64_t read_quantity(lua_State *L, fg_command_kind kind) {
  return kind == FG_DO_CALL && lua_isnoneornil(L, 3) ? 1 : lfg_check_quantity(L, 3, 3, "quantity");
}

/* Reads integers here, and leaves everything else to the functions that check and explain. The product may be any
   bytes, because one that is not known is refused. */
lfg_account *lfg_read_positional(lua_State *L, lfg_positional *given) {
  fg_command *command = &given->command;
  lfg_account *self = check_account_of(L, given->metatable);
  command->product.text = lua_tolstring(L, 2, &command->product.length);
  command->quantity = lfg_is_integer(L, 3) ? lfg_to_integer(L, 3) : read_quantity(L, command->kind);
  command->at = read_time(L, self);
  command->id = lua_isnoneornil(L, 5) ? (fg_string){NULL, 0} : lfg_check_text(L, 5, 5, "id");
  command->attributes = lua_isnoneornil(L, 6) ? (fg_attributes){NULL, 0}
                                              : lfg_check_attributes(L, 6, 6, "attributes", given->room);
  return self;
}

int lfg_positional_argument(lua_State *L, const fg_error *error) {
  static const char *const names[] = {"product", "quantity", "at", "id", "attributes", NULL};
  return lfg_is_positional(L) ? lfg_argument_of(error, names) : 2;
}

int64_t lfg_units_of_packs(const fg_used *used) {
  int64_t units = 0;
  for (size_t i = 0; i < used->pack_count; i++) {
    units += used->packs[i].units;
  }
  return units;
}

static int account_use(lua_State *L) {
  fg_outcome outcome;
  fg_error error;
  if (!lfg_is_positional(L)) {
    return lfg_account_apply(L, FG_DO_USE);
  }
  lfg_positional *given = lua_touserdata(L, lua_upvalueindex(1));
  lfg_account *self = lfg_read_positional(L, given);
  if (fg_handle_apply(self->handle, &given->command, &outcome, &error) != FG_OK) {
    return lfg_refused(L, lfg_positional_argument(L, &error), &error);
  }
  lfg_push_integer(L, outcome.is.used.free);
  lfg_push_integer(L, lfg_units_of_packs(&outcome.is.used));
  lfg_push_integer(L, outcome.is.used.postpaid);
  lfg_push_integer(L, outcome.is.used.unbilled);
  return 4;
}

void lfg_open_use(lua_State *L) { lfg_add_positional(L, "use", FG_DO_USE, account_use); }
