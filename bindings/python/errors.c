/* Makes an exception class for each status of the core. */
#include "binding.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *name, *code, *rule, *doc;
} classes[FG_STATUS_COUNT] = {
#define ERROR_CLASS(NAME, name, builtin, code, rule, doc) [FG_##NAME] = {name, code, rule, doc},
#include "error_classes.h"
#undef ERROR_CLASS
};

/* Returns the built-in exception that means the same as a status. There is no table of them, because on Windows their
   addresses are known only when the module is loaded. */
static PyObject *builtin_of(fg_status status) {
  switch (status) {
#define ERROR_CLASS(NAME, name, builtin, code, rule, doc)                                                              \
  case FG_##NAME:                                                                                                      \
    return builtin;
#include "error_classes.h"
#undef ERROR_CLASS
  default: return PyExc_Exception;
  }
}

static int add_class(PyObject *module, PyObject *class, const char *name) {
  return class == NULL ? -1 : PyModule_AddObjectRef(module, name + strlen("faregate."), class);
}

static PyObject *new_class(const char *name, const char *doc, PyObject *base, PyObject *builtin, const char *code,
                           const char *rule) {
  PyObject *bases = builtin == PyExc_Exception ? PyTuple_Pack(1, base) : PyTuple_Pack(2, base, builtin);
  PyObject *attributes = Py_BuildValue("{s:s,s:s,s:s,s:s}", "code", code, "rule", rule, "path", "", "message", "");
  PyObject *class = NULL;
  if (bases != NULL && attributes != NULL) {
    class = PyErr_NewExceptionWithDoc(name, doc, bases, attributes);
  }
  Py_XDECREF(bases);
  Py_XDECREF(attributes);
  return class;
}

static int add_status(PyObject *module, pfg_state *state, fg_status status) {
  PyObject *base = fg_status_class_of(status) == FG_CLASS_REFUSAL ? state->refusal : state->error;
  PyObject *class = new_class(classes[status].name, classes[status].doc, base, builtin_of(status), classes[status].code,
                              classes[status].rule);
  state->errors[status] = class;
  if (class != NULL && status == FG_RATE_LIMITED && PyObject_SetAttrString(class, "retry_after", Py_None) < 0) {
    return -1;
  }
  return add_class(module, class, classes[status].name);
}

int pfg_add_errors(PyObject *module, pfg_state *state) {
  state->error = new_class("faregate.Error",
                           "Whatever faregate raises.\n\n"
                           "code     what went wrong, \"id_conflict\"; every code has its own subclass\n"
                           "rule     the rule that refuses, \"R30\"; empty where there is none\n"
                           "path     the argument, or the place in the document, \"commands[3].quantity\"; may be\n"
                           "         empty\n"
                           "message  a sentence without the path",
                           PyExc_Exception, PyExc_Exception, "", "");
  if (add_class(module, state->error, "faregate.Error") < 0) {
    return -1;
  }
  state->refusal = new_class("faregate.Refusal", "The rules refuse a command; only what was due by then has happened.",
                             state->error, PyExc_Exception, "", "");
  if (add_class(module, state->refusal, "faregate.Refusal") < 0) {
    return -1;
  }
  for (int status = FG_OK + 1; status < FG_STATUS_COUNT; status++) {
    if (add_status(module, state, (fg_status)status) < 0) {
      return -1;
    }
  }
  state->wrong_type = new_class("faregate.InvalidType",
                                "invalid: an argument is missing, unknown or of the wrong type.",
                                state->errors[FG_INVALID], PyExc_TypeError, classes[FG_INVALID].code, "");
  return add_class(module, state->wrong_type, "faregate.InvalidType");
}

static bool set_text(PyObject *object, const char *name, const char *text) {
  PyObject *value = PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
  bool done = value != NULL && PyObject_SetAttrString(object, name, value) == 0;
  Py_XDECREF(value);
  return done;
}

static PyObject *new_exception(PyObject *class, const char *rule, const char *path, const char *message) {
  PyObject *text = PyUnicode_FromFormat("%s%s%s", path, *path ? ": " : "", message);
  PyObject *exception = text == NULL ? NULL : PyObject_CallFunctionObjArgs(class, text, NULL);
  Py_XDECREF(text);
  if (exception != NULL && (!set_text(exception, "rule", rule) || !set_text(exception, "path", path) ||
                            !set_text(exception, "message", message))) {
    Py_CLEAR(exception);
  }
  return exception;
}

/* Raises an exception, and takes the reference; NULL means that one is raised already. */
static PyObject *raise_exception(PyObject *exception) {
  if (exception != NULL) {
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
  }
  return NULL;
}

PyObject *pfg_raise(pfg_state *state, const fg_error *error) {
  PyObject *exception = new_exception(state->errors[error->status], error->rule, error->path, error->message);
  if (exception != NULL && error->status == FG_RATE_LIMITED && error->retry_after_us >= 0) {
    PyObject *seconds = PyFloat_FromDouble((double)error->retry_after_us / 1e6);
    if (seconds == NULL || PyObject_SetAttrString(exception, "retry_after", seconds) < 0) {
      Py_CLEAR(exception);
    }
    Py_XDECREF(seconds);
  }
  return raise_exception(exception);
}

PyObject *pfg_raise_at_row(pfg_state *state, const fg_error *error, size_t row) {
  PyObject *exception = new_exception(state->errors[error->status], error->rule, error->path, error->message);
  PyObject *index = exception == NULL ? NULL : PyLong_FromSize_t(row);
  if (exception != NULL && (index == NULL || PyObject_SetAttrString(exception, "row", index) < 0)) {
    Py_CLEAR(exception);
  }
  Py_XDECREF(index);
  return raise_exception(exception);
}

PyObject *pfg_raise_shape(pfg_state *state, const fg_error *error) {
  return raise_exception(new_exception(state->wrong_type, error->rule, error->path, error->message));
}

PyObject *pfg_raise_invalid(pfg_state *state, const char *path, const char *message) {
  return raise_exception(new_exception(state->errors[FG_INVALID], "", path, message));
}

PyObject *pfg_raise_status(pfg_state *state, fg_status status) {
  fg_error error;
  fg_refuse(&error, status);
  return pfg_raise(state, &error);
}

PyObject *pfg_none_or_raise(pfg_state *state, fg_status status, const fg_error *error) {
  return status == FG_OK ? Py_NewRef(Py_None) : pfg_raise(state, error);
}

PyObject *pfg_raise_type(pfg_state *state, const char *path, const char *expected, PyObject *value) {
  PyObject *type_name = PyType_GetName(Py_TYPE(value));
  const char *name = type_name == NULL ? NULL : PyUnicode_AsUTF8AndSize(type_name, NULL);
  if (name != NULL) {
    char message[256];
    snprintf(message, sizeof message, "expected %s, not %.80s", expected, name);
    raise_exception(new_exception(state->wrong_type, "", path, message));
  }
  Py_XDECREF(type_name);
  return NULL;
}
