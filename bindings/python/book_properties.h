/* What a price book says of itself: the getters of the type. */
#ifndef FAREGATE_PYTHON_BOOK_PROPERTIES_H
#define FAREGATE_PYTHON_BOOK_PROPERTIES_H

#include "binding.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

PyObject *pfg_book_id(PyObject *self, void *unused);
PyObject *pfg_book_title(PyObject *self, void *unused);
PyObject *pfg_book_currency(PyObject *self, void *unused);
PyObject *pfg_book_utc_offset(PyObject *self, void *unused);
PyObject *pfg_book_time_zone(PyObject *self, void *unused);
PyObject *pfg_book_account_bytes(PyObject *self, void *unused);
PyObject *pfg_book_describe(PyObject *self);        ///< the whole description
PyObject *pfg_book_part(PyObject *self, void *key); ///< a part of it, which `key` names
/* Returns a list of the description that books of the first format do not have. */
PyObject *pfg_book_list(PyObject *self, void *key);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
