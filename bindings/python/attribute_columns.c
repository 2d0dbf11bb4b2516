/* Attributes of many rows: one value for all rows, or a column. */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a value is for all rows, because a single usage could have it. An array of NumPy passes as an integer too,
   but is a column. */
static bool is_single(PyObject *value) {
  return PyUnicode_Check(value) || PyLong_Check(value) || (PyIndex_Check(value) && !PySequence_Check(value));
}

static bool add_column(pfg_state *state, PyObject *value, size_t rows, pfg_attribute_columns *columns) {
  pfg_attribute_column *column = &columns->columns[columns->count];
  char path[192];
  snprintf(path, sizeof path, "attributes.%.128s", column->name.text);
  if (!pfg_pieces_read_any(state, path, value, &column->pieces)) {
    return false;
  }
  columns->count++;
  if (column->pieces.rows != rows) {
    pfg_raise_invalid(state, path, "expected as many rows as there are quantities");
    return false;
  }
  return true;
}

static bool add_item(pfg_state *state, PyObject *item, PyObject *single, size_t rows, pfg_attribute_columns *columns) {
  PyObject *name = PyTuple_GetItem(item, 0);
  PyObject *value = PyTuple_GetItem(item, 1);
  if (is_single(value)) {
    return PyDict_SetItem(single, name, value) == 0;
  }
  if (columns->count == FG_ATTRIBUTES_MAX) {
    pfg_raise_invalid(state, "attributes", "expected at most 64 attributes");
    return false;
  }
  return pfg_read_text(state, "attributes", name, &columns->columns[columns->count].name) &&
         add_column(state, value, rows, columns);
}

bool pfg_attribute_columns_read(pfg_state *state, PyObject *mapping, size_t rows, pfg_attribute_columns *columns,
                                fg_attributes *of_all) {
  memset(columns, 0, sizeof *columns);
  *of_all = (fg_attributes){NULL, 0};
  if (mapping == Py_None) {
    return true;
  }
  columns->items = pfg_items(state, "attributes", "a mapping of names and values", mapping);
  columns->columns = calloc(FG_ATTRIBUTES_MAX, sizeof *columns->columns);
  columns->single = columns->items == NULL ? NULL : PyDict_New();
  bool done = columns->single != NULL && columns->columns != NULL;
  if (columns->columns == NULL) {
    PyErr_NoMemory();
  }
  for (Py_ssize_t i = 0; done && i < PyList_Size(columns->items); i++) {
    done = add_item(state, PyList_GetItem(columns->items, i), columns->single, rows, columns);
  }
  if (done && pfg_read_attributes(state, "attributes", columns->single, &columns->lent, of_all)) {
    return true;
  }
  pfg_attribute_columns_release(columns);
  return false;
}

void pfg_attribute_columns_release(pfg_attribute_columns *columns) {
  for (size_t i = 0; i < columns->count; i++) {
    pfg_pieces_release(&columns->columns[i].pieces);
  }
  free(columns->columns);
  Py_CLEAR(columns->items);
  Py_CLEAR(columns->single);
  pfg_release_attributes(&columns->lent);
  memset(columns, 0, sizeof *columns);
}

size_t pfg_attribute_columns_window(pfg_attribute_columns *columns, size_t most,
                                    fg_attribute_column views[FG_ATTRIBUTES_MAX]) {
  for (size_t i = 0; i < columns->count; i++) {
    pfg_attribute_column *column = &columns->columns[i];
    while (column->at == column->pieces.columns[column->piece].count) {
      column->piece++;
      column->at = 0;
    }
    size_t left = column->pieces.columns[column->piece].count - column->at;
    most = left < most ? left : most;
  }
  for (size_t i = 0; i < columns->count; i++) {
    pfg_attribute_column *column = &columns->columns[i];
    column->numbers = column->pieces.columns[column->piece];
    column->texts = column->pieces.texts[column->piece];
    column->numbers.offset += column->at;
    column->numbers.count = most;
    bool is_text = column->pieces.is_text;
    if (is_text && column->texts.codes != NULL) { /* the codes are advanced; the dictionary stays */
      column->texts.codes = &column->numbers;
    } else {
      column->texts.offset += column->at;
      column->texts.count = most;
    }
    views[i] = (fg_attribute_column){column->name, column->numbers, is_text ? &column->texts : NULL};
    column->at += most;
  }
  return most;
}
