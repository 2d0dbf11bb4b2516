/* Questions about what is to come and what wants attention. */
#ifndef FAREGATE_PYTHON_OUTLOOK_H
#define FAREGATE_PYTHON_OUTLOOK_H

#include "account.h"
#include "faregate_outlook.h"

PyObject *pfg_account_upcoming(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_account_notices(PyObject *self, PyObject *args, PyObject *keywords);

#endif
