/* Functions of the module about ledgers. */
#ifndef FAREGATE_PYTHON_LEDGER_H
#define FAREGATE_PYTHON_LEDGER_H

#include "binding.h"

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_verify_ledger(PyObject *module, PyObject *path);
PyObject *pfg_export_ledger(PyObject *module, PyObject *args);

#define PFG_LEDGER_FUNCTIONS                                                                                          \
  {"_open_ledger", (PyCFunction)(void (*)(void))pfg_open_ledger, METH_VARARGS | METH_KEYWORDS,                        \
   "_open_ledger($module, path, book, wallet, policy, group_ms, wait_ms, max_jump)\n--\n\nSee faregate.open."},                 \
  {"verify", pfg_verify_ledger, METH_O,                                                                               \
   "verify($module, path, /)\n--\n\n"                                                                                 \
   "Check everything in a ledger: pages, chain, snapshots, indexes, and that each command answers again as it did.\n\n" \
   "Answers path, ok, commands (how many are good), snapshots, head (the chain's last link), good_at (the last good\n" \
   "command), problem (None, or what is wrong). Raises LedgerForeign and others for what cannot be read at all."},    \
  {"_export", pfg_export_ledger, METH_VARARGS, "_export($module, path, until, write)\n--\n\nSee faregate.export."},

#endif
