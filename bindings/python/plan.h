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

#endif
