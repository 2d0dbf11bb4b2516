/* An account object, for the files that define its methods. */
#ifndef FAREGATE_PYTHON_ACCOUNT_H
#define FAREGATE_PYTHON_ACCOUNT_H

#include "binding.h"

#if !defined(_WIN32)
#include <unistd.h>
#endif

struct pfg_account {
  PyObject_HEAD
  fg_handle *handle;
  bool is_released; ///< the ledger is closed; what is left answers questions as the account stood then
  PyObject *book;
  pfg_state *state;        ///< the state of the module, which the type keeps alive
  PyThread_type_lock lock; ///< lock for a handle that may wait for a disk; NULL: the handle never waits
  PyThreadState *holder;   ///< the state of the thread that has the lock
  long process;            ///< the process in which the account was made
#ifdef Py_GIL_DISABLED
  PyMutex mutex;
#endif
};

static inline long pfg_this_process(void) {
#if defined(_WIN32)
  return 0; /* no process of Windows is forked */
#else
  return (long)getpid();
#endif
}

/* Whether the account was made before this process was forked. A thread that had its lock then does not exist here, so
   nobody would ever give the lock back. The core refuses what would wait for the disk (ledger_forked), so it is asked
   without the lock. */
static inline bool pfg_is_forked(const pfg_account *self) { return self->process != pfg_this_process(); }

/* These lock an account and unlock it. Between them only C runs. If the handle never waits, the GIL is the lock, or in
   a build without one a mutex. If it may wait, other threads run meanwhile. */
static inline void pfg_lock(pfg_account *self) {
  if (self->lock != NULL && !pfg_is_forked(self)) {
    PyThreadState *thread = PyEval_SaveThread();
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    self->holder = thread;
    return;
  }
#ifdef Py_GIL_DISABLED
  PyMutex_Lock(&self->mutex);
#endif
}

static inline void pfg_unlock(pfg_account *self) {
  if (self->lock != NULL && !pfg_is_forked(self)) {
    PyThreadState *thread = self->holder;
    PyThread_release_lock(self->lock);
    PyEval_RestoreThread(thread);
    return;
  }
#ifdef Py_GIL_DISABLED
  PyMutex_Unlock(&self->mutex);
#endif
}

/* pfg_ask returns what a question tells of the account, as a Python object; `argument` is passed to the question. NULL
   with an exception. */
typedef fg_status pfg_question(fg_handle *handle, const void *argument, const fg_visitor *visitor, fg_error *error);
PyObject *pfg_ask(pfg_account *self, pfg_question *question, const void *argument);

/* Returns one of the account's books, which `which` selects. Accounts that share a book get the same object, so that
   pickle writes it once. NULL with an exception. */
PyObject *pfg_wrap_book_of(pfg_account *self, fg_book *(*which)(const fg_account *account));

void pfg_account_dealloc(PyObject *self);

/* Methods about the disk and the clock, and those that give up an account. */
PyObject *pfg_account_ledger(PyObject *self, void *unused);
PyObject *pfg_account_durability(PyObject *self, void *unused);
PyObject *pfg_account_flush(PyObject *self, PyObject *unused);
PyObject *pfg_account_trust_clock(PyObject *self, PyObject *unused);
PyObject *pfg_account_release(PyObject *self, PyObject *unused);
PyObject *pfg_account_enter(PyObject *self, PyObject *unused);
PyObject *pfg_account_exit(PyObject *self, PyObject *args);

PyObject *pfg_account_to_bytes(PyObject *self, PyObject *unused);
PyObject *pfg_account_from_bytes(PyObject *type, PyObject *args, PyObject *keywords);
PyObject *pfg_account_compare(PyObject *self, PyObject *other, int operation);
PyObject *pfg_account_reduce(PyObject *self, PyObject *unused);

PyObject *pfg_account_now(PyObject *self, void *unused);
PyObject *pfg_account_repr(PyObject *self);
PyObject *pfg_account_invoices(PyObject *self, void *unused);
PyObject *pfg_account_calls(PyObject *self, void *unused);
PyObject *pfg_account_uncertain(PyObject *self, PyObject *unused);
PyObject *pfg_account_marginal(PyObject *self, PyObject *args, PyObject *keywords);

PyObject *pfg_account_upcoming(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_account_notices(PyObject *self, PyObject *args, PyObject *keywords);

#endif
