/* Accounts as bytes, and comparing, copying and pickling them. */
#include "account.h"

/* Whoever pickles bills asks for the bytes of each account without running any Python in between, so that signals are
   looked for here, and where accounts are made of them. */
static PyObject *bytes_of(pfg_account *self) {
  fg_account *copy = PyErr_CheckSignals() < 0 ? NULL : pfg_fork_account((PyObject *)self);
  fg_text saved;
  if (copy == NULL) {
    return NULL;
  }
  fg_status status = fg_account_save(copy, &saved);
  fg_account_free(copy);
  if (status != FG_OK) {
    return pfg_raise_status(self->state, status);
  }
  PyObject *bytes = PyBytes_FromStringAndSize(saved.text, (Py_ssize_t)saved.length);
  fg_text_release(&saved);
  return bytes;
}

PyObject *pfg_account_to_bytes(PyObject *self, PyObject *unused) {
  (void)unused;
  return bytes_of((pfg_account *)self);
}

/* Accounts are equal whose states are, of the same book: the bytes name the book. An account that changes has no
   hash. */
PyObject *pfg_account_compare(PyObject *self, PyObject *other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) ||
      !PyObject_TypeCheck(other, pfg_type(((pfg_account *)self)->state->account_type))) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  if (self == other) {
    return PyBool_FromLong(operation == Py_EQ);
  }
  PyObject *ours = bytes_of((pfg_account *)self);
  PyObject *theirs = ours == NULL ? NULL : bytes_of((pfg_account *)other);
  PyObject *answer = theirs == NULL ? NULL : PyObject_RichCompare(ours, theirs, operation);
  Py_XDECREF(theirs);
  Py_XDECREF(ours);
  return answer;
}

PyObject *pfg_account_from_bytes(PyObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"data", "book", NULL};
  pfg_state *state = pfg_state_of((PyTypeObject *)type);
  PyObject *data = NULL;
  PyObject *book = NULL;
  fg_account *account = NULL;
  fg_error error;
  Py_buffer bytes;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO:from_bytes", names, &data, &book) || PyErr_CheckSignals() < 0) {
    return NULL;
  }
  if (!PyObject_CheckBuffer(data)) {
    return pfg_raise_type(state, "data", "bytes", data);
  }
  book = pfg_book_object(state, book);
  if (book == NULL || PyObject_GetBuffer(data, &bytes, PyBUF_SIMPLE) < 0) {
    Py_XDECREF(book);
    return NULL;
  }
  fg_status status = fg_account_load(pfg_book_of(book), (fg_string){bytes.buf, (size_t)bytes.len}, NULL, &account,
                                     &error);
  PyBuffer_Release(&bytes);
  PyObject *made = status == FG_OK ? pfg_wrap_account(state, account, book) : pfg_raise(state, &error);
  Py_DECREF(book);
  return made;
}

/* Refuses to copy an account in a ledger, because the copy would silently go on beside it; `fork` makes one on
   purpose. */
PyObject *pfg_account_reduce(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  if (self->lock != NULL) {
    PyErr_SetString(self->state->wrong_type, "an account in a ledger is opened by each process; pickle its fork()");
    return NULL;
  }
  PyObject *maker = PyObject_GetAttrString((PyObject *)Py_TYPE(object), "from_bytes");
  PyObject *bytes = maker == NULL ? NULL : bytes_of(self);
  PyObject *book = bytes == NULL ? NULL : pfg_wrap_book_of(self, fg_account_begun);
  PyObject *made = book == NULL ? NULL : Py_BuildValue("(O(OO))", maker, bytes, book);
  Py_XDECREF(book);
  Py_XDECREF(bytes);
  Py_XDECREF(maker);
  return made;
}
