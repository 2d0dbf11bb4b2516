/* Reads columns from Python: from Arrow by its C interfaces, or else from buffers and sequences. */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *pointer_of(PyObject *capsule, const char *name) {
  return capsule == NULL ? NULL : PyCapsule_GetPointer(capsule, name);
}

static bool stream_failed(pfg_reader *reader) {
  const char *text = reader->stream->get_last_error == NULL ? NULL : reader->stream->get_last_error(reader->stream);
  if (!PyErr_Occurred()) { /* a stream that is made of Python objects has already raised the reason */
    pfg_raise_invalid(reader->state, reader->path, text == NULL ? "the Arrow stream failed" : text);
  }
  return false;
}

/* True if there is no fault; otherwise the fault is raised. */
static bool is_sound(const pfg_reader *reader, const char *fault) {
  char message[256];
  if (fault == NULL) {
    return true;
  }
  snprintf(message, sizeof message, "malformed Arrow data: %.200s", fault);
  pfg_raise_invalid(reader->state, reader->path, message);
  return false;
}

static bool open_stream(pfg_reader *reader, PyObject *capsule) {
  reader->owner = capsule;
  reader->stream = pointer_of(capsule, "arrow_array_stream");
  if (reader->stream == NULL) {
    return false;
  }
  bool is_open = reader->stream->release != NULL && reader->stream->get_schema != NULL &&
                 reader->stream->get_next != NULL;
  if (!is_open) {
    return is_sound(reader, "the stream was consumed already");
  }
  if (reader->stream->get_schema(reader->stream, &reader->schema) != 0) {
    return stream_failed(reader);
  }
  return is_sound(reader, pfg_check_schema(&reader->schema, 0));
}

/* Moves schema and array out of their capsules, which then count as released. */
static bool open_array(pfg_reader *reader, PyObject *capsules) {
  bool pair = PyTuple_Check(capsules) && PyTuple_Size(capsules) == 2;
  struct ArrowSchema *schema = !pair ? NULL : pointer_of(PyTuple_GetItem(capsules, 0), "arrow_schema");
  struct ArrowArray *array = schema == NULL ? NULL : pointer_of(PyTuple_GetItem(capsules, 1), "arrow_array");
  if (array == NULL) {
    if (!PyErr_Occurred()) {
      pfg_raise_invalid(reader->state, reader->path, "__arrow_c_array__ answered no pair of capsules");
    }
    return false;
  }
  if (array->release == NULL || !is_sound(reader, pfg_check_schema(schema, 0))) {
    return array->release != NULL ? false : is_sound(reader, "the array was consumed already");
  }
  reader->schema = *schema;
  reader->last = *array;
  reader->has_last = true;
  schema->release = NULL;
  array->release = NULL;
  return true;
}

/* Opens a reader by a method of the object. 1 if that worked, 0 if the object has no such method or it needs something
   missing, -1 with an exception. */
static int open_by_method(pfg_reader *reader, PyObject *object, const char *method,
                          bool (*open)(pfg_reader *reader, PyObject *answer)) {
  /* A class has the methods of its objects, but no data. */
  if (PyType_Check(object) || !PyObject_HasAttrString(object, method)) {
    return 0;
  }
  PyObject *answer = PyObject_CallMethod(object, method, NULL);
  if (answer == NULL) {
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) {
      return -1;
    }
    PyErr_Clear(); /* the case of pandas without pyarrow */
    return 0;
  }
  bool done = open(reader, answer);
  if (reader->owner != answer) {
    Py_DECREF(answer);
  }
  return done ? 1 : -1;
}

/* Opens a reader of Arrow data. 1 if that worked, 0 if the object exports none, -1 with an exception. */
static int open_arrow(pfg_state *state, const char *path, PyObject *object, pfg_reader *reader) {
  memset(reader, 0, sizeof *reader);
  reader->state = state;
  reader->path = path;
  int opened = open_by_method(reader, object, "__arrow_c_stream__", open_stream);
  return opened != 0 ? opened : open_by_method(reader, object, "__arrow_c_array__", open_array);
}

static bool open_texts(pfg_reader *reader, PyObject *list) {
  PyObject *column = pfg_texts_as_column(reader->state, reader->path, list);
  bool done = column != NULL && open_by_method(reader, column, "__arrow_c_array__", open_array) > 0;
  Py_XDECREF(column);
  return done;
}

static bool open_sequence(pfg_reader *reader, PyObject *object) {
  PyObject *list = pfg_list_of(reader, object);
  bool is_text = list != NULL && reader->takes_text && pfg_has_text(list);
  bool done = list != NULL && (is_text ? open_texts(reader, list) : pfg_open_integers(reader, list));
  Py_XDECREF(list);
  return done;
}

/* Opens a reader of a masked array of NumPy by its list, which has None where the mask hides a value, because its
   buffer has the hidden values. 1 if that worked, 0 if it is none, -1 with an exception. */
static int open_masked(pfg_reader *reader, PyObject *object) {
  bool is_masked = !PyType_Check(object) && PyObject_HasAttrString(object, "mask") &&
                   PyObject_HasAttrString(object, "filled") && PyObject_HasAttrString(object, "tolist");
  PyObject *list = is_masked ? PyObject_CallMethod(object, "tolist", NULL) : NULL;
  bool done = list != NULL && open_sequence(reader, list);
  Py_XDECREF(list);
  return !is_masked ? 0 : done ? 1 : -1;
}

bool pfg_reader_open(pfg_state *state, const char *path, PyObject *object, bool takes_text, pfg_reader *reader) {
  int opened = open_arrow(state, path, object, reader);
  reader->takes_text = takes_text;
  opened = opened != 0 ? opened : open_masked(reader, object);
  opened = opened != 0 || !PyObject_CheckBuffer(object) ? opened : pfg_open_buffer(reader, object);
  opened = opened != 0 ? opened : pfg_open_numpy(reader, object);
  if (opened < 0 || (opened == 0 && !open_sequence(reader, object))) {
    pfg_reader_close(reader);
    return false;
  }
  return true;
}

bool pfg_reader_open_table(pfg_state *state, const char *path, PyObject *object, pfg_reader *reader) {
  int opened = open_arrow(state, path, object, reader);
  if (opened == 0) {
    pfg_raise_type(state, path, "a table, a file, a list of dicts, or Arrow data (which pandas needs pyarrow for)",
                   object);
  }
  if (opened <= 0) {
    pfg_reader_close(reader);
  }
  return opened > 0;
}

static int take_next(pfg_reader *reader, struct ArrowArray *piece) {
  if (reader->stream == NULL) {
    bool had_last = reader->has_last;
    *piece = reader->last;
    reader->has_last = false;
    return had_last;
  }
  int failed = 0;
  Py_BEGIN_ALLOW_THREADS
  failed = reader->stream->get_next(reader->stream, piece);
  Py_END_ALLOW_THREADS
  if (failed != 0) {
    stream_failed(reader);
    return -1;
  }
  return piece->release != NULL;
}

int pfg_reader_next(pfg_reader *reader, struct ArrowArray *piece) {
  int more = take_next(reader, piece);
  if (more > 0 && !is_sound(reader, pfg_check_piece(&reader->schema, piece))) {
    pfg_piece_release(piece);
    return -1;
  }
  return more;
}

/* Releases a piece. No exception is pending meanwhile, because its producer may be written in Python. */
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

/* Releases the stream itself and not only its capsule, because an object may hand out the same capsule once more, and
   what was read to its end must not look like a log without rows. */
static void release_stream(pfg_reader *reader) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (reader->stream != NULL && reader->stream->release != NULL) {
    reader->stream->release(reader->stream);
  }
  Py_CLEAR(reader->owner);
  PyErr_Restore(type, value, traceback);
}

void pfg_reader_close(pfg_reader *reader) {
  if (reader->has_last) {
    pfg_piece_release(&reader->last);
  }
  release_schema(&reader->schema);
  if (reader->has_view) {
    PyBuffer_Release(&reader->view);
  }
  free(reader->room);
  release_stream(reader);
  reader->has_last = reader->has_view = false;
  reader->schema.release = NULL;
  reader->stream = NULL;
  reader->room = NULL;
}

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

/* Takes a field of a record; the record's offset holds for its fields, too. */
static bool take_field(const pfg_reader *reader, const struct ArrowArray *piece, int64_t child, pfg_field *field) {
  if (has_null_record(piece)) {
    pfg_raise_invalid(reader->state, reader->path, "expected no null among the records themselves");
    return false;
  }
  field->schema = reader->schema.children[child];
  field->array = piece->children[child];
  field->offset = (size_t)(piece->children[child]->offset + piece->offset);
  field->length = (size_t)piece->length;
  return true;
}

bool pfg_only_field(const pfg_reader *reader, const struct ArrowArray *piece, pfg_field *field) {
  if (!is_struct(&reader->schema)) {
    *field = (pfg_field){&reader->schema, piece, (size_t)piece->offset, (size_t)piece->length};
    return true;
  }
  if (reader->schema.n_children != 1) {
    pfg_raise_invalid(reader->state, reader->path, "expected one column: this is a table of several, or of none");
    return false;
  }
  return take_field(reader, piece, 0, field);
}

int pfg_named_field(const pfg_reader *reader, const struct ArrowArray *piece, const char *name, pfg_field *field) {
  int64_t count = is_struct(&reader->schema) ? reader->schema.n_children : 0;
  for (int64_t i = 0; i < count; i++) {
    const char *own = reader->schema.children[i]->name;
    if (own != NULL && strcmp(own, name) == 0) {
      return take_field(reader, piece, i, field) ? 1 : -1;
    }
  }
  return 0;
}

static bool add_piece(pfg_pieces *pieces, const struct ArrowArray *piece) {
  size_t wanted = pieces->count + 1;
  bool full = (wanted & (wanted - 1)) == 0; /* the room is doubled at powers of two */
  void *arrays = full ? realloc(pieces->arrays, 2 * wanted * sizeof *pieces->arrays) : pieces->arrays;
  pieces->arrays = arrays != NULL ? arrays : pieces->arrays;
  void *columns = full ? realloc(pieces->columns, 2 * wanted * sizeof *pieces->columns) : pieces->columns;
  pieces->columns = columns != NULL ? columns : pieces->columns;
  void *texts = full ? realloc(pieces->texts, 2 * wanted * sizeof *pieces->texts) : pieces->texts;
  pieces->texts = texts != NULL ? texts : pieces->texts;
  if (arrays == NULL || columns == NULL || texts == NULL) {
    PyErr_NoMemory();
    return false;
  }
  pieces->arrays[pieces->count++] = *piece;
  return true;
}

static bool read_piece(pfg_pieces *pieces) {
  pfg_field field;
  fg_integers *column = &pieces->columns[pieces->count - 1];
  if (!pfg_only_field(&pieces->reader, &pieces->arrays[pieces->count - 1], &field)) {
    return false;
  }
  fg_texts *texts = &pieces->texts[pieces->count - 1];
  *column = (fg_integers){.count = 0};
  if (pieces->takes_text && pfg_texts_of(&field, texts, column)) {
    pieces->is_text = true;
    column->count = texts->codes == NULL ? texts->count : column->count;
    pieces->rows += column->count;
    return true;
  }
  if (!pfg_integers_of(&field, column)) {
    pfg_raise_not_integers(&pieces->reader, pfg_type_in_words(field.schema), field.schema->format);
    return false;
  }
  pieces->rows += column->count;
  return true;
}

static bool read_pieces(pfg_state *state, const char *path, PyObject *object, bool takes_text, pfg_pieces *pieces) {
  memset(pieces, 0, sizeof *pieces);
  pieces->takes_text = takes_text;
  struct ArrowArray piece;
  if (!pfg_reader_open(state, path, object, takes_text, &pieces->reader)) {
    return false;
  }
  int more = 0;
  while ((more = pfg_reader_next(&pieces->reader, &piece)) > 0) {
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

bool pfg_pieces_read(pfg_state *state, const char *path, PyObject *object, pfg_pieces *pieces) {
  return read_pieces(state, path, object, false, pieces);
}

bool pfg_pieces_read_any(pfg_state *state, const char *path, PyObject *object, pfg_pieces *pieces) {
  return read_pieces(state, path, object, true, pieces);
}

void pfg_pieces_release(pfg_pieces *pieces) {
  for (size_t i = 0; i < pieces->count; i++) {
    pfg_piece_release(&pieces->arrays[i]);
  }
  free(pieces->arrays);
  free(pieces->columns);
  free(pieces->texts);
  free(pieces->joined[0]);
  free(pieces->joined[1]);
  pfg_reader_close(&pieces->reader);
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
