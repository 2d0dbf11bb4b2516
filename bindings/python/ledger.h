/* Functions of the module about ledgers. */
#ifndef FAREGATE_PYTHON_LEDGER_H
#define FAREGATE_PYTHON_LEDGER_H

#include "binding.h"

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_verify_ledger(PyObject *module, PyObject *path);
PyObject *pfg_export_ledger(PyObject *module, PyObject *args, PyObject *keywords);

#define PFG_LEDGER_FUNCTIONS                                                                                          \
  {"_open_ledger", (PyCFunction)(void (*)(void))pfg_open_ledger, METH_VARARGS | METH_KEYWORDS,                        \
   "_open_ledger($module, path, book, wallet, policy, group_ms, wait_ms)\n--\n\nSee faregate.open."},                 \
  {"verify", pfg_verify_ledger, METH_O,                                                                               \
   "verify($module, path, /)\n--\n\n"                                                                                 \
   "Check everything in a ledger: pages, chain, snapshots, indexes, and that each command answers again as it did.\n\n" \
   "Answers path, ok, commands (how many are good), snapshots, head (the chain's last link), good_at (the last good\n" \
   "command), problem (None, or what is wrong). Raises LedgerForeign and others for what cannot be read at all."},    \
  {"export", (PyCFunction)(void (*)(void))pfg_export_ledger, METH_VARARGS | METH_KEYWORDS,                            \
   "export($module, path, *, until=None)\n--\n\n"                                                                     \
   "A ledger as the text of a timeline that replays to the same statement.\n\n"                                       \
   "until  the number of the last command to take, all if None; of a damaged ledger, take those that are good"},

#endif
