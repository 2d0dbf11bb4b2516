/* faregate.call: a call that the gate let in, to be ended by who goes out with it, once:

     local pass <close> = acct:call("image")   -- uncertain, and used, on the way out unless it was ended */
#include <string.h>

#include "binding.h"

typedef struct lfg_call {
  fg_pass pass;
  lfg_account *account; ///< the userdata keeps the account alive
  bool is_resumed;      ///< a resumed call does not say how its units were covered
  bool repeated;
  int64_t free, packs, postpaid, unbilled; ///< how its units were covered
  char id[];
} lfg_call;

/* Returns the call at position 1. Methods have the metatable of calls as an upvalue, which is faster to get than from
   the registry. */
static lfg_call *check_call(lua_State *L) {
  lfg_call *call = lfg_self(L, lua_topointer(L, lua_upvalueindex(1)));
  return call != NULL ? call : luaL_checkudata(L, 1, LFG_CALL);
}

/* Returns the account of a call. Raises an error if the account was released, or is being described. */
static lfg_account *account_of(lua_State *L, const lfg_call *call) {
  lfg_raise_unusable(L, 1, call->account);
  return call->account;
}

/* Pushes a call of the account at position 1, not let in yet, with room for an id. The metatable is the second
   upvalue. */
static lfg_call *new_call(lua_State *L, size_t id_room) {
  lfg_call *call = lfg_new_userdata(L, sizeof *call + id_room, 1);
  *call = (lfg_call){.pass = {.state = FG_PASS_CANCELED}};
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  lfg_keep(L);
  return call;
}

static fg_string keep_id(lfg_call *call, fg_string id) {
  return id.text == NULL ? id : (fg_string){memcpy(call->id, id.text, id.length), id.length};
}

/* Lets in the call on top of the stack. It must have room for the command's id. */
static int let_in(lua_State *L, lfg_account *self, fg_command *command, lfg_call *call) {
  fg_outcome outcome;
  fg_error error;
  call->account = self;
  command->id = keep_id(call, command->id);
  if (fg_handle_call(self->handle, command, &call->pass, &outcome, &error) != FG_OK) {
    return lfg_held_back(L, lfg_positional_argument(L, &error), &error);
  }
  call->free = outcome.is.used.free;
  call->packs = lfg_units_of_packs(&outcome.is.used);
  call->postpaid = outcome.is.used.postpaid;
  call->unbilled = outcome.is.used.unbilled;
  call->repeated = outcome.repeated;
  return 1;
}

/* Memory is allocated before the arguments are read, here and below. A finalizer that runs then may change the table of
   arguments, or make another call through the same upvalue. */
static int call_from_table(lua_State *L) {
  enum { ID = 3 };
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_command command;
  /* Comes before the check for a table, because acct.call("image"), with a dot instead of a colon, should be told about
     the account. */
  lfg_check_account(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  bool has_id = lua_getfield(L, 2, "id") == LUA_TSTRING;
  lfg_call *call = new_call(L, has_id ? (size_t)lua_rawlen(L, ID) : 0);
  lfg_account *self = lfg_check_account(L, 1);
  lfg_read_command(L, 2, FG_DO_CALL, lfg_account_zone(self), room, &command);
  command.id = has_id ? lfg_check_text(L, 2, ID, "id") : (fg_string){NULL, 0};
  return let_in(L, self, &command, call);
}

static int account_call(lua_State *L) {
  lfg_positional *given = lua_touserdata(L, lua_upvalueindex(1));
  if (!lfg_is_positional(L)) {
    return call_from_table(L);
  }
  lua_settop(L, 6);
  lfg_call *call = new_call(L, lua_type(L, 5) == LUA_TSTRING ? (size_t)lua_rawlen(L, 5) : 0);
  lfg_account *self = lfg_read_positional(L, given);
  return let_in(L, self, &given->command, call);
}

static int account_resume(lua_State *L) {
  fg_error error;
  lua_settop(L, 2);
  lfg_check_account(L, 1);
  fg_string id = lfg_check_text(L, 2, 2, "id");
  lfg_call *call = new_call(L, id.length);
  lfg_account *self = lfg_check_account(L, 1);
  call->account = self;
  call->is_resumed = true;
  if (fg_handle_resume(self->handle, keep_id(call, id), &call->pass, &error) != FG_OK) {
    return lfg_refused(L, 2, &error);
  }
  return 1;
}

/* Reads the instant of an end. A number that is no instant was probably meant as a quantity, so the error says how to
   give one. */
static fg_time check_end(lua_State *L, const lfg_account *self, fg_command_kind kind) {
  fg_time at = 0;
  fg_error error;
  if (kind == FG_DO_COMMIT && lfg_is_integer(L, 2) && fg_time_of_number(lfg_to_integer(L, 2), &at, &error) != FG_OK) {
    luaL_argerror(L, 2,
                  lua_pushfstring(L, "at: %s; a quantity has its name, as in commit{quantity = 3}", error.message));
  }
  return lfg_check_time(L, 2, 2, "at", lfg_account_zone(self));
}

/* Reads the argument of commit, cancel and not_sent: an instant, or a table of fields. */
static void read_end(lua_State *L, const lfg_account *self, fg_command_kind kind, fg_attribute *room,
                     fg_command *command) {
  luaL_argcheck(L, lua_isnoneornil(L, 3), 3,
                "expected an instant or a table of fields, as in commit{quantity = 3}, and nothing after it");
  if (lua_istable(L, 2)) {
    lfg_read_command(L, 2, kind, lfg_account_zone(self), room, command);
    luaL_argcheck(L, command->id.text == NULL, 2, "id: a call knows its own");
    return;
  }
  fg_command_begin(command, kind, FG_NO_TIME);
  if (!lua_isnoneornil(L, 2)) {
    command->at = check_end(L, self, kind);
  }
}

/* Ends a call by a method. Returns whether that worked; otherwise the refusal is pushed. */
static bool end_by_hand(lua_State *L, fg_command_kind kind, fg_command *command, fg_outcome *outcome) {
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_error error;
  lfg_call *call = check_call(L);
  read_end(L, account_of(L, call), kind, room, command);
  account_of(L, call); /* checked again, because reading the arguments may have run code that released the account */
  if (fg_pass_end(&call->pass, command, outcome, &error) != FG_OK) {
    lfg_refused(L, 2, &error);
    return false;
  }
  return true;
}

/* With a quantity, an outcome or attributes, commit returns what was given back and lost, and how further units were
   covered. */
static int call_commit(lua_State *L) {
  fg_command command;
  fg_outcome outcome;
  if (!end_by_hand(L, FG_DO_COMMIT, &command, &outcome)) {
    return 4;
  }
  if (command.quantity != FG_ALL || command.outcome.text != NULL || command.attributes.count > 0) {
    return lfg_push_outcome(L, account_of(L, check_call(L)), &outcome);
  }
  lua_pushboolean(L, true);
  return 1;
}

static int call_cancel(lua_State *L) {
  fg_command command;
  fg_outcome outcome;
  if (!end_by_hand(L, FG_DO_CANCEL, &command, &outcome)) {
    return 4;
  }
  lfg_push_integer(L, outcome.is.ended.returned);
  lfg_push_integer(L, outcome.is.ended.lost);
  return 2;
}

static void push_id(lua_State *L, const lfg_call *call) {
  char made[FG_CALL_NAME_MAX];
  fg_string id = fg_pass_id(&call->pass, made);
  lua_pushlstring(L, id.text, id.length);
}

/* Warns that the account was released. It does not raise an error, which would replace one that may be leaving the
   scope. */
static void warn_of_release(lua_State *L, const lfg_call *call) {
  push_id(L, call);
  lfg_warn(L, "faregate.call: the account was released before the end of ", lua_tostring(L, -1));
}

/* Ends a call by the error that leaves its scope: if that is a table with a text as its `code`, this is the service's
   outcome. The error goes on in any case. */
static void end_as_told(lua_State *L, lfg_call *call) {
  fg_command command;
  fg_outcome outcome;
  fg_error error;
  fg_command_begin(&command, FG_DO_COMMIT, FG_NO_TIME);
  lua_pushliteral(L, "code");
  if (lua_istable(L, 2) && lua_rawget(L, 2) == LUA_TSTRING) {
    command.outcome.text = lua_tolstring(L, -1, &command.outcome.length);
    (void)!fg_pass_end(&call->pass, &command, &outcome, &error);
  }
}

/* Called when a call goes out of scope. If it was not ended it stays used, because an error that leaves the scope is
   most often a time-out, and the vendor may have counted the call. */
static int call_close(lua_State *L) {
  lfg_call *call = check_call(L);
  lua_settop(L, 2);
  bool is_held = call->pass.state == FG_PASS_HELD || call->pass.state == FG_PASS_UNCERTAIN;
  if (is_held && call->account->handle != NULL && !call->account->walked) {
    end_as_told(L, call);
  }
  bool has_no_end = call->pass.state != FG_PASS_COMMITTED && call->pass.state != FG_PASS_CANCELED &&
                    call->pass.state != FG_PASS_UNKNOWN && call->pass.state != FG_PASS_FORGOTTEN;
  fg_pass_leave(&call->pass);
  if (has_no_end && call->pass.handle == NULL) {
    warn_of_release(L, call);
  }
  return 0;
}

/* Releases a call for the collector. It stays used, and becomes uncertain. */
static int call_collect(lua_State *L) {
  lfg_call *call = luaL_testudata(L, 1, LFG_CALL);
  if (call != NULL) {
    fg_pass_release(&call->pass);
  }
  return 0;
}

static bool push_drawn(lua_State *L, const lfg_call *call, const char *name) {
  const struct {
    const char *name;
    int64_t units;
  } all[] = {{"free", call->free}, {"packs", call->packs}, {"postpaid", call->postpaid}, {"unbilled", call->unbilled}};
  for (size_t i = 0; i < sizeof all / sizeof *all && !call->is_resumed; i++) {
    if (strcmp(name, all[i].name) == 0) {
      lfg_push_integer(L, all[i].units);
      return true;
    }
  }
  return false;
}

static int push_field(lua_State *L, const lfg_call *call, const char *name) {
  if (strcmp(name, "id") == 0) {
    push_id(L, call);
  } else if (strcmp(name, "state") == 0) {
    lua_pushstring(L, fg_pass_state_name(call->pass.state));
  } else if (strcmp(name, "attempt") == 0) {
    lfg_push_integer(L, (int64_t)call->pass.attempt);
  } else if (strcmp(name, "repeated") == 0) {
    lua_pushboolean(L, call->repeated);
  } else if (!push_drawn(L, call, name)) {
    lua_pushnil(L);
  }
  return 1;
}

/* Looks a key up in the methods, the first upvalue; if there is none, it is a field. */
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
  lua_pushfstring(L, ", %s)", fg_pass_state_name(call->pass.state));
  lua_concat(L, 3);
  return 1;
}

void lfg_open_call(lua_State *L) {
  static const luaL_Reg metamethods[] = {
      {"__close", call_close}, {"__gc", call_collect}, {"__tostring", call_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"commit", call_commit}, {"cancel", call_cancel}, {"not_sent", call_cancel}, {"close", call_close}, {NULL, NULL}};
  luaL_newmetatable(L, LFG_CALL);
  /* Hidden from scripts, because an account points to its calls, and without __gc it would not learn that one is
     gone. */
  lua_pushboolean(L, false);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -1);
  luaL_setfuncs(L, metamethods, 1);
  luaL_newlibtable(L, methods);
  lua_pushvalue(L, -2);
  luaL_setfuncs(L, methods, 1);
  lua_pushcclosure(L, call_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lfg_add_positional(L, "call", FG_DO_CALL, account_call);
  lfg_add_positional(L, "resume", FG_DO_CALL, account_resume);
}
