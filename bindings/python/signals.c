/* Ctrl-C, and whatever else is sent to the process, during long work of the core. */
#include "binding.h"

/* Whether this is the main thread; -1 with an exception. */
static int is_main_thread(void) {
  PyObject *threading = PyImport_ImportModule("threading");
  PyObject *thread = threading == NULL ? NULL : PyObject_CallMethod(threading, "main_thread", NULL);
  PyObject *ident = thread == NULL ? NULL : PyObject_GetAttrString(thread, "ident");
  unsigned long main_ident = ident == NULL ? 0 : PyLong_AsUnsignedLong(ident);
  Py_XDECREF(ident);
  Py_XDECREF(thread);
  Py_XDECREF(threading);
  return PyErr_Occurred() ? -1 : main_ident == PyThread_get_thread_ident();
}

static bool hear_signals(void *context) {
  PyThreadState **thread = context;
  PyEval_RestoreThread(*thread);
  bool goes_on = PyErr_CheckSignals() == 0;
  *thread = PyEval_SaveThread();
  return goes_on;
}

/* Python handles signals on its main thread only. Another thread must not ask for the GIL in the middle of the work:
   when the interpreter ends, that ends the thread, whose stack the threads of the work still use. */
bool pfg_listens(PyThreadState **thread, fg_listener *listener) {
  int is_main = is_main_thread();
  *listener = (fg_listener){is_main == 1 ? hear_signals : NULL, thread};
  return is_main >= 0;
}
