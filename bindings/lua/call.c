/* faregate.call: a call that the gate let through, to be committed or canceled, once:

     local pass <close> = acct:call("image")   -- canceled on the way out unless it was committed */
#define _DEFAULT_SOURCE

#include <string.h>
#include <unistd.h>

#include "binding.h"

typedef struct lfg_call {
  int64_t free, packs, postpaid, unbilled; ///< units
  bool repeated;
  bool by_clock; ///< let in at the clock's now; otherwise it ends at the latest instant the account has seen
  bool ended;    ///< there is nothing to cancel
  size_t id_length;
  char id[];
} lfg_call;

enum { ACCOUNT = 1 }; /* user value: a call keeps its account */

static lfg_call *check_call(lua_State *L) { return luaL_checkudata(L, 1, LFG_CALL); }

/* ------------------------------------------------------------------------------------------------- to be let in */

/* Made-up ids are unlike those of any other account, process or start: 16 random digits, drawn for each account, and the
   number of the call in 16 more. */
enum { RANDOM = sizeof "call-" - 1, NUMBER = RANDOM + 16 + 1, MADE_UP_LENGTH = NUMBER + 16 };

static const char digits[] = "0123456789abcdef";

static void begin_made_up_ids(lua_State *L, char id[LFG_CALL_ID_MAX]) {
  unsigned char random[8];
  if (getentropy(random, sizeof random) != 0) {
    luaL_error(L, "no random bytes for an id");
  }
  memcpy(id, "call-", RANDOM);
  for (int i = 0; i < 16; i++) {
    id[RANDOM + i] = digits[random[i / 2] >> i % 2 * 4 & 15];
  }
  id[NUMBER - 1] = '-';
  memset(id + NUMBER, '0', 16);
}

static void make_up_next_id(lua_State *L, char id[LFG_CALL_ID_MAX]) {
  if (id[0] == '\0') {
    begin_made_up_ids(L, id);
  }
  int at = MADE_UP_LENGTH - 1;
  while (id[at] == 'f') {
    id[at--] = '0';
  }
  id[at] = strchr(digits, id[at])[1];
}

/* Pushes a call that is not let in yet, with room for its id. */
static lfg_call *new_call(lua_State *L, size_t id_length) {
  lfg_call *call = lua_newuserdatauv(L, sizeof *call + id_length, 1);
  memset(call, 0, sizeof *call + id_length);
  call->ended = true;
  call->id_length = id_length;
  luaL_setmetatable(L, LFG_CALL);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, ACCOUNT);
  return call;
}

/* The call, on top of the stack, has room for the id that the command names or for one that is made up. */
static int let_in(lua_State *L, lfg_account *self, fg_command *command, lfg_call *call) {
  fg_outcome outcome;
  fg_error error;
  if (command->id.text == NULL) {
    make_up_next_id(L, self->call_id);
    command->id.text = self->call_id;
  }
  memcpy(call->id, command->id.text, call->id_length);
  command->id = (fg_string){call->id, call->id_length};
  if (lfg_apply(self, command, &outcome, &error) != FG_OK) {
    return lfg_held_back(L, 2, &error);
  }
  call->free = outcome.is.used.free;
  call->packs = lfg_units_of_packs(&outcome.is.used);
  call->postpaid = outcome.is.used.postpaid;
  call->unbilled = outcome.is.used.unbilled;
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
  lfg_call *call = new_call(L, has_id ? lua_rawlen(L, ID) : MADE_UP_LENGTH);
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
  lfg_call *call = new_call(L, lua_type(L, 5) == LUA_TSTRING ? lua_rawlen(L, 5) : MADE_UP_LENGTH);
  call->by_clock = lua_isnil(L, 4);
  lfg_account *self = lfg_read_positional(L, given);
  return let_in(L, self, &given->command, call);
}

/* -------------------------------------------------------------------------------------------------- to be ended */

static fg_status end(lfg_call *call, lfg_account *self, fg_command *command, fg_outcome *outcome, fg_error *error) {
  command->id = (fg_string){call->id, call->id_length};
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
  lua_settop(L, 2);
  lua_getiuservalue(L, 1, ACCOUNT);
  lfg_account *self = lfg_check_account(L, 3);
  fg_time at = lua_isnil(L, 2) ? end_time(call, self) : lfg_check_time(L, 2, 2, "at", lfg_account_offset(self));
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
  lua_pushinteger(L, outcome.is.canceled.returned);
  lua_pushinteger(L, outcome.is.canceled.lost);
  return 2;
}

/* A call that was ended by its id, or whose account is gone, needs nothing more. */
static int call_close(lua_State *L) {
  fg_command command;
  fg_error error;
  lfg_call *call = check_call(L);
  lua_getiuservalue(L, 1, ACCOUNT);
  lfg_account *self = luaL_checkudata(L, -1, LFG_ACCOUNT);
  if (call->ended || self->account == NULL) {
    return 0;
  }
  lfg_check_account(L, lua_gettop(L));
  fg_command_begin(&command, FG_DO_CANCEL, end_time(call, self));
  if (end(call, self, &command, NULL, &error) == FG_NO_MEMORY) {
    return luaL_error(L, "not enough memory");
  }
  return 0;
}

/* --------------------------------------------------------------------------------------------------- to be seen */

static int push_field(lua_State *L, const lfg_call *call, const char *name) {
  if (strcmp(name, "id") == 0) {
    lua_pushlstring(L, call->id, call->id_length);
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
  const lfg_call *call = check_call(L);
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL || lua_type(L, 2) != LUA_TSTRING) {
    return 1;
  }
  return push_field(L, call, lua_tostring(L, 2));
}

static int call_to_string(lua_State *L) {
  const lfg_call *call = check_call(L);
  lua_pushliteral(L, "faregate.call (");
  lua_pushlstring(L, call->id, call->id_length);
  lua_pushliteral(L, ")");
  lua_concat(L, 3);
  return 1;
}

/* No __gc: a call that is forgotten stays used, for the vendor may have counted it. */
void lfg_open_call(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__close", call_close}, {"__tostring", call_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"commit", call_commit}, {"cancel", call_cancel}, {NULL, NULL}};
  luaL_newmetatable(L, LFG_CALL);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  lua_pushcclosure(L, call_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
