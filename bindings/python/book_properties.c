/* What a price book says of itself. */
#include "book_properties.h"

#include "faregate_book.h"

PyObject *pfg_book_id(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_book_id(pfg_book_of(self)));
}

PyObject *pfg_book_title(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_book_title(pfg_book_of(self)));
}

PyObject *pfg_book_currency(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_book_currency(pfg_book_of(self)));
}

/* Formats the offset, because books of different formats have it under different keys. */
PyObject *pfg_book_utc_offset(PyObject *self, void *unused) {
  (void)unused;
  const fg_zone *zone = fg_book_zone(pfg_book_of(self));
  int offset = (int)(zone->offset / 60000000);
  int size = offset < 0 ? -offset : offset;
  if (zone->count > 0) {
    Py_RETURN_NONE;
  }
  return PyUnicode_FromFormat("%c%02d:%02d", offset < 0 ? '-' : '+', size / 60, size % 60);
}

PyObject *pfg_book_time_zone(PyObject *self, void *unused) {
  const fg_string name = fg_book_zone(pfg_book_of(self))->name;
  return name.text == NULL ? pfg_book_utc_offset(self, unused)
                           : PyUnicode_FromStringAndSize(name.text, (Py_ssize_t)name.length);
}

PyObject *pfg_book_account_bytes(PyObject *self, void *unused) {
  (void)unused;
  return PyLong_FromLongLong(fg_book_account_bytes(pfg_book_of(self)));
}

PyObject *pfg_book_describe(PyObject *self) {
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_status status = fg_book_describe(pfg_book_of(self), &visitor);
  return pfg_recording_end(&recording, status, NULL, pfg_state_of(Py_TYPE(self)), pfg_book_of(self));
}

/* Refuses a question about a book with editions, because each edition has an answer of its own. */
static PyObject *of_an_edition(PyObject *self, const char *key) {
  return pfg_raise_invalid(pfg_state_of(Py_TYPE(self)), key, "each edition has its own: ask book.as_of(date)");
}

static bool has_editions(PyObject *description) { return PyDict_GetItemString(description, "editions") != NULL; }

PyObject *pfg_book_part(PyObject *self, void *key) {
  PyObject *description = pfg_book_describe(self);
  PyObject *part = description == NULL ? NULL : PyDict_GetItemString(description, key);
  PyObject *answer = part != NULL ? Py_NewRef(part) : description == NULL ? NULL : of_an_edition(self, key);
  Py_XDECREF(description);
  return answer;
}

PyObject *pfg_book_list(PyObject *self, void *key) {
  PyObject *description = pfg_book_describe(self);
  PyObject *list = description == NULL ? NULL : PyDict_GetItemString(description, key);
  PyObject *answer = list != NULL                ? Py_NewRef(list)
                     : description == NULL       ? NULL
                     : has_editions(description) ? of_an_edition(self, key)
                                                 : PyTuple_New(0);
  Py_XDECREF(description);
  return answer;
}
