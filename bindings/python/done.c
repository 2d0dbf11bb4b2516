/* An awaitable that has its result already, because `async with` needs one and a call never waits. */
#include "binding.h"

typedef struct done_object {
  PyObject_HEAD
  PyObject *answer;
} done_object;

PyObject *pfg_done(pfg_state *state, PyObject *answer) {
  done_object *self = answer == NULL ? NULL : PyObject_New(done_object, pfg_type(state->done_type));
  if (self == NULL) {
    Py_XDECREF(answer);
    return NULL;
  }
  self->answer = answer;
  return (PyObject *)self;
}

static void done_dealloc(PyObject *self) {
  Py_DECREF(((done_object *)self)->answer);
  pfg_free_object(self);
}

static PyObject *done_next(PyObject *self) {
  PyObject *stop = PyObject_CallFunctionObjArgs(PyExc_StopIteration, ((done_object *)self)->answer, NULL);
  if (stop != NULL) {
    PyErr_SetObject(PyExc_StopIteration, stop);
    Py_DECREF(stop);
  }
  return NULL;
}

static PyType_Slot done_slots[] = {
    {Py_tp_doc, "An answer to await, which is there already."},
    {Py_am_await, PyObject_SelfIter},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, done_next},
    {Py_tp_dealloc, done_dealloc},
    {0, NULL},
};

/* A Done holds a call or a bool, which hold no awaitable, so there can be no cycle for the garbage collector. */
static PyType_Spec done_spec = {
    .name = "faregate.Done",
    .basicsize = sizeof(done_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = done_slots,
};

int pfg_add_done_type(PyObject *module, pfg_state *state) {
  state->done_type = PyType_FromModuleAndSpec(module, &done_spec, NULL);
  return state->done_type == NULL ? -1 : 0;
}
