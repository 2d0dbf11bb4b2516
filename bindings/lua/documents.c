/* Functions for ledgers as files: verify, compare, export, import and seal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <lualib.h>

#include "binding.h"
#include "faregate_ledger.h"

/* A function that describes one or two files; the second path may be NULL. */
typedef fg_status examine(const char *a, const char *b, const fg_listener *listener, const fg_visitor *visitor,
                          fg_error *error);

static int describe_ledgers(lua_State *L, examine *of, const char *a, const char *b) {
  lfg_walk walk;
  fg_error error;
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, NULL);
  return lfg_walked(&walk, of(a, b, NULL, visitor, &error), 1, &error);
}

int lfg_verify_ledger(lua_State *L) {
  fg_string path = lfg_check_text(L, 1, 1, "path");
  fg_string none = {NULL, 0};
  fg_string predecessor = lua_isnoneornil(L, 2) ? none : lfg_check_text(L, 2, 2, "predecessor");
  return describe_ledgers(L, fg_ledger_verify, path.text, predecessor.text);
}

int lfg_compare_ledgers(lua_State *L) {
  fg_string a = lfg_check_text(L, 1, 1, "a");
  return describe_ledgers(L, fg_ledger_compare, a.text, lfg_check_text(L, 2, 2, "b").text);
}

int lfg_import_ledger(lua_State *L) {
  lfg_book_places places;
  fg_error error;
  fg_string json = lfg_check_string(L, 1, 1, "timeline");
  fg_string path = lfg_check_text(L, 2, 2, "path");
  lfg_push_book_places(L, &places);
  const fg_book_source books = {lfg_find_book, &places};
  if (fg_ledger_import(json, &books, path.text, NULL, NULL, &error) != FG_OK) {
    return lfg_unreadable(L, &error);
  }
  lua_pushboolean(L, true);
  return 1;
}

int lfg_seal_ledger(lua_State *L) {
  fg_error error;
  fg_string path = lfg_check_text(L, 1, 1, "path");
  fg_string successor = lfg_check_text(L, 2, 2, "successor");
  int64_t keep_ids_days = lua_isnoneornil(L, 3) ? -1 : lfg_check_quantity(L, 3, 3, "keep_ids_days");
  luaL_argcheck(L, lua_isnoneornil(L, 3) || keep_ids_days >= 0, 3, "keep_ids_days: expected 0 or more");
  if (fg_ledger_seal(path.text, successor.text, keep_ids_days, NULL, NULL, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  lua_pushboolean(L, true);
  return 1;
}

enum { PATH = 1, UNTIL, TO, WRITE_PIECE };

/* Pushes, as text, the number or instant at which an export ends. */
static fg_string push_until(lua_State *L) {
  fg_string none = {NULL, 0};
  if (lua_isnoneornil(L, UNTIL)) {
    return none;
  }
  if (lua_type(L, UNTIL) == LUA_TSTRING) {
    return lfg_check_text(L, UNTIL, UNTIL, "until");
  }
  lfg_push_digits(L, lfg_check_quantity(L, UNTIL, UNTIL, "until"));
  return lfg_check_text(L, UNTIL, -1, "until");
}

static int export_text(lua_State *L, const char *path, fg_string until) {
  fg_error error;
  fg_text *text = lfg_new_text(L);
  fg_sink sink = fg_text_sink(text);
  if (fg_ledger_export(path, until, NULL, NULL, &sink, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  return lfg_answer_text(L, text);
}

/* Takes a function or file, and a piece of text, and returns nothing. A file reports a failure by returning nil and a
   message. */
static int write_piece(lua_State *L) {
  const fg_string *piece = lua_touserdata(L, 2);
  bool is_file = luaL_testudata(L, 1, LUA_FILEHANDLE) != NULL;
  if (is_file) {
    luaL_getmetafield(L, 1, "__index");
    lua_getfield(L, -1, "write");
    lua_replace(L, -2);
  }
  lua_pushvalue(L, 1);
  lua_pushlstring(L, piece->text, piece->length);
  lua_call(L, is_file ? 2 : 1, 2);
  return is_file && !lua_toboolean(L, -2) ? lua_error(L) : 0;
}

/* Writes in protected mode, because a Lua error must not pass through the core. */
static fg_status call_writer(void *context, const char *bytes, size_t length) {
  lua_State *L = context;
  fg_string piece = {bytes, length};
  lua_pushvalue(L, WRITE_PIECE);
  lua_pushvalue(L, TO);
  lua_pushlightuserdata(L, &piece);
  return lua_pcall(L, 2, 0, 0) == LUA_OK ? FG_OK : FG_STOPPED;
}

static int export_to_writer(lua_State *L, const char *path, fg_string until) {
  fg_error error;
  fg_sink sink = {call_writer, L};
  luaL_checkstack(L, 8, "faregate.export");
  lua_pushcfunction(L, write_piece);
  lua_replace(L, WRITE_PIECE);
  fg_status status = fg_ledger_export(path, until, NULL, NULL, &sink, &error);
  if (status == FG_STOPPED) {
    return lua_error(L);
  }
  lua_pushboolean(L, true);
  return status == FG_OK ? 1 : lfg_refused(L, 1, &error);
}

/* A file that is opened when its first piece comes, so that an export which is refused leaves an older file as it
   is. */
typedef struct target {
  const char *path;
  FILE *file;
  int number; ///< of <errno.h>: why the file could not be written
} target;

static fg_status write_file(void *context, const char *bytes, size_t length) {
  target *to = context;
  to->file = to->file == NULL ? fopen(to->path, "wb") : to->file;
  bool is_written = to->file != NULL && fwrite(bytes, 1, length, to->file) == length;
  to->number = is_written ? 0 : errno;
  return is_written ? FG_OK : FG_STOPPED;
}

static void close_file(target *to) {
  if (to->file != NULL && fclose(to->file) != 0 && to->number == 0) {
    to->number = errno;
  }
}

static int export_to_path(lua_State *L, const char *path, fg_string until, const char *name) {
  fg_error error;
  target to = {name, NULL, 0};
  fg_sink sink = {write_file, &to};
  fg_status status = fg_ledger_check_target(name, &error);
  status = status == FG_OK ? fg_ledger_export(path, until, NULL, NULL, &sink, &error) : status;
  close_file(&to);
  if (to.number != 0) {
    return luaL_error(L, "%s: %s", name, strerror(to.number));
  }
  lua_pushboolean(L, true);
  return status == FG_OK ? 1 : lfg_refused(L, 1, &error);
}

int lfg_export_ledger(lua_State *L) {
  fg_string path = lfg_check_text(L, PATH, PATH, "path");
  lua_settop(L, WRITE_PIECE);
  fg_string until = push_until(L);
  switch (lua_type(L, TO)) {
  case LUA_TNIL: return export_text(L, path.text, until);
  case LUA_TSTRING: return export_to_path(L, path.text, until, lfg_check_text(L, TO, TO, "to").text);
  case LUA_TFUNCTION: return export_to_writer(L, path.text, until);
  default: luaL_checkudata(L, TO, LUA_FILEHANDLE); return export_to_writer(L, path.text, until);
  }
}
