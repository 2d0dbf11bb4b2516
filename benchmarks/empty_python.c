/* The floor for Python: a type whose methods take what those of Account and Call take, and do nothing; and Maker, whose
   `call` makes a new object as large as a Call, which is what the language alone takes for the answer. */
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

/* As large as a Call. */
typedef struct empty_object {
  PyObject_HEAD
  char room[168];
} empty_object;

static PyObject *maker_call(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names) {
  (void)arguments;
  (void)count;
  (void)names;
  return (PyObject *)PyObject_New(empty_object, Py_TYPE(self));
}

static void empty_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

#define METHOD(name, function)                                                                                         \
  { name, (PyCFunction)(void (*)(void))function, METH_FASTCALL | METH_KEYWORDS, "Does nothing." }

static PyMethodDef empty_methods[] = {
    METHOD("use", empty_use), METHOD("call", empty_call), METHOD("commit", empty_use), {NULL, NULL, 0, NULL}};

static PyMethodDef maker_methods[] = {METHOD("call", maker_call), METHOD("commit", empty_use), {NULL, NULL, 0, NULL}};

static PyType_Slot empty_slots[] = {{Py_tp_methods, empty_methods}, {0, NULL}};
static PyType_Slot maker_slots[] = {{Py_tp_methods, maker_methods}, {Py_tp_dealloc, (void *)empty_dealloc}, {0, NULL}};

static PyType_Spec empty_spec = {"empty.Account", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, empty_slots};
static PyType_Spec maker_spec = {"empty.Maker", sizeof(empty_object), 0, Py_TPFLAGS_DEFAULT, maker_slots};

static int add_type(PyObject *module, const char *name, PyType_Spec *spec) {
  PyObject *type = PyType_FromSpec(spec);
  int added = type == NULL ? -1 : PyModule_AddObjectRef(module, name, type);
  Py_XDECREF(type);
  return added;
}

static int empty_exec(PyObject *module) {
  return add_type(module, "Account", &empty_spec) < 0 ? -1 : add_type(module, "Maker", &maker_spec);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, (void *)empty_exec}, {0, NULL}};

static struct PyModuleDef empty_module = {PyModuleDef_HEAD_INIT, "empty", NULL, 0,   NULL,
                                          module_slots,          NULL,    NULL, NULL};

PyMODINIT_FUNC PyInit_empty(void) { return PyModuleDef_Init(&empty_module); }
