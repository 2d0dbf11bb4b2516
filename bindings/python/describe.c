/* The only visitor of the binding: it records what the core describes, and then makes Python objects of the
   recording. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

typedef enum mark_kind {
  MARK_OBJECT,
  MARK_LIST,
  MARK_END,
  MARK_TEXT,
  MARK_INTEGER,
  MARK_MONEY,
  MARK_TIME,
  MARK_FLAG,
  MARK_NULL
} mark_kind;

enum { NO_KEY = -1, ASK_EVERY = 4096 }; /* items between two looks for a signal */

struct pfg_mark {
  mark_kind kind;
  ptrdiff_t key; ///< index in `bytes` of the key, which ends in 0; NO_KEY: none
  size_t length; ///< length of the text, or of a key that comes alone
  union {
    int64_t integer;
    fg_money money;
    size_t text; ///< index in `bytes` of the text
  } value;
};

static bool reserve(void **block, size_t *capacity, size_t needed, size_t item_size) {
  if (needed <= *capacity) {
    return true;
  }
  size_t grown = needed > 2 * *capacity ? needed : 2 * *capacity;
  void *moved = realloc(*block, grown * item_size);
  if (moved == NULL) {
    return false;
  }
  *block = moved;
  *capacity = grown;
  return true;
}

/* Keeps bytes with a final 0; returns their index, or NO_KEY if memory is short. */
static ptrdiff_t keep_bytes(pfg_recording *recording, const char *bytes, size_t length) {
  size_t place = recording->byte_count;
  if (!reserve((void **)&recording->bytes, &recording->byte_capacity, place + length + 1, 1)) {
    return NO_KEY;
  }
  if (length > 0) {
    memcpy(recording->bytes + place, bytes, length);
  }
  recording->bytes[place + length] = '\0';
  recording->byte_count = place + length + 1;
  return (ptrdiff_t)place;
}

/* Adds a mark; NULL if memory is short. */
static struct pfg_mark *add_mark(pfg_recording *recording, mark_kind kind, const char *key) {
  ptrdiff_t place = key == NULL ? NO_KEY : keep_bytes(recording, key, strlen(key));
  bool has_room = reserve((void **)&recording->marks, &recording->mark_capacity, recording->mark_count + 1,
                          sizeof *recording->marks);
  if (!has_room || (key != NULL && place == NO_KEY)) {
    return NULL;
  }
  struct pfg_mark *mark = &recording->marks[recording->mark_count++];
  mark->kind = kind;
  mark->key = place;
  mark->length = 0;
  return mark;
}

static bool on_begin_object(void *recording, const char *key) { return add_mark(recording, MARK_OBJECT, key) != NULL; }
static bool on_begin_list(void *recording, const char *key) { return add_mark(recording, MARK_LIST, key) != NULL; }
static bool on_end(void *recording) { return add_mark(recording, MARK_END, NULL) != NULL; }
static bool on_null(void *recording, const char *key) { return add_mark(recording, MARK_NULL, key) != NULL; }

static bool on_text(void *context, const char *key, fg_string value) {
  pfg_recording *recording = context;
  ptrdiff_t place = keep_bytes(recording, value.text, value.length);
  struct pfg_mark *mark = place == NO_KEY ? NULL : add_mark(recording, MARK_TEXT, key);
  if (mark != NULL) {
    mark->value.text = (size_t)place;
    mark->length = value.length;
  }
  return mark != NULL;
}

static bool add_number(pfg_recording *recording, mark_kind kind, const char *key, int64_t value) {
  struct pfg_mark *mark = add_mark(recording, kind, key);
  if (mark != NULL) {
    mark->value.integer = value;
  }
  return mark != NULL;
}

static bool on_integer(void *recording, const char *key, int64_t value) {
  return add_number(recording, MARK_INTEGER, key, value);
}

static bool on_time(void *recording, const char *key, fg_time value) {
  return add_number(recording, MARK_TIME, key, value);
}

static bool on_flag(void *recording, const char *key, bool value) {
  return add_number(recording, MARK_FLAG, key, value);
}

static bool on_money(void *recording, const char *key, fg_money value) {
  struct pfg_mark *mark = add_mark(recording, MARK_MONEY, key);
  if (mark != NULL) {
    mark->value.money = value;
  }
  return mark != NULL;
}

fg_visitor pfg_recording_begin(pfg_recording *recording) {
  memset(recording, 0, sizeof *recording);
  fg_visitor visitor = {
      .context = recording,
      .begin_object = on_begin_object,
      .end_object = on_end,
      .begin_list = on_begin_list,
      .end_list = on_end,
      .text = on_text,
      .integer = on_integer,
      .money = on_money,
      .time = on_time,
      .flag = on_flag,
      .null = on_null,
  };
  return visitor;
}

typedef struct builder {
  pfg_state *state;
  const pfg_recording *recording;
  size_t next; ///< index of the next mark to read
  int minor_digits;
  const fg_zone *zone;
} builder;

static PyObject *build_value(builder *from);

static const struct pfg_mark *peek(const builder *from) { return &from->recording->marks[from->next]; }

static bool build_entry(builder *from, PyObject *object) {
  PyObject *key = PyUnicode_InternFromString(from->recording->bytes + peek(from)->key);
  PyObject *value = key == NULL ? NULL : build_value(from);
  bool done = value != NULL && PyDict_SetItem(object, key, value) == 0;
  Py_XDECREF(key);
  Py_XDECREF(value);
  return done;
}

static PyObject *build_object(builder *from) {
  PyObject *object = pfg_new_result(from->state);
  while (object != NULL && peek(from)->kind != MARK_END) {
    if (!build_entry(from, object)) {
      Py_CLEAR(object);
    }
  }
  from->next++;
  return object;
}

/* Turns a tuple of results, or an empty one, into a faregate.Results, which can become a table. Takes the reference;
   NULL for NULL. */
static PyObject *results_of(pfg_state *state, PyObject *tuple) {
  bool has_results = tuple != NULL &&
                     (PyTuple_Size(tuple) == 0 || Py_IS_TYPE(PyTuple_GetItem(tuple, 0), pfg_type(state->result_type)));
  if (!has_results) {
    return tuple;
  }
  PyObject *results = PyObject_CallFunctionObjArgs(state->results_type, tuple, NULL);
  Py_DECREF(tuple);
  return results;
}

static PyObject *build_list(builder *from) {
  PyObject *list = PyList_New(0);
  while (list != NULL && peek(from)->kind != MARK_END) {
    PyObject *value = build_value(from);
    bool is_due = PyList_Size(list) % ASK_EVERY == ASK_EVERY - 1;
    if (value == NULL || PyList_Append(list, value) < 0 || (is_due && PyErr_CheckSignals() < 0)) {
      Py_CLEAR(list);
    }
    Py_XDECREF(value);
  }
  from->next++;
  PyObject *tuple = list == NULL ? NULL : PyList_AsTuple(list);
  Py_XDECREF(list);
  return results_of(from->state, tuple);
}

static PyObject *build_value(builder *from) {
  const struct pfg_mark *mark = &from->recording->marks[from->next++];
  switch (mark->kind) {
  case MARK_OBJECT: return build_object(from);
  case MARK_LIST: return build_list(from);
  case MARK_TEXT:
    return PyUnicode_FromStringAndSize(from->recording->bytes + mark->value.text, (Py_ssize_t)mark->length);
  case MARK_INTEGER: return PyLong_FromLongLong(mark->value.integer);
  case MARK_MONEY: return pfg_decimal(from->state, mark->value.money, from->minor_digits);
  case MARK_TIME: return pfg_datetime(from->state, mark->value.integer, from->zone);
  case MARK_FLAG: return PyBool_FromLong(mark->value.integer != 0);
  case MARK_NULL:
  case MARK_END: break;
  }
  return Py_NewRef(Py_None);
}

PyObject *pfg_recording_end(pfg_recording *recording, fg_status status, const fg_error *error, pfg_state *state,
                            const fg_book *book) {
  PyObject *result = NULL;
  if (status == FG_OK) {
    builder from = {state, recording, 0, 0, 0};
    if (book != NULL) {
      from.minor_digits = fg_book_minor_digits(book);
      from.zone = fg_book_zone(book);
    }
    result = build_value(&from);
  } else if (status == FG_STOPPED || error == NULL) {
    if (!PyErr_Occurred()) { /* a recording stops for a signal, or else for want of memory */
      pfg_raise_status(state, FG_NO_MEMORY);
    }
  } else {
    pfg_raise(state, error);
  }
  free(recording->marks);
  free(recording->bytes);
  return result;
}
