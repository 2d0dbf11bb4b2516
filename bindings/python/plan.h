/* The functions of plan.c and curve.c, for the tables of the module and of Book. */
#ifndef FAREGATE_PYTHON_PLAN_H
#define FAREGATE_PYTHON_PLAN_H

#include "binding.h"

PyObject *pfg_make_plan(PyObject *module, PyObject *args);
PyObject *pfg_break_even(PyObject *module, PyObject *args);
PyObject *pfg_book_curve(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_book_cliffs(PyObject *self, PyObject *args, PyObject *keywords);

#define PFG_PLAN_FUNCTIONS                                                                                           \
  {"make_plan", pfg_make_plan, METH_VARARGS,                                                                         \
   "make_plan($module, book, forecast, plan, /)\n--\n\n"                                                             \
   "Make a plan from JSON texts; plan None is the cheapest. Answers what it comes to and its timeline as JSON."},    \
  {"break_even", pfg_break_even, METH_VARARGS,                                                                       \
   "break_even($module, a, b, most, /)\n--\n\n"                                                                      \
   "Every crossing of two ways to pay for 0 to `most` units: the stretches on which one of them is cheaper.\n\n"     \
   "a, b  dicts: book, a Book, and product; and of these what applies:\n"                                            \
   "      meter     the product's usage if not given; its capacity meter: the quantity is capacity\n"                \
   "      pack      units come in this pack: as many as it takes, or `packs` of them and the rest by the price list\n" \
   "      capacity  so much capacity for so many `days` or `months`, and usage is free\n"                            \
   "      free      units that cost nothing, the first ones\n"                                                       \
   "      at        picks the month where a price is for a month held\n\n"                                           \
   "Answers a tuple of results with `from`, `to`, `cheaper` (\"a\", \"b\" or \"equal\") and the amounts `a` and `b`\n" \
   "at `from`. Exact; raises Invalid for a book whose amounts are rounded, or of another currency."},

#define PFG_CURVE_METHODS                                                                                            \
  {"curve", (PyCFunction)(void (*)(void))pfg_book_curve, METH_VARARGS | METH_KEYWORDS,                               \
   "curve($self, /, product, meter=None, most=None, *, pack=None, packs=None, days=None, months=None, free=None,\n"  \
   "      at=None)\n--\n\n"                                                                                          \
   "Cost over quantity, exact: the pieces between its breakpoints.\n\n"                                              \
   "most  the last quantity; not given: far enough to show every tier. The other arguments are those of a way in\n" \
   "      faregate.break_even.\n\n"                                                                                  \
   "Each of `pieces` goes from the amount `first` at `from` to `last` at `to`, along a line or in steps of `step`."}, \
  {"cliffs", (PyCFunction)(void (*)(void))pfg_book_cliffs, METH_VARARGS | METH_KEYWORDS,                             \
   "cliffs($self, /, product, meter=None, most=None, *, pack=None, packs=None, days=None, months=None, free=None,\n" \
   "       at=None)\n--\n\n"                                                                                         \
   "Where buying more costs less (R13): whoever wants `from` to `to` units pays less for `buy`.\n\n"                 \
   "Answers a tuple of results with from, to, buy, amount (of `buy`), instead_of (the amount of `to`) and saves.\n"  \
   "The arguments are those of curve."},

#endif
