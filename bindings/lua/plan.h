/* The functions and methods that plan.c adds to the module and to books, and the time limit of a search. */
#ifndef FAREGATE_LUA_PLAN_H
#define FAREGATE_LUA_PLAN_H

#include "binding.h"
#include "faregate_whatif.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

#define LFG_PLAN "faregate.plan/1"

void lfg_open_plan(lua_State *L); ///< makes the type of plans; the type of books must exist already

int lfg_break_even(lua_State *L); ///< faregate.break_even(a, b, most)
int lfg_vary(lua_State *L);       ///< faregate.vary(units, spread_per_mille, seed, trial, month, level_per_mille, …)
int lfg_cheapest(lua_State *L);   ///< faregate.cheapest(book, forecast, way, options)

/* The seconds of the table of options at `arg`, nil for none, as microseconds; 0: there is no limit. */
int64_t lfg_time_limit(lua_State *L, int arg);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
