/* Reads a command from a Lua table of its fields. The core knows the fields, their types and their ranges. */
#include <stdio.h>
#include <string.h>

#include "binding.h"

typedef struct reader {
  lua_State *L;
  int arg;
  const fg_zone *zone;
  fg_command *command;
  fg_attribute *room; ///< memory for attributes
} reader;

static void check(const reader *in, fg_status status, const fg_error *error) {
  if (status != FG_OK) {
    lfg_refused(in->L, in->arg, error);
  }
}

/* Sets an amount. The core reads it at once, and keeps no pointer to its text. */
static fg_status set_money(const reader *in, const char *name, fg_error *error) {
  char text[FG_MONEY_TEXT_MAX];
  lfg_money money = lfg_check_money(in->L, in->arg, -1, name);
  fg_string value = {text, fg_money_format(money.amount, money.minor_digits, text)};
  return fg_command_set_text(in->command, name, value, error);
}

/* Sets the field `name`, or a part of an object such as "pay.cash", to the value on top. */
static void set_plain(const reader *in, const char *name) {
  lua_State *L = in->L;
  fg_error error;
  fg_status status = FG_OK;
  bool is_text = lua_type(L, -1) == LUA_TSTRING;
  bool is_null = lua_islightuserdata(L, -1) && lua_touserdata(L, -1) == NULL;
  if (is_null) {
    status = fg_command_set_null(in->command, name, &error);
    /* An integer is accepted instead of a text. */
  } else if (!is_text && fg_command_takes_money(in->command->kind, name)) {
    status = set_money(in, name, &error);
  } else if (is_text) {
    status = fg_command_set_text(in->command, name, lfg_check_text(L, in->arg, -1, name), &error);
  } else if (lfg_is_integer(L, -1)) {
    status = fg_command_set_integer(in->command, name, lfg_to_integer(L, -1), &error);
  } else if (lua_isboolean(L, -1)) {
    status = fg_command_set_flag(in->command, name, lua_toboolean(L, -1), &error);
  } else {
    bool is_float = lua_type(L, -1) == LUA_TNUMBER;
    lfg_expected(L, in->arg, -1, name, is_float ? "an integer or a string" : "a string, an integer or a boolean");
  }
  check(in, status, &error);
}

static bool holds(fg_command_kind kind, fg_field_type type, const char *name) {
  const fg_field *field = fg_command_field_named(kind, (fg_string){name, strlen(name)});
  return field != NULL && field->type == type;
}

static void set_object(const reader *in, const char *name) {
  lua_State *L = in->L;
  char part[64];
  fg_error error;
  if (holds(in->command->kind, FG_FIELD_ATTRIBUTES, name)) {
    fg_attributes read = lfg_check_attributes(L, in->arg, -1, name, in->room);
    check(in, fg_command_set_attributes(in->command, name, read.items, read.count, &error), &error);
    return;
  }
  check(in, fg_command_set_object(in->command, name, &error), &error);
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    snprintf(part, sizeof part, "%s.%s", name, lfg_check_key(L, in->arg, -2).text);
    set_plain(in, part);
  }
}

/* Allows the key "do" if it names the method's own command, so that commands of a timeline can be passed to methods. */
static void check_name(const reader *in) {
  const char *expected = fg_command_name(in->command->kind);
  if (strcmp(lfg_check_text(in->L, in->arg, -1, "do").text, expected) != 0) {
    luaL_argerror(in->L, in->arg, lua_pushfstring(in->L, "do: expected %s", expected));
  }
}

static void set_book(const reader *in, const char *name) {
  fg_error error;
  fg_book *book = lfg_check_book_of(in->L, in->arg, -1);
  check(in, fg_command_set_book(in->command, name, book, &error), &error);
}

static void set_field(const reader *in, const char *name) {
  if (strcmp(name, "do") == 0) {
    check_name(in);
  } else if (strcmp(name, "at") == 0) {
    in->command->at = lfg_check_time(in->L, in->arg, -1, name, in->zone);
  } else if (lua_isuserdata(in->L, -1) && holds(in->command->kind, FG_FIELD_BOOK, name)) {
    set_book(in, name);
  } else if (lua_istable(in->L, -1)) {
    set_object(in, name);
  } else {
    set_plain(in, name);
  }
}

void lfg_read_command(lua_State *L, int arg, fg_command_kind kind, const fg_zone *zone,
                      fg_attribute room[FG_ATTRIBUTES_MAX], fg_command *command) {
  const reader in = {L, arg, zone, command, room};
  fg_command_begin(command, kind, FG_NO_TIME);
  if (lua_isnoneornil(L, arg)) {
    return;
  }
  luaL_checktype(L, arg, LUA_TTABLE);
  luaL_checkstack(L, 8, "a command");
  for (lua_pushnil(L); lua_next(L, arg) != 0; lua_pop(L, 1)) {
    set_field(&in, lfg_check_key(L, arg, -2).text);
  }
}

void lfg_finish_command(lua_State *L, int arg, const fg_command *command) {
  fg_error error;
  if (fg_command_finish(command, &error) != FG_OK) {
    lfg_refused(L, arg, &error);
  }
}
