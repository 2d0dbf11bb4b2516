/* The Lua module faregate. */
#include "host_version.h"
#include "plan.h"

/* faregate.replay(timeline) */
static int replay(lua_State *L) {
  lfg_book_places places;
  fg_error error;
  fg_string json = lfg_check_string(L, 1, 1, "timeline");
  lfg_push_book_places(L, &places);
  const fg_book_source books = {lfg_find_book, &places};
  fg_text *text = lfg_new_text(L);
  if (fg_replay(json.text, json.length, &books, NULL, NULL, text, &error) != FG_OK) {
    return lfg_unreadable(L, &error);
  }
  return lfg_answer_text(L, text);
}

/* faregate.reconcile(document, options): the answer in the core's own bytes. */
static int reconcile(lua_State *L) {
  lfg_book_places places;
  fg_error error;
  lua_settop(L, 2);
  fg_reconcile_query query = {.document = lfg_check_string(L, 1, 1, "document")};
  query.time_limit_us = lfg_time_limit(L, 2);
  lfg_push_book_places(L, &places);
  const fg_book_source books = {lfg_find_book, &places};
  query.books = &books;
  fg_text *text = lfg_new_text(L);
  if (fg_reconcile(&query, NULL, text, &error) != FG_OK) {
    return lfg_unreadable(L, &error);
  }
  return lfg_answer_text(L, text);
}

/* Raises an error, using only functions that all versions have. */
static int raise_wrong_version(lua_State *L, int host) {
  return luaL_error(L, "this faregate was built for Lua %d.%d%s, and Lua %d.%d%s has loaded it", LUA_VERSION_NUM / 100,
                    LUA_VERSION_NUM % 100, LUA_VERSION_NUM == 501 ? " and LuaJIT" : "", host / 100, host % 100,
                    host == 501 ? " or LuaJIT" : "");
}

/* The only function that the module exports. */
#if defined(_WIN32)
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
    LUAMOD_API int luaopen_faregate(lua_State *L) {
  static const luaL_Reg functions[] = {{"book", lfg_book_new},
                                       {"book_json", lfg_book_from_json},
                                       {"book_errors", lfg_book_errors},
                                       {"account", lfg_account_new},
                                       {"money", lfg_money_new},
                                       {"replay", replay},
                                       {"reconcile", reconcile},
                                       {"open", lfg_open_ledger},
                                       {"verify", lfg_verify_ledger},
                                       {"export", lfg_export_ledger},
                                       {"import_ledger", lfg_import_ledger},
                                       {"seal_ledger", lfg_seal_ledger},
                                       {"compare_ledgers", lfg_compare_ledgers},
                                       {"cheapest", lfg_cheapest},
                                       {"break_even", lfg_break_even},
                                       {"vary", lfg_vary},
                                       {"bill_shares", lfg_bill_shares},
                                       {NULL, NULL}};
  const int host = lfg_host_version(LUA_VERSION_NUM);
  if (host != LUA_VERSION_NUM) {
    return raise_wrong_version(L, host);
  }
#if LUA_VERSION_NUM == 501
  /* At its end Lua 5.1 unloads a module before the finalizers of what was made before it, which may call the module. */
  lfg_stay_loaded();
#endif
  lfg_open_text(L);
  lfg_open_walk(L);
  lfg_open_money(L);
  lfg_open_book(L);
  lfg_open_price(L);
  lfg_open_plan(L);
  lfg_open_account(L);
  lfg_open_use(L);
  lfg_open_call(L);
  lfg_open_with_call(L);
  lfg_open_outlook(L);
  luaL_newlib(L, functions);
  lua_pushstring(L, fg_version());
  lua_setfield(L, -2, "_VERSION");
  lua_pushstring(L, LUA_VERSION);
  lua_setfield(L, -2, "built_for");
  lua_pushlightuserdata(L, NULL); /* the same value as in lua-cjson, so that tables decoded there are understood */
  lua_setfield(L, -2, "null");
  return 1;
}
