/* faregate.call: a call that the gate let through, to be committed or canceled, once:

     local pass <close> = acct:call("image")   -- canceled on the way out unless it was committed */
#include <string.h>

#include "binding.h"

typedef struct lfg_call {
  lfg_account *account; ///< kept by the user value
  int64_t free, packs, postpaid, unbilled; ///< units
  bool repeated;
  bool by_clock; ///< let in at the clock's now; otherwise it ends at the latest instant the account has seen
  bool ended;    ///< there is nothing to cancel
  uint64_t number;  ///< of its id, where none was given
  size_t id_length; ///< of the one that was; 0: none was
  char id[];
} lfg_call;

enum { ACCOUNT = 1 }; /* user value: a call keeps its account */

/* Methods have the metatable of calls as an upvalue: no look into the registry. */
static lfg_call *check_call(lua_State *L) {
  lfg_call *call = lfg_self(L, lua_topointer(L, lua_upvalueindex(1)));
  return call != NULL ? call : luaL_checkudata(L, 1, LFG_CALL);
}

/* Raises when the account was released or is walked. */
static lfg_account *account_of(lua_State *L, const lfg_call *call) {
  lfg_account *self = call->account;
  if (self->account == NULL || self->walked) {
    lua_getiuservalue(L, 1, ACCOUNT);
    lfg_check_account(L, lua_gettop(L));
  }
  return self;
}

/* ------------------------------------------------------------------------------------------------- to be let in */

/* Pushes a call of the account at 1 that is not let in yet, with room for an id. */
static lfg_call *new_call(lua_State *L, size_t id_room) {
  lfg_call *call = lua_newuserdatauv(L, sizeof *call + id_room, 1);
  *call = (lfg_call){.ended = true};
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, ACCOUNT);
  return call;
}

/* The call, on top of the stack, has room for the id of the command, if that has one. */
static int let_in(lua_State *L, lfg_account *self, fg_command *command, lfg_call *call) {
  fg_outcome outcome;
  fg_error error;
  call->account = self;
  if (command->id.text != NULL) {
    call->id_length = command->id.length;
    command->id.text = memcpy(call->id, command->id.text, call->id_length);
  }
  if (lfg_apply(self, command, &outcome, &error) != FG_OK) {
    return lfg_held_back(L, 2, &error);
  }
  call->free = outcome.is.used.free;
  call->packs = lfg_units_of_packs(&outcome.is.used);
  call->postpaid = outcome.is.used.postpaid;
  call->unbilled = outcome.is.used.unbilled;
  call->number = outcome.is.used.call;
  call->repeated = outcome.repeated;
  call->ended = false;
  return 1;
}

/* Memory is taken before the arguments are read, here and below: a finalizer may change the table they are in, or make
   a call of its own through the same upvalue. */
static int call_from_table(lua_State *L) {
  enum { ID = 3 };
  fg_command command;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  bool has_id = lua_getfield(L, 2, "id") == LUA_TSTRING;
  bool by_clock = lua_getfield(L, 2, "at") == LUA_TNIL;
  lfg_call *call = new_call(L, has_id ? lua_rawlen(L, ID) : 0);
  lfg_account *self = lfg_check_account(L, 1);
  call->by_clock = by_clock;
  lfg_read_command(L, 2, FG_DO_CALL, lfg_account_offset(self), lfg_account_clock(self), &command);
  command.id = has_id ? lfg_check_text(L, 2, ID, "id") : (fg_string){NULL, 0};
  return let_in(L, self, &command, call);
}

int lfg_account_call(lua_State *L) {
  lfg_positional *given = lua_touserdata(L, lua_upvalueindex(1));
  if (!lfg_is_positional(L)) {
    return call_from_table(L);
  }
  lua_settop(L, 5);
  lfg_call *call = new_call(L, lua_type(L, 5) == LUA_TSTRING ? lua_rawlen(L, 5) : 0);
  call->by_clock = lua_isnil(L, 4);
  lfg_account *self = lfg_read_positional(L, given);
  return let_in(L, self, &given->command, call);
}

/* -------------------------------------------------------------------------------------------------- to be ended */

static fg_status end(lfg_call *call, lfg_account *self, fg_command *command, fg_outcome *outcome, fg_error *error) {
  command->id = call->id_length > 0 ? (fg_string){call->id, call->id_length} : (fg_string){NULL, 0};
  command->call = call->number;
  fg_status status = lfg_apply(self, command, outcome, error);
  call->ended = call->ended || status == FG_OK;
  return status;
}

static fg_time end_time(const lfg_call *call, lfg_account *self) {
  return call->by_clock ? lfg_account_clock(self) : fg_account_now(self->account);
}

/* pass:commit(at) and pass:cancel(at). Answers whether it was done; otherwise the refusal is pushed. */
static bool end_by_hand(lua_State *L, fg_command_kind kind, fg_outcome *outcome) {
  fg_command command;
  fg_error error;
  lfg_call *call = check_call(L);
  lfg_account *self = account_of(L, call);
  bool is_integer = lua_isinteger(L, 2);
  bool is_absent = lua_isnoneornil(L, 2);
  fg_time at = is_integer ? lua_tointeger(L, 2) : is_absent ? end_time(call, self) : 0;
  if (!is_integer && !is_absent) {
    at = lfg_check_time(L, 2, 2, "at", lfg_account_offset(self));
  }
  fg_command_begin(&command, kind, at);
  if (end(call, self, &command, outcome, &error) != FG_OK) {
    lfg_refused(L, 2, &error);
    return false;
  }
  return true;
}

static int call_commit(lua_State *L) {
  fg_outcome outcome;
  if (!end_by_hand(L, FG_DO_COMMIT, &outcome)) {
    return 4;
  }
  lua_pushboolean(L, true);
  return 1;
}

static int call_cancel(lua_State *L) {
  fg_outcome outcome;
  if (!end_by_hand(L, FG_DO_CANCEL, &outcome)) {
    return 4;
  }
  lua_pushinteger(L, outcome.is.ended.returned);
  lua_pushinteger(L, outcome.is.ended.lost);
  return 2;
}

/* A call that was ended by its id, or whose account is gone, needs nothing more. */
static int call_close(lua_State *L) {
  fg_command command;
  fg_error error;
  lfg_call *call = check_call(L);
  lfg_account *self = call->account;
  if (call->ended || self->account == NULL) {
    return 0;
  }
  account_of(L, call);
  fg_command_begin(&command, FG_DO_CANCEL, end_time(call, self));
  if (end(call, self, &command, NULL, &error) == FG_NO_MEMORY) {
    return luaL_error(L, "not enough memory");
  }
  return 0;
}

/* --------------------------------------------------------------------------------------------------- to be seen */

static void push_id(lua_State *L, const lfg_call *call) {
  char made[FG_CALL_NAME_MAX];
  if (call->id_length > 0) {
    lua_pushlstring(L, call->id, call->id_length);
  } else {
    lua_pushlstring(L, made, fg_call_name(call->account->name_bits, call->number, made));
  }
}

static int push_field(lua_State *L, const lfg_call *call, const char *name) {
  if (strcmp(name, "id") == 0) {
    push_id(L, call);
  } else if (strcmp(name, "free") == 0) {
    lua_pushinteger(L, call->free);
  } else if (strcmp(name, "packs") == 0) {
    lua_pushinteger(L, call->packs);
  } else if (strcmp(name, "postpaid") == 0) {
    lua_pushinteger(L, call->postpaid);
  } else if (strcmp(name, "unbilled") == 0) {
    lua_pushinteger(L, call->unbilled);
  } else if (strcmp(name, "repeated") == 0) {
    lua_pushboolean(L, call->repeated);
  } else {
    lua_pushnil(L);
  }
  return 1;
}

/* Methods are in the upvalue; what is not a method is a field. */
static int call_index(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
    return 1;
  }
  const lfg_call *call = luaL_checkudata(L, 1, LFG_CALL);
  return lua_type(L, 2) == LUA_TSTRING ? push_field(L, call, lua_tostring(L, 2)) : 1;
}

static int call_to_string(lua_State *L) {
  const lfg_call *call = check_call(L);
  lua_pushliteral(L, "faregate.call (");
  push_id(L, call);
  lua_pushliteral(L, ")");
  lua_concat(L, 3);
  return 1;
}

/* No __gc: a call that is forgotten stays used, for the vendor may have counted it. */
void lfg_open_call(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__close", call_close}, {"__tostring", call_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"commit", call_commit}, {"cancel", call_cancel}, {NULL, NULL}};
  luaL_newmetatable(L, LFG_CALL);
  lua_pushvalue(L, -1);
  luaL_setfuncs(L, metamethods, 1);
  luaL_newlibtable(L, methods);
  lua_pushvalue(L, -2);
  luaL_setfuncs(L, methods, 1);
  lua_pushcclosure(L, call_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
