/* Plans: a forecast in, what to buy out. */
#include "binding.h"
#include "faregate_whatif.h"

static PyObject *describe_plan(pfg_state *state, fg_plan *plan, const fg_book *book) {
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  return pfg_recording_end(&recording, fg_plan_describe(plan, &visitor), NULL, state, book);
}

/* A plan in a capsule, so that its timeline is written only when somebody asks. */
static const char capsule_name[] = "faregate.plan";

static void free_capsule(PyObject *capsule) { fg_plan_free(PyCapsule_GetPointer(capsule, capsule_name)); }

PyObject *pfg_plan_timeline(PyObject *module, PyObject *capsule) {
  fg_text json;
  const fg_plan *plan = PyCapsule_GetPointer(capsule, capsule_name);
  if (plan == NULL) {
    return NULL;
  }
  fg_status status = fg_plan_timeline(plan, &json);
  if (status != FG_OK) {
    return pfg_raise_status(PyModule_GetState(module), status);
  }
  PyObject *text = PyUnicode_FromStringAndSize(json.text, (Py_ssize_t)json.length);
  fg_text_release(&json);
  return text;
}

static fg_status make_plan(pfg_state *state, fg_book *book, fg_string forecast, fg_string given, fg_plan **plan) {
  fg_error error;
  fg_status status;
  Py_BEGIN_ALLOW_THREADS
  status = fg_plan_make(book, forecast, given, NULL, plan, &error);
  Py_END_ALLOW_THREADS
  if (status != FG_OK) {
    pfg_raise(state, &error);
  }
  return status;
}

PyObject *pfg_make_plan(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *book = NULL;
  PyObject *forecast_text = NULL;
  PyObject *given_text = NULL;
  fg_string forecast;
  fg_string given = {NULL, 0};
  fg_plan *plan = NULL;
  if (!PyArg_ParseTuple(args, "O!OO:_make_plan", state->book_type, &book, &forecast_text, &given_text) ||
      !pfg_read_text(state, "forecast", forecast_text, &forecast) ||
      (given_text != Py_None && !pfg_read_text(state, "plan", given_text, &given)) ||
      make_plan(state, pfg_book_of(book), forecast, given, &plan) != FG_OK) {
    return NULL;
  }
  PyObject *capsule = PyCapsule_New(plan, capsule_name, free_capsule);
  if (capsule == NULL) {
    fg_plan_free(plan);
    return NULL;
  }
  PyObject *described = describe_plan(state, plan, pfg_book_of(book));
  PyObject *answer = described == NULL ? NULL : PyTuple_Pack(2, described, capsule);
  Py_XDECREF(described);
  Py_DECREF(capsule);
  return answer;
}

/* ------------------------------------------------------------------------------------------------ simulation */

static PyObject *vary_month(pfg_state *state, PyObject *calls, Py_ssize_t month, const int64_t drawn[3]) {
  int64_t units = 0;
  fg_error error;
  PyObject *given = PyTuple_GetItem(calls, month);
  if (given == NULL || !pfg_read_integer(state, "calls", given, &units)) {
    return NULL;
  }
  return fg_vary(units, drawn[0], drawn[1], drawn[2], month, &units, &error) == FG_OK ? PyLong_FromLongLong(units)
                                                                                      : pfg_raise(state, &error);
}

PyObject *pfg_vary(PyObject *module, PyObject *args) {
  static const char *const names[3] = {"spread_per_mille", "seed", "trial"};
  pfg_state *state = PyModule_GetState(module);
  PyObject *calls = NULL;
  PyObject *given[3];
  int64_t drawn[3];
  if (!PyArg_ParseTuple(args, "O!OOO:_vary", &PyTuple_Type, &calls, &given[0], &given[1], &given[2])) {
    return NULL;
  }
  for (int i = 0; i < 3; i++) {
    if (!pfg_read_integer(state, names[i], given[i], &drawn[i])) {
      return NULL;
    }
    if (drawn[i] < 0) {
      return pfg_raise_invalid(state, names[i], "expected 0 to 2**63-1");
    }
  }
  Py_ssize_t months = PyTuple_Size(calls);
  PyObject *varied = PyTuple_New(months);
  for (Py_ssize_t month = 0; varied != NULL && month < months; month++) {
    PyObject *units = vary_month(state, calls, month, drawn);
    if (units == NULL || PyTuple_SetItem(varied, month, units) < 0) {
      Py_CLEAR(varied);
    }
  }
  return varied;
}
