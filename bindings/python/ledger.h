/* Functions of the module about ledgers. */
#ifndef FAREGATE_PYTHON_LEDGER_H
#define FAREGATE_PYTHON_LEDGER_H

#include "binding.h"
#include "faregate_ledger.h"

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_verify_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_compare_ledgers(PyObject *module, PyObject *args);
PyObject *pfg_import_ledger(PyObject *module, PyObject *args);
PyObject *pfg_seal_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_export_ledger(PyObject *module, PyObject *args);

#endif
