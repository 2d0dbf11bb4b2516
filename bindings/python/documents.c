/* Functions for ledgers as files: verify, compare, export, import and seal. */
#include "binding.h"
#include "faregate_ledger.h"

/* A function that describes one or two files; the second path may be NULL. */
typedef fg_status examine(const char *a, const char *b, const fg_listener *listener, const fg_visitor *visitor,
                          fg_error *error);

static PyObject *describe_ledgers(pfg_state *state, examine *of, const char *a, const char *b) {
  pfg_recording recording;
  fg_error error;
  PyThreadState *thread;
  fg_listener listener;
  if (!pfg_listens(&thread, &listener)) {
    return NULL;
  }
  fg_visitor visitor = pfg_recording_begin(&recording);
  thread = PyEval_SaveThread();
  fg_status status = of(a, b, &listener, &visitor, &error);
  PyEval_RestoreThread(thread);
  return pfg_recording_end(&recording, status, &error, state, NULL);
}

/* Returns the bytes of a path, as the system takes it; NULL with an exception that names the argument. */
static PyObject *read_path(pfg_state *state, const char *name, PyObject *given) {
  PyObject *path = NULL;
  if (PyUnicode_FSConverter(given, &path)) {
    if (PyBytes_Size(path) > 0) {
      return path;
    }
    Py_DECREF(path);
    return pfg_raise_invalid(state, name, "expected the path of a ledger, got an empty one");
  }
  if (PyErr_ExceptionMatches(PyExc_TypeError)) {
    PyErr_Clear();
    return pfg_raise_type(state, name, "a path", given);
  }
  if (PyErr_ExceptionMatches(PyExc_ValueError)) { /* the path contains a 0, or a lone surrogate */
    PyErr_Clear();
    pfg_raise_invalid(state, name, "expected a path that the system can have");
  }
  return NULL;
}

PyObject *pfg_verify_ledger(PyObject *module, PyObject *args, PyObject *keywords) {
  static char *names[] = {"path", "predecessor", NULL};
  pfg_state *state = PyModule_GetState(module);
  PyObject *given_path, *given = Py_None;
  PyObject *report = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$O:verify", names, &given_path, &given)) {
    return NULL;
  }
  PyObject *path = read_path(state, "path", given_path);
  PyObject *predecessor = path == NULL || given == Py_None ? NULL : read_path(state, "predecessor", given);
  if (path != NULL && (given == Py_None || predecessor != NULL)) {
    report = describe_ledgers(state, fg_ledger_verify, PyBytes_AsString(path),
                              predecessor == NULL ? NULL : PyBytes_AsString(predecessor));
  }
  Py_XDECREF(path);
  Py_XDECREF(predecessor);
  return report;
}

PyObject *pfg_compare_ledgers(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *given[2];
  if (!PyArg_ParseTuple(args, "OO:compare_ledgers", &given[0], &given[1])) {
    return NULL;
  }
  PyObject *a = read_path(state, "a", given[0]);
  PyObject *b = a == NULL ? NULL : read_path(state, "b", given[1]);
  PyObject *report = b == NULL ? NULL
                               : describe_ledgers(state, fg_ledger_compare, PyBytes_AsString(a), PyBytes_AsString(b));
  Py_XDECREF(a);
  Py_XDECREF(b);
  return report;
}

typedef struct writer {
  PyThreadState *thread; ///< the state with which to take the GIL again
  PyObject *write;       ///< a function that is called with bytes
} writer;

/* Writes a piece of an export. FG_STOPPED with an exception, which is raised unchanged when the export returns. */
static fg_status write_bytes(void *context, const char *bytes, size_t length) {
  writer *to = context;
  PyEval_RestoreThread(to->thread);
  PyObject *answer = PyObject_CallFunction(to->write, "y#", bytes, (Py_ssize_t)length);
  Py_XDECREF(answer);
  to->thread = PyEval_SaveThread();
  return answer != NULL ? FG_OK : FG_STOPPED;
}

static PyObject *export_to(pfg_state *state, const char *path, fg_string until, PyObject *write) {
  fg_error error;
  writer to = {.write = write};
  fg_listener listener;
  fg_sink sink = {write_bytes, &to};
  if (!pfg_listens(&to.thread, &listener)) {
    return NULL;
  }
  to.thread = PyEval_SaveThread();
  fg_status status = fg_ledger_export(path, until, NULL, &listener, &sink, &error);
  PyEval_RestoreThread(to.thread);
  return PyErr_Occurred() ? NULL : pfg_none_or_raise(state, status, &error);
}

PyObject *pfg_export_ledger(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *path = NULL;
  PyObject *until = NULL;
  PyObject *write = NULL;
  fg_string limit = {NULL, 0};
  PyObject *result = NULL;
  if (!PyArg_ParseTuple(args, "O&OO:_export", PyUnicode_FSConverter, &path, &until, &write)) {
    return NULL;
  }
  if (until == Py_None || pfg_read_text(state, "until", until, &limit)) {
    result = export_to(state, PyBytes_AsString(path), limit, write);
  }
  Py_DECREF(path);
  return result;
}

PyObject *pfg_check_target(PyObject *module, PyObject *given) {
  fg_error error;
  PyObject *path = NULL;
  if (!PyUnicode_FSConverter(given, &path)) {
    return NULL;
  }
  fg_status status = fg_ledger_check_target(PyBytes_AsString(path), &error);
  Py_DECREF(path);
  return pfg_none_or_raise(PyModule_GetState(module), status, &error);
}

static PyObject *import_from(pfg_state *state, fg_string json, const char *path) {
  fg_error error;
  PyThreadState *thread;
  fg_listener listener;
  const fg_book_source source = {pfg_find_book, &thread};
  if (!pfg_listens(&thread, &listener)) {
    return NULL;
  }
  thread = PyEval_SaveThread();
  fg_status status = fg_ledger_import(json, &source, path, NULL, &listener, &error);
  PyEval_RestoreThread(thread);
  return PyErr_Occurred() ? NULL : pfg_none_or_raise(state, status, &error);
}

PyObject *pfg_import_ledger(PyObject *module, PyObject *args) {
  Py_buffer json;
  PyObject *path = NULL;
  if (!PyArg_ParseTuple(args, "y*O&:_import", &json, PyUnicode_FSConverter, &path)) {
    return NULL;
  }
  PyObject *result = import_from(PyModule_GetState(module), (fg_string){json.buf, (size_t)json.len},
                                 PyBytes_AsString(path));
  PyBuffer_Release(&json);
  Py_DECREF(path);
  return result;
}

static PyObject *seal(pfg_state *state, const char *path, const char *successor, int64_t keep_ids_days) {
  fg_error error;
  PyThreadState *thread;
  fg_listener listener;
  if (!pfg_listens(&thread, &listener)) {
    return NULL;
  }
  thread = PyEval_SaveThread();
  fg_status status = fg_ledger_seal(path, successor, keep_ids_days, NULL, &listener, &error);
  PyEval_RestoreThread(thread);
  return PyErr_Occurred() ? NULL : pfg_none_or_raise(state, status, &error);
}

PyObject *pfg_seal_ledger(PyObject *module, PyObject *args, PyObject *keywords) {
  static char *names[] = {"path", "successor", "keep_ids_days", NULL};
  pfg_state *state = PyModule_GetState(module);
  PyObject *given[2];
  PyObject *days = Py_None;
  PyObject *result = NULL;
  int64_t keep_ids_days = -1; /* the core's default */
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|$O:seal_ledger", names, &given[0], &given[1], &days)) {
    return NULL;
  }
  PyObject *path = read_path(state, "path", given[0]);
  PyObject *successor = path == NULL ? NULL : read_path(state, "successor", given[1]);
  if (successor == NULL) {
    Py_XDECREF(path);
    return NULL;
  }
  if (days == Py_None || pfg_read_integer(state, "keep_ids_days", days, &keep_ids_days)) {
    bool is_refused = days != Py_None && keep_ids_days < 0;
    result = is_refused ? pfg_raise_invalid(state, "keep_ids_days", "expected 0 or more")
                        : seal(state, PyBytes_AsString(path), PyBytes_AsString(successor), keep_ids_days);
  }
  Py_DECREF(path);
  Py_DECREF(successor);
  return result;
}
