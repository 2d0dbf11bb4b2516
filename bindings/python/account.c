/* Makes, locks, asks and gives up accounts. The methods of the Python type are in account_type.c, call.c, ledger.c and
   outlook.c. */
#include "account.h"

static pfg_account *new_account(pfg_state *state, fg_handle *handle) {
  pfg_account *self = PyObject_New(pfg_account, pfg_type(state->account_type));
  if (self == NULL) {
    fg_handle_close(handle, NULL);
    return NULL;
  }
  self->handle = handle;
  self->is_released = false;
  self->book = NULL;
  self->state = state;
  self->lock = NULL;
  self->holder = NULL;
  self->process = pfg_this_process();
#ifdef Py_GIL_DISABLED
  self->mutex = (PyMutex){0};
#endif
  return self;
}

PyObject *pfg_wrap_handle(pfg_state *state, fg_handle *handle, PyObject *book) {
  fg_book *own = fg_account_book(fg_handle_account(handle));
  pfg_account *self = new_account(state, handle);
  if (self == NULL) {
    return NULL;
  }
  self->book = book != NULL ? Py_NewRef(book) : pfg_wrap_book(state, fg_book_retain(own));
  self->lock = fg_handle_waits(handle) ? PyThread_allocate_lock() : NULL;
  bool is_whole = self->book != NULL && (self->lock != NULL || !fg_handle_waits(handle));
  if (!is_whole) {
    Py_CLEAR(self);
    return PyErr_Occurred() ? NULL : PyErr_NoMemory();
  }
  return (PyObject *)self;
}

PyObject *pfg_wrap_account(pfg_state *state, fg_account *account, PyObject *book) {
  fg_handle *handle = NULL;
  fg_error error;
  if (fg_handle_new(account, NULL, &handle, &error) != FG_OK) {
    fg_account_free(account);
    return pfg_raise(state, &error);
  }
  return pfg_wrap_handle(state, handle, book);
}

pfg_state *pfg_account_state(const pfg_account *self) { return self->state; }

const fg_zone *pfg_account_zone(const pfg_account *self) { return fg_book_zone(pfg_book_of(self->book)); }

PyObject *pfg_account_book(const pfg_account *self) { return self->book; }

PyObject *pfg_wrap_book_of(pfg_account *self, fg_book *(*which)(const fg_account *account)) {
  pfg_lock(self);
  fg_book *book = fg_book_retain(which(fg_handle_account(self->handle)));
  pfg_unlock(self);
  if (book != pfg_book_of(self->book)) {
    return pfg_wrap_book(self->state, book);
  }
  fg_book_release(book);
  return Py_NewRef(self->book);
}

fg_status pfg_account_begin(pfg_account *self, fg_handle **handle, fg_error *error) {
  pfg_lock(self);
  if (self->is_released) {
    pfg_unlock(self);
    return fg_fail(error, FG_INVALID, "", "the ledger was released");
  }
  *handle = self->handle;
  return FG_OK;
}

void pfg_account_end(pfg_account *self) { pfg_unlock(self); }

fg_status pfg_tell_outcome(const fg_handle *handle, const fg_outcome *outcome, const fg_visitor *visitor,
                           fg_error *error) {
  fg_status status = fg_outcome_describe(fg_handle_account(handle), outcome, visitor);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

PyObject *pfg_ask(pfg_account *self, pfg_question *question, const void *argument) {
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_error error;
  pfg_lock(self);
  fg_status status = question(self->handle, argument, &visitor, &error);
  pfg_unlock(self);
  return pfg_recording_end(&recording, status, &error, self->state, pfg_book_of(self->book));
}

fg_account *pfg_fork_account(PyObject *object) {
  pfg_account *self = (pfg_account *)object;
  fg_account *copy = NULL;
  fg_error error;
  pfg_lock(self);
  fg_status status = fg_handle_refresh(self->handle, &error);
  if (status == FG_OK && fg_account_fork(fg_handle_account(self->handle), &copy) != FG_OK) {
    status = fg_refuse(&error, FG_NO_MEMORY);
  }
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_raise(self->state, &error);
  }
  return copy;
}

/* Closes the handle when no exception can be raised any more; a failure is told by sys.unraisablehook. */
static void drop_handle(pfg_account *self) {
  fg_handle *handle = self->handle;
  fg_status status = FG_OK;
  fg_error error;
  if (handle != NULL && fg_handle_waits(handle)) {
    Py_BEGIN_ALLOW_THREADS
    status = fg_handle_close(handle, &error);
    Py_END_ALLOW_THREADS
  } else {
    status = fg_handle_close(handle, &error);
  }
  if (status != FG_OK) {
    PyObject *raised[3];
    PyErr_Fetch(&raised[0], &raised[1], &raised[2]);
    pfg_raise(self->state, &error);
    /* The warning names the type in place of the account, which is half released. */
    PyErr_WriteUnraisable((PyObject *)Py_TYPE((PyObject *)self));
    PyErr_Restore(raised[0], raised[1], raised[2]);
  }
  if (self->lock != NULL) {
    PyThread_free_lock(self->lock);
  }
}

void pfg_account_dealloc(PyObject *object) {
  pfg_account *self = (pfg_account *)object;
  drop_handle(self);
  Py_XDECREF(self->book);
  pfg_free_object(object);
}
