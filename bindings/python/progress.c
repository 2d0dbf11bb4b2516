/* Long work on rows: it hears signals, and tells how far it is. */
#include "columns.h"

enum { QUIET_US = 2000000 }; ///< work that is done by then tells nothing unasked

bool pfg_progress_begin(pfg_state *state, PyObject *asked, size_t total, pfg_progress *progress) {
  *progress = (pfg_progress){.asked = asked, .total = total, .began = fg_clock_now()};
  if (asked == Py_None || PyBool_Check(asked) || PyCallable_Check(asked)) {
    return true;
  }
  pfg_raise_type(state, "progress", "True, False or a function", asked);
  return false;
}

/* Begins the line that says how many rows are done; None if nobody looks and nobody asked. */
static PyObject *begin_line(const pfg_progress *progress) {
  PyObject *module = PyImport_ImportModule("faregate._progress");
  PyObject *line = NULL;
  if (module != NULL) {
    line = PyObject_CallMethod(module, "rows_line", "nO", (Py_ssize_t)progress->total, progress->asked);
  }
  Py_XDECREF(module);
  return line;
}

static PyObject *tell_rows(pfg_progress *progress, size_t rows) {
  if (progress->asked != Py_None && !PyBool_Check(progress->asked)) {
    return PyObject_CallFunction(progress->asked, "n", (Py_ssize_t)rows);
  }
  if (progress->asked == Py_False || fg_clock_now() - progress->began < QUIET_US) {
    return Py_NewRef(Py_None);
  }
  if (progress->line == NULL) {
    progress->line = begin_line(progress);
  }
  return progress->line == NULL || progress->line == Py_None
             ? Py_XNewRef(progress->line)
             : PyObject_CallFunction(progress->line, "n", (Py_ssize_t)progress->done);
}

bool pfg_progress_add(pfg_progress *progress, size_t rows) {
  progress->done += rows;
  PyObject *told = PyErr_CheckSignals() < 0 ? NULL : tell_rows(progress, rows);
  Py_XDECREF(told);
  return told != NULL;
}

void pfg_progress_end(pfg_progress *progress) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (progress->line != NULL && progress->line != Py_None) {
    Py_XDECREF(PyObject_CallMethod(progress->line, "close", NULL));
  }
  Py_CLEAR(progress->line);
  PyErr_Restore(type, value, traceback);
}
