/* The floor for Python: a type whose methods take what those of Account and Call take, and do nothing. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *empty_use(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names) {
  (void)self;
  (void)arguments;
  (void)count;
  (void)names;
  Py_RETURN_NONE;
}

/* To be asked for a commit, it answers itself. */
static PyObject *empty_call(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names) {
  (void)arguments;
  (void)count;
  (void)names;
  return Py_NewRef(self);
}

#define METHOD(name, function) \
  {name, (PyCFunction)(void (*)(void))function, METH_FASTCALL | METH_KEYWORDS, "Does nothing."}

static PyMethodDef empty_methods[] = {
    METHOD("use", empty_use), METHOD("call", empty_call), METHOD("commit", empty_use), {NULL, NULL, 0, NULL}};

static PyType_Slot empty_slots[] = {{Py_tp_methods, empty_methods}, {0, NULL}};

static PyType_Spec empty_spec = {"empty.Account", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, empty_slots};

static int empty_exec(PyObject *module) {
  PyObject *type = PyType_FromSpec(&empty_spec);
  int added = type == NULL ? -1 : PyModule_AddObjectRef(module, "Account", type);
  Py_XDECREF(type);
  return added;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, (void *)empty_exec}, {0, NULL}};

static struct PyModuleDef empty_module = {PyModuleDef_HEAD_INIT, "empty", NULL, 0, NULL, module_slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_empty(void) { return PyModuleDef_Init(&empty_module); }
