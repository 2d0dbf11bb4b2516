/* Makes Lua tables of what the core describes. Each value is stored under lua_pcall, because a Lua error, for want of
   memory, must not jump over the core's frames. It stops the walk, and is raised again after the core has returned. */
#include "binding.h"

typedef struct described {
  enum { IS_TABLE, IS_TEXT, IS_INTEGER, IS_MONEY, IS_TIME, IS_FLAG, IS_NULL } type;
  const char *key; ///< NULL inside a list and for the outermost value
  int minor_digits;
  const fg_zone *zone;
  union {
    fg_string text;
    int64_t integer;
    fg_money money;
    fg_time time;
    bool flag;
  } is;
} described;

static void push_value(lua_State *L, const described *value) {
  switch (value->type) {
  case IS_TABLE: lua_newtable(L); break;
  case IS_TEXT: lua_pushlstring(L, value->is.text.text, value->is.text.length); break;
  case IS_INTEGER: lfg_push_integer(L, value->is.integer); break;
  case IS_MONEY: lfg_push_money(L, value->is.money, value->minor_digits); break;
  case IS_TIME: lfg_push_time(L, value->is.time, value->zone); break;
  case IS_FLAG: lua_pushboolean(L, value->is.flag); break;
  case IS_NULL: lua_pushlightuserdata(L, NULL); break;
  }
}

/* Takes the parent or nil, and a described value; returns the value, stored in the parent. */
static int store(lua_State *L) {
  const described *value = lua_touserdata(L, 2);
  push_value(L, value);
  if (lua_isnil(L, 1)) {
    return 1;
  }
  lua_pushvalue(L, -1);
  if (value->key != NULL) {
    lua_setfield(L, 1, value->key);
  } else {
    lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
  }
  return 1;
}

/* Stores a value in the table on top. If the value is a table itself, it stays on the stack. */
static bool put(lfg_walk *walk, described value) {
  lua_State *L = walk->L;
  value.minor_digits = walk->minor_digits;
  value.zone = walk->zone;
  lua_pushvalue(L, walk->base + 1);
  if (walk->depth == 0) {
    lua_pushnil(L);
  } else {
    lua_pushvalue(L, -2);
  }
  lua_pushlightuserdata(L, &value);
  walk->failed = lua_pcall(L, 2, value.type == IS_TABLE ? 1 : 0, 0) != LUA_OK;
  return !walk->failed;
}

static bool begin_table(void *context, const char *key) {
  lfg_walk *walk = context;
  bool stored = put(walk, (described){.type = IS_TABLE, .key = key});
  walk->depth++;
  return stored;
}

static bool end_table(void *context) {
  lfg_walk *walk = context;
  if (--walk->depth > 0) {
    lua_pop(walk->L, 1);
  }
  return true;
}

static bool put_text(void *context, const char *key, fg_string value) {
  return put(context, (described){.type = IS_TEXT, .key = key, .is.text = value});
}

static bool put_integer(void *context, const char *key, int64_t value) {
  return put(context, (described){.type = IS_INTEGER, .key = key, .is.integer = value});
}

static bool put_money(void *context, const char *key, fg_money value) {
  return put(context, (described){.type = IS_MONEY, .key = key, .is.money = value});
}

static bool put_time(void *context, const char *key, fg_time value) {
  return put(context, (described){.type = IS_TIME, .key = key, .is.time = value});
}

static bool put_flag(void *context, const char *key, bool value) {
  return put(context, (described){.type = IS_FLAG, .key = key, .is.flag = value});
}

static bool put_null(void *context, const char *key) {
  lfg_walk *walk = context;
  (void)key;
  if (walk->depth == 0) {
    lua_pushnil(walk->L);
  }
  return true;
}

static bool put_said_null(void *context, const char *key) {
  return put(context, (described){.type = IS_NULL, .key = key});
}

static const char stored[] = "faregate.store/1"; ///< the name of `store` in the registry

void lfg_open_walk(lua_State *L) {
  lua_pushcfunction(L, store);
  lua_setfield(L, LUA_REGISTRYINDEX, stored);
}

/* `store` is taken from the registry, because before Lua 5.2 pushing a C function allocates: a finalizer that runs then
   may release the book, or change the table whose texts are borrowed. It is pushed once, before the core is called. */
const fg_visitor *lfg_walk_begin(lfg_walk *walk, lua_State *L, fg_book *book) {
  luaL_checkstack(L, LFG_WALK_SLOTS, "a description");
  (void)lua_getfield(L, LUA_REGISTRYINDEX, stored);
  *walk = (lfg_walk){.L = L,
                     .book = book == NULL ? NULL : fg_book_retain(book),
                     .base = lua_gettop(L) - 1,
                     .minor_digits = book == NULL ? 0 : fg_book_minor_digits(book),
                     .zone = book == NULL ? NULL : fg_book_zone(book)};
  walk->visitor = (fg_visitor){.context = walk,
                               .begin_object = begin_table,
                               .end_object = end_table,
                               .begin_list = begin_table,
                               .end_list = end_table,
                               .text = put_text,
                               .integer = put_integer,
                               .money = put_money,
                               .time = put_time,
                               .flag = put_flag,
                               .null = put_null,
                               .said_null = put_said_null};
  return &walk->visitor;
}

void lfg_walk_end(lfg_walk *walk, fg_status status) {
  fg_book_release(walk->book);
  if (walk->failed) {
    lua_error(walk->L);
  }
  if (status == FG_NO_MEMORY) {
    lfg_raise_no_memory(walk->L);
  }
  if (status == FG_OK) {
    lua_remove(walk->L, walk->base + 1);
  } else {
    lua_settop(walk->L, walk->base);
  }
}

int lfg_walked(lfg_walk *walk, fg_status status, int arg, const fg_error *error) {
  lfg_walk_end(walk, status);
  return status == FG_OK ? 1 : lfg_refused(walk->L, arg, error);
}
