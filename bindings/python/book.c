/* faregate.Book: a frozen price book. */
#include "columns.h"
#include "plan.h"

#include <string.h>

typedef struct book_object {
  PyObject_HEAD
  fg_book *book;
} book_object;

fg_book *pfg_book_of(PyObject *book) { return ((book_object *)book)->book; }

/* ------------------------------------------------------------------------------------------------- new, free */

/* The JSON of a shipped name, a file or a dict, as bytes; None for a name that no shipped book has. */
static PyObject *read_source(PyObject *source) {
  PyObject *shelf = PyImport_ImportModule("faregate._shelf");
  PyObject *json = shelf == NULL ? NULL : PyObject_CallMethod(shelf, "read_book", "O", source);
  Py_XDECREF(shelf);
  return json;
}

static fg_status load(pfg_state *state, PyObject *json, fg_book **book) {
  fg_error error;
  char *text = NULL;
  Py_ssize_t length = 0;
  if (PyBytes_AsStringAndSize(json, &text, &length) < 0) {
    return FG_INVALID;
  }
  fg_status status = fg_book_load(text, (size_t)length, NULL, book, &error);
  if (status != FG_OK) {
    pfg_raise(state, &error);
  }
  return status;
}

/* Takes over the book, also when it fails. */
static PyObject *wrap_book(PyTypeObject *type, fg_book *book) {
  book_object *self = PyObject_New(book_object, type);
  if (self == NULL) {
    fg_book_release(book);
    return NULL;
  }
  self->book = book;
  return (PyObject *)self;
}

static PyObject *book_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"source", NULL};
  pfg_state *state = pfg_state_of(type);
  PyObject *source = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O:Book", names, &source)) {
    return NULL;
  }
  PyObject *json = read_source(source);
  if (json == NULL) {
    return NULL;
  }
  fg_book *book = NULL;
  if (json == Py_None) {
    pfg_raise_status(state, FG_UNKNOWN_BOOK);
  } else {
    load(state, json, &book);
  }
  Py_DECREF(json);
  return book == NULL ? NULL : wrap_book(type, book);
}

PyObject *pfg_wrap_book(pfg_state *state, fg_book *book) { return wrap_book(pfg_type(state->book_type), book); }

static void book_dealloc(PyObject *self) {
  fg_book_release(pfg_book_of(self));
  pfg_free_object(self);
}

/* ------------------------------------------------------------------------------------------------ attributes */

static PyObject *book_id(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_book_id(pfg_book_of(self)));
}

static PyObject *book_title(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_book_title(pfg_book_of(self)));
}

static PyObject *book_currency(PyObject *self, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_book_currency(pfg_book_of(self)));
}

static PyObject *book_describe(PyObject *self) {
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  fg_status status = fg_book_describe(pfg_book_of(self), &visitor);
  return pfg_tape_end(&tape, status, pfg_state_of(Py_TYPE(self)), pfg_book_of(self));
}

/* A part of the description; `key` names it. */
static PyObject *book_part(PyObject *self, void *key) {
  PyObject *description = book_describe(self);
  PyObject *part = description == NULL ? NULL : PyMapping_GetItemString(description, key);
  Py_XDECREF(description);
  return part;
}

static PyObject *book_repr(PyObject *self) {
  PyObject *id = book_id(self, NULL);
  PyObject *text = id == NULL ? NULL : PyUnicode_FromFormat("Book(%R)", id);
  Py_XDECREF(id);
  return text;
}

/* --------------------------------------------------------------------------------------------------- methods */

static PyObject *book_to_json(PyObject *self, PyObject *unused) {
  (void)unused;
  fg_text json;
  fg_status status = fg_book_write(pfg_book_of(self), &json);
  if (status != FG_OK) {
    return pfg_raise_status(pfg_state_of(Py_TYPE(self)), status);
  }
  PyObject *text = PyUnicode_FromStringAndSize(json.text, (Py_ssize_t)json.length);
  fg_text_release(&json);
  return text;
}

static PyObject *book_to_dict(PyObject *self, PyObject *unused) {
  PyObject *text = book_to_json(self, unused);
  PyObject *module = text == NULL ? NULL : PyImport_ImportModule("json");
  PyObject *dict = module == NULL ? NULL : PyObject_CallMethod(module, "loads", "O", text);
  Py_XDECREF(module);
  Py_XDECREF(text);
  return dict;
}

typedef struct price_arguments {
  PyObject *product, *meter, *quantity, *days, *months, *tier_quantity, *at;
} price_arguments;

static bool read_optional(pfg_state *state, const char *name, PyObject *value, int64_t *integer) {
  return value == Py_None || pfg_read_integer(state, name, value, integer);
}

static bool read_query(pfg_state *state, const price_arguments *given, int offset_minutes, fg_price_query *query) {
  query->tier_quantity = -1;
  query->days = query->months = 0;
  query->at = fg_clock_now();
  return pfg_read_text(state, "product", given->product, &query->product) &&
         pfg_read_text(state, "meter", given->meter, &query->meter) &&
         pfg_read_integer(state, "quantity", given->quantity, &query->quantity) &&
         read_optional(state, "days", given->days, &query->days) &&
         read_optional(state, "months", given->months, &query->months) &&
         read_optional(state, "tier_quantity", given->tier_quantity, &query->tier_quantity) &&
         (given->at == Py_None || pfg_read_time(state, "at", given->at, offset_minutes, &query->at));
}

static PyObject *book_price(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "meter", "quantity", "days", "months", "tier_quantity", "at", NULL};
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  const fg_book *book = pfg_book_of(self);
  price_arguments given = {.days = Py_None, .months = Py_None, .tier_quantity = Py_None, .at = Py_None};
  fg_price_query query;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|$OOOO:price", names, &given.product, &given.meter,
                                   &given.quantity, &given.days, &given.months, &given.tier_quantity, &given.at) ||
      !read_query(state, &given, fg_book_offset_minutes(book), &query)) {
    return NULL;
  }
  pfg_tape tape;
  fg_error error;
  fg_visitor visitor = pfg_tape_begin(&tape);
  fg_status status = fg_book_price(book, &query, &visitor, &error);
  if (status == FG_OK || status == FG_STOPPED) {
    return pfg_tape_end(&tape, status, state, book);
  }
  pfg_tape_release(&tape);
  return pfg_raise(state, &error);
}

/* ------------------------------------------------------------------------------------------------------ type */

static PyGetSetDef book_getters[] = {
    {"id", book_id, NULL, "its name, \"tencent-facefusion\"", NULL},
    {"title", book_title, NULL, "its name for people", NULL},
    {"currency", book_currency, NULL, "ISO 4217 code of all its money, \"CNY\"", NULL},
    {"about", book_part, NULL, "which publications it is taken from", "about"},
    {"as_of", book_part, NULL, "the date of the guide it was made from, None where it does not say", "as_of"},
    {"minor_digits", book_part, NULL, "decimals of the currency, shown at least", "minor_digits"},
    {"utc_offset", book_part, NULL, "offset of its civil time from UTC, \"+08:00\"", "utc_offset"},
    {"rounding", book_part, NULL, "how a line's amount is rounded, \"none\" for exact amounts", "rounding"},
    {"notice_days", book_part, NULL, "days ahead that a free quota's change is announced (R5)", "notice_days"},
    {"suspension_hours", book_part, NULL, "hours from arrears to suspension (R26)", "suspension_hours"},
    {"refund_days", book_part, NULL, "civil days in which an unused pack is refunded (R29)", "refund_days"},
    {"policy", book_part, NULL, "the switches and their values", "policy"},
    {"sources", book_part, NULL, "where each rule is from, by its id", "sources"},
    {"products", book_part, NULL, "what is sold: meters, prices, grants, packs, capacity, materials", "products"},
    {"amendments", book_part, NULL, "dated changes of free quotas (R5)", "amendments"},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(price_doc,
             "price($self, /, product, meter, quantity, *, days=None, months=None, tier_quantity=None, at=None)\n--\n\n"
             "What `quantity` units cost by the price list alone: no grant or pack is taken off.\n\n"
             "product, meter  names of the book; the usage meter or the capacity meter of the product\n"
             "quantity        int, units to charge, 0 to 2**63-1\n"
             "days, months    int, of capacity: exactly one of them (R19)\n"
             "tier_quantity   int, at least quantity: what picks the tier (R12, R18); quantity itself if None\n"
             "at              the instant, as Account takes it, where a price is for a month held; now if None\n\n"
             "The answer has product, meter, units, amount (Decimal), lines (each with units, unit_price, tier and\n"
             "amount), rule and explanation. Raises UnknownProduct, UnknownMeter, NotSold, Overflow, Invalid,\n"
             "InvalidType.");

static PyMethodDef book_methods[] = {
    {"price", (PyCFunction)(void (*)(void))book_price, METH_VARARGS | METH_KEYWORDS, price_doc},
    {"price_many", (PyCFunction)(void (*)(void))pfg_book_price_many, METH_VARARGS | METH_KEYWORDS, pfg_price_many_doc},
    {"bill_many", (PyCFunction)(void (*)(void))pfg_book_bill_many, METH_VARARGS | METH_KEYWORDS, pfg_bill_many_doc},
    {"to_json", book_to_json, METH_NOARGS,
     "to_json($self, /)\n--\n\nThe book as JSON text; loading it again gives an equal book."},
    {"to_dict", book_to_dict, METH_NOARGS, "to_dict($self, /)\n--\n\nThe JSON of the book as a dict, prices as str."},
    PFG_CURVE_METHODS,
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(book_doc,
             "Book(source)\n--\n\n"
             "A price book: frozen, and shared by all accounts and threads that use it.\n\n"
             "source  the name of a shipped book (see shipped_books), the path of a JSON file (str or os.PathLike),\n"
             "        or a dict of the same form\n\n"
             "Raises UnknownBook for a name that is not shipped, OSError for a file that cannot be read, and Invalid,\n"
             "with the path to the place, for a book that is not well-formed.");

static PyType_Slot book_slots[] = {
    {Py_tp_doc, (void *)book_doc},
    {Py_tp_new, book_new},
    {Py_tp_dealloc, book_dealloc},
    {Py_tp_repr, book_repr},
    {Py_tp_getset, book_getters},
    {Py_tp_methods, book_methods},
    {0, NULL},
};

/* Holds no Python object, so it is not the collector's business. */
static PyType_Spec book_spec = {
    .name = "faregate.Book",
    .basicsize = sizeof(book_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = book_slots,
};

int pfg_add_book_type(PyObject *module, pfg_state *state) {
  state->book_type = PyType_FromModuleAndSpec(module, &book_spec, NULL);
  return state->book_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->book_type));
}
