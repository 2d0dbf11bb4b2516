/* faregate._core._Biller: the type that faregate.bill uses. */
#include "columns.h"

#include <string.h>

enum { WINDOW = 1 << 18 }; ///< events at a time: several for each account, but a bounded memory
enum { STEP = 2048 };      ///< accounts at a time, between which signals are handled

typedef struct biller_object {
  PyObject_HEAD
  fg_biller *biller;
  pfg_state *state; ///< the state of the module, which the type keeps alive
  PyObject *book;
  pfg_bill_tables tables;
  pfg_detail detail;
  int busy; ///< a thread is using it, perhaps without the GIL
} biller_object;

static bool enter(biller_object *self) {
  if (__atomic_exchange_n(&self->busy, 1, __ATOMIC_ACQUIRE) != 0) {
    PyErr_SetString(PyExc_RuntimeError, "another thread uses this biller");
    return false;
  }
  return true;
}

static PyObject *leave(biller_object *self, PyObject *answer) {
  __atomic_store_n(&self->busy, 0, __ATOMIC_RELEASE);
  return answer;
}

static PyObject *none_if(bool done) { return done ? Py_NewRef(Py_None) : NULL; }

static PyObject *biller_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"pattern", "until", "carry", "threads", NULL};
  pfg_state *state = pfg_state_of(type);
  PyObject *pattern = NULL;
  PyObject *until = Py_None;
  PyObject *carry = Py_None;
  Py_ssize_t threads = 1;
  fg_time end = FG_NO_TIME;
  fg_error error;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!|OOn:_Biller", names, state->account_type, &pattern, &until,
                                   &carry, &threads) ||
      (carry != Py_None && !PyTuple_Check(carry) &&
       pfg_raise_type(state, "carry", "a tuple of names", carry) == NULL) ||
      !pfg_read_optional_time(state, "until", until, pfg_account_zone((pfg_account *)pattern), &end)) {
    return NULL;
  }
  biller_object *self = PyObject_New(biller_object, type);
  fg_account *account = self == NULL ? NULL : pfg_fork_account(pattern);
  if (self == NULL) {
    return NULL;
  }
  self->biller = NULL;
  self->state = state;
  self->book = PyObject_GetAttrString(pattern, "book");
  self->busy = 0;
  memset(&self->tables, 0, sizeof self->tables);
  memset(&self->detail, 0, sizeof self->detail);
  bool done = account != NULL && self->book != NULL;
  if (done && (fg_biller_new(account, end, &self->biller) != FG_OK ||
               !pfg_bill_tables_begin(&self->tables, pfg_book_of(self->book)))) {
    pfg_raise_status(state, FG_NO_MEMORY);
    done = false;
  }
  fg_account_free(account);
  if (done && fg_biller_threads(self->biller, (size_t)threads, &error) != FG_OK) {
    pfg_raise(state, &error);
    done = false;
  }
  done = done && pfg_detail_begin(state, &self->detail, carry, pfg_book_of(self->book));
  if (done && self->detail.wanted) {
    fg_biller_detail(self->biller);
  }
  if (!done) {
    Py_CLEAR(self);
  }
  return (PyObject *)self;
}

static void biller_dealloc(PyObject *object) {
  biller_object *self = (biller_object *)object;
  fg_biller_free(self->biller);
  pfg_bill_tables_release(&self->tables);
  pfg_detail_release(&self->detail);
  Py_XDECREF(self->book);
  pfg_free_object(object);
}

static bool enter_account(biller_object *self, PyObject *args) {
  pfg_state *state = self->state;
  PyObject *name_object, *account_object;
  fg_string name;
  fg_error error;
  if (!PyArg_ParseTuple(args, "OO!:enter", &name_object, state->account_type, &account_object) ||
      !pfg_read_text(state, "accounts", name_object, &name)) {
    return false;
  }
  fg_account *account = pfg_fork_account(account_object);
  if (account == NULL || fg_biller_enter(self->biller, name, account, &error) == FG_OK) {
    return account != NULL;
  }
  fg_account_free(account);
  pfg_raise(state, &error);
  return false;
}

static PyObject *biller_enter(PyObject *object, PyObject *args) {
  biller_object *self = (biller_object *)object;
  return enter(self) ? leave(self, none_if(enter_account(self, args))) : NULL;
}

static bool resume_account(biller_object *self, PyObject *args) {
  PyObject *name_object;
  Py_buffer bytes;
  fg_string name;
  fg_error error;
  if (!PyArg_ParseTuple(args, "Oy*:resume", &name_object, &bytes)) {
    return false;
  }
  bool done = pfg_read_text(self->state, "states", name_object, &name);
  if (done && fg_biller_resume(self->biller, name, (fg_string){bytes.buf, (size_t)bytes.len}, &error) != FG_OK) {
    pfg_raise(self->state, &error);
    done = false;
  }
  PyBuffer_Release(&bytes);
  return done;
}

static PyObject *biller_resume(PyObject *object, PyObject *args) {
  biller_object *self = (biller_object *)object;
  return enter(self) ? leave(self, none_if(resume_account(self, args))) : NULL;
}

static bool add_command(biller_object *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  pfg_state *state = self->state;
  const fg_zone *zone = fg_book_zone(pfg_book_of(self->book));
  fg_string name, kind_name;
  fg_command_kind kind;
  fg_command command;
  pfg_attributes attributes;
  fg_error error;
  if (nargs != 2) {
    PyErr_SetString(PyExc_TypeError, "command() takes a name, a command and its fields by name");
    return false;
  }
  if (!pfg_read_text(state, "account", args[0], &name) || !pfg_read_text(state, "do", args[1], &kind_name)) {
    return false;
  }
  if (!fg_command_kind_of(kind_name, &kind)) {
    pfg_raise_invalid(state, "do", "there is no such command");
    return false;
  }
  fg_command_begin(&command, kind, FG_NO_TIME);
  if (!pfg_read_command(state, args + 2, 0, kwnames, zone, &command, &attributes)) {
    return false;
  }
  bool done = pfg_finish_command(state, &command);
  if (done && command.at == FG_NO_TIME) {
    pfg_raise_invalid(state, "at", "expected the instant of the command");
    done = false;
  }
  if (done && fg_biller_command(self->biller, name, &command, &error) != FG_OK) {
    pfg_raise(state, &error);
    done = false;
  }
  pfg_release_attributes(&attributes);
  return done;
}

static PyObject *biller_command(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  biller_object *self = (biller_object *)object;
  return enter(self) ? leave(self, none_if(add_command(self, args, nargs, kwnames))) : NULL;
}

typedef struct run_arguments {
  PyObject *events, *progress;
  PyObject *carried; ///< a tuple of names; NULL: none
  pfg_event_names names;
  pfg_event_options options;
  Py_buffer zone; ///< holds options.zone; its `obj` is NULL if there is no zone
  long long first_row;
} run_arguments;

static bool no_memory(pfg_state *state, bool done) {
  if (!done && !PyErr_Occurred()) {
    pfg_raise_status(state, FG_NO_MEMORY);
  }
  return done;
}

static bool run_window(biller_object *self, const fg_events *events, const pfg_carried *carried, size_t first,
                       PyObject *progress) {
  pfg_state *state = self->state;
  fg_status status = FG_OK;
  fg_error error;
  Py_BEGIN_ALLOW_THREADS
  status = fg_biller_run(self->biller, events, &error);
  Py_END_ALLOW_THREADS
  if (status != FG_OK) {
    pfg_raise(state, &error);
    return false;
  }
  bool told = pfg_add_set_aside(&self->tables, self->biller) &&
              (!self->detail.wanted || pfg_add_answered(&self->detail, self->biller, carried, first));
  if (!no_memory(state, told) || PyErr_CheckSignals() < 0) {
    return false;
  }
  PyObject *heard = progress == Py_None ? Py_NewRef(Py_None) : PyObject_CallFunction(progress, "n", events->count);
  Py_XDECREF(heard);
  return heard != NULL;
}

static bool run_piece(biller_object *self, const pfg_reader *reader, const struct ArrowArray *piece,
                      run_arguments *arguments) {
  pfg_events events;
  pfg_carried carried;
  bool done = pfg_events_of(reader, piece, &arguments->names, &arguments->options, &events) &&
              (!self->detail.wanted || pfg_carried_of(reader, piece, &self->detail, arguments->carried, &carried));
  /* Rows are sorted within a window, so all of a piece is one. */
  size_t most = arguments->options.sort ? events.whole.count : WINDOW;
  events.whole.first_row = arguments->first_row;
  for (size_t first = 0; done && first < events.whole.count; first += most) {
    pfg_events window;
    size_t left = events.whole.count - first;
    pfg_events_window(&events, first, left < most ? left : most, &window);
    done = run_window(self, &window.whole, &carried, first, arguments->progress);
  }
  arguments->first_row += piece->length;
  return done;
}

static bool run_all(biller_object *self, run_arguments *arguments) {
  pfg_reader reader;
  struct ArrowArray piece;
  int more = 0;
  if (!pfg_reader_open_table(self->state, "events", arguments->events, &reader)) {
    return false;
  }
  while ((more = pfg_reader_next(&reader, &piece)) > 0) {
    bool done = run_piece(self, &reader, &piece, arguments);
    pfg_piece_release(&piece);
    if (!done) {
      more = -1;
      break;
    }
  }
  pfg_reader_close(&reader);
  return more == 0;
}

/* Takes a zone, given as pairs of int64: instant, offset. */
static bool take_zone(run_arguments *given, PyObject *zone) {
  if (zone == Py_None) {
    return true;
  }
  if (PyObject_GetBuffer(zone, &given->zone, PyBUF_SIMPLE) < 0) {
    return false;
  }
  given->options.zone = given->zone.buf;
  given->options.zone_count = (size_t)given->zone.len / sizeof *given->options.zone;
  return true;
}

/* Takes pairs of an attribute's name and its column's name, both borrowed. */
static bool take_attributes(pfg_state *state, PyObject *pairs, pfg_event_names *names) {
  Py_ssize_t count = PySequence_Size(pairs);
  if (count < 0) {
    return false;
  }
  if (count > FG_ATTRIBUTES_MAX) {
    pfg_raise_invalid(state, "attributes", "expected at most 64 attributes");
    return false;
  }
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *pair = PyTuple_GetItem(pairs, i);
    fg_string column;
    if (pair == NULL || !PyTuple_Check(pair) || PyTuple_Size(pair) != 2 ||
        !pfg_read_text(state, "attributes", PyTuple_GetItem(pair, 0), &names->attributes[i].name) ||
        !pfg_read_text(state, "attributes", PyTuple_GetItem(pair, 1), &column)) {
      return false;
    }
    names->attributes[i].column = column.text;
    names->attribute_count++;
  }
  return true;
}

/* Returns the number of the row after the last one. */
static PyObject *biller_run(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"events",   "account",   "time",       "product", "quantity",    "id",
                          "row",      "first_row", "time_unit",  "zone",    "corrections", "sort",
                          "progress", "thousands", "attributes", "carried", NULL};
  biller_object *self = (biller_object *)object;
  run_arguments given = {.progress = Py_None};
  pfg_event_names *named = &given.names;
  pfg_event_options *options = &given.options;
  PyObject *zone = Py_None;
  PyObject *attributes = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "Ossss|zzLzOppOCO!O!:run", names, &given.events, &named->account,
                                   &named->time, &named->product, &named->quantity, &named->id, &named->row,
                                   &given.first_row, &options->time_unit, &zone, &options->corrections, &options->sort,
                                   &given.progress, &options->thousands, &PyTuple_Type, &attributes, &PyTuple_Type,
                                   &given.carried) ||
      (attributes != NULL && !take_attributes(self->state, attributes, named)) || !take_zone(&given, zone) ||
      !enter(self)) {
    return NULL;
  }
  bool done = run_all(self, &given);
  if (given.zone.obj != NULL) {
    PyBuffer_Release(&given.zone);
  }
  return leave(self, done ? PyLong_FromLongLong(given.first_row) : NULL);
}

static PyObject *biller_set_aside(PyObject *object, PyObject *args) {
  biller_object *self = (biller_object *)object;
  fg_set_aside what = {.at = FG_NO_TIME, .quantity = FG_NO_QUANTITY, .first_row = -1, .first_at = FG_NO_TIME};
  Py_ssize_t length = 0;
  long long row = 0;
  if (!PyArg_ParseTuple(args, "Lssz#:set_aside", &row, &what.column, &what.message, &what.text.text, &length) ||
      !enter(self)) {
    return NULL;
  }
  what.row = row;
  what.text.length = (size_t)length;
  bool done = no_memory(self->state, pfg_add_bad_row(&self->tables, &what));
  return leave(self, none_if(done));
}

static PyObject *biller_counts(PyObject *object, PyObject *unused) {
  biller_object *self = (biller_object *)object;
  (void)unused;
  if (!enter(self)) {
    return NULL;
  }
  fg_bill_counts counts = fg_biller_counts(self->biller);
  return leave(self, Py_BuildValue("(KKK)", (unsigned long long)counts.billed, (unsigned long long)counts.trimmed,
                                   (unsigned long long)counts.grouped));
}

/* Lets all accounts advance to the end of the bills. */
static bool finish_accounts(biller_object *self) {
  size_t left = 1;
  while (left > 0) {
    fg_status status = FG_OK;
    fg_error error;
    bool told = false;
    Py_BEGIN_ALLOW_THREADS
    status = fg_biller_finish_some(self->biller, STEP, &left, &error);
    told = status == FG_OK && pfg_add_set_aside(&self->tables, self->biller);
    Py_END_ALLOW_THREADS
    if (status != FG_OK) {
      pfg_raise(self->state, &error);
      return false;
    }
    if (!no_memory(self->state, told) || PyErr_CheckSignals() < 0) {
      return false;
    }
  }
  return true;
}

/* Writes the accounts' invoices to the tables. */
static bool tell_accounts(biller_object *self) {
  size_t count = fg_biller_account_count(self->biller);
  for (size_t first = 0; first < count; first += STEP) {
    fg_status status = FG_OK;
    size_t end = count - first > STEP ? first + STEP : count;
    Py_BEGIN_ALLOW_THREADS
    status = pfg_add_invoices(&self->tables, self->biller, first, end);
    Py_END_ALLOW_THREADS
    if (status != FG_OK) { /* the tables fail only for want of memory */
      pfg_raise_status(self->state, status == FG_STOPPED ? FG_NO_MEMORY : status);
      return false;
    }
    if (PyErr_CheckSignals() < 0) {
      return false;
    }
  }
  return true;
}

static PyObject *finish(biller_object *self) {
  const fg_book *book = pfg_book_of(self->book);
  PyObject *tables = finish_accounts(self) && tell_accounts(self)
                         ? pfg_bill_tables_end(self->state, &self->tables, book)
                         : NULL;
  if (tables != NULL && !pfg_detail_end(self->state, &self->detail, tables, fg_book_scale(book))) {
    Py_CLEAR(tables);
  }
  return tables;
}

static PyObject *biller_finish(PyObject *object, PyObject *unused) {
  biller_object *self = (biller_object *)object;
  (void)unused;
  return enter(self) ? leave(self, finish(self)) : NULL;
}

static PyObject *account_names(biller_object *self) {
  size_t count = fg_biller_account_count(self->biller);
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (size_t i = 0; list != NULL && i < count; i++) {
    fg_string name;
    fg_biller_account(self->biller, i, &name);
    PyObject *text = PyUnicode_FromStringAndSize(name.text, (Py_ssize_t)name.length);
    if (text == NULL || PyList_SetItem(list, (Py_ssize_t)i, text) < 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

static PyObject *biller_names(PyObject *object, PyObject *unused) {
  biller_object *self = (biller_object *)object;
  (void)unused;
  return enter(self) ? leave(self, account_names(self)) : NULL;
}

static PyObject *copy_of_account(biller_object *self, size_t index) {
  pfg_state *state = self->state;
  fg_account *copy = NULL;
  fg_string name;
  if (index >= fg_biller_account_count(self->biller)) {
    PyErr_SetString(PyExc_IndexError, "no such account");
    return NULL;
  }
  fg_status status = fg_account_fork(fg_biller_account(self->biller, index, &name), &copy);
  return status == FG_OK ? pfg_wrap_account(state, copy, self->book) : pfg_raise_status(state, status);
}

static PyObject *state_of_account(biller_object *self, size_t index) {
  fg_text saved;
  if (index >= fg_biller_account_count(self->biller)) {
    PyErr_SetString(PyExc_IndexError, "no such account");
    return NULL;
  }
  fg_status status = fg_biller_state(self->biller, index, &saved);
  if (status != FG_OK) {
    return pfg_raise_status(self->state, status);
  }
  PyObject *bytes = PyBytes_FromStringAndSize(saved.text, (Py_ssize_t)saved.length);
  fg_text_release(&saved);
  return bytes;
}

static PyObject *biller_account_state(PyObject *object, PyObject *index) {
  biller_object *self = (biller_object *)object;
  size_t number = PyLong_AsSize_t(index);
  if ((number == (size_t)-1 && PyErr_Occurred()) || !enter(self)) {
    return NULL;
  }
  return leave(self, state_of_account(self, number));
}

static PyObject *biller_account(PyObject *object, PyObject *index) {
  biller_object *self = (biller_object *)object;
  size_t number = PyLong_AsSize_t(index);
  if ((number == (size_t)-1 && PyErr_Occurred()) || !enter(self)) {
    return NULL;
  }
  return leave(self, copy_of_account(self, number));
}

static PyMethodDef biller_methods[] = {
    {"enter", biller_enter, METH_VARARGS, "enter($self, name, account, /)\n--\n\nEnter a copy of an Account."},
    {"resume", biller_resume, METH_VARARGS,
     "resume($self, name, state, /)\n--\n\nEnter an account that goes on from the state of earlier bills."},
    {"command", PFG_KEYWORDS(biller_command), METH_FASTCALL | METH_KEYWORDS,
     "command($self, name, do, /, *, at, **fields)\n--\n\nGive a command of an account, to be done before the events from its time on."},
    {"run", PFG_KEYWORDS(biller_run), METH_VARARGS | METH_KEYWORDS,
     "run($self, events, account, time, product, quantity, id=None, row=None, first_row=0, time_unit=None,\n"
     "    zone=None, corrections=False, sort=False, progress=None, thousands='\\0', attributes=(), carried=())\n--\n\n"
     "Bill the events of an Arrow table, whose columns the other arguments name."},
    {"set_aside", biller_set_aside, METH_VARARGS,
     "set_aside($self, row, column, reason, text, /)\n--\n\nNote a row that could not be read."},
    {"counts", biller_counts, METH_NOARGS,
     "counts($self, /)\n--\n\nEvents that happened, rows with blanks in names,\n"
     "and quantities in which a point may stand between thousands."},
    {"finish", biller_finish, METH_NOARGS, "finish($self, /)\n--\n\nA dict of the tables of bills."},
    {"names", biller_names, METH_NOARGS, "names($self, /)\n--\n\nThe names of the accounts, as they appeared."},
    {"account", biller_account, METH_O, "account($self, index, /)\n--\n\nA copy of an account."},
    {"state", biller_account_state, METH_O, "state($self, index, /)\n--\n\nThe state of an account, as bytes."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot biller_slots[] = {
    {Py_tp_doc,
     "_Biller(pattern, until=None, carry=None, threads=1)\n--\n\nUsage of many accounts to bills; see faregate.bill."},
    {Py_tp_new, biller_new},
    {Py_tp_dealloc, biller_dealloc},
    {Py_tp_methods, biller_methods},
    {0, NULL},
};

static PyType_Spec biller_spec = {
    .name = "faregate._core._Biller",
    .basicsize = sizeof(biller_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = biller_slots,
};

int pfg_add_biller_type(PyObject *module, pfg_state *state) {
  state->biller_type = PyType_FromModuleAndSpec(module, &biller_spec, NULL);
  return state->biller_type == NULL ? -1 : PyModule_AddObjectRef(module, "_Biller", state->biller_type);
}
