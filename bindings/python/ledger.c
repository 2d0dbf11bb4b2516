/* Accounts on the disk: faregate.open, and what such an account can do besides. */
#include "ledger.h"

#include "account.h"

/* ---------------------------------------------------------------------------------------------------- opening */

static fg_status open_unlocked(const char *path, const fg_ledger_options *options, fg_ledger **ledger,
                               fg_error *error) {
  fg_status status;
  Py_BEGIN_ALLOW_THREADS
  status = fg_ledger_open(path, options, ledger, error);
  Py_END_ALLOW_THREADS
  return status;
}

/* Takes over the ledger. */
static PyObject *wrap_ledger(pfg_state *state, fg_ledger *ledger) {
  PyObject *book = pfg_wrap_book(state, fg_book_retain(fg_account_book(fg_ledger_account(ledger))));
  if (book == NULL) {
    fg_ledger_close(ledger, NULL);
    return NULL;
  }
  PyObject *self = pfg_wrap_ledger(state, ledger, book);
  Py_DECREF(book);
  return self;
}

static bool read_milliseconds(pfg_state *state, const char *name, PyObject *value, int64_t *milliseconds) {
  return value == Py_None || pfg_read_integer(state, name, value, milliseconds);
}

static PyObject *open_with(pfg_state *state, const char *path, PyObject *book, PyObject *wallet, PyObject *policy,
                           fg_ledger_options *options) {
  pfg_options begun;
  fg_error error;
  fg_ledger *ledger = NULL;
  if (!pfg_read_options(state, wallet, policy, &begun)) {
    return NULL;
  }
  options->book = book == Py_None ? NULL : pfg_book_of(book);
  options->account = wallet == Py_None && policy == Py_None ? NULL : &begun.options;
  fg_status status = open_unlocked(path, options, &ledger, &error);
  pfg_release_options(&begun);
  return status == FG_OK ? wrap_ledger(state, ledger) : pfg_raise(state, &error);
}

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords) {
  static char *names[] = {"path", "book", "wallet", "policy", "group_ms", "wait_ms", NULL};
  pfg_state *state = PyModule_GetState(module);
  PyObject *path = NULL;
  PyObject *book = Py_None;
  PyObject *wallet = Py_None;
  PyObject *policy = Py_None;
  PyObject *group_ms = Py_None;
  PyObject *wait_ms = Py_None;
  fg_ledger_options options = {NULL, NULL, 0, 0};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&|OOOOO:_open_ledger", names, PyUnicode_FSConverter, &path, &book,
                                   &wallet, &policy, &group_ms, &wait_ms)) {
    return NULL;
  }
  PyObject *account = NULL;
  if (book != Py_None && !Py_IS_TYPE(book, pfg_type(state->book_type))) {
    pfg_raise_type(state, "book", "a Book", book);
  } else if (read_milliseconds(state, "group_ms", group_ms, &options.group_ms) &&
             read_milliseconds(state, "wait_ms", wait_ms, &options.wait_ms)) {
    account = open_with(state, PyBytes_AsString(path), book, wallet, policy, &options);
  }
  Py_DECREF(path);
  return account;
}

/* ---------------------------------------------------------------------------------------------------- closing */

void pfg_drop_ledger(pfg_account *self) {
  fg_ledger *ledger = self->ledger;
  if (ledger != NULL) {
    Py_BEGIN_ALLOW_THREADS
    fg_ledger_close(ledger, NULL);
    Py_END_ALLOW_THREADS
    self->account = NULL; /* it was the ledger's */
  }
  if (self->gate != NULL) {
    PyThread_free_lock(self->gate);
  }
}

/* The account as it stood stays, to be asked. */
static fg_status release(pfg_account *self, fg_error *error) {
  fg_account *last = NULL;
  fg_ledger *ledger = self->ledger;
  if (ledger == NULL) {
    return FG_OK;
  }
  if (fg_account_fork(self->account, &last) != FG_OK) {
    *error = (fg_error){.status = FG_NO_MEMORY, .message = "out of memory", .retry_after_us = -1};
    return FG_NO_MEMORY;
  }
  self->ledger = NULL;
  self->account = last;
  self->is_released = true;
  return fg_ledger_close(ledger, error);
}

PyObject *pfg_account_release(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_error error;
  pfg_lock(self);
  fg_status status = release(self, &error);
  pfg_unlock(self);
  return status == FG_OK ? Py_NewRef(Py_None) : pfg_raise(self->state, &error);
}

PyObject *pfg_account_enter(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

PyObject *pfg_account_exit(PyObject *self, PyObject *args) { return pfg_account_release(self, args); }

/* ------------------------------------------------------------------------------------------------- attributes */

PyObject *pfg_account_flush(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_error error;
  pfg_lock(self);
  fg_status status = self->ledger == NULL ? FG_OK : fg_ledger_flush(self->ledger, &error);
  pfg_unlock(self);
  return status == FG_OK ? Py_NewRef(Py_None) : pfg_raise(self->state, &error);
}

PyObject *pfg_account_uncertain(PyObject *object, void *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  fg_error error;
  pfg_lock(self);
  bool has_ledger = self->ledger != NULL;
  fg_status status = has_ledger ? fg_ledger_uncertain(self->ledger, &visitor, &error) : FG_OK;
  pfg_unlock(self);
  if (!has_ledger || status != FG_OK) {
    pfg_tape_release(&tape);
    return has_ledger ? pfg_raise(self->state, &error) : PyTuple_New(0);
  }
  return pfg_tape_end(&tape, status, self->state, pfg_book_of(self->book));
}

PyObject *pfg_account_ledger(PyObject *object, void *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  pfg_lock(self);
  bool has_ledger = self->ledger != NULL;
  fg_status status = has_ledger ? fg_ledger_describe(self->ledger, &visitor) : FG_OK;
  pfg_unlock(self);
  if (!has_ledger) {
    pfg_tape_release(&tape);
    return Py_NewRef(Py_None);
  }
  return pfg_tape_end(&tape, status, self->state, pfg_book_of(self->book));
}

PyObject *pfg_account_durability(PyObject *self, void *unused) {
  PyObject *ledger = pfg_account_ledger(self, unused);
  if (ledger == NULL || ledger == Py_None) {
    return ledger;
  }
  PyObject *durability = PyMapping_GetItemString(ledger, "durability");
  Py_DECREF(ledger);
  return durability;
}
