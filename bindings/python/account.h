/* What an account is, for the files that make its methods. */
#ifndef FAREGATE_PYTHON_ACCOUNT_H
#define FAREGATE_PYTHON_ACCOUNT_H

#include "binding.h"

struct pfg_account {
  PyObject_HEAD
  fg_account *account; ///< the ledger's own, if there is one
  fg_ledger *ledger;   ///< NULL: in memory
  bool is_released;    ///< of a ledger: only questions are answered, as it stood
  PyObject *book;
  pfg_state *state; ///< of the module, which the type keeps alive
  fg_clock clock;   ///< for commands that name no instant
  uint64_t name_bits; ///< of the ids that its calls get
  PyThread_type_lock gate;   ///< of a ledger's account
  PyThreadState *holder;     ///< of the thread that is inside the gate
#ifdef Py_GIL_DISABLED
  PyMutex mutex;
#endif
};

/* Between these two only C runs. For an account in memory the GIL is the lock, where there is one; one with a ledger
   waits for the disk, and other threads run meanwhile. */
static inline void pfg_lock(pfg_account *self) {
  if (self->gate != NULL) {
    PyThreadState *thread = PyEval_SaveThread();
    PyThread_acquire_lock(self->gate, WAIT_LOCK);
    self->holder = thread;
    return;
  }
#ifdef Py_GIL_DISABLED
  PyMutex_Lock(&self->mutex);
#endif
}

static inline void pfg_unlock(pfg_account *self) {
  if (self->gate != NULL) {
    PyThreadState *thread = self->holder;
    PyThread_release_lock(self->gate);
    PyEval_RestoreThread(thread);
    return;
  }
#ifdef Py_GIL_DISABLED
  PyMutex_Unlock(&self->mutex);
#endif
}

/* While locked: brings a ledger's account up to what other handles have written. */
fg_status pfg_refresh(pfg_account *self, fg_error *error);

/* ------------------------------------------------------------------------------------------------- ledger.c */

/* Methods and attributes that only an account with a ledger has a use for. */
PyObject *pfg_account_uncertain(PyObject *self, void *unused);
PyObject *pfg_account_ledger(PyObject *self, void *unused);
PyObject *pfg_account_durability(PyObject *self, void *unused);
PyObject *pfg_account_flush(PyObject *self, PyObject *unused);
PyObject *pfg_account_release(PyObject *self, PyObject *unused);
PyObject *pfg_account_enter(PyObject *self, PyObject *unused);
PyObject *pfg_account_exit(PyObject *self, PyObject *args);
/* Closes the handle without a word. */
void pfg_drop_ledger(pfg_account *self);

#define PFG_LEDGER_GETTERS                                                                                             \
  {"ledger", pfg_account_ledger, NULL,                                                                                 \
   "path, commands, durability, group_ms, session and head of the ledger; None for an account in memory", NULL},       \
  {"durability", pfg_account_durability, NULL,                                                                         \
   "\"command\": on the disk before it is answered; \"group\": within group_ms; None for an account in memory", NULL},

#define PFG_LEDGER_METHODS                                                                                             \
  {"uncertain", pfg_account_uncertain, METH_NOARGS,                                                                    \
   "uncertain($self, /)\n--\n\n"                                                                                       \
   "Of a ledger: the calls in flight whose process has ended, as `calls` has them. They count as used until they are\n" \
   "committed or canceled by their ids."},                                                                             \
  {"flush", pfg_account_flush, METH_NOARGS,                                                                            \
   "flush($self, /)\n--\n\nPut on the disk what waits for its group; nothing to do without a ledger."},                \
  {"release", pfg_account_release, METH_NOARGS,                                                                        \
   "release($self, /)\n--\n\n"                                                                                         \
   "Close the ledger; what waits for its group is written first. The account then answers questions as it stood, and\n" \
   "no more commands. Without a ledger, or again: nothing. At the end of a `with` block it is called by itself."},     \
  {"__enter__", pfg_account_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nThe account itself."},                     \
  {"__exit__", pfg_account_exit, METH_VARARGS,                                                                         \
   "__exit__($self, type, value, traceback, /)\n--\n\nRelease it."},

#endif
