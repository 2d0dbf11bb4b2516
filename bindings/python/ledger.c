/* faregate.open for accounts on the disk, and the methods of an account that are about the disk. */
#include "account.h"
#include "faregate_ledger.h"

static fg_status open_unlocked(const char *path, const fg_ledger_options *options, fg_handle **handle,
                               fg_error *error) {
  fg_status status;
  Py_BEGIN_ALLOW_THREADS
  status = fg_ledger_open(path, options, handle, error);
  Py_END_ALLOW_THREADS
  return status;
}

static PyObject *open_with(pfg_state *state, const char *path, PyObject *book, const pfg_begun_with *given,
                           fg_ledger_options *options) {
  pfg_options begun;
  fg_error error;
  fg_handle *handle = NULL;
  if (!pfg_read_options(state, given, &begun)) {
    return NULL;
  }
  options->book = book == Py_None ? NULL : pfg_book_of(book);
  bool is_given = given->wallet != Py_None || given->policy != Py_None || given->attributes != Py_None ||
                  given->keep_ids_days != Py_None;
  options->account = is_given ? &begun.options : NULL;
  fg_status status = open_unlocked(path, options, &handle, &error);
  pfg_release_options(&begun);
  return status == FG_OK ? pfg_wrap_handle(state, handle, NULL) : pfg_raise(state, &error);
}

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords) {
  static char *names[] = {"path",    "book",     "wallet",    "policy", "attributes",    "group_ms",
                          "wait_ms", "max_jump", "read_only", "check",  "keep_ids_days", NULL};
  pfg_state *state = PyModule_GetState(module);
  PyObject *path = NULL;
  PyObject *book = Py_None;
  pfg_begun_with begun = {Py_None, Py_None, Py_None, Py_None};
  PyObject *group_ms = Py_None;
  PyObject *wait_ms = Py_None;
  PyObject *max_jump = Py_None;
  PyObject *check = Py_None;
  int read_only = 0;
  fg_clock_options clock = {0, NULL};
  fg_ledger_options options = {.clock = &clock};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&|OOOOOOOpOO:_open_ledger", names, PyUnicode_FSConverter, &path,
                                   &book, &begun.wallet, &begun.policy, &begun.attributes, &group_ms, &wait_ms,
                                   &max_jump, &read_only, &check, &begun.keep_ids_days)) {
    return NULL;
  }
  PyObject *account = NULL;
  options.read_only = read_only != 0;
  if (book != Py_None && !Py_IS_TYPE(book, pfg_type(state->book_type))) {
    pfg_raise_type(state, "book", "a Book", book);
  } else if (pfg_read_optional(state, "group_ms", group_ms, &options.group_ms) &&
             pfg_read_optional(state, "wait_ms", wait_ms, &options.wait_ms) &&
             pfg_read_optional_text(state, "check", check, &options.check) &&
             pfg_read_max_jump(state, max_jump, &clock.max_jump)) {
    account = open_with(state, PyBytes_AsString(path), book, &begun, &options);
  }
  Py_DECREF(path);
  return account;
}

/* Closes the ledger. From then on a copy of the account in memory answers questions. */
static fg_status release(pfg_account *self, fg_error *error) {
  fg_account *last = NULL;
  fg_handle *handle = self->handle;
  fg_handle *rest = NULL;
  if (self->is_released || !fg_handle_waits(handle)) {
    return FG_OK;
  }
  if (pfg_is_forked(self)) { /* a thread of the parent may have left the account half changed, so it is not copied */
    return fg_refuse(error, FG_LEDGER_FORKED);
  }
  fg_status status = fg_account_fork(fg_handle_account(handle), &last);
  status = status == FG_OK ? fg_handle_new(last, NULL, &rest, error) : status;
  if (status != FG_OK) {
    fg_account_free(last);
    return fg_refuse(error, FG_NO_MEMORY);
  }
  self->handle = rest;
  self->is_released = true;
  return fg_handle_close(handle, error);
}

PyObject *pfg_account_release(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_error error;
  pfg_lock(self);
  fg_status status = release(self, &error);
  pfg_unlock(self);
  return pfg_none_or_raise(self->state, status, &error);
}

PyObject *pfg_account_enter(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

PyObject *pfg_account_exit(PyObject *self, PyObject *args) { return pfg_account_release(self, args); }

static PyObject *say(pfg_account *self, fg_status (*said)(fg_handle *handle, fg_error *error)) {
  fg_error error;
  pfg_lock(self);
  fg_status status = said(self->handle, &error);
  pfg_unlock(self);
  return pfg_none_or_raise(self->state, status, &error);
}

PyObject *pfg_account_flush(PyObject *self, PyObject *unused) {
  (void)unused;
  return say((pfg_account *)self, fg_handle_flush);
}

PyObject *pfg_account_trust_clock(PyObject *self, PyObject *unused) {
  (void)unused;
  return say((pfg_account *)self, fg_handle_trust_clock);
}

static fg_status describe_ledger(fg_handle *handle, const void *unused, const fg_visitor *visitor, fg_error *error) {
  (void)unused;
  fg_refuse(error, FG_NO_MEMORY); /* a recording fails only for want of memory */
  return fg_handle_describe(handle, visitor);
}

PyObject *pfg_account_ledger(PyObject *self, void *unused) {
  (void)unused;
  return pfg_ask((pfg_account *)self, describe_ledger, NULL);
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
