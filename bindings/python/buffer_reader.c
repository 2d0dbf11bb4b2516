/* Reads a column of integers from a buffer, from NumPy or from a sequence, as one piece of Arrow. */
#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pfg_raise_not_integers(const pfg_reader *reader, const char *words, const char *format) {
  fg_error error = {.status = FG_INVALID};
  snprintf(error.path, sizeof error.path, "%s", reader->path);
  snprintf(error.message, sizeof error.message, "expected integers, not %s (\"%.64s\")", words, format);
  pfg_raise_shape(reader->state, &error);
}

/* What people call the values of a buffer that are no integers. */
static const char *buffer_in_words(const char *format) {
  const char *letter = format + (*format != '\0' && strchr("@=<>!", *format) != NULL);
  return *letter != '\0' && strchr("efdg", *letter) != NULL ? "floats" : *letter == '?' ? "true and false" : "values";
}

static void hand_out(pfg_reader *reader, const char *format, const void *validity, const void *values, size_t length) {
  reader->buffers[0] = validity;
  reader->buffers[1] = values;
  reader->schema = (struct ArrowSchema){.format = format, .name = "", .flags = ARROW_FLAG_NULLABLE};
  reader->last = (struct ArrowArray){
      .length = (int64_t)length, .null_count = validity == NULL ? 0 : -1, .n_buffers = 2, .buffers = reader->buffers};
  reader->has_last = true;
}

/* Arrow's format for a buffer's; NULL unless it is of integers in the machine's byte order. */
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

static bool open_view(pfg_reader *reader, const char *format) {
  Py_buffer *view = &reader->view;
  const void *values = view->buf;
  bool aligned = (uintptr_t)view->buf % (size_t)view->itemsize == 0;
  if (!aligned || !PyBuffer_IsContiguous(view, 'C')) {
    reader->room = malloc((size_t)view->len + 1);
    if (reader->room == NULL || PyBuffer_ToContiguous(reader->room, view, view->len, 'C') < 0) {
      if (reader->room == NULL) {
        PyErr_NoMemory();
      }
      return false;
    }
    values = reader->room;
  }
  hand_out(reader, format, NULL, values, (size_t)(view->len / view->itemsize));
  return true;
}

int pfg_open_buffer(pfg_reader *reader, PyObject *object) {
  if (PyObject_GetBuffer(object, &reader->view, PyBUF_FORMAT | PyBUF_STRIDES) < 0) {
    PyErr_Clear(); /* NumPy exports no buffer of datetimes and the like; reading the sequence will say what is wrong */
    return 0;
  }
  reader->has_view = true;
  const char *format = integer_format(&reader->view);
  const char *given = reader->view.format == NULL ? "B" : reader->view.format;
  if (format == NULL && strpbrk(given, "Ow<>!") == NULL) {
    pfg_raise_not_integers(reader, buffer_in_words(given), given);
    return -1;
  }
  if (format == NULL) { /* buffers of objects or texts, or in another byte order, are read item by item */
    PyBuffer_Release(&reader->view);
    reader->has_view = false;
    return 0;
  }
  if (reader->view.ndim != 1) {
    pfg_raise_invalid(reader->state, reader->path, "expected one dimension");
    return -1;
  }
  return open_view(reader, format) ? 1 : -1;
}

static bool read_items(pfg_reader *reader, PyObject *list, size_t count, int64_t *values, uint8_t *validity) {
  for (size_t i = 0; i < count; i++) {
    PyObject *item = PyList_GetItem(list, (Py_ssize_t)i);
    char path[64];
    if (item == Py_None) {
      values[i] = 0;
      continue;
    }
    snprintf(path, sizeof path, "%s[%zu]", reader->path, i);
    if (!pfg_read_integer(reader->state, path, item, &values[i])) {
      return false;
    }
    validity[i / 8] |= (uint8_t)(1u << i % 8);
  }
  return true;
}

PyObject *pfg_list_of(const pfg_reader *reader, PyObject *object) {
  /* Sets have no order that the caller chose, so that a column of the answers would stand beside other rows. */
  bool is_none = PyUnicode_Check(object) || PyAnySet_Check(object) || PyDict_Check(object);
  PyObject *list = is_none ? NULL : PySequence_List(object);
  if (list == NULL && PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError)) {
    return NULL; /* raised by what makes the items, or by a signal meanwhile */
  }
  if (list == NULL) {
    PyErr_Clear();
    pfg_raise_type(reader->state, reader->path, "Arrow data, a buffer of integers or a sequence of int", object);
  }
  return list;
}

bool pfg_has_text(PyObject *list) {
  bool found = false;
  for (Py_ssize_t i = 0; i < PyList_Size(list) && !found; i++) {
    found = PyUnicode_Check(PyList_GetItem(list, i));
  }
  return found;
}

bool pfg_open_integers(pfg_reader *reader, PyObject *list) {
  size_t count = (size_t)PyList_Size(list);
  int64_t *values = calloc(count + count / 64 + 2, sizeof *values);
  reader->room = values;
  if (values == NULL) {
    PyErr_NoMemory();
    return false;
  }
  uint8_t *validity = (uint8_t *)(values + count);
  bool done = read_items(reader, list, count, values, validity);
  if (done) {
    hand_out(reader, "l", validity, values, count);
  }
  return done;
}

int pfg_open_numpy(pfg_reader *reader, PyObject *object) {
  PyObject *array = PyObject_HasAttrString(object, "__array__") ? PyObject_CallMethod(object, "__array__", NULL) : NULL;
  if (array == NULL) {
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) {
      return -1; /* Ctrl-C */
    }
    PyErr_Clear();
    return 0;
  }
  int opened = PyObject_CheckBuffer(array) ? pfg_open_buffer(reader, array) : 0;
  Py_DECREF(array);
  return opened;
}
