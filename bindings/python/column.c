/* faregate.Column: an array of computed values, exact and with nulls. */
#include "columns.h"

#include <stdlib.h>
#include <string.h>

typedef struct column_object {
  PyObject_HEAD
  pfg_block *block;
  Py_ssize_t length; ///< the shape of exported buffers, which they point to
  Py_ssize_t stride;
} column_object;

pfg_block *pfg_block_of(PyObject *column) { return ((column_object *)column)->block; }

PyObject *pfg_new_column(pfg_state *state, pfg_block *block) {
  column_object *self = PyObject_New(column_object, pfg_type(state->column_type));
  if (self == NULL) {
    pfg_block_release(block);
    return NULL;
  }
  self->block = block;
  self->length = (Py_ssize_t)block->length;
  self->stride = (Py_ssize_t)sizeof(int64_t);
  return (PyObject *)self;
}

static void column_dealloc(PyObject *self) {
  pfg_block_release(pfg_block_of(self));
  pfg_free_object(self);
}

static bool is_null_at(const pfg_block *block, size_t row) {
  return block->validity != NULL && (block->validity[row / 8] >> (row % 8) & 1) == 0;
}

static PyObject *decimal_at(pfg_state *state, const pfg_block *block, size_t row) {
  pfg_int128 amount = 0;
  memcpy(&amount, (const char *)block->values + row * sizeof amount, sizeof amount);
  for (int digit = block->scale; digit < FG_MONEY_DECIMALS; digit++) {
    amount *= 10;
  }
  fg_money money = {(int64_t)(amount >> 64), (uint64_t)amount};
  return pfg_decimal(state, money, block->scale);
}

static PyObject *value_at(pfg_state *state, const pfg_block *block, size_t row) {
  const int64_t *integers = block->values;
  if (is_null_at(block, row)) {
    return Py_NewRef(Py_None);
  }
  switch (block->kind) {
  case PFG_INTEGERS:
  case PFG_MINOR: return PyLong_FromLongLong(integers[row]);
  case PFG_FLOATS: return PyFloat_FromDouble(((const double *)block->values)[row]);
  case PFG_DECIMALS: return decimal_at(state, block, row);
  case PFG_TIMES: return pfg_datetime(state, integers[row], fg_book_zone(block->book));
  case PFG_TEXTS: break;
  }
  return PyUnicode_DecodeUTF8(block->bytes + integers[row], (Py_ssize_t)(integers[row + 1] - integers[row]), "replace");
}

static Py_ssize_t column_length(PyObject *self) { return ((column_object *)self)->length; }

static PyObject *column_item(PyObject *self, Py_ssize_t index) {
  if (index < 0 || index >= column_length(self)) {
    PyErr_SetString(PyExc_IndexError, "no such row");
    return NULL;
  }
  return value_at(pfg_state_of(Py_TYPE(self)), pfg_block_of(self), (size_t)index);
}

/* Answers a row by its number, which may count from the end, or a Column of the rows of a slice. */
static PyObject *column_subscript(PyObject *self, PyObject *key) {
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  Py_ssize_t length = column_length(self);
  if (PySlice_Check(key)) {
    Py_ssize_t start;
    Py_ssize_t stop;
    Py_ssize_t step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
      return NULL;
    }
    Py_ssize_t count = PySlice_AdjustIndices(length, &start, &stop, step);
    pfg_block *rows = pfg_block_rows(pfg_block_of(self), start, step, (size_t)count);
    return rows == NULL ? PyErr_NoMemory() : pfg_new_column(state, rows);
  }
  if (!PyIndex_Check(key)) {
    return pfg_raise_type(state, "row", "the number of a row or a slice", key);
  }
  Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
  if (index == -1 && PyErr_Occurred()) {
    return NULL;
  }
  return column_item(self, index < 0 ? index + length : index);
}

static PyObject *column_to_list(PyObject *self, PyObject *unused) {
  (void)unused;
  Py_ssize_t count = column_length(self);
  PyObject *list = PyList_New(count);
  for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
    PyObject *value = column_item(self, i);
    if (value == NULL || PyList_SetItem(list, i, value) < 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

/* Defined because pandas takes values only from objects that say that they are iterable. */
static PyObject *column_iterate(PyObject *self) { return PySeqIter_New(self); }

static const char *const kind_names[] = {"int64", "int64", "decimal128", "float64", "timestamp", "text"};

static PyObject *column_repr(PyObject *self) {
  const pfg_block *block = pfg_block_of(self);
  Py_ssize_t length = column_length(self);
  if (block->kind == PFG_DECIMALS) {
    return PyUnicode_FromFormat("<Column decimal128(38, %d), %zd row%s>", block->scale, length, length == 1 ? "" : "s");
  }
  return PyUnicode_FromFormat("<Column %s, %zd row%s>", kind_names[block->kind], length, length == 1 ? "" : "s");
}

/* Compares as lists do. A column never changes, but it has no hash, because that would need a walk over it. */
static PyObject *column_compare(PyObject *self, PyObject *other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) || !Py_IS_TYPE(other, Py_TYPE(self))) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  if (self == other) {
    return PyBool_FromLong(operation == Py_EQ);
  }
  PyObject *ours = column_to_list(self, NULL);
  PyObject *theirs = ours == NULL ? NULL : column_to_list(other, NULL);
  PyObject *answer = theirs == NULL ? NULL : PyObject_RichCompare(ours, theirs, operation);
  Py_XDECREF(ours);
  Py_XDECREF(theirs);
  return answer;
}

/* Pickles a column by functions of the module, which know how it is kept. */
static PyObject *column_reduce(PyObject *self, PyObject *unused) {
  (void)unused;
  PyObject *module = PyImport_ImportModule("faregate._core");
  PyObject *maker = module == NULL ? NULL : PyObject_GetAttrString(module, "_column");
  PyObject *kept = maker == NULL ? NULL : PyObject_CallMethod(module, "_column_state", "O", self);
  PyObject *pair = kept == NULL ? NULL : PyTuple_Pack(2, maker, kept);
  Py_XDECREF(kept);
  Py_XDECREF(maker);
  Py_XDECREF(module);
  return pair;
}

/* Exports a buffer. A null has no value that a buffer could show, except in floats, where it is NaN. */
static int column_get_buffer(PyObject *self, Py_buffer *view, int flags) {
  column_object *column = (column_object *)self;
  const pfg_block *block = column->block;
  bool floats = block->kind == PFG_FLOATS;
  bool plain = floats || block->kind == PFG_INTEGERS || block->kind == PFG_MINOR;
  view->obj = NULL;
  if (!plain || (!floats && block->null_count > 0)) {
    PyErr_SetString(PyExc_BufferError, plain ? "the column has nulls, a buffer has no place for them: use Arrow"
                                             : "only integers and floats are a buffer: use Arrow");
    return -1;
  }
  if (PyBuffer_FillInfo(view, self, block->values, (Py_ssize_t)(block->length * sizeof(int64_t)), 1, flags) < 0) {
    return -1;
  }
  view->itemsize = column->stride;
  view->format = (flags & PyBUF_FORMAT) != 0 ? (floats ? "d" : "q") : NULL;
  view->shape = (flags & PyBUF_ND) != 0 ? &column->length : NULL;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &column->stride : NULL;
  return 0;
}

static PyObject *column_arrow_schema(PyObject *self, PyObject *unused) {
  (void)unused;
  return pfg_schema_capsule(pfg_block_of(self));
}

/* Exports the column. By the specification `requested_schema` is only a wish; it is ignored, and the consumer
   converts. */
static PyObject *column_arrow_array(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"requested_schema", NULL};
  PyObject *requested = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:__arrow_c_array__", names, &requested)) {
    return NULL;
  }
  PyObject *schema = pfg_schema_capsule(pfg_block_of(self));
  PyObject *array = schema == NULL ? NULL : pfg_array_capsule(pfg_block_of(self));
  PyObject *pair = array == NULL ? NULL : PyTuple_Pack(2, schema, array);
  Py_XDECREF(schema);
  Py_XDECREF(array);
  return pair;
}

/* Calls a function of faregate._convert, with the column as its first argument. */
static PyObject *convert(PyObject *self, const char *function, PyObject *args, PyObject *keywords) {
  PyObject *module = PyImport_ImportModule("faregate._convert");
  PyObject *converter = module == NULL ? NULL : PyObject_GetAttrString(module, function);
  PyObject *own = converter == NULL ? NULL : PyTuple_Pack(1, self);
  PyObject *all = own == NULL ? NULL : args == NULL ? Py_NewRef(own) : PySequence_Concat(own, args);
  PyObject *made = all == NULL ? NULL : PyObject_Call(converter, all, keywords);
  Py_XDECREF(all);
  Py_XDECREF(own);
  Py_XDECREF(converter);
  Py_XDECREF(module);
  return made;
}

static PyObject *column_array(PyObject *self, PyObject *args, PyObject *keywords) {
  return convert(self, "as_array", args, keywords);
}

static PyObject *column_to_numpy(PyObject *self, PyObject *unused) {
  (void)unused;
  return convert(self, "as_array", NULL, NULL);
}

static PyObject *column_to_pandas(PyObject *self, PyObject *unused) {
  (void)unused;
  return convert(self, "as_series", NULL, NULL);
}

static PyObject *column_to_polars(PyObject *self, PyObject *unused) {
  (void)unused;
  return convert(self, "as_polars", NULL, NULL);
}

static PyObject *column_to_arrow(PyObject *self, PyObject *unused) {
  (void)unused;
  return convert(self, "as_arrow", NULL, NULL);
}

static PyObject *column_null_count(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromSize_t(pfg_block_of(self)->null_count);
}

static PyObject *column_type_name(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(kind_names[pfg_block_of(self)->kind]);
}

static PyObject *column_scale(PyObject *self, void *unused) {
  (void)unused;
  const pfg_block *block = pfg_block_of(self);
  bool has_scale = block->kind == PFG_MINOR || block->kind == PFG_DECIMALS;
  return has_scale ? PyLong_FromLong(block->scale) : Py_NewRef(Py_None);
}

static PyGetSetDef column_getters[] = {
    {"null_count", column_null_count, NULL, "rows that are null", NULL},
    {"type", column_type_name, NULL, "\"decimal128\", \"int64\", \"float64\", \"timestamp\" or \"text\"", NULL},
    {"scale", column_scale, NULL, "decimals of its amounts; None where it holds none", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef column_methods[] = {
    {"tolist", column_to_list, METH_NOARGS,
     "tolist($self, /)\n--\n\nThe rows as a list: Decimal, int, float, datetime or str, and None for null."},
    {"to_numpy", column_to_numpy, METH_NOARGS,
     "to_numpy($self, /)\n--\n\nA NumPy array: whole numbers and floats as they are, amounts and the rest as objects."},
    {"to_pandas", column_to_pandas, METH_NOARGS,
     "to_pandas($self, /)\n--\n\nA pandas Series: amounts as Decimal, times aware, whole numbers with nulls as Int64."},
    {"to_polars", column_to_polars, METH_NOARGS, "to_polars($self, /)\n--\n\nA Polars Series, nothing copied."},
    {"to_arrow", column_to_arrow, METH_NOARGS, "to_arrow($self, /)\n--\n\nA pyarrow Array, nothing copied."},
    {"__array__", PFG_KEYWORDS(column_array), METH_VARARGS | METH_KEYWORDS,
     "__array__($self, /, dtype=None, copy=None)\n--\n\nAs to_numpy: what makes it a column of a DataFrame."},
    {"__arrow_c_schema__", column_arrow_schema, METH_NOARGS, "__arrow_c_schema__($self, /)\n--\n\nIts Arrow type."},
    {"__arrow_c_array__", PFG_KEYWORDS(column_arrow_array), METH_VARARGS | METH_KEYWORDS,
     "__arrow_c_array__($self, /, requested_schema=None)\n--\n\nThe column as an Arrow array, nothing copied."},
    {"__reduce__", column_reduce, METH_NOARGS, "__reduce__($self, /)\n--\n\nFor pickle: its memory as it is."},
    {"__copy__", pfg_itself, METH_NOARGS, "__copy__($self, /)\n--\n\nItself: a column does not change."},
    {"__deepcopy__", pfg_itself, METH_O, "__deepcopy__($self, memo, /)\n--\n\nItself: a column does not change."},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(
    column_doc,
    "An array that was computed, with nulls.\n\n"
    "A sequence of Decimal, int, float, datetime or str; a slice of it is a Column. Whatever reads Arrow takes it without a copy:\n"
    "pyarrow.array(column), polars.Series(column), nanoarrow.Array(column). Integers and floats are also a\n"
    "buffer: numpy.asarray(column).");

static PyType_Slot column_slots[] = {
    {Py_tp_doc, (void *)column_doc},
    {Py_tp_dealloc, column_dealloc},
    {Py_tp_repr, column_repr},
    {Py_tp_richcompare, column_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, column_iterate},
    {Py_tp_getset, column_getters},
    {Py_tp_methods, column_methods},
    {Py_sq_length, column_length},
    {Py_sq_item, column_item},
    {Py_mp_length, column_length},
    {Py_mp_subscript, column_subscript},
    {Py_bf_getbuffer, column_get_buffer},
    {0, NULL},
};

static PyType_Spec column_spec = {
    .name = "faregate.Column",
    .basicsize = sizeof(column_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = column_slots,
};

int pfg_add_column_type(PyObject *module, pfg_state *state) {
  state->column_type = PyType_FromModuleAndSpec(module, &column_spec, NULL);
  return state->column_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->column_type));
}

PyObject *pfg_new_table(PyObject *columns) {
  PyObject *module = PyImport_ImportModule("faregate._table");
  PyObject *table = module == NULL ? NULL : PyObject_CallMethod(module, "Table", "(O)", columns);
  Py_XDECREF(module);
  return table;
}

/* Takes pairs of a name and a Column, both borrowed. */
static bool take_columns(pfg_state *state, PyObject *items, const char **names, pfg_block **blocks) {
  for (Py_ssize_t i = 0; i < PyList_Size(items); i++) {
    PyObject *item = PyList_GetItem(items, i);
    PyObject *column = PyTuple_GetItem(item, 1);
    fg_string name;
    if (!pfg_read_text(state, "columns", PyTuple_GetItem(item, 0), &name)) {
      return false;
    }
    if (!Py_IS_TYPE(column, pfg_type(state->column_type))) {
      pfg_raise_type(state, "columns", "a Column", column);
      return false;
    }
    names[i] = name.text;
    blocks[i] = pfg_block_of(column);
    if (blocks[i]->length != blocks[0]->length) {
      pfg_raise_invalid(state, "columns", "expected columns of equal length");
      return false;
    }
  }
  return true;
}

PyObject *pfg_table_stream(PyObject *module, PyObject *columns) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *items = pfg_items(state, "columns", "a mapping of names and Columns", columns);
  if (items == NULL) {
    return NULL;
  }
  size_t count = (size_t)PyList_Size(items);
  const char **names = calloc(count + 1, sizeof *names);
  pfg_block **blocks = calloc(count + 1, sizeof *blocks);
  PyObject *capsule = NULL;
  if (names == NULL || blocks == NULL) {
    PyErr_NoMemory();
  } else if (take_columns(state, items, names, blocks)) {
    capsule = pfg_stream_capsule(count, names, blocks);
  }
  free(names);
  free(blocks);
  Py_DECREF(items);
  return capsule;
}
