/* Columns made from other columns: amounts as floats, and columns that were pickled. */
#include "columns.h"

#include <stdlib.h>
#include <string.h>

PyObject *pfg_float_column(PyObject *module, PyObject *column) {
  pfg_state *state = PyModule_GetState(module);
  if (!Py_IS_TYPE(column, pfg_type(state->column_type))) {
    return pfg_raise_type(state, "column", "a Column", column);
  }
  const pfg_block *block = pfg_block_of(column);
  if (block->kind != PFG_DECIMALS) {
    return Py_NewRef(column);
  }
  pfg_block *floats = pfg_block_floats(block);
  return floats == NULL ? PyErr_NoMemory() : pfg_new_column(state, floats);
}

static size_t value_bytes(const pfg_block *block) {
  return (block->length + (block->kind == PFG_TEXTS)) * pfg_kind_width(block->kind);
}

static PyObject *bytes_or_none(const void *bytes, size_t size) {
  return bytes == NULL ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
}

PyObject *pfg_column_state(PyObject *module, PyObject *column) {
  pfg_state *state = PyModule_GetState(module);
  if (!Py_IS_TYPE(column, pfg_type(state->column_type))) {
    return pfg_raise_type(state, "column", "a Column", column);
  }
  const pfg_block *block = pfg_block_of(column);
  const int64_t *offsets = block->values;
  size_t text_bytes = block->kind == PFG_TEXTS ? (size_t)offsets[block->length] : 0;
  PyObject *values = PyBytes_FromStringAndSize(block->values, (Py_ssize_t)value_bytes(block));
  PyObject *validity = bytes_or_none(block->validity, (block->length + 7) / 8);
  PyObject *text = bytes_or_none(block->kind == PFG_TEXTS ? block->bytes : NULL, text_bytes);
  bool is_of_book = block->kind == PFG_TIMES && block->book != NULL;
  PyObject *book = is_of_book ? pfg_wrap_book(state, fg_book_retain(block->book)) : Py_NewRef(Py_None);
  PyObject *made = NULL;
  if (values != NULL && validity != NULL && text != NULL && book != NULL) {
    made = Py_BuildValue("(iinOOOO)", (int)block->kind, block->scale, (Py_ssize_t)block->length, values, validity, text,
                         book);
  }
  Py_XDECREF(values);
  Py_XDECREF(validity);
  Py_XDECREF(text);
  Py_XDECREF(book);
  return made;
}

/* The parts of a pickled column. */
typedef struct kept_column {
  int kind, scale;
  Py_ssize_t length;
  Py_buffer values, validity, text;
  PyObject *book;
} kept_column;

/* Whether the offsets of texts never fall, and stay within the bytes. */
static bool are_offsets(const int64_t *offsets, size_t length, size_t bytes) {
  bool done = offsets[0] == 0 && offsets[length] >= 0 && (size_t)offsets[length] <= bytes;
  for (size_t i = 0; i < length && done; i++) {
    done = offsets[i] <= offsets[i + 1];
  }
  return done;
}

/* Whether a time can be shown, and an amount is one of the library's. What stands at a null does not matter. */
static bool is_value(const kept_column *kept, const char *place) {
  const int64_t day_before_1970 = INT64_C(-86400) * 1000000;
  pfg_int128 most = 1;
  pfg_int128 amount = 0;
  int64_t time = 0;
  if (kept->kind == PFG_TIMES) {
    memcpy(&time, place, sizeof time);
    return time > day_before_1970;
  }
  for (int digit = 0; digit < 38 - FG_MONEY_DECIMALS + kept->scale; digit++) {
    most *= 10;
  }
  memcpy(&amount, place, sizeof amount);
  return amount > -most && amount < most;
}

static bool are_values(const kept_column *kept) {
  const uint8_t *validity = kept->validity.buf;
  const char *values = kept->values.buf;
  size_t width = pfg_kind_width((pfg_kind)kept->kind);
  bool done = true;
  for (size_t i = 0; i < (size_t)kept->length && done; i++) {
    bool is_null = validity != NULL && (validity[i / 8] >> (i % 8) & 1) == 0;
    done = is_null || is_value(kept, values + i * width);
  }
  return done;
}

/* Checks a pickled column, because its bytes may be faulty; nothing outside of them is ever read. */
static bool is_whole(pfg_state *state, const kept_column *kept) {
  bool is_kind = kept->kind >= PFG_INTEGERS && kept->kind <= PFG_TEXTS;
  if (!is_kind || kept->scale < 0 || kept->scale > FG_MONEY_DECIMALS || kept->length < 0 ||
      kept->length > INT64_MAX / 32) {
    return false;
  }
  pfg_block like = {.kind = (pfg_kind)kept->kind, .length = (size_t)kept->length};
  bool has_book = Py_IS_TYPE(kept->book, pfg_type(state->book_type));
  return (size_t)kept->values.len == value_bytes(&like) &&
         (kept->validity.buf == NULL || kept->validity.len == (kept->length + 7) / 8) &&
         (kept->kind != PFG_TEXTS || are_offsets(kept->values.buf, like.length, (size_t)kept->text.len)) &&
         ((kept->kind != PFG_TIMES && kept->kind != PFG_DECIMALS) || are_values(kept)) &&
         (kept->kind == PFG_TIMES ? has_book : kept->book == Py_None);
}

static bool copy_bytes(const Py_buffer *from, size_t room, void **to) {
  if (from->buf == NULL) {
    return true;
  }
  *to = malloc(room + 1);
  if (*to != NULL) {
    memcpy(*to, from->buf, (size_t)from->len);
  }
  return *to != NULL;
}

static size_t nulls_of(const uint8_t *validity, size_t length) {
  size_t nulls = 0;
  for (size_t i = 0; validity != NULL && i < length; i++) {
    nulls += (validity[i / 8] >> (i % 8) & 1) == 0;
  }
  return nulls;
}

static pfg_block *block_of_kept(const kept_column *kept) {
  pfg_block *block = pfg_block_new((pfg_kind)kept->kind, (size_t)kept->length);
  void *validity = NULL;
  void *text = NULL;
  bool done = block != NULL && copy_bytes(&kept->validity, (size_t)kept->length / 8 + 1, &validity) &&
              copy_bytes(&kept->text, (size_t)kept->text.len, &text);
  if (block != NULL) {
    block->validity = validity;
    block->bytes = text;
  }
  if (!done) {
    pfg_block_release(block);
    return NULL;
  }
  memcpy(block->values, kept->values.buf, (size_t)kept->values.len);
  block->scale = kept->scale;
  block->byte_room = text == NULL ? 0 : (size_t)kept->text.len;
  block->null_count = nulls_of(block->validity, block->length);
  block->book = kept->book == Py_None ? NULL : fg_book_retain(pfg_book_of(kept->book));
  return block;
}

PyObject *pfg_column_of_state(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  kept_column kept = {0};
  PyObject *made = NULL;
  if (PyArg_ParseTuple(args, "iiny*z*z*O:_column", &kept.kind, &kept.scale, &kept.length, &kept.values, &kept.validity,
                       &kept.text, &kept.book)) {
    pfg_block *block = is_whole(state, &kept) ? block_of_kept(&kept) : NULL;
    made = block != NULL            ? pfg_new_column(state, block)
           : is_whole(state, &kept) ? PyErr_NoMemory()
                                    : pfg_raise_invalid(state, "column", "these bytes are no column");
  }
  if (kept.values.obj != NULL) {
    PyBuffer_Release(&kept.values);
  }
  if (kept.validity.obj != NULL) {
    PyBuffer_Release(&kept.validity);
  }
  if (kept.text.obj != NULL) {
    PyBuffer_Release(&kept.text);
  }
  return made;
}
