/* Makes Python objects of price books. */
#include "binding.h"

fg_book *pfg_book_of(PyObject *book) { return ((pfg_book *)book)->book; }

PyObject *pfg_wrap_book(pfg_state *state, fg_book *book) {
  pfg_book *self = PyObject_New(pfg_book, pfg_type(state->book_type));
  if (self == NULL) {
    fg_book_release(book);
    return NULL;
  }
  self->book = book;
  return (PyObject *)self;
}

PyObject *pfg_book_object(pfg_state *state, PyObject *given) {
  return Py_IS_TYPE(given, pfg_type(state->book_type)) ? Py_NewRef(given)
                                                       : PyObject_CallFunctionObjArgs(state->book_type, given, NULL);
}

void pfg_book_dealloc(PyObject *self) {
  fg_book_release(pfg_book_of(self));
  pfg_free_object(self);
}
