/* The accounts of bills: enters them, resumes them and gives them commands before the log is read, and looks them up
   afterwards. */
#include "biller.h"

static bool enter_account(pfg_biller *self, PyObject *args) {
  pfg_state *state = self->state;
  PyObject *name_object, *account_object;
  fg_string name;
  fg_error error;
  if (!PyArg_ParseTuple(args, "OO!:enter", &name_object, state->account_type, &account_object) ||
      !pfg_read_text(state, "accounts", name_object, &name)) {
    return false;
  }
  fg_account *account = pfg_fork_account(account_object);
  if (account == NULL || fg_biller_enter(self->biller, name, account, &error) == FG_OK) {
    return account != NULL;
  }
  fg_account_free(account);
  pfg_raise(state, &error);
  return false;
}

PyObject *pfg_biller_enter(PyObject *object, PyObject *args) {
  pfg_biller *self = (pfg_biller *)object;
  return pfg_biller_begin(self) ? pfg_biller_end(self, pfg_none_if(enter_account(self, args))) : NULL;
}

static bool resume_account(pfg_biller *self, PyObject *args) {
  PyObject *name_object;
  Py_buffer bytes;
  fg_string name;
  fg_error error;
  if (!PyArg_ParseTuple(args, "Oy*:resume", &name_object, &bytes)) {
    return false;
  }
  bool done = pfg_read_text(self->state, "states", name_object, &name);
  if (done && fg_biller_resume(self->biller, name, (fg_string){bytes.buf, (size_t)bytes.len}, &error) != FG_OK) {
    pfg_raise(self->state, &error);
    done = false;
  }
  PyBuffer_Release(&bytes);
  return done;
}

PyObject *pfg_biller_resume(PyObject *object, PyObject *args) {
  pfg_biller *self = (pfg_biller *)object;
  return pfg_biller_begin(self) ? pfg_biller_end(self, pfg_none_if(resume_account(self, args))) : NULL;
}

/* Adds a command, and returns its instant, because the command may have been given without an offset. */
static PyObject *add_command(pfg_biller *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  pfg_state *state = self->state;
  const fg_zone *zone = fg_book_zone(pfg_book_of(self->book));
  fg_string name, kind_name;
  fg_command_kind kind;
  fg_command command;
  pfg_attributes attributes;
  fg_error error;
  if (nargs != 2) {
    PyErr_SetString(PyExc_TypeError, "command() takes a name, a command and its fields by name");
    return NULL;
  }
  if (!pfg_read_text(state, "account", args[0], &name) || !pfg_read_text(state, "do", args[1], &kind_name)) {
    return NULL;
  }
  if (!fg_command_kind_of(kind_name, &kind)) {
    return pfg_raise_invalid(state, "do", "there is no such command");
  }
  fg_command_begin(&command, kind, FG_NO_TIME);
  if (!pfg_read_command(state, args + 2, 0, kwnames, zone, &command, &attributes)) {
    return NULL;
  }
  PyObject *at = NULL;
  bool done = pfg_finish_command(state, &command);
  if (done && command.at == FG_NO_TIME) {
    pfg_raise_invalid(state, "at", "expected the instant of the command");
  } else if (done && fg_biller_command(self->biller, name, &command, &error) != FG_OK) {
    pfg_raise(state, &error);
  } else if (done) {
    at = pfg_datetime(state, command.at, zone);
  }
  pfg_release_attributes(&attributes);
  return at;
}

PyObject *pfg_biller_command(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  pfg_biller *self = (pfg_biller *)object;
  return pfg_biller_begin(self) ? pfg_biller_end(self, add_command(self, args, nargs, kwnames)) : NULL;
}

static PyObject *account_names(pfg_biller *self) {
  size_t count = fg_biller_account_count(self->biller);
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (size_t i = 0; list != NULL && i < count; i++) {
    fg_string name;
    fg_biller_account(self->biller, i, &name);
    PyObject *text = PyUnicode_FromStringAndSize(name.text, (Py_ssize_t)name.length);
    if (text == NULL || PyList_SetItem(list, (Py_ssize_t)i, text) < 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

PyObject *pfg_biller_names(PyObject *object, PyObject *unused) {
  pfg_biller *self = (pfg_biller *)object;
  (void)unused;
  return pfg_biller_begin(self) ? pfg_biller_end(self, account_names(self)) : NULL;
}

static PyObject *copy_of_account(pfg_biller *self, size_t index) {
  pfg_state *state = self->state;
  fg_account *copy = NULL;
  fg_string name;
  if (index >= fg_biller_account_count(self->biller)) {
    PyErr_SetString(PyExc_IndexError, "no such account");
    return NULL;
  }
  fg_status status = fg_account_fork(fg_biller_account(self->biller, index, &name), &copy);
  return status == FG_OK ? pfg_wrap_account(state, copy, self->book) : pfg_raise_status(state, status);
}

static PyObject *state_of_account(pfg_biller *self, size_t index) {
  fg_text saved;
  if (index >= fg_biller_account_count(self->biller)) {
    PyErr_SetString(PyExc_IndexError, "no such account");
    return NULL;
  }
  fg_status status = fg_biller_state(self->biller, index, &saved);
  if (status != FG_OK) {
    return pfg_raise_status(self->state, status);
  }
  PyObject *bytes = PyBytes_FromStringAndSize(saved.text, (Py_ssize_t)saved.length);
  fg_text_release(&saved);
  return bytes;
}

PyObject *pfg_biller_state(PyObject *object, PyObject *index) {
  pfg_biller *self = (pfg_biller *)object;
  size_t number = PyLong_AsSize_t(index);
  if ((number == (size_t)-1 && PyErr_Occurred()) || !pfg_biller_begin(self)) {
    return NULL;
  }
  return pfg_biller_end(self, state_of_account(self, number));
}

PyObject *pfg_biller_account(PyObject *object, PyObject *index) {
  pfg_biller *self = (pfg_biller *)object;
  size_t number = PyLong_AsSize_t(index);
  if ((number == (size_t)-1 && PyErr_Occurred()) || !pfg_biller_begin(self)) {
    return NULL;
  }
  return pfg_biller_end(self, copy_of_account(self, number));
}
