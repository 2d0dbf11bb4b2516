/* Finds price book files by name beside the Lua modules, and reads them. This is called from inside the core, so it
   never runs Lua, whose errors must not pass through the core. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lualib.h>

#include "binding.h"

/* Replaces the table on top by one of its fields; nil if it is no table. */
static void take_field(lua_State *L, const char *name) {
  if (lua_istable(L, -1)) {
    lua_pushstring(L, name);
    lua_rawget(L, -2);
  } else {
    lua_pushnil(L);
  }
  lua_replace(L, -2);
}

/* Pushes a search path of the package library, which an embedder may leave out. */
static const char *push_search_path(lua_State *L, const char *field) {
  lua_pushstring(L, LUA_LOADED_TABLE);
  lua_rawget(L, LUA_REGISTRYINDEX);
  take_field(L, LUA_LOADLIBNAME);
  take_field(L, field);
  return lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
}

void lfg_push_book_places(lua_State *L, lfg_book_places *places) {
  places->templates[0] = push_search_path(L, "path");
  places->templates[1] = push_search_path(L, "cpath");
}

static fg_status unreadable(fg_error *error, const char *path) {
  return fg_fail(error, FG_UNKNOWN_BOOK, "", "cannot read %s: %s", path, strerror(errno));
}

/* Reads a file to its end. The caller frees `*bytes`, also after a failure. */
static fg_status read_all(FILE *file, char **bytes, size_t *length) {
  size_t capacity = 0;
  size_t count = 0;
  do {
    if (*length == capacity) {
      capacity = capacity == 0 ? 16384 : capacity * 2;
      char *moved = realloc(*bytes, capacity);
      if (moved == NULL) {
        return FG_NO_MEMORY;
      }
      *bytes = moved;
    }
    count = fread(*bytes + *length, 1, capacity - *length, file);
    *length += count;
  } while (count > 0);
  return ferror(file) ? FG_UNKNOWN_BOOK : FG_OK;
}

/* Loads a book from a file, and closes the file. */
static fg_status load(FILE *file, const char *path, fg_book **book, fg_error *error) {
  char *bytes = NULL;
  size_t length = 0;
  fg_status status = read_all(file, &bytes, &length);
  fclose(file);
  if (status == FG_OK) {
    status = fg_book_load(bytes, length, NULL, book, error);
  } else if (status == FG_NO_MEMORY) {
    fg_refuse(error, status);
  } else {
    unreadable(error, path);
  }
  free(bytes);
  return status;
}

fg_status lfg_read_book(const char *path, fg_book **book, fg_error *error) {
  FILE *file = fopen(path, "rb");
  return file == NULL ? unreadable(error, path) : load(file, path, book, error);
}

/* Whether a name can be that of a book. Names come from documents, so they must not lead out of the directories of
   books. */
static bool is_name(fg_string name) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  bool plain = name.length > 0 && name.length <= 64 && name.text[0] != '.';
  for (size_t i = 0; i < name.length && plain; i++) {
    plain = name.text[i] != '\0' && strchr(allowed, name.text[i]) != NULL;
  }
  return plain;
}

/* Opens faregate/books/NAME.json in the directory at the beginning of a search template
   ("/usr/share/lua/5.4/?.lua"). */
static FILE *open_beside(const char *template, size_t length, fg_string name, char *path, size_t size) {
  const char *mark = memchr(template, '?', length);
  if (mark == NULL || length >= size || name.length >= size) {
    return NULL;
  }
  int needed = snprintf(path, size, "%.*sfaregate/books/%.*s.json", (int)(mark - template), template, (int)name.length,
                        name.text);
  return needed > 0 && (size_t)needed < size ? fopen(path, "rb") : NULL;
}

/* Refuses a name that was not found. The name ends the message, so that a long one is cut off there. */
static fg_status not_found(fg_string name, fg_error *error) {
  int shown = name.length < sizeof error->message ? (int)name.length : (int)sizeof error->message;
  return fg_fail(error, FG_UNKNOWN_BOOK, "",
                 "neither the module nor a directory of package.path or package.cpath has the price book %.*s", shown,
                 name.text);
}

/* A file is preferred to a book inside the module, so that a newer book can be put beside an old module. */
fg_status lfg_find_book(void *context, fg_string name, fg_book **book, fg_error *error) {
  const lfg_book_places *places = context;
  char path[4096];
  for (size_t i = 0; i < sizeof places->templates / sizeof *places->templates && is_name(name); i++) {
    const char *template = places->templates[i];
    while (*template != '\0') {
      size_t length = strcspn(template, ";");
      FILE *file = open_beside(template, length, name, path, sizeof path);
      if (file != NULL) {
        return load(file, path, book, error);
      }
      template += length + (template[length] == ';');
    }
  }
  fg_string inside = lfg_book_inside(name);
  return inside.text != NULL ? fg_book_load(inside.text, inside.length, NULL, book, error) : not_found(name, error);
}
