/* The functions of plan.c and curve.c, for the tables of the module and of Book. */
#ifndef FAREGATE_PYTHON_PLAN_H
#define FAREGATE_PYTHON_PLAN_H

#include "binding.h"
#include "faregate_whatif.h"

PyObject *pfg_make_plan(PyObject *module, PyObject *args);
PyObject *pfg_plan_timeline(PyObject *module, PyObject *capsule);
PyObject *pfg_vary(PyObject *module, PyObject *args);
PyObject *pfg_break_even(PyObject *module, PyObject *args);
PyObject *pfg_book_curve(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_book_cliffs(PyObject *self, PyObject *args, PyObject *keywords);

#define PFG_PLAN_FUNCTIONS                                                                                             \
  {"_vary", pfg_vary, METH_VARARGS,                                                                                    \
   "_vary($module, calls, spread_per_mille, seed, trial, /)\n--\n\n"                                                   \
   "A tuple of monthly calls as a trial of a simulation has them."},                                                   \
      {"_make_plan", pfg_make_plan, METH_VARARGS,                                                                      \
       "_make_plan($module, book, forecast, plan, /)\n--\n\n"                                                          \
       "Make a plan from JSON texts; plan None is the cheapest. Answers what it comes to, and the plan itself."},      \
      {"_plan_timeline", pfg_plan_timeline, METH_O,                                                                    \
       "_plan_timeline($module, plan, /)\n--\n\nThe timeline of a plan as JSON text."},                                \
      {"_break_even", pfg_break_even, METH_VARARGS,                                                                    \
       "_break_even($module, a, b, most, /)\n--\n\n"                                                                   \
       "The stretches of 0 to `most` units on which one of two ways to pay is cheaper; see faregate.break_even."},

#define PFG_CURVE_METHODS                                                                                                 \
  {"curve", (PyCFunction)(void (*)(void))pfg_book_curve, METH_VARARGS | METH_KEYWORDS,                                    \
   "curve($self, /, product, meter=None, most=None, *, pack=None, packs=None, days=None, months=None, free=None,\n"       \
   "      at=None)\n--\n\n"                                                                                               \
   "Cost over quantity, exact: the pieces between its breakpoints.\n\n"                                                   \
   "most  the last quantity; not given: far enough to show every tier. The other arguments are those of a way in\n"       \
   "      faregate.break_even.\n\n"                                                                                       \
   "Each of `pieces` goes from the amount `first` at `from` to `last` at `to`, along a line or in steps of `step`."},     \
  {                                                                                                                       \
    "cliffs", (PyCFunction)(void (*)(void))pfg_book_cliffs, METH_VARARGS | METH_KEYWORDS,                                 \
        "cliffs($self, /, product, meter=None, most=None, *, pack=None, packs=None, days=None, months=None, free=None,\n" \
        "       at=None)\n--\n\n"                                                                                         \
        "Where buying more costs less (R13): whoever wants `from` to `to` units pays less for `buy`.\n\n"                 \
        "Answers a tuple of results with from, to, buy, amount (of `buy`), instead_of (the amount of `to`) and saves.\n"  \
        "The arguments are those of curve."                                                                               \
  }

#endif
