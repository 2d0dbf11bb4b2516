/* Ledgers as files: checked, written out, made of what was written. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <lualib.h>

#include "binding.h"
#include "faregate_ledger.h"

/* ---------------------------------------------------------------------------------------------- verify, compare */

int lfg_verify_ledger(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  fg_string path = lfg_check_text(L, 1, 1, "path");
  fg_string predecessor = {NULL, 0};
  if (!lua_isnoneornil(L, 2)) {
    predecessor = lfg_check_text(L, 2, 2, "predecessor");
  }
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, NULL);
  fg_status status = fg_ledger_verify(path.text, predecessor.text, visitor, &error);
  return lfg_walked(&walk, status, 1, &error);
}

int lfg_compare_ledgers(lua_State *L) {
  lfg_walk walk;
  fg_error error;
  fg_string a = lfg_check_text(L, 1, 1, "a");
  fg_string b = lfg_check_text(L, 2, 2, "b");
  const fg_visitor *visitor = lfg_walk_begin(&walk, L, NULL);
  fg_status status = fg_ledger_compare(a.text, b.text, visitor, &error);
  return lfg_walked(&walk, status, 1, &error);
}

/* ------------------------------------------------------------------------------------------------- import, seal */

int lfg_import_ledger(lua_State *L) {
  lfg_book_places places;
  fg_error error;
  fg_string json = lfg_check_string(L, 1, 1, "timeline");
  fg_string path = lfg_check_text(L, 2, 2, "path");
  lfg_push_book_places(L, &places);
  const fg_book_source books = {lfg_find_book, &places};
  if (fg_ledger_import(json, &books, path.text, NULL, &error) != FG_OK) {
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
  if (fg_ledger_seal(path.text, successor.text, keep_ids_days, NULL, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  lua_pushboolean(L, true);
  return 1;
}

/* ------------------------------------------------------------------------------------------------------- export */

enum { PATH = 1, UNTIL, TO };

/* Pushes a command's number or an instant as text. */
static fg_string push_until(lua_State *L) {
  fg_string none = {NULL, 0};
  if (lua_isnoneornil(L, UNTIL)) {
    return none;
  }
  if (lua_type(L, UNTIL) == LUA_TSTRING) {
    return lfg_check_text(L, UNTIL, UNTIL, "until");
  }
  lua_pushfstring(L, "%I", (LUAI_UACINT)lfg_check_quantity(L, UNTIL, UNTIL, "until"));
  return lfg_check_text(L, UNTIL, -1, "until");
}

static int export_text(lua_State *L, const char *path, fg_string until) {
  fg_error error;
  fg_text *text = lfg_new_text(L);
  fg_sink sink = fg_text_sink(text);
  if (fg_ledger_export(path, until, NULL, &sink, &error) != FG_OK) {
    return lfg_refused(L, 1, &error);
  }
  return lfg_answer_text(L, text);
}

/* Called in protected mode, because an error must not pass through the core. A file answers nil and a message. */
static fg_status call_writer(void *context, const char *bytes, size_t length) {
  lua_State *L = context;
  bool is_file = luaL_testudata(L, TO, LUA_FILEHANDLE) != NULL;
  if (is_file) {
    luaL_getmetafield(L, TO, "__index");
    lua_getfield(L, -1, "write");
    lua_replace(L, -2);
    lua_pushvalue(L, TO);
  } else {
    lua_pushvalue(L, TO);
  }
  lua_pushlstring(L, bytes, length);
  if (lua_pcall(L, is_file ? 2 : 1, 2, 0) != LUA_OK) {
    return FG_STOPPED;
  }
  if (is_file && !lua_toboolean(L, -2)) { /* its message is raised */
    return FG_STOPPED;
  }
  lua_pop(L, 2);
  return FG_OK;
}

static int export_to_writer(lua_State *L, const char *path, fg_string until) {
  fg_error error;
  fg_sink sink = {call_writer, L};
  luaL_checkstack(L, 8, "faregate.export");
  fg_status status = fg_ledger_export(path, until, NULL, &sink, &error);
  if (status == FG_STOPPED) {
    return lua_error(L);
  }
  lua_pushboolean(L, true);
  return status == FG_OK ? 1 : lfg_refused(L, 1, &error);
}

static fg_status write_file(void *context, const char *bytes, size_t length) {
  return fwrite(bytes, 1, length, context) == length ? FG_OK : FG_STOPPED;
}

static int export_to_path(lua_State *L, const char *path, fg_string until, const char *to) {
  fg_error error;
  FILE *file = fopen(to, "wb");
  if (file == NULL) {
    return luaL_error(L, "%s: %s", to, strerror(errno));
  }
  fg_sink sink = {write_file, file};
  fg_status status = fg_ledger_export(path, until, NULL, &sink, &error);
  bool is_written = fclose(file) == 0 && status != FG_STOPPED;
  if (!is_written) {
    return luaL_error(L, "%s: %s", to, strerror(errno));
  }
  lua_pushboolean(L, true);
  return status == FG_OK ? 1 : lfg_refused(L, 1, &error);
}

int lfg_export_ledger(lua_State *L) {
  fg_string path = lfg_check_text(L, PATH, PATH, "path");
  lua_settop(L, TO);
  fg_string until = push_until(L);
  switch (lua_type(L, TO)) {
  case LUA_TNIL: return export_text(L, path.text, until);
  case LUA_TSTRING: return export_to_path(L, path.text, until, lfg_check_text(L, TO, TO, "to").text);
  case LUA_TFUNCTION: return export_to_writer(L, path.text, until);
  default: luaL_checkudata(L, TO, LUA_FILEHANDLE); return export_to_writer(L, path.text, until);
  }
}
