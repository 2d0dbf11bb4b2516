/* faregate.Book: the type of price books, which never change. */
#include "book_properties.h"
#include "columns.h"
#include "faregate_book.h"
#include "query_arguments.h"

/* Returns the JSON of a book as bytes; NULL with an exception. */
static PyObject *read_source(const char *reader, PyObject *source) {
  PyObject *module = PyImport_ImportModule("faregate._documents");
  PyObject *json = module == NULL ? NULL : PyObject_CallMethod(module, reader, "(O)", source);
  Py_XDECREF(module);
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

static PyObject *book_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"source", NULL};
  pfg_state *state = pfg_state_of(type);
  PyObject *source = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O:Book", names, &source)) {
    return NULL;
  }
  PyObject *json = read_source("read_book", source);
  if (json == NULL) {
    return NULL;
  }
  fg_book *book = NULL;
  load(state, json, &book);
  Py_DECREF(json);
  return book == NULL ? NULL : pfg_wrap_book(state, book);
}

/* Removes line and column from the faults of a book that was given as a dict, because a dict has neither. */
static PyObject *without_lines(PyObject *faults) {
  Py_ssize_t count = faults == NULL ? 0 : PyTuple_Size(faults);
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *fault = PyTuple_GetItem(faults, i);
    if (PyDict_SetItemString(fault, "line", Py_None) < 0 || PyDict_SetItemString(fault, "column", Py_None) < 0) {
      Py_DECREF(faults);
      return NULL;
    }
  }
  return faults;
}

static PyObject *book_errors(PyObject *type, PyObject *source) {
  pfg_state *state = pfg_state_of((PyTypeObject *)type);
  PyObject *json = read_source("read_text", source);
  if (json == NULL) {
    return NULL;
  }
  pfg_recording recording;
  fg_error error;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_status status = fg_book_check(PyBytes_AsString(json), (size_t)PyBytes_Size(json), NULL, &visitor, &error);
  PyObject *faults = pfg_recording_end(&recording, status, &error, state, NULL);
  Py_DECREF(json);
  return PyDict_Check(source) ? without_lines(faults) : faults;
}

static PyObject *book_repr(PyObject *self) {
  PyObject *id = pfg_book_id(self, NULL);
  PyObject *changed = id == NULL ? NULL : pfg_book_part(self, "changed");
  PyObject *text = changed == NULL      ? NULL
                   : changed == Py_None ? PyUnicode_FromFormat("Book(%R)", id)
                                        : PyUnicode_FromFormat("<Book %R, changed: %U>", id, changed);
  Py_XDECREF(changed);
  Py_XDECREF(id);
  return text;
}

static PyObject *book_to_json(PyObject *self, PyObject *unused);

/* Books with the same content are equal, whatever they were loaded from. */
static PyObject *book_compare(PyObject *self, PyObject *other, int operation) {
  if ((operation != Py_EQ && operation != Py_NE) || !Py_IS_TYPE(other, Py_TYPE(self))) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  if (pfg_book_of(self) == pfg_book_of(other)) {
    return PyBool_FromLong(operation == Py_EQ);
  }
  PyObject *ours = book_to_json(self, NULL);
  PyObject *theirs = ours == NULL ? NULL : book_to_json(other, NULL);
  PyObject *answer = theirs == NULL ? NULL : PyObject_RichCompare(ours, theirs, operation);
  Py_XDECREF(ours);
  Py_XDECREF(theirs);
  return answer;
}

static Py_hash_t book_hash(PyObject *self) {
  PyObject *json = book_to_json(self, NULL);
  Py_hash_t hash = json == NULL ? -1 : PyObject_Hash(json);
  Py_XDECREF(json);
  return hash;
}

/* Pickles a book as its JSON; each process loads it once (faregate._documents). */
static PyObject *book_reduce(PyObject *self, PyObject *unused) {
  PyObject *json = book_to_json(self, unused);
  PyObject *module = json == NULL ? NULL : PyImport_ImportModule("faregate._documents");
  PyObject *loader = module == NULL ? NULL : PyObject_GetAttrString(module, "book_of_json");
  PyObject *made = loader == NULL ? NULL : Py_BuildValue("(O(O))", loader, json);
  Py_XDECREF(loader);
  Py_XDECREF(module);
  Py_XDECREF(json);
  return made;
}

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
  PFG_PRICE_ARGUMENTS(PFG_GIVEN)
} price_arguments;

static bool read_query(pfg_state *state, const price_arguments *given, const fg_zone *zone, pfg_attributes *lent,
                       fg_price_query *query) {
  *query = (fg_price_query){.tier_quantity = -1, .at = fg_clock_now()};
  return true PFG_PRICE_ARGUMENTS(PFG_READ);
}

static PyObject *book_price(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "meter", "quantity", "days", "months", "tier_quantity", "at", "attributes", NULL};
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  const fg_book *book = pfg_book_of(self);
  price_arguments given = {NULL};
  pfg_attributes lent;
  fg_price_query query;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|$OOOOO:price", names, &given.product, &given.meter,
                                   &given.quantity, &given.days, &given.months, &given.tier_quantity, &given.at,
                                   &given.attributes) ||
      !read_query(state, &given, fg_book_zone(book), &lent, &query)) {
    return NULL;
  }
  pfg_recording recording;
  fg_error error;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_status status = fg_book_price(book, &query, &visitor, &error);
  pfg_release_attributes(&lent);
  return pfg_recording_end(&recording, status, &error, state, book);
}

static PyObject *book_as_of(PyObject *self, PyObject *date) {
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  fg_book *book = pfg_book_of(self);
  fg_time at = 0;
  return pfg_read_time(state, "date", date, fg_book_zone(book), &at) ? pfg_wrap_book(state, fg_book_as_of(book, at))
                                                                     : NULL;
}

static PyObject *book_editions(PyObject *self, void *unused) {
  (void)unused;
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_status status = fg_book_editions(pfg_book_of(self), &visitor);
  return pfg_recording_end(&recording, status, NULL, pfg_state_of(Py_TYPE(self)), pfg_book_of(self));
}

/* Returns the differences as a tuple, which faregate._diff shows. */
static PyObject *book_diff(PyObject *self, PyObject *other) {
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  other = pfg_book_object(state, other);
  if (other == NULL) {
    return NULL;
  }
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_status status = fg_book_diff(pfg_book_of(self), pfg_book_of(other), &visitor);
  PyObject *told = pfg_recording_end(&recording, status, NULL, state, pfg_book_of(self));
  Py_DECREF(other);
  PyObject *module = told == NULL ? NULL : PyImport_ImportModule("faregate._diff");
  PyObject *diff = module == NULL ? NULL : PyObject_CallMethod(module, "BookDiff", "(O)", told);
  Py_XDECREF(module);
  Py_XDECREF(told);
  return diff;
}

/* Calls a function of faregate._changed_book, with the book as its first argument. */
static PyObject *change(PyObject *self, PyObject *args, PyObject *keywords, const char *name) {
  PyObject *module = PyImport_ImportModule("faregate._changed_book");
  PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, name);
  PyObject *first = function == NULL ? NULL : PyTuple_Pack(1, self);
  PyObject *all = first == NULL ? NULL : PySequence_Concat(first, args);
  PyObject *answer = all == NULL ? NULL : PyObject_Call(function, all, keywords);
  Py_XDECREF(all);
  Py_XDECREF(first);
  Py_XDECREF(function);
  Py_XDECREF(module);
  return answer;
}

static PyObject *book_with_price(PyObject *self, PyObject *args, PyObject *keywords) {
  return change(self, args, keywords, "with_price");
}

static PyObject *book_without_pack(PyObject *self, PyObject *args, PyObject *keywords) {
  return change(self, args, keywords, "without_pack");
}

static PyObject *book_replace(PyObject *self, PyObject *args, PyObject *keywords) {
  return change(self, args, keywords, "replace");
}

static PyObject *book_outcome(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "code", NULL};
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  PyObject *given_product = NULL;
  PyObject *given_code = NULL;
  fg_string product;
  fg_string code;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO:outcome", names, &given_product, &given_code) ||
      !pfg_read_text(state, "product", given_product, &product) || !pfg_read_text(state, "code", given_code, &code)) {
    return NULL;
  }
  pfg_recording recording;
  fg_error error;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_status status = fg_book_outcome(pfg_book_of(self), product, code, &visitor, &error);
  return pfg_recording_end(&recording, status, &error, state, pfg_book_of(self));
}

static PyGetSetDef book_getters[] = {
    {"id", pfg_book_id, NULL, "its name, \"tencent-facefusion\"", NULL},
    {"title", pfg_book_title, NULL, "its name for people", NULL},
    {"currency", pfg_book_currency, NULL, "ISO 4217 code of all its money, \"CNY\"", NULL},
    {"account_bytes", pfg_book_account_bytes, NULL,
     "the most that an account can hold by it besides grants, packs, orders and calls, in bytes", NULL},
    {"about", pfg_book_part, NULL, "which publications it is taken from", "about"},
    {"changed", pfg_book_part, NULL, "what was changed of the vendor's book, in words; None: nothing", "changed"},
    {"guide_date", pfg_book_part, NULL, "the date of the guide it was made from, None where it does not say", "as_of"},
    {"editions", book_editions, NULL,
     "its price lists with dates: effective, announced, source; empty where it has one", NULL},
    {"minor_digits", pfg_book_part, NULL, "decimals of the currency, shown at least", "minor_digits"},
    {"time_zone", pfg_book_time_zone, NULL, "name of the zone of its civil time, \"Europe/Madrid\", or its offset",
     NULL},
    {"utc_offset", pfg_book_utc_offset, NULL,
     "offset of its civil time from UTC, \"+08:00\"; None where it has a time zone of several", NULL},
    {"rounding", pfg_book_part, NULL, "how a line's amount is rounded, \"none\" for exact amounts", "rounding"},
    {"notice_days", pfg_book_part, NULL, "days ahead that a free quota's change is announced (R5)", "notice_days"},
    {"suspension_hours", pfg_book_part, NULL, "hours from arrears to suspension (R26)", "suspension_hours"},
    {"refund_days", pfg_book_part, NULL, "civil days in which an unused pack is refunded (R29)", "refund_days"},
    {"policy", pfg_book_part, NULL, "the switches and their values", "policy"},
    {"sources", pfg_book_part, NULL, "where each rule is from, by its id", "sources"},
    {"products", pfg_book_part, NULL, "what is sold: meters, prices, grants, packs, capacity, materials", "products"},
    {"pools", pfg_book_list, NULL, "grants and packs that several products draw on", "pools"},
    {"examples", pfg_book_list, NULL, "totals that the vendor prints, which `errors` proves", "examples"},
    {"amendments", pfg_book_part, NULL, "dated changes of free quotas (R5)", "amendments"},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(
    price_doc,
    "price($self, /, product, meter, quantity, *, days=None, months=None, tier_quantity=None, at=None,\n"
    "      attributes=None)\n--\n\n"
    "What `quantity` units cost by the price list alone: no pack is taken off.\n\n"
    "Free quota: none is taken off.\n\n"
    "product, meter  names of the book; the usage meter or the capacity meter of the product; of an event its id twice\n"
    "quantity        int, units to charge, 0 to 2**63-1\n"
    "days, months    int, of capacity: exactly one of them (R19)\n"
    "tier_quantity   int, at least quantity: what picks the tier (R12, R18); quantity itself if None\n"
    "at              the instant, as Account takes it, where a price is for a month held or rules ask the clock;\n"
    "                now if None\n"
    "attributes      mapping of names to str or int, of the usage and its account, where rules or terms ask them\n\n"
    "The answer has product, meter, units, amount (Decimal), lines (each with units, unit_price, tier and\n"
    "amount), rule and explanation; of a product with rules or terms also price (the name of the one that holds,\n"
    "None: the product's own), factor and billable; of an event, in place of lines, products (the price of each).\n"
    "Raises UnknownProduct, UnknownMeter, MissingAttribute,\n"
    "UnknownValue, NoRule, NotSold, Overflow, Invalid, InvalidType.");

static PyMethodDef book_methods[] = {
    {"price", PFG_KEYWORDS(book_price), METH_VARARGS | METH_KEYWORDS, price_doc},
    {"quote", PFG_KEYWORDS(pfg_book_quote), METH_VARARGS | METH_KEYWORDS, pfg_quote_doc},
    {"price_many", PFG_KEYWORDS(pfg_book_price_many), METH_VARARGS | METH_KEYWORDS, pfg_price_many_doc},
    {"bill_many", PFG_KEYWORDS(pfg_book_bill_many), METH_VARARGS | METH_KEYWORDS, pfg_bill_many_doc},
    {"as_of", book_as_of, METH_O,
     "as_of($self, date, /)\n--\n\n"
     "The edition in force on a date (R37), as a book of its own, frozen at that price list; before the first, the\n"
     "first. A book without editions answers itself.\n\n"
     "date  or an instant, as Account takes it\n\n"
     "An account of it, or a bill, goes by its prices whatever the date. Raises Invalid, InvalidType."},
    {"diff", book_diff, METH_O,
     "diff($self, other, /)\n--\n\n"
     "Where another book, or what Book takes, differs: a tuple of results with path, ours, theirs (None: it is not\n"
     "there) and for_people, what decides an amount or an instant first; printed, a line each, and a table in\n"
     "notebooks. Raises as Book does."},
    {"with_price", PFG_KEYWORDS(book_with_price), METH_VARARGS | METH_KEYWORDS,
     "with_price($self, /, product, price=None, *, percent=None, tier=None, pack=None, meter=None, rule=None)\n--\n\n"
     "The book with another price. Its own stays as it is.\n\n"
     "price    the new one, '0.20', Decimal or int; or\n"
     "percent  by how many percent it changes: 10 is dearer, -10 cheaper; all prices of what is named, if no tier is\n"
     "tier     the lower edge of the tier, as the book has it\n"
     "pack, meter, rule  of what: a pack, the capacity of that meter, the price of a rule; of usage, if none is given\n\n"
     "The answer says in `changed`, its repr and its JSON what was changed; its examples are still the vendor's. Raises\n"
     "Invalid, UnknownProduct, UnknownPack, UnknownMeter."},
    {"without_pack", PFG_KEYWORDS(book_without_pack), METH_VARARGS | METH_KEYWORDS,
     "without_pack($self, /, pack, *, product=None)\n--\n\n"
     "The book in which a pack is not sold, by all that have one of this id or by one product. Raises UnknownPack."},
    {"replace", PFG_KEYWORDS(book_replace), METH_VARARGS | METH_KEYWORDS,
     "replace($self, product=None, /, **keys)\n--\n\n"
     "The book with other values of its keys, or of those of a product: book.replace(\"image\", grants=[]). None leaves a\n"
     "key out. docs/price-book.md has the keys. Raises Invalid with the path to what is not well-formed."},
    {"outcome", PFG_KEYWORDS(book_outcome), METH_VARARGS | METH_KEYWORDS,
     "outcome($self, /, product, code)\n--\n\n"
     "Whether an answer of the service with this result code is billed (R36).\n\n"
     "code  of the vendor, \"FailedOperation.NoFaceDetected\"; \"Success\" is an answer without an error code,\n"
     "      \"Timeout\" no answer at all\n\n"
     "Answers product, outcome (the code asked for), billable (\"yes\", \"no\" or \"unknown\"), code (the longest of\n"
     "the book that fits, None where none does) and source. Raises UnknownProduct, Invalid, InvalidType."},
    {"errors", book_errors, METH_O | METH_CLASS,
     "errors($type, source, /)\n--\n\n"
     "All that is wrong with a price book, in the order of its text; nothing of what only follows from another fault. Of a\n"
     "book that loads: the examples that do not come out as they are printed.\n\n"
     "source  as Book takes it, or the text itself: bytes, or a str that begins with {\n\n"
     "Answers a tuple of results with path, message, line and column (None where the source is a dict), empty\n"
     "where nothing is wrong. A text that is no JSON has one. Raises UnknownBook, OSError, Invalid, InvalidType."},
    {"to_json", book_to_json, METH_NOARGS,
     "to_json($self, /)\n--\n\nThe book as JSON text; loading it again gives an equal book."},
    {"to_dict", book_to_dict, METH_NOARGS, "to_dict($self, /)\n--\n\nThe JSON of the book as a dict, prices as str."},
    {"curve", PFG_KEYWORDS(pfg_book_curve), METH_VARARGS | METH_KEYWORDS,
     "curve($self, /, product, meter=None, most=None, *, pack=None, packs=None, days=None, months=None, free=None,\n"
     "      at=None, attributes=None)\n--\n\n"
     "Cost over quantity, exact: the pieces between its breakpoints. Of an event, the sum over its products.\n\n"
     "most  the last quantity; not given: far enough to show every tier, and some of the cost. The other arguments are\n"
     "      those of a way in faregate.break_even.\n\n"
     "Free quota: `free` units, none if it is not given.\n\n"
     "Each of `pieces` goes from the amount `first` at `from` to `last` at `to`, along a line or in steps of `step`."},
    {"cliffs", PFG_KEYWORDS(pfg_book_cliffs), METH_VARARGS | METH_KEYWORDS,
     "cliffs($self, /, product, meter=None, most=None, *, pack=None, packs=None, days=None, months=None, free=None,\n"
     "       at=None, attributes=None)\n--\n\n"
     "Where buying more costs less (R13): whoever wants `from` to `to` units pays less for `buy`.\n\n"
     "Answers a tuple of results with from, to, buy, amount (of `buy`), instead_of (the amount of `to`) and saves; of\n"
     "an event with the product whose price falls.\n"
     "The arguments are those of curve. Free quota: `free` units, none if it is not given."},
    {"__reduce__", book_reduce, METH_NOARGS, "__reduce__($self, /)\n--\n\nFor pickle: its JSON."},
    {"__copy__", pfg_itself, METH_NOARGS, "__copy__($self, /)\n--\n\nItself: a book is frozen."},
    {"__deepcopy__", pfg_itself, METH_O, "__deepcopy__($self, memo, /)\n--\n\nItself: a book is frozen."},
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
    {Py_tp_dealloc, pfg_book_dealloc},
    {Py_tp_repr, book_repr},
    {Py_tp_richcompare, book_compare},
    {Py_tp_hash, book_hash},
    {Py_tp_getset, book_getters},
    {Py_tp_methods, book_methods},
    {0, NULL},
};

/* A Book holds no Python object, so there can be no cycle for the garbage collector. */
static PyType_Spec book_spec = {
    .name = "faregate.Book",
    .basicsize = sizeof(pfg_book),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = book_slots,
};

int pfg_add_book_type(PyObject *module, pfg_state *state) {
  state->book_type = PyType_FromModuleAndSpec(module, &book_spec, NULL);
  return state->book_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->book_type));
}
