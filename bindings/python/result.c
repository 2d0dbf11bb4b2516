/* faregate.Result: what the core describes, as a dict whose keys can also be read as attributes. */
#include "binding.h"

#include <string.h>

PyObject *pfg_new_result(pfg_state *state) { return PyObject_CallNoArgs(state->result_type); }

/* The key that an attribute name means. A key that is a keyword of Python is written with an underscore after it:
   `order.from_`. */
static PyObject *without_underscore(PyObject *name) {
  Py_ssize_t length = PyUnicode_GetLength(name);
  bool has_one = length > 1 && PyUnicode_ReadChar(name, length - 1) == '_';
  return PyUnicode_Substring(name, 0, has_one ? length - 1 : length);
}

static PyObject *key_or_attribute(PyObject *self, PyObject *name) {
  PyObject *key = without_underscore(name);
  PyObject *value = key == NULL ? NULL : PyDict_GetItemWithError(self, key);
  Py_XINCREF(value);
  Py_XDECREF(key);
  return value != NULL || PyErr_Occurred() ? value : PyObject_GenericGetAttr(self, name);
}

/* A class derived from Result belongs to another module, and Result may be any of its bases. NULL with an exception. */
static pfg_state *state_of_result(PyTypeObject *type) {
  pfg_state *state = pfg_state_of(type);
  if (state == NULL) {
    PyErr_Clear();
    PyObject *module = PyImport_ImportModule("faregate._core");
    state = module == NULL ? NULL : PyModule_GetState(module);
    Py_XDECREF(module);
  }
  return state;
}

/* Methods come before keys, because code that walks a dict calls them. */
static PyObject *result_getattr(PyObject *self, PyObject *name) {
  pfg_state *state = state_of_result(Py_TYPE(self));
  if (state == NULL) {
    return NULL;
  }
  int is_method = PyUnicode_Check(name) ? PySet_Contains(state->result_methods, name)
                                        : 1; /* the look-up below then says what is wrong */
  if (is_method != 0) {
    return is_method < 0 ? NULL : PyObject_GenericGetAttr(self, name);
  }
  PyObject *value = PyDict_GetItemWithError(self, name);
  if (value != NULL) {
    return Py_NewRef(value);
  }
  return PyErr_Occurred() ? NULL : key_or_attribute(self, name);
}

static PyObject *result_dir(PyObject *self, PyObject *unused) {
  (void)unused;
  PyObject *names = PyObject_Dir((PyObject *)Py_TYPE(self));
  PyObject *keys = PyDict_Keys(self);
  PyObject *all = names == NULL || keys == NULL ? NULL : PySequence_InPlaceConcat(names, keys);
  Py_XDECREF(names);
  Py_XDECREF(keys);
  return all;
}

static PyObject *plain_dict(PyObject *dict) {
  PyObject *plain = PyDict_New();
  PyObject *key;
  PyObject *value;
  for (Py_ssize_t i = 0; plain != NULL && PyDict_Next(dict, &i, &key, &value);) {
    PyObject *converted = pfg_plain(value);
    if (converted == NULL || PyDict_SetItem(plain, key, converted) < 0) {
      Py_CLEAR(plain);
    }
    Py_XDECREF(converted);
  }
  return plain;
}

static PyObject *plain_list(PyObject *tuple) {
  Py_ssize_t count = PyTuple_Size(tuple);
  PyObject *list = PyList_New(count);
  for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
    PyObject *converted = pfg_plain(PyTuple_GetItem(tuple, i));
    if (converted == NULL || PyList_SetItem(list, i, converted) < 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

PyObject *pfg_plain(PyObject *value) {
  if (Py_EnterRecursiveCall(" in to_dict")) {
    return NULL;
  }
  PyObject *plain = PyDict_Check(value)    ? plain_dict(value)
                    : PyTuple_Check(value) ? plain_list(value)
                                           : Py_NewRef(value);
  Py_LeaveRecursiveCall();
  return plain;
}

static PyObject *result_to_dict(PyObject *self, PyObject *unused) {
  (void)unused;
  return pfg_plain(self);
}

static PyObject *joined_entries(PyObject *self) {
  PyObject *entries = PyList_New(0);
  PyObject *items = PyDict_Items(self);
  Py_ssize_t count = items == NULL || entries == NULL ? -1 : PyList_Size(items);
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *item = PyList_GetItem(items, i);
    PyObject *entry = PyUnicode_FromFormat("%S=%R", PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1));
    if (entry == NULL || PyList_Append(entries, entry) < 0) {
      count = -1;
    }
    Py_XDECREF(entry);
  }
  PyObject *comma = PyUnicode_FromString(", ");
  PyObject *joined = count < 0 || comma == NULL ? NULL : PyUnicode_Join(comma, entries);
  Py_XDECREF(comma);
  Py_XDECREF(items);
  Py_XDECREF(entries);
  return joined;
}

static PyObject *result_repr(PyObject *self) {
  int entered = Py_ReprEnter(self);
  if (entered != 0) {
    return entered < 0 ? NULL : PyUnicode_FromString("Result(...)");
  }
  PyObject *entries = joined_entries(self);
  PyObject *text = entries == NULL ? NULL : PyUnicode_FromFormat("Result(%U)", entries);
  Py_XDECREF(entries);
  Py_ReprLeave(self);
  return text;
}

static PyObject *result_repr_html(PyObject *self, PyObject *unused) {
  (void)unused;
  PyObject *module = PyImport_ImportModule("faregate._html");
  PyObject *html = module == NULL ? NULL : PyObject_CallMethod(module, "table", "O", self);
  Py_XDECREF(module);
  return html;
}

static int result_traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  return ((traverseproc)PyType_GetSlot(&PyDict_Type, Py_tp_traverse))(self, visit, arg);
}

static int result_clear(PyObject *self) { return ((inquiry)PyType_GetSlot(&PyDict_Type, Py_tp_clear))(self); }

static PyMethodDef result_methods[] = {
    {"to_dict", result_to_dict, METH_NOARGS,
     "to_dict($self, /)\n--\n\nA plain dict, with plain dicts and lists inside."},
    {"__dir__", result_dir, METH_NOARGS, "__dir__($self, /)\n--\n\nThe keys and the methods."},
    {"_repr_html_", result_repr_html, METH_NOARGS, "_repr_html_($self, /)\n--\n\nA table, for notebooks."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot result_slots[] = {
    {Py_tp_doc, "What faregate answers: a dict whose keys are attributes too, price.amount or price[\"amount\"].\n\n"
                "Money is decimal.Decimal, a time is a datetime.datetime with the offset of the price book, a list is\n"
                "a tuple. A key named like a keyword of Python has an underscore behind it as an attribute: from_."},
    {Py_tp_methods, result_methods},
    {Py_tp_getattro, result_getattr},
    {Py_tp_repr, result_repr},
    {Py_tp_traverse, result_traverse},
    {Py_tp_clear, result_clear},
    {0, NULL},
};

static PyType_Spec result_spec = {
    .name = "faregate.Result",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = result_slots,
};

int pfg_add_result_type(PyObject *module, pfg_state *state) {
  state->result_type = PyType_FromModuleAndSpec(module, &result_spec, (PyObject *)&PyDict_Type);
  PyObject *names = state->result_type == NULL ? NULL : PyObject_Dir(state->result_type);
  state->result_methods = names == NULL ? NULL : PyFrozenSet_New(names);
  Py_XDECREF(names);
  return state->result_methods == NULL ? -1 : PyModule_AddType(module, pfg_type(state->result_type));
}
