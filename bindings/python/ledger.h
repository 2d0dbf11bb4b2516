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

#define PFG_LEDGER_FUNCTIONS                                                                                                \
  {"_open_ledger", (PyCFunction)(void (*)(void))pfg_open_ledger, METH_VARARGS | METH_KEYWORDS,                              \
   "_open_ledger($module, path, book, wallet, policy, group_ms, wait_ms, max_jump, read_only)\n--\n\nSee faregate.open."},  \
      {"verify", (PyCFunction)(void (*)(void))pfg_verify_ledger, METH_VARARGS | METH_KEYWORDS,                              \
       "verify($module, path, *, predecessor=None)\n--\n\n"                                                                 \
       "Check everything in a ledger: pages, chain, snapshots, indexes, and that each command answers again as it did.\n\n" \
       "predecessor  the ledger it goes on from (seal_ledger): check that too, and that this one begins where it ends\n\n"  \
       "Answers path, ok, commands (how many are good), snapshots, head (the chain's last link), good_at (the last good\n"  \
       "command), problem (None, or what is wrong). Raises LedgerForeign and others for what cannot be read at all."},      \
      {"compare_ledgers", pfg_compare_ledgers, METH_VARARGS,                                                                \
       "compare_ledgers($module, a, b, /)\n--\n\n"                                                                          \
       "What two ledgers are to each other, such as a file and a copy of it.\n\n"                                           \
       "Answers relation (same, continuation, fork, other_beginning, apart), common (the last command known to be in\n"     \
       "both), longer and by (of a continuation), fork (command, and what a and b have there), a and b (path, commands,\n"  \
       "begins_after, head). Raises the Ledger errors; LedgerCorrupt where either is damaged."},                            \
      {"_import", pfg_import_ledger, METH_VARARGS, "_import($module, json, path)\n--\n\nSee faregate.import_ledger."},      \
      {"seal_ledger", (PyCFunction)(void (*)(void))pfg_seal_ledger, METH_VARARGS | METH_KEYWORDS,                           \
       "seal_ledger($module, path, successor, *, keep_ids_days=None)\n--\n\n"                                               \
       "Seal a ledger and go on in a new one, which begins with the state in which this one ends.\n\n"                      \
       "keep_ids_days  commands of so many days before the end stay known by their ids, 92 if None; orders for good\n\n"    \
       "The old one can be read and verified, not written (LedgerSealed). No process may have it open (LedgerLocked).\n"    \
       "What is cut off in the middle is finished by doing it again. Raises LedgerExists and the other Ledger errors."},    \
      {"_export", pfg_export_ledger, METH_VARARGS,                                                                          \
       "_export($module, path, until, write)\n--\n\nSee faregate.export."},

#endif
