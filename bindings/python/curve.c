/* Cost over quantity: curves, cliffs, break-even. */
#include "binding.h"
#include "faregate_whatif.h"
#include "query_arguments.h"

typedef struct way_arguments {
  PFG_WAY_ARGUMENTS(PFG_GIVEN)
} way_arguments;

/* Refuses a count of 0, because for the core it means that no count is given, which is another question. */
static bool is_some(pfg_state *state, const char *name, PyObject *given, int64_t count) {
  if (given == NULL || given == Py_None || count != 0) {
    return true;
  }
  pfg_raise_invalid(state, name, "expected 1 or more; leave it out for none");
  return false;
}

/* Reads a way to pay. It borrows texts from `lent`, which must be released after success. */
static bool read_way(pfg_state *state, const fg_book *book, const way_arguments *given, pfg_attributes *lent,
                     fg_way *query) {
  const fg_zone *zone = fg_book_zone(book);
  lent->items = NULL;
  *query = (fg_way){.book = book, .at = fg_clock_now()};
  bool done = true PFG_WAY_ARGUMENTS(PFG_READ) && is_some(state, "packs", given->packs, query->packs) &&
              is_some(state, "capacity", given->capacity, query->capacity);
  if (!done) {
    pfg_release_attributes(lent);
  }
  return done;
}

static bool hear_with_gil(void *unused) {
  (void)unused;
  return PyErr_CheckSignals() == 0;
}

static const fg_listener hears_signals = {hear_with_gil, NULL};

typedef fg_status way_question(const fg_way *way, int64_t most, const fg_visitor *visitor, fg_error *error);

static PyObject *ask(PyObject *self, PyObject *args, PyObject *keywords, const char *format, way_question *question) {
  static char *names[] = {"product", "meter", "most", "pack",       "packs", "days",
                          "months",  "free",  "at",   "attributes", NULL};
  pfg_state *state = pfg_state_of(Py_TYPE(self));
  const fg_book *book = pfg_book_of(self);
  way_arguments given = {NULL};
  PyObject *most_given = NULL;
  int64_t most = -1;
  pfg_attributes lent;
  fg_way way;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, format, names, &given.product, &given.meter, &most_given,
                                   &given.pack, &given.packs, &given.days, &given.months, &given.free, &given.at,
                                   &given.attributes) ||
      !pfg_read_optional(state, "most", most_given, &most) || !read_way(state, book, &given, &lent, &way)) {
    return NULL;
  }
  pfg_recording recording;
  fg_error error;
  fg_visitor visitor = pfg_recording_begin(&recording);
  way.listener = &hears_signals;
  fg_status status = question(&way, most, &visitor, &error);
  pfg_release_attributes(&lent);
  return pfg_recording_end(&recording, status, &error, state, book);
}

PyObject *pfg_book_curve(PyObject *self, PyObject *args, PyObject *keywords) {
  return ask(self, args, keywords, "O|OO$OOOOOOO:curve", fg_way_curve);
}

PyObject *pfg_book_cliffs(PyObject *self, PyObject *args, PyObject *keywords) {
  return ask(self, args, keywords, "O|OO$OOOOOOO:cliffs", fg_way_cliffs);
}

#define AND_FIELD(name, kind, required) " " #name
#define WAY_FIELDS "book" PFG_WAY_ARGUMENTS(AND_FIELD)

int pfg_add_way_fields(PyObject *module) { return PyModule_AddStringConstant(module, "_way_fields", WAY_FIELDS); }

/* Reads a way to pay from a dict of the book and the arguments. References are borrowed from the dict. */
static bool unpack_way(pfg_state *state, const char *path, PyObject *dict, way_arguments *given, PyObject **book) {
  Py_ssize_t known = 0;
  if (!PyDict_Check(dict)) {
    pfg_raise_type(state, path, "a dict", dict);
    return false;
  }
  *book = PyDict_GetItemString(dict, "book");
  if (*book == NULL || !PyObject_TypeCheck(*book, pfg_type(state->book_type))) {
    pfg_raise_invalid(state, path, "expected a Book as \"book\"");
    return false;
  }
#define GET_ARGUMENT(name, kind, required)                                                                             \
  given->name = PyDict_GetItemString(dict, #name);                                                                     \
  known += given->name != NULL;
  PFG_WAY_ARGUMENTS(GET_ARGUMENT)
#undef GET_ARGUMENT
  if (given->product == NULL || known + 1 != PyDict_Size(dict)) {
    pfg_raise_invalid(state, path, "expected book, product, and what else applies of " WAY_FIELDS);
    return false;
  }
  return true;
}

PyObject *pfg_break_even(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *dicts[2];
  PyObject *books[2];
  PyObject *most_given = NULL;
  way_arguments given[2];
  fg_way ways[2];
  pfg_attributes lent[2];
  int64_t most = 0;
  if (!PyArg_ParseTuple(args, "OOO:_break_even", &dicts[0], &dicts[1], &most_given) ||
      !unpack_way(state, "a", dicts[0], &given[0], &books[0]) ||
      !unpack_way(state, "b", dicts[1], &given[1], &books[1]) || !pfg_read_integer(state, "most", most_given, &most) ||
      !read_way(state, pfg_book_of(books[0]), &given[0], &lent[0], &ways[0])) {
    return NULL;
  }
  if (!read_way(state, pfg_book_of(books[1]), &given[1], &lent[1], &ways[1])) {
    pfg_release_attributes(&lent[0]);
    return NULL;
  }
  pfg_recording recording;
  fg_error error;
  fg_visitor visitor = pfg_recording_begin(&recording);
  ways[0].listener = &hears_signals;
  fg_status status = fg_break_even(&ways[0], &ways[1], most, &visitor, &error);
  pfg_release_attributes(&lent[0]);
  pfg_release_attributes(&lent[1]);
  return pfg_recording_end(&recording, status, &error, state, pfg_book_of(books[0]));
}
