/* The type that faregate.bill uses, and its methods that are in files of their own. */
#ifndef FAREGATE_PYTHON_BILLER_H
#define FAREGATE_PYTHON_BILLER_H

#include "columns.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

typedef struct pfg_biller {
  PyObject_HEAD
  fg_biller *biller;
  pfg_state *state; ///< the state of the module, which the type keeps alive
  PyObject *book;
  pfg_bill_tables tables;
  pfg_detail detail;
  PyThreadState *thread; ///< while the GIL is released: the state with which to take it again
  int busy;              ///< a thread is using the biller, perhaps without the GIL
} pfg_biller;

static inline bool pfg_biller_begin(pfg_biller *self) {
  if (__atomic_exchange_n(&self->busy, 1, __ATOMIC_ACQUIRE) != 0) {
    PyErr_SetString(PyExc_RuntimeError, "another thread uses this biller");
    return false;
  }
  return true;
}

static inline PyObject *pfg_biller_end(pfg_biller *self, PyObject *answer) {
  __atomic_store_n(&self->busy, 0, __ATOMIC_RELEASE);
  return answer;
}

/* Lets the biller do long work without the GIL; signals end it. False with an exception. */
bool pfg_biller_work(pfg_biller *self, fg_status (*work)(pfg_biller *self, const fg_events *events, fg_error *error),
                     const fg_events *events);

/* Whether events can still be billed and the bills be made, which is done once; false with an exception. */
static inline bool pfg_biller_is_unfinished(const pfg_biller *self) {
  if (self->tables.lines.count == 0) {
    PyErr_SetString(PyExc_RuntimeError, "the bills of this biller were made already");
  }
  return self->tables.lines.count > 0;
}

static inline PyObject *pfg_none_if(bool done) { return done ? Py_NewRef(Py_None) : NULL; }

static inline bool pfg_done_or_no_memory(pfg_state *state, bool done) {
  if (!done && !PyErr_Occurred()) {
    pfg_raise_status(state, FG_NO_MEMORY);
  }
  return done;
}

PyObject *pfg_biller_enter(PyObject *object, PyObject *args);
PyObject *pfg_biller_resume(PyObject *object, PyObject *args);
PyObject *pfg_biller_command(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames);
PyObject *pfg_biller_run(PyObject *object, PyObject *args, PyObject *keywords);
PyObject *pfg_biller_names(PyObject *object, PyObject *unused);
PyObject *pfg_biller_account(PyObject *object, PyObject *index);
PyObject *pfg_biller_state(PyObject *object, PyObject *index);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
