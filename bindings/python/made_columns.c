/* Makes columns of Python lists. */
#include "columns.h"

typedef bool append_item(pfg_state *state, const char *path, pfg_block *block, PyObject *item);

static bool append_text(pfg_state *state, const char *path, pfg_block *block, PyObject *item) {
  fg_string text = {NULL, 0};
  return (item == Py_None || pfg_read_text(state, path, item, &text)) && pfg_append_text(block, text);
}

static bool append_integer(pfg_state *state, const char *path, pfg_block *block, PyObject *item) {
  int64_t value = PFG_NO_INTEGER;
  return (item == Py_None || pfg_read_whole(state, path, item, &value)) && pfg_append_integer(block, value);
}

/* Fills a block, and takes it over; it must be empty. NULL: memory is short. */
static PyObject *fill(pfg_state *state, const char *path, PyObject *list, pfg_block *block, append_item *append) {
  bool done = block != NULL;
  if (!PyList_Check(list)) {
    pfg_block_release(block);
    return pfg_raise_type(state, "", "a list", list);
  }
  for (Py_ssize_t i = 0; done && i < PyList_Size(list); i++) {
    /* A new reference, because reading the item may change the list. */
    PyObject *item = Py_NewRef(PyList_GetItem(list, i));
    done = append(state, path, block, item);
    Py_DECREF(item);
  }
  if (done) {
    return pfg_new_column(state, block);
  }
  pfg_block_release(block);
  return PyErr_Occurred() ? NULL : PyErr_NoMemory();
}

PyObject *pfg_texts_as_column(pfg_state *state, const char *path, PyObject *list) {
  return fill(state, path, list, pfg_block_new(PFG_TEXTS, 0), append_text);
}

PyObject *pfg_text_column(PyObject *module, PyObject *texts) {
  return fill(PyModule_GetState(module), "texts", texts, pfg_block_new(PFG_TEXTS, 0), append_text);
}

PyObject *pfg_integer_column(PyObject *module, PyObject *integers) {
  return fill(PyModule_GetState(module), "integers", integers, pfg_block_new(PFG_INTEGERS, 0), append_integer);
}

static bool append_time(pfg_state *state, const char *path, pfg_block *block, PyObject *item) {
  fg_time time = FG_NO_TIME;
  return pfg_read_optional_time(state, path, item, fg_book_zone(block->book), &time) && pfg_append_integer(block, time);
}

PyObject *pfg_time_column(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *times, *book;
  if (!PyArg_ParseTuple(args, "OO!:_time_column", &times, state->book_type, &book)) {
    return NULL;
  }
  pfg_block *block = pfg_block_new(PFG_TIMES, 0);
  if (block != NULL) {
    block->book = fg_book_retain(pfg_book_of(book));
  }
  return fill(state, "times", times, block, append_time);
}

static bool append_decimal(pfg_state *state, const char *path, pfg_block *block, PyObject *item) {
  fg_string digits;
  fg_money money;
  if (item == Py_None) {
    return pfg_append_null(block);
  }
  PyObject *text = pfg_money_text(state, path, item);
  bool done = text != NULL && pfg_read_text(state, path, text, &digits);
  if (done && fg_money_parse(digits.text, digits.length, &money) != FG_OK) {
    pfg_raise_invalid(state, path, "expected amounts of at most 12 decimals");
    done = false;
  }
  done = done && pfg_append_money(block, money);
  Py_XDECREF(text);
  return done;
}

PyObject *pfg_decimal_column(PyObject *module, PyObject *args) {
  PyObject *amounts;
  int scale = 0;
  if (!PyArg_ParseTuple(args, "Oi:_decimal_column", &amounts, &scale)) {
    return NULL;
  }
  pfg_block *block = pfg_block_new(PFG_DECIMALS, 0);
  if (block != NULL) {
    block->scale = FG_MONEY_DECIMALS;
  }
  PyObject *column = fill(PyModule_GetState(module), "amounts", amounts, block, append_decimal);
  if (column != NULL) {
    pfg_block_shrink(pfg_block_of(column), scale < 0 ? 0 : scale);
  }
  return column;
}
