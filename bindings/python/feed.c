/* Columns from Python: from Arrow by its C interfaces, from buffers, from sequences. */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raises InvalidType "path: expected integers, not …". */
static void raise_not_integers(const pfg_feed *feed, const char *what, const char *format) {
  fg_error error = {.status = FG_INVALID};
  snprintf(error.path, sizeof error.path, "%s", feed->path);
  snprintf(error.message, sizeof error.message, "expected integers, not %s \"%.64s\"", what, format);
  pfg_raise_shape(feed->state, &error);
}

/* --------------------------------------------------------------------------------------------- arrow capsules */

static void *pointer_of(PyObject *capsule, const char *name) {
  return capsule == NULL ? NULL : PyCapsule_GetPointer(capsule, name);
}

static bool stream_failed(pfg_feed *feed) {
  const char *text = feed->stream->get_last_error == NULL ? NULL : feed->stream->get_last_error(feed->stream);
  if (!PyErr_Occurred()) { /* a stream made of Python objects has said why already */
    pfg_raise_invalid(feed->state, feed->path, text == NULL ? "the Arrow stream failed" : text);
  }
  return false;
}

/* True where there is no fault; else it is raised. */
static bool is_sound(const pfg_feed *feed, const char *fault) {
  char message[256];
  if (fault == NULL) {
    return true;
  }
  snprintf(message, sizeof message, "malformed Arrow data: %.200s", fault);
  pfg_raise_invalid(feed->state, feed->path, message);
  return false;
}

static bool open_stream(pfg_feed *feed, PyObject *capsule) {
  feed->owner = capsule;
  feed->stream = pointer_of(capsule, "arrow_array_stream");
  if (feed->stream == NULL) {
    return false;
  }
  bool is_open = feed->stream->release != NULL && feed->stream->get_schema != NULL && feed->stream->get_next != NULL;
  if (!is_open) {
    return is_sound(feed, "the stream was consumed already");
  }
  if (feed->stream->get_schema(feed->stream, &feed->schema) != 0) {
    return stream_failed(feed);
  }
  return is_sound(feed, pfg_check_schema(&feed->schema, 0));
}

/* Moves schema and array out of their capsules, which are left released. */
static bool open_array(pfg_feed *feed, PyObject *capsules) {
  bool pair = PyTuple_Check(capsules) && PyTuple_Size(capsules) == 2;
  struct ArrowSchema *schema = !pair ? NULL : pointer_of(PyTuple_GetItem(capsules, 0), "arrow_schema");
  struct ArrowArray *array = schema == NULL ? NULL : pointer_of(PyTuple_GetItem(capsules, 1), "arrow_array");
  if (array == NULL) {
    if (!PyErr_Occurred()) {
      pfg_raise_invalid(feed->state, feed->path, "__arrow_c_array__ answered no pair of capsules");
    }
    return false;
  }
  if (array->release == NULL || !is_sound(feed, pfg_check_schema(schema, 0))) {
    return array->release != NULL ? false : is_sound(feed, "the array was consumed already");
  }
  feed->schema = *schema;
  feed->last = *array;
  feed->has_last = true;
  schema->release = NULL;
  array->release = NULL;
  return true;
}

/* 1 if it was opened, 0 if the object has no such method or lacks what that needs, -1 with an exception. */
static int open_by_method(pfg_feed *feed, PyObject *object, const char *method,
                          bool (*open)(pfg_feed *feed, PyObject *answer)) {
  if (!PyObject_HasAttrString(object, method)) {
    return 0;
  }
  PyObject *answer = PyObject_CallMethod(object, method, NULL);
  if (answer == NULL) {
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) {
      return -1;
    }
    PyErr_Clear(); /* pandas without pyarrow */
    return 0;
  }
  bool done = open(feed, answer);
  if (feed->owner != answer) {
    Py_DECREF(answer);
  }
  return done ? 1 : -1;
}

/* ---------------------------------------------------------------------------------------------------- buffers */

static void hand_out(pfg_feed *feed, const char *format, const void *validity, const void *values, size_t length) {
  feed->buffers[0] = validity;
  feed->buffers[1] = values;
  feed->schema = (struct ArrowSchema){.format = format, .name = "", .flags = ARROW_FLAG_NULLABLE};
  feed->last = (struct ArrowArray){
      .length = (int64_t)length, .null_count = validity == NULL ? 0 : -1, .n_buffers = 2, .buffers = feed->buffers};
  feed->has_last = true;
}

/* Arrow's format of a buffer's; NULL for what is not integers of the machine's byte order. */
static const char *integer_format(const Py_buffer *view) {
  static const char *const formats[2][9] = {{NULL, "C", "S", NULL, "I", NULL, NULL, NULL, "L"},
                                            {NULL, "c", "s", NULL, "i", NULL, NULL, NULL, "l"}};
  const uint16_t one = 1;
  const char swapped = *(const char *)&one == 1 ? '>' : '<';
  const char *format = view->format == NULL ? "B" : view->format;
  if (*format == swapped || (*format == '!' && swapped == '>')) {
    return NULL;
  }
  format += strchr("@=<>!", *format) != NULL && *format != '\0';
  bool is_integer = *format != '\0' && strchr("bBhHiIlLqQnN", *format) != NULL && format[1] == '\0';
  if (!is_integer || view->itemsize > 8) {
    return NULL;
  }
  return formats[strchr("bhilqn", *format) != NULL][view->itemsize];
}

static bool open_view(pfg_feed *feed, const char *format) {
  Py_buffer *view = &feed->view;
  const void *values = view->buf;
  bool aligned = (uintptr_t)view->buf % (size_t)view->itemsize == 0;
  if (!aligned || !PyBuffer_IsContiguous(view, 'C')) {
    feed->room = malloc((size_t)view->len + 1);
    if (feed->room == NULL || PyBuffer_ToContiguous(feed->room, view, view->len, 'C') < 0) {
      if (feed->room == NULL) {
        PyErr_NoMemory();
      }
      return false;
    }
    values = feed->room;
  }
  hand_out(feed, format, NULL, values, (size_t)(view->len / view->itemsize));
  return true;
}

static int open_buffer(pfg_feed *feed, PyObject *object) {
  if (PyObject_GetBuffer(object, &feed->view, PyBUF_FORMAT | PyBUF_STRIDES) < 0) {
    PyErr_Clear(); /* NumPy has none for datetimes and the like; the sequence will say what is wrong */
    return 0;
  }
  feed->has_view = true;
  const char *format = integer_format(&feed->view);
  const char *given = feed->view.format == NULL ? "B" : feed->view.format;
  if (format == NULL && strchr(given, 'O') == NULL && strpbrk(given, "<>!") == NULL) {
    raise_not_integers(feed, "a buffer of format", given);
    return -1;
  }
  if (format == NULL) { /* objects, another byte order: one by one */
    PyBuffer_Release(&feed->view);
    feed->has_view = false;
    return 0;
  }
  if (feed->view.ndim != 1) {
    pfg_raise_invalid(feed->state, feed->path, "expected one dimension");
    return -1;
  }
  return open_view(feed, format) ? 1 : -1;
}

/* -------------------------------------------------------------------------------------------------- sequences */

static bool read_items(pfg_feed *feed, PyObject *list, size_t count, int64_t *values, uint8_t *validity) {
  for (size_t i = 0; i < count; i++) {
    PyObject *item = PyList_GetItem(list, (Py_ssize_t)i);
    char path[64];
    if (item == Py_None) {
      values[i] = 0;
      continue;
    }
    snprintf(path, sizeof path, "%s[%zu]", feed->path, i);
    if (!pfg_read_integer(feed->state, path, item, &values[i])) {
      return false;
    }
    validity[i / 8] |= (uint8_t)(1u << i % 8);
  }
  return true;
}

static bool open_sequence(pfg_feed *feed, PyObject *object) {
  PyObject *list = PyUnicode_Check(object) ? NULL : PySequence_List(object);
  if (list == NULL) {
    PyErr_Clear();
    pfg_raise_type(feed->state, feed->path, "Arrow data, a buffer of integers or a sequence of int", object);
    return false;
  }
  size_t count = (size_t)PyList_Size(list);
  int64_t *values = calloc(count + count / 64 + 2, sizeof *values);
  feed->room = values;
  bool done = values != NULL && read_items(feed, list, count, values, (uint8_t *)(values + count));
  Py_DECREF(list);
  if (values == NULL) {
    PyErr_NoMemory();
  }
  if (done) {
    hand_out(feed, "l", values + count, values, count);
  }
  return done;
}

/* -------------------------------------------------------------------------------------------------- open, next */

static int open_numpy(pfg_feed *feed, PyObject *object) {
  PyObject *array = PyObject_HasAttrString(object, "__array__") ? PyObject_CallMethod(object, "__array__", NULL) : NULL;
  if (array == NULL) {
    PyErr_Clear();
    return 0;
  }
  int opened = PyObject_CheckBuffer(array) ? open_buffer(feed, array) : 0;
  Py_DECREF(array);
  return opened;
}

/* 1 if it was opened, 0 if the object speaks no Arrow, -1 with an exception. */
static int open_arrow(pfg_state *state, const char *path, PyObject *object, pfg_feed *feed) {
  memset(feed, 0, sizeof *feed);
  feed->state = state;
  feed->path = path;
  int opened = open_by_method(feed, object, "__arrow_c_stream__", open_stream);
  return opened != 0 ? opened : open_by_method(feed, object, "__arrow_c_array__", open_array);
}

bool pfg_feed_open(pfg_state *state, const char *path, PyObject *object, pfg_feed *feed) {
  int opened = open_arrow(state, path, object, feed);
  opened = opened != 0 || !PyObject_CheckBuffer(object) ? opened : open_buffer(feed, object);
  opened = opened != 0 ? opened : open_numpy(feed, object);
  if (opened < 0 || (opened == 0 && !open_sequence(feed, object))) {
    pfg_feed_close(feed);
    return false;
  }
  return true;
}

bool pfg_feed_open_table(pfg_state *state, const char *path, PyObject *object, pfg_feed *feed) {
  int opened = open_arrow(state, path, object, feed);
  if (opened == 0) {
    pfg_raise_type(state, path, "Arrow data, a table or a stream (which pandas needs pyarrow for)", object);
  }
  if (opened <= 0) {
    pfg_feed_close(feed);
  }
  return opened > 0;
}

static int take_next(pfg_feed *feed, struct ArrowArray *piece) {
  if (feed->stream == NULL) {
    bool had_last = feed->has_last;
    *piece = feed->last;
    feed->has_last = false;
    return had_last;
  }
  int failed = 0;
  Py_BEGIN_ALLOW_THREADS
  failed = feed->stream->get_next(feed->stream, piece);
  Py_END_ALLOW_THREADS
  if (failed != 0) {
    stream_failed(feed);
    return -1;
  }
  return piece->release != NULL;
}

int pfg_feed_next(pfg_feed *feed, struct ArrowArray *piece) {
  int more = take_next(feed, piece);
  if (more > 0 && !is_sound(feed, pfg_check_piece(&feed->schema, piece))) {
    pfg_piece_release(piece);
    return -1;
  }
  return more;
}

/* What a producer wrote in Python must not be called with an exception pending. */
void pfg_piece_release(struct ArrowArray *piece) {
  PyObject *type, *value, *traceback;
  if (piece->release != NULL) {
    PyErr_Fetch(&type, &value, &traceback);
    piece->release(piece);
    PyErr_Restore(type, value, traceback);
  }
}

static void release_schema(struct ArrowSchema *schema) {
  PyObject *type, *value, *traceback;
  if (schema->release != NULL) {
    PyErr_Fetch(&type, &value, &traceback);
    schema->release(schema);
    PyErr_Restore(type, value, traceback);
  }
}

static void drop_owner(pfg_feed *feed) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  Py_CLEAR(feed->owner); /* its destructor releases the stream */
  PyErr_Restore(type, value, traceback);
}

void pfg_feed_close(pfg_feed *feed) {
  if (feed->has_last) {
    pfg_piece_release(&feed->last);
  }
  release_schema(&feed->schema);
  if (feed->has_view) {
    PyBuffer_Release(&feed->view);
  }
  free(feed->room);
  drop_owner(feed);
  feed->has_last = feed->has_view = false;
  feed->schema.release = NULL;
  feed->room = NULL;
}

/* ----------------------------------------------------------------------------------------------------- fields */

static bool is_struct(const struct ArrowSchema *schema) { return strcmp(schema->format, "+s") == 0; }

static bool has_null_record(const struct ArrowArray *piece) {
  const uint8_t *validity = piece->n_buffers > 0 ? piece->buffers[0] : NULL;
  bool may_have = validity != NULL && piece->null_count != 0;
  for (int64_t i = piece->offset; may_have && i < piece->offset + piece->length; i++) {
    if ((validity[i / 8] >> (i % 8) & 1) == 0) {
      return true;
    }
  }
  return false;
}

/* A record's offset is its fields' too. */
static bool take_field(const pfg_feed *feed, const struct ArrowArray *piece, int64_t child, pfg_field *field) {
  if (has_null_record(piece)) {
    pfg_raise_invalid(feed->state, feed->path, "expected no null among the records themselves");
    return false;
  }
  field->schema = feed->schema.children[child];
  field->array = piece->children[child];
  field->offset = (size_t)(piece->children[child]->offset + piece->offset);
  field->length = (size_t)piece->length;
  return true;
}

bool pfg_only_field(const pfg_feed *feed, const struct ArrowArray *piece, pfg_field *field) {
  if (!is_struct(&feed->schema)) {
    *field = (pfg_field){&feed->schema, piece, (size_t)piece->offset, (size_t)piece->length};
    return true;
  }
  if (feed->schema.n_children != 1) {
    pfg_raise_invalid(feed->state, feed->path, "expected one column: this is a table of several, or of none");
    return false;
  }
  return take_field(feed, piece, 0, field);
}

int pfg_named_field(const pfg_feed *feed, const struct ArrowArray *piece, const char *name, pfg_field *field) {
  int64_t count = is_struct(&feed->schema) ? feed->schema.n_children : 0;
  for (int64_t i = 0; i < count; i++) {
    const char *own = feed->schema.children[i]->name;
    if (own != NULL && strcmp(own, name) == 0) {
      return take_field(feed, piece, i, field) ? 1 : -1;
    }
  }
  return 0;
}

/* "d:38,0": decimals of 128 bits without decimals, which is how some databases hand out sums. */
static bool is_wide_integer(const char *format) {
  const char *comma = strncmp(format, "d:", 2) == 0 ? strchr(format, ',') : NULL;
  return comma != NULL && (strcmp(comma, ",0") == 0 || strcmp(comma, ",0,128") == 0);
}

bool pfg_integers_of(const pfg_field *field, fg_integers *integers) {
  static const char letters[] = "csilCSIL"; /* in the order of fg_integer_type */
  const char *format = field->schema->format;
  const char *letter = format[0] == '\0' || format[1] != '\0' ? NULL : strchr(letters, format[0]);
  bool wide = is_wide_integer(format);
  if (field->schema->dictionary != NULL || (letter == NULL && !wide)) {
    return false;
  }
  integers->type = wide ? FG_INT128 : (fg_integer_type)(letter - letters);
  integers->values = field->array->buffers[1];
  integers->validity = field->array->null_count == 0 ? NULL : field->array->buffers[0];
  integers->offset = field->offset;
  integers->count = field->length;
  return true;
}

/* ----------------------------------------------------------------------------------------------------- pieces */

static bool add_piece(pfg_pieces *pieces, const struct ArrowArray *piece) {
  size_t wanted = pieces->count + 1;
  bool full = (wanted & (wanted - 1)) == 0; /* room doubles at powers of two */
  void *arrays = full ? realloc(pieces->arrays, 2 * wanted * sizeof *pieces->arrays) : pieces->arrays;
  pieces->arrays = arrays != NULL ? arrays : pieces->arrays;
  void *columns = full ? realloc(pieces->columns, 2 * wanted * sizeof *pieces->columns) : pieces->columns;
  pieces->columns = columns != NULL ? columns : pieces->columns;
  if (arrays == NULL || columns == NULL) {
    PyErr_NoMemory();
    return false;
  }
  pieces->arrays[pieces->count++] = *piece;
  return true;
}

static bool read_piece(pfg_pieces *pieces) {
  pfg_field field;
  fg_integers *column = &pieces->columns[pieces->count - 1];
  if (!pfg_only_field(&pieces->feed, &pieces->arrays[pieces->count - 1], &field)) {
    return false;
  }
  if (!pfg_integers_of(&field, column)) {
    raise_not_integers(&pieces->feed, "the Arrow type", field.schema->format);
    return false;
  }
  pieces->rows += column->count;
  return true;
}

bool pfg_pieces_read(pfg_state *state, const char *path, PyObject *object, pfg_pieces *pieces) {
  memset(pieces, 0, sizeof *pieces);
  struct ArrowArray piece;
  if (!pfg_feed_open(state, path, object, &pieces->feed)) {
    return false;
  }
  int more = 0;
  while ((more = pfg_feed_next(&pieces->feed, &piece)) > 0) {
    if (!add_piece(pieces, &piece)) {
      pfg_piece_release(&piece);
      more = -1;
    } else {
      more = read_piece(pieces) ? 1 : -1;
    }
    if (more < 0) {
      break;
    }
  }
  if (more < 0) {
    pfg_pieces_release(pieces);
  }
  return more == 0;
}

void pfg_pieces_release(pfg_pieces *pieces) {
  for (size_t i = 0; i < pieces->count; i++) {
    pfg_piece_release(&pieces->arrays[i]);
  }
  free(pieces->arrays);
  free(pieces->columns);
  free(pieces->joined[0]);
  free(pieces->joined[1]);
  pfg_feed_close(&pieces->feed);
  memset(pieces, 0, sizeof *pieces);
}

static size_t width_of(fg_integer_type type) {
  static const size_t widths[] = {1, 2, 4, 8, 1, 2, 4, 8, 16};
  return widths[type];
}

static void join_piece(const fg_integers *column, size_t width, size_t at, char *values, uint8_t *validity) {
  memcpy(values + at * width, (const char *)column->values + column->offset * width, column->count * width);
  for (size_t i = 0; i < column->count; i++) {
    size_t from = column->offset + i;
    bool valid = column->validity == NULL || (column->validity[from / 8] >> (from % 8) & 1) != 0;
    validity[(at + i) / 8] |= (uint8_t)((unsigned)valid << (at + i) % 8);
  }
}

bool pfg_pieces_join(pfg_pieces *pieces, fg_integers *column) {
  if (pieces->count == 1) {
    *column = pieces->columns[0];
    return true;
  }
  fg_integer_type type = pieces->count == 0 ? FG_INT64 : pieces->columns[0].type;
  size_t width = width_of(type);
  pieces->joined[0] = malloc(pieces->rows * width + 1);
  pieces->joined[1] = calloc(pieces->rows / 8 + 1, 1);
  if (pieces->joined[0] == NULL || pieces->joined[1] == NULL) {
    PyErr_NoMemory();
    return false;
  }
  size_t at = 0;
  for (size_t i = 0; i < pieces->count; i++) {
    if (pieces->columns[i].count > 0) {
      join_piece(&pieces->columns[i], width, at, pieces->joined[0], pieces->joined[1]);
    }
    at += pieces->columns[i].count;
  }
  *column = (fg_integers){pieces->joined[0], pieces->joined[1], 0, pieces->rows, type};
  return true;
}
