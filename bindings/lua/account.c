/* faregate.account: the state of one customer, with a method for each command. */
#include "binding.h"

lfg_account *lfg_new_account(lua_State *L) {
  lfg_account *self = lfg_new_userdata(L, sizeof *self, 0);
  *self = (lfg_account){.handle = NULL};
  luaL_setmetatable(L, LFG_ACCOUNT);
  return self;
}

void lfg_raise_unusable(lua_State *L, int arg, const lfg_account *self) {
  luaL_argcheck(L, !self->walked, arg, "the account is in use");
  luaL_argcheck(L, self->handle != NULL, arg, "the account was released");
}

lfg_account *lfg_check_account(lua_State *L, int arg) {
  lfg_account *self = luaL_checkudata(L, arg, LFG_ACCOUNT);
  lfg_raise_unusable(L, arg, self);
  return self;
}

static fg_book *book_of(const lfg_account *self) { return fg_account_book(fg_handle_account(self->handle)); }

const fg_zone *lfg_account_zone(const lfg_account *self) { return fg_book_zone(book_of(self)); }

int lfg_account_new(lua_State *L) {
  lfg_options options = {.is_given = false};
  const lfg_field fields[] = {LFG_OPTION_FIELDS, {.name = NULL}};
  fg_account *account = NULL;
  fg_error error;
  lfg_check_book(L, 1);
  lua_settop(L, 2);
  lfg_read_options(L, fields, &options);
  lfg_account *self = lfg_new_account(L);
  if (fg_account_new(lfg_check_book(L, 1), &options.account, &account, &error) != FG_OK) {
    return lfg_refused(L, 2, &error);
  }
  if (fg_handle_new(account, &options.clock, &self->handle, &error) != FG_OK) {
    fg_account_free(account);
    return lfg_refused(L, 2, &error);
  }
  return 1;
}

/* Returns the outcome, or for a question only what it asked for. */
static int answer(lua_State *L, fg_command_kind kind) {
  if (kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT) {
    lua_getfield(L, -1, kind == FG_DO_PREVIEW ? "invoice" : "statement");
  }
  return 1;
}

const fg_visitor *lfg_walk_account(lua_State *L, lfg_account *self, lfg_walk *walk) {
  const fg_visitor *visitor = lfg_walk_begin(walk, L, book_of(self));
  self->walked = true;
  return visitor;
}

int lfg_walked_account(lfg_account *self, lfg_walk *walk, fg_status status, int arg, const fg_error *error) {
  self->walked = false;
  return lfg_walked(walk, status, arg, error);
}

int lfg_push_outcome(lua_State *L, lfg_account *self, const fg_outcome *outcome) {
  lfg_walk walk;
  fg_error error;
  const fg_visitor *visitor = lfg_walk_account(L, self, &walk);
  fg_status status = fg_outcome_describe(fg_handle_account(self->handle), outcome, visitor);
  fg_refuse(&error, status); /* an amount of a statement may be too large to be told */
  return lfg_walked_account(self, &walk, status, 1, &error);
}

typedef fg_status runner(fg_handle *handle, const fg_command *command, fg_outcome *outcome, fg_error *error);

static int run(lua_State *L, fg_command_kind kind, runner *run_command) {
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_command command;
  fg_outcome outcome;
  fg_error error;
  lfg_read_command(L, 2, kind, lfg_account_zone(lfg_check_account(L, 1)), room, &command);
  lfg_finish_command(L, 2, &command);
  /* The stack is made larger before the command is applied, because afterwards its outcome must be told. */
  luaL_checkstack(L, LFG_WALK_SLOTS, "an outcome");
  lfg_account *self = lfg_check_account(L, 1);
  if (run_command(self->handle, &command, &outcome, &error) != FG_OK) {
    return kind == FG_DO_CALL ? lfg_held_back(L, 2, &error) : lfg_refused(L, 2, &error);
  }
  int pushed = lfg_push_outcome(L, self, &outcome);
  return pushed == 1 ? answer(L, kind) : pushed;
}

int lfg_account_apply(lua_State *L, fg_command_kind kind) { return run(L, kind, fg_handle_apply); }

/* Takes the product, or a table of fields as `open` does. */
static int account_ensure_open(lua_State *L) {
  lfg_check_account(L, 1);
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_settop(L, 2);
    lua_createtable(L, 0, 1);
    lua_insert(L, 2);
    lua_setfield(L, 2, "product");
  }
  return run(L, FG_DO_OPEN, fg_handle_ensure_open);
}

static int account_command(lua_State *L) {
  return lfg_account_apply(L, (fg_command_kind)lua_tointeger(L, lua_upvalueindex(1)));
}

/* Applies the command that the field "do" names, as commands of a timeline are written. */
static int account_apply(lua_State *L) {
  fg_command_kind kind = FG_DO_ADVANCE;
  lfg_check_account(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_getfield(L, 2, "do");
  fg_string name = lfg_check_text(L, 2, -1, "do");
  if (!fg_command_kind_of(name, &kind)) {
    return luaL_argerror(L, 2, lua_pushfstring(L, "do: there is no command %s", name.text));
  }
  return lfg_account_apply(L, kind);
}

typedef fg_status teller(fg_handle *handle, const fg_visitor *visitor, fg_error *error);

static int walk_account(lua_State *L, teller *tell) {
  lfg_walk walk;
  fg_error error;
  lfg_account *self = lfg_check_account(L, 1);
  const fg_visitor *visitor = lfg_walk_account(L, self, &walk);
  return lfg_walked_account(self, &walk, tell(self->handle, visitor, &error), 1, &error);
}

static int account_invoices(lua_State *L) { return walk_account(L, fg_handle_invoices); }

static int account_calls(lua_State *L) { return walk_account(L, fg_handle_calls); }

static int account_uncertain(lua_State *L) { return walk_account(L, fg_handle_uncertain); }

/* Without fields, the statement is of the account as it stands, without a command, so that a new account stays new. */
static int account_statement(lua_State *L) {
  return lua_isnoneornil(L, 2) ? walk_account(L, fg_handle_statement) : lfg_account_apply(L, FG_DO_STATEMENT);
}

static fg_status describe_ledger(fg_handle *handle, const fg_visitor *visitor, fg_error *error) {
  (void)error; /* if a visitor stopped, its Lua error is raised instead */
  return fg_handle_describe(handle, visitor);
}

static int account_ledger(lua_State *L) { return walk_account(L, describe_ledger); }

static int account_marginal(lua_State *L) {
  const lfg_account *self = lfg_check_account(L, 1);
  fg_string product = lfg_check_text(L, 2, 2, "product");
  int64_t quantity = lfg_check_quantity(L, 3, 3, "quantity");
  fg_attribute room[FG_ATTRIBUTES_MAX];
  fg_attributes attributes = {NULL, 0};
  fg_money amount = fg_money_zero();
  fg_error error;
  if (!lua_isnoneornil(L, 4)) {
    attributes = lfg_check_attributes(L, 4, 4, "attributes", room);
  }
  if (fg_handle_marginal(self->handle, product, quantity, attributes, &amount, &error) != FG_OK) {
    return lfg_refused(L, 3, &error);
  }
  lfg_push_money(L, amount, fg_book_minor_digits(book_of(self)));
  return 1;
}

static int account_fork(lua_State *L) {
  fg_error error;
  lfg_account *copy = lfg_new_account(L);
  const lfg_account *self = lfg_check_account(L, 1);
  return fg_handle_fork(self->handle, &copy->handle, &error) == FG_OK ? 1 : lfg_refused(L, 1, &error);
}

static int account_now(lua_State *L) {
  fg_time now = FG_NO_TIME;
  fg_error error;
  const lfg_account *self = lfg_check_account(L, 1);
  if (fg_handle_now(self->handle, &now, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  if (now == FG_NO_TIME) {
    lua_pushnil(L);
  } else {
    lfg_push_time(L, now, lfg_account_zone(self));
  }
  return 1;
}

static int account_book(lua_State *L) {
  lfg_book *book = lfg_new_book(L);
  book->book = fg_book_retain(fg_account_book(fg_handle_account(lfg_check_account(L, 1)->handle)));
  return 1;
}

static int account_bytes(lua_State *L) {
  lfg_push_integer(L, (int64_t)fg_account_bytes(fg_handle_account(lfg_check_account(L, 1)->handle)));
  return 1;
}

static int done(lua_State *L, fg_status status, const fg_error *error) {
  if (status != FG_OK) {
    return lfg_refused(L, 1, error);
  }
  lua_pushboolean(L, true);
  return 1;
}

static int account_flush(lua_State *L) {
  fg_error error;
  return done(L, fg_handle_flush(lfg_check_account(L, 1)->handle, &error), &error);
}

static int account_trust_clock(lua_State *L) {
  fg_error error;
  return done(L, fg_handle_trust_clock(lfg_check_account(L, 1)->handle, &error), &error);
}

/* Releases the account. It may be called again, because the collector comes after a release by hand. */
static fg_status release(lua_State *L, fg_error *error) {
  lfg_account *self = luaL_checkudata(L, 1, LFG_ACCOUNT);
  luaL_argcheck(L, !self->walked, 1, "the account is in use");
  fg_handle *handle = self->handle;
  self->handle = NULL;
  return fg_handle_close(handle, error);
}

static int account_release(lua_State *L) {
  fg_error error;
  return done(L, release(L, &error), &error);
}

/* Raises a failure, because nobody reads what is returned for a variable that goes out of scope. */
static int account_close(lua_State *L) {
  fg_error error;
  return release(L, &error) == FG_OK ? 0 : luaL_error(L, "%s (%s)", error.message, fg_status_name(error.status));
}

/* Releases the account for the collector. Its argument is checked, because a script can give the metatable to a table.
   A failure is only a warning, because before Lua 5.4 an error would be raised wherever the collector runs. */
static int account_collect(lua_State *L) {
  fg_error error;
  if (luaL_testudata(L, 1, LFG_ACCOUNT) != NULL && release(L, &error) != FG_OK) {
    lfg_warn(L, "faregate.account: ", error.message);
  }
  return 0;
}

static int account_to_string(lua_State *L) {
  const lfg_account *self = luaL_checkudata(L, 1, LFG_ACCOUNT);
  lua_pushfstring(L, "faregate.account (%s)", self->handle == NULL ? "released" : fg_book_id(book_of(self)));
  return 1;
}

/* The method that gives up the account is `release`, because `close` closes a product. */
void lfg_open_account(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", account_collect}, {"__tostring", account_to_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"apply", account_apply},
                                     {"ensure_open", account_ensure_open},
                                     {"statement", account_statement},
                                     {"invoices", account_invoices},
                                     {"calls", account_calls},
                                     {"uncertain", account_uncertain},
                                     {"marginal", account_marginal},
                                     {"fork", account_fork},
                                     {"now", account_now},
                                     {"book", account_book},
                                     {"bytes", account_bytes},
                                     {"ledger", account_ledger},
                                     {"flush", account_flush},
                                     {"trust_clock", account_trust_clock},
                                     {"release", account_release},
                                     {NULL, NULL}};
  lfg_new_type(L, LFG_ACCOUNT, metamethods);
  lua_pushcfunction(L, account_close);
  lua_setfield(L, -2, "__close");
  lua_newtable(L);
  for (int kind = 0; kind < FG_COMMAND_COUNT; kind++) {
    lfg_push_integer(L, kind);
    lua_pushcclosure(L, account_command, 1);
    lua_setfield(L, -2, fg_command_name((fg_command_kind)kind));
  }
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
