/* faregate.Used: the answer of Account.use. It is a small type of its own, because programs call `use` most.
   faregate.Call begins with the same members. */
#include "binding.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool copy_draws(pfg_used *self, const fg_used *used) {
  size_t size = used->pack_count * sizeof(fg_draw);
  for (size_t i = 0; i < used->pack_count; i++) {
    size += used->packs[i].id.length;
  }
  fg_draw *draws = malloc(size); /* Python's own allocator needs the GIL */
  if (draws == NULL) {
    return false;
  }
  char *text = (char *)(draws + used->pack_count);
  for (size_t i = 0; i < used->pack_count; i++) {
    draws[i] = used->packs[i];
    draws[i].id.text = memcpy(text, used->packs[i].id.text, used->packs[i].id.length);
    text += used->packs[i].id.length;
  }
  self->block = draws;
  self->used.packs = draws;
  return true;
}

void pfg_fill_used(pfg_used *self, const fg_outcome *outcome) {
  self->kind = outcome->kind;
  self->repeated = outcome->repeated;
  self->used = outcome->is.used;
  if (self->used.pack_count > 0 && !copy_draws(self, &outcome->is.used)) {
    self->used.packs = NULL;
  }
}

/* Whether the packs are known. False with an exception. */
static bool has_draws(const fg_used *used) {
  if (used->pack_count > 0 && used->packs == NULL) {
    PyErr_NoMemory();
    return false;
  }
  return true;
}

static void used_dealloc(PyObject *self) {
  free(((pfg_used *)self)->block);
  pfg_free_object(self);
}

static PyObject *draw(pfg_state *state, const fg_draw *draw) {
  PyObject *result = pfg_new_result(state);
  PyObject *id = PyUnicode_FromStringAndSize(draw->id.text, (Py_ssize_t)draw->id.length);
  PyObject *units = PyLong_FromLongLong(draw->units);
  if (result == NULL || id == NULL || units == NULL || PyDict_SetItemString(result, "id", id) < 0 ||
      PyDict_SetItemString(result, "units", units) < 0) {
    Py_CLEAR(result);
  }
  Py_XDECREF(id);
  Py_XDECREF(units);
  return result;
}

PyObject *pfg_used_packs(PyObject *self, void *unused) {
  (void)unused;
  const fg_used *used = &((pfg_used *)self)->used;
  PyObject *packs = has_draws(used) ? PyTuple_New((Py_ssize_t)used->pack_count) : NULL;
  for (size_t i = 0; packs != NULL && i < used->pack_count; i++) {
    PyObject *pack = draw(pfg_state_of(Py_TYPE(self)), &used->packs[i]);
    if (pack == NULL || PyTuple_SetItem(packs, (Py_ssize_t)i, pack) < 0) {
      Py_CLEAR(packs);
    }
  }
  return packs;
}

static bool add_repeated(PyObject *dict, bool repeated) {
  return !repeated || PyDict_SetItemString(dict, "repeated", Py_True) == 0;
}

PyObject *pfg_used_to_dict(PyObject *self, PyObject *unused) {
  (void)unused;
  const pfg_used *object = (const pfg_used *)self;
  PyObject *packs = pfg_used_packs(self, NULL);
  PyObject *plain = packs == NULL ? NULL : pfg_plain(packs);
  PyObject *dict = plain == NULL
                       ? NULL
                       : Py_BuildValue("{s:s,s:O,s:L,s:O,s:L,s:L}", "do", fg_command_name(object->kind), "ok", Py_True,
                                       "free", (long long)object->used.free, "packs", plain, "postpaid",
                                       (long long)object->used.postpaid, "unbilled", (long long)object->used.unbilled);
  Py_XDECREF(packs);
  Py_XDECREF(plain);
  if (dict != NULL && !add_repeated(dict, object->repeated)) {
    Py_CLEAR(dict);
  }
  return dict;
}

static PyObject *used_repr(PyObject *self) {
  const pfg_used *object = (const pfg_used *)self;
  PyObject *packs = pfg_used_packs(self, NULL);
  if (packs == NULL) {
    return NULL;
  }
  PyObject *text = PyUnicode_FromFormat("Used(free=%lld, packs=%R, postpaid=%lld, unbilled=%lld, repeated=%s)",
                                        (long long)object->used.free, packs, (long long)object->used.postpaid,
                                        (long long)object->used.unbilled, object->repeated ? "True" : "False");
  Py_DECREF(packs);
  return text;
}

static bool draws_equal(const fg_used *a, const fg_used *b) {
  bool equal = a->pack_count == b->pack_count;
  for (size_t i = 0; equal && i < a->pack_count; i++) {
    const fg_draw *left = &a->packs[i];
    const fg_draw *right = &b->packs[i];
    equal = left->units == right->units && left->id.length == right->id.length &&
            memcmp(left->id.text, right->id.text, left->id.length) == 0;
  }
  return equal;
}

static PyObject *used_compare(PyObject *self, PyObject *other, int operator) {
  if (!Py_IS_TYPE(other, Py_TYPE(self)) || (operator!= Py_EQ && operator!= Py_NE)) {
    return Py_NewRef(Py_NotImplemented);
  }
  const pfg_used *a = (const pfg_used *)self;
  const pfg_used *b = (const pfg_used *)other;
  if (!has_draws(&a->used) || !has_draws(&b->used)) {
    return NULL;
  }
  bool equal = a->used.free == b->used.free && a->used.postpaid == b->used.postpaid &&
               a->used.unbilled == b->used.unbilled && a->repeated == b->repeated && draws_equal(&a->used, &b->used);
  return PyBool_FromLong(equal == (operator== Py_EQ));
}

PyMemberDef pfg_used_members[] = {
    {"free", T_LONGLONG, offsetof(pfg_used, used.free), READONLY, "units covered by free grants"},
    {"postpaid", T_LONGLONG, offsetof(pfg_used, used.postpaid), READONLY, "units left for the month's bill (R11)"},
    {"unbilled", T_LONGLONG, offsetof(pfg_used, used.unbilled), READONLY,
     "units in a capacity mode (R17) or not billable"},
    {"repeated", T_BOOL, offsetof(pfg_used, repeated), READONLY,
     "whether the same command with the same id was answered before, so that nothing changed"},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef used_getters[] = {
    {"packs", pfg_used_packs, NULL, "what each pack covered (R7), as results with id and units", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef used_methods[] = {
    {"to_dict", pfg_used_to_dict, METH_NOARGS,
     "to_dict($self, /)\n--\n\nA plain dict, the outcome as a timeline answers it."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot used_slots[] = {
    {Py_tp_doc, "What covered the units of Account.use. All counts are units of the product's usage meter."},
    {Py_tp_members, pfg_used_members},
    {Py_tp_getset, used_getters},
    {Py_tp_methods, used_methods},
    {Py_tp_repr, used_repr},
    {Py_tp_richcompare, used_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_dealloc, used_dealloc},
    {0, NULL},
};

/* A Used holds no Python object, so there can be no cycle for the garbage collector. */
static PyType_Spec used_spec = {
    .name = "faregate.Used",
    .basicsize = sizeof(pfg_used),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = used_slots,
};

int pfg_add_used_type(PyObject *module, pfg_state *state) {
  state->used_type = PyType_FromModuleAndSpec(module, &used_spec, NULL);
  return state->used_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->used_type));
}
