/* The functions of plan.c, for the module's table. */
#ifndef FAREGATE_PYTHON_PLAN_H
#define FAREGATE_PYTHON_PLAN_H

#include "binding.h"

PyObject *pfg_make_plan(PyObject *module, PyObject *args);

#define PFG_PLAN_FUNCTIONS                                                                                        \
  {"make_plan", pfg_make_plan, METH_VARARGS,                                                                      \
   "make_plan($module, book, forecast, plan, /)\n--\n\n"                                                          \
   "Make a plan from JSON texts; plan None is the cheapest. Answers what it comes to and its timeline as JSON."},

#endif
