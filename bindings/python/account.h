/* What an account is, for the files that make its methods. */
#ifndef FAREGATE_PYTHON_ACCOUNT_H
#define FAREGATE_PYTHON_ACCOUNT_H

#include "binding.h"

struct pfg_account {
  PyObject_HEAD
  fg_handle *handle;
  bool is_released; ///< the ledger is closed: what is left answers questions, as it stood
  PyObject *book;
  pfg_state *state;        ///< of the module, which the type keeps alive
  PyThread_type_lock gate; ///< of a handle that waits for a disk; else NULL
  PyThreadState *holder;   ///< of the thread that is inside the gate
#ifdef Py_GIL_DISABLED
  PyMutex mutex;
#endif
};

/* Between these two only C runs. Where a handle never waits the GIL is the lock, if there is one; where it does, other
   threads run meanwhile. */
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

/* Answers what a question tells of the account, with `argument` handed on; NULL with an exception. */
typedef fg_status pfg_question(fg_handle *handle, const void *argument, const fg_visitor *visitor, fg_error *error);
PyObject *pfg_ask(pfg_account *self, pfg_question *question, const void *argument);

/* ------------------------------------------------------------------------------------------------- ledger.c */

/* What the disk and the clock are told, and how an account is given up. */
PyObject *pfg_account_ledger(PyObject *self, void *unused);
PyObject *pfg_account_durability(PyObject *self, void *unused);
PyObject *pfg_account_flush(PyObject *self, PyObject *unused);
PyObject *pfg_account_trust_clock(PyObject *self, PyObject *unused);
PyObject *pfg_account_release(PyObject *self, PyObject *unused);
PyObject *pfg_account_enter(PyObject *self, PyObject *unused);
PyObject *pfg_account_exit(PyObject *self, PyObject *args);
/* Closes the handle when nothing can be raised any more: what goes wrong is told by sys.unraisablehook. */
void pfg_drop_handle(pfg_account *self);

#define PFG_LEDGER_GETTERS                                                                                             \
  {"ledger", pfg_account_ledger, NULL,                                                                                 \
   "path, commands, durability, group_ms, session and head of the ledger; None for an account in memory", NULL},       \
  {                                                                                                                    \
    "durability", pfg_account_durability, NULL,                                                                        \
        "\"command\": on the disk before it is answered; \"group\": within group_ms; None for an account in memory",   \
        NULL                                                                                                           \
  }

#define PFG_LEDGER_METHODS                                                                                                  \
  {"flush", pfg_account_flush, METH_NOARGS,                                                                                 \
   "flush($self, /)\n--\n\nPut on the disk what waits for its group; nothing to do without a ledger."},                     \
      {"trust_clock", pfg_account_trust_clock, METH_NOARGS,                                                                 \
       "trust_clock($self, /)\n--\n\n"                                                                                      \
       "Say that the clock is right although commands were refused with ClockSuspect. It holds once: a later jump is\n"     \
       "suspect again. Of a ledger it is kept, for all processes. Where nothing is suspect, nothing is written."},          \
      {"release", pfg_account_release, METH_NOARGS,                                                                         \
       "release($self, /)\n--\n\n"                                                                                          \
       "Close the ledger; what waits for its group is written first. The account then answers questions as it stood, and\n" \
       "no more commands. Without a ledger, or again: nothing. At the end of a `with` block it is called by itself."},      \
      {"__enter__", pfg_account_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nThe account itself."}, {                    \
    "__exit__", pfg_account_exit, METH_VARARGS, "__exit__($self, type, value, traceback, /)\n--\n\nRelease it."             \
  }

#endif
