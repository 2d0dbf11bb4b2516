/* Ledgers as files: checked, written out, made of what was written. */
#include "ledger.h"

PyObject *pfg_verify_ledger(PyObject *module, PyObject *path) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *name = NULL;
  pfg_tape tape;
  fg_error error;
  fg_status status;
  if (!PyUnicode_FSConverter(path, &name)) {
    return NULL;
  }
  fg_visitor visitor = pfg_tape_begin(&tape);
  const char *text = PyBytes_AsString(name);
  Py_BEGIN_ALLOW_THREADS
  status = fg_ledger_verify(text, NULL, &visitor, &error);
  Py_END_ALLOW_THREADS
  Py_DECREF(name);
  if (status != FG_OK) {
    pfg_tape_release(&tape);
    return pfg_raise(state, &error);
  }
  return pfg_tape_end(&tape, status, state, NULL);
}

/* ------------------------------------------------------------------------------------------------------- export */

typedef struct writer {
  PyThreadState *thread; ///< to take the GIL back with
  PyObject *write;       ///< called with bytes
} writer;

/* FG_STOPPED with an exception, which is raised as it is when the export returns. */
static fg_status write_bytes(void *context, const char *bytes, size_t length) {
  writer *to = context;
  PyEval_RestoreThread(to->thread);
  PyObject *answer = PyObject_CallFunction(to->write, "y#", bytes, (Py_ssize_t)length);
  Py_XDECREF(answer);
  to->thread = PyEval_SaveThread();
  return answer == NULL ? FG_STOPPED : FG_OK;
}

static PyObject *export_to(pfg_state *state, const char *path, fg_string until, PyObject *write) {
  fg_error error;
  writer to = {PyEval_SaveThread(), write};
  fg_sink sink = {write_bytes, &to};
  fg_status status = fg_ledger_export(path, until, NULL, &sink, &error);
  PyEval_RestoreThread(to.thread);
  if (status != FG_OK) {
    return PyErr_Occurred() ? NULL : pfg_raise(state, &error);
  }
  Py_RETURN_NONE;
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
