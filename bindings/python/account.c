/* faregate.Account: one method per command of the timeline. */
#include "binding.h"

#include <stdio.h>

#include "command_docs.h"

typedef struct account_object {
  PyObject_HEAD
  fg_account *account;
  PyObject *book;
  pfg_state *state; ///< of the module, which the type keeps alive
#ifdef Py_GIL_DISABLED
  PyMutex mutex;
#endif
} account_object;

/* Between these two only C runs: where there is a GIL, it is the lock. */
#ifdef Py_GIL_DISABLED
static void lock(account_object *self) { PyMutex_Lock(&self->mutex); }
static void unlock(account_object *self) { PyMutex_Unlock(&self->mutex); }
#else
static void lock(account_object *self) { (void)self; }
static void unlock(account_object *self) { (void)self; }
#endif

/* ------------------------------------------------------------------------------------------------- new, free */

/* Takes over `account`, also when it fails. */
static PyObject *wrap(PyTypeObject *type, fg_account *account, PyObject *book) {
  account_object *self = PyObject_New(account_object, type);
  if (self == NULL) {
    fg_account_free(account);
    return NULL;
  }
  self->account = account;
  self->book = Py_NewRef(book);
  self->state = pfg_state_of(type);
#ifdef Py_GIL_DISABLED
  self->mutex = (PyMutex){0};
#endif
  return (PyObject *)self;
}

static void account_dealloc(PyObject *object) {
  account_object *self = (account_object *)object;
  fg_account_free(self->account);
  Py_DECREF(self->book);
  pfg_free_object(object);
}

/* A switch's value is a word or, for settlement_day, an int. Answers a pair of two str. */
static PyObject *switch_pair(pfg_state *state, PyObject *key, PyObject *value) {
  char path[64];
  fg_string name;
  if (!pfg_read_text(state, "policy", key, &name)) {
    return NULL;
  }
  snprintf(path, sizeof path, "policy.%s", name.text);
  PyObject *text = PyUnicode_Check(value) ? Py_NewRef(value) : pfg_integer_text(state, path, value);
  PyObject *pair = text == NULL ? NULL : PyTuple_Pack(2, key, text);
  Py_XDECREF(text);
  return pair;
}

/* The switches as a list of pairs of str; None gives an empty one. */
static PyObject *switch_pairs(pfg_state *state, PyObject *policy) {
  if (policy == Py_None) {
    return PyList_New(0);
  }
  if (!PyDict_Check(policy)) {
    return pfg_raise_type(state, "policy", "a dict of switches and values", policy);
  }
  PyObject *pairs = PyDict_Items(policy);
  for (Py_ssize_t i = 0; pairs != NULL && i < PyList_Size(pairs); i++) {
    PyObject *item = PyList_GetItem(pairs, i);
    PyObject *pair = switch_pair(state, PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1));
    if (pair == NULL || PyList_SetItem(pairs, i, pair) < 0) {
      Py_CLEAR(pairs);
    }
  }
  return pairs;
}

/* `strings` has room for two per pair. */
static bool borrow_pairs(pfg_state *state, PyObject *pairs, fg_string *strings) {
  for (Py_ssize_t i = 0; i < PyList_Size(pairs); i++) {
    PyObject *pair = PyList_GetItem(pairs, i);
    if (!pfg_read_text(state, "policy", PyTuple_GetItem(pair, 0), &strings[2 * i]) ||
        !pfg_read_text(state, "policy", PyTuple_GetItem(pair, 1), &strings[2 * i + 1])) {
      return false;
    }
  }
  return true;
}

static fg_account *new_account(pfg_state *state, PyObject *book, const fg_funds *wallet, PyObject *pairs) {
  size_t count = (size_t)PyList_Size(pairs);
  fg_string *strings = PyMem_Malloc((2 * count + 1) * sizeof *strings);
  if (strings == NULL) {
    pfg_raise_status(state, FG_NO_MEMORY);
    return NULL;
  }
  fg_account *account = NULL;
  if (borrow_pairs(state, pairs, strings)) {
    fg_account_options options = {.wallet = wallet, .policy = strings, .policy_count = count};
    fg_error error;
    if (fg_account_new(pfg_book_of(book), &options, &account, &error) != FG_OK) {
      pfg_raise(state, &error);
    }
  }
  PyMem_Free(strings);
  return account;
}

static PyObject *account_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"book", "wallet", "policy", NULL};
  pfg_state *state = pfg_state_of(type);
  PyObject *book = NULL;
  PyObject *wallet = Py_None;
  PyObject *policy = Py_None;
  fg_funds funds;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$OO:Account", names, &book, &wallet, &policy)) {
    return NULL;
  }
  if (!Py_IS_TYPE(book, pfg_type(state->book_type))) {
    return pfg_raise_type(state, "book", "a Book", book);
  }
  if (wallet != Py_None && !pfg_read_wallet(state, wallet, &funds)) {
    return NULL;
  }
  PyObject *pairs = switch_pairs(state, policy);
  if (pairs == NULL) {
    return NULL;
  }
  fg_account *account = new_account(state, book, wallet == Py_None ? NULL : &funds, pairs);
  Py_DECREF(pairs);
  return account == NULL ? NULL : wrap(type, account, book);
}

/* -------------------------------------------------------------------------------------------------- commands */

static int offset_of(account_object *self) { return fg_book_offset_minutes(fg_account_book(self->account)); }

static fg_time now_of(account_object *self) {
  lock(self);
  fg_time now = fg_account_now(self->account);
  unlock(self);
  return now;
}

static PyObject *apply_use(account_object *self, const fg_command *command) {
  PyObject *used = pfg_new_used(self->state);
  if (used == NULL) {
    return NULL;
  }
  fg_outcome outcome;
  fg_error error;
  lock(self);
  fg_status status = fg_account_apply(self->account, command, &outcome, &error);
  bool copied = status == FG_OK && pfg_fill_used(used, &outcome);
  unlock(self);
  if (copied) {
    return used;
  }
  Py_DECREF(used);
  return status == FG_OK ? pfg_raise_status(self->state, FG_NO_MEMORY) : pfg_raise(self->state, &error);
}

/* preview and statement answer with one object, which is what was asked for. */
static PyObject *answer_of(fg_command_kind kind, PyObject *outcome) {
  const char *key = kind == FG_DO_PREVIEW ? "invoice" : kind == FG_DO_STATEMENT ? "statement" : NULL;
  if (outcome == NULL || key == NULL) {
    return outcome;
  }
  PyObject *answer = PyMapping_GetItemString(outcome, key);
  Py_DECREF(outcome);
  return answer;
}

static PyObject *apply(account_object *self, const fg_command *command) {
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  fg_outcome outcome;
  fg_error error;
  fg_status described = FG_OK;
  lock(self);
  fg_status status = fg_account_apply(self->account, command, &outcome, &error);
  if (status == FG_OK) {
    described = fg_outcome_describe(self->account, &outcome, &visitor);
  }
  unlock(self);
  if (status != FG_OK) {
    pfg_tape_release(&tape);
    return pfg_raise(self->state, &error);
  }
  return answer_of(command->kind, pfg_tape_end(&tape, described, self->state, pfg_book_of(self->book)));
}

/* `use` as programs call it in a loop, use("image", 3, at=1700000000000000, id="u1"): filled in without a look at the
   table of fields. False for any other form of the call, which may be right or wrong; no exception is set. */
static bool read_plain_use(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                           fg_command *command) {
  Py_ssize_t length = 0;
  if (nargs != 2 || !PyUnicode_Check(args[0]) || !PyLong_CheckExact(args[1])) {
    return false;
  }
  command->product.text = PyUnicode_AsUTF8AndSize(args[0], &length);
  command->product.length = (size_t)length;
  command->quantity = pfg_int64(args[1]);
  Py_ssize_t names = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
  bool plain = true;
  for (Py_ssize_t i = 0; i < names && plain; i++) {
    PyObject *name = PyTuple_GetItem(kwnames, i);
    PyObject *value = args[nargs + i];
    if (name == state->name_at && PyLong_CheckExact(value)) {
      command->at = pfg_int64(value);
      plain = command->at != FG_NO_TIME;
    } else if (name == state->name_id && PyUnicode_Check(value)) {
      command->id.text = PyUnicode_AsUTF8AndSize(value, &length);
      command->id.length = (size_t)length;
    } else {
      plain = false;
    }
  }
  if (PyErr_Occurred()) {
    PyErr_Clear();
    return false;
  }
  return plain && command->quantity >= 0;
}

static bool read_command(account_object *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                         fg_command *command) {
  fg_command_kind kind = command->kind;
  if (kind == FG_DO_USE && read_plain_use(self->state, args, nargs, kwnames, command)) {
    return true;
  }
  fg_command_begin(command, kind, FG_NO_TIME);
  return pfg_read_command(self->state, args, nargs, kwnames, offset_of(self), command);
}

/* A question is about the account as it stands: without an instant of its own it does not move it on. */
static PyObject *describe(account_object *self) {
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  lock(self);
  fg_status status = fg_account_describe(self->account, &visitor);
  unlock(self);
  return pfg_tape_end(&tape, status, self->state, pfg_book_of(self->book));
}

static fg_time default_time(account_object *self, fg_command_kind kind) {
  fg_time now = kind == FG_DO_PREVIEW ? now_of(self) : FG_NO_TIME;
  return now == FG_NO_TIME ? pfg_clock() : now;
}

static PyObject *run(account_object *self, fg_command_kind kind, PyObject *const *args, Py_ssize_t nargs,
                     PyObject *kwnames) {
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  if (!read_command(self, args, nargs, kwnames, &command)) {
    return NULL;
  }
  if (command.at == FG_NO_TIME && kind == FG_DO_STATEMENT) {
    return describe(self);
  }
  if (command.at == FG_NO_TIME) {
    command.at = default_time(self, kind);
  }
  return kind == FG_DO_USE ? apply_use(self, &command) : apply(self, &command);
}

/* One method per command: account_BUY_PACK … */
#define COMMAND_METHOD(NAME, name)                                                                              \
  static PyObject *account_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) { \
    return run((account_object *)self, FG_DO_##NAME, args, nargs, kwnames);                                     \
  }
FG_COMMAND_LIST(COMMAND_METHOD)
#undef COMMAND_METHOD

/* ---------------------------------------------------------------------------------------- attributes, fork */

static PyObject *account_fork(PyObject *object, PyObject *unused) {
  (void)unused;
  account_object *self = (account_object *)object;
  fg_account *copy = NULL;
  lock(self);
  fg_status status = fg_account_fork(self->account, &copy);
  unlock(self);
  return status == FG_OK ? wrap(Py_TYPE(object), copy, self->book) : pfg_raise_status(self->state, status);
}

static PyObject *account_sizeof(PyObject *object, PyObject *unused) {
  (void)unused;
  account_object *self = (account_object *)object;
  lock(self);
  size_t bytes = fg_account_bytes(self->account);
  unlock(self);
  return PyLong_FromSize_t(sizeof *self + bytes);
}

static PyObject *account_book(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((account_object *)self)->book);
}

static PyObject *account_now(PyObject *object, void *unused) {
  (void)unused;
  account_object *self = (account_object *)object;
  fg_time now = now_of(self);
  return now == FG_NO_TIME ? Py_NewRef(Py_None) : pfg_datetime(self->state, now, offset_of(self));
}

static PyObject *account_invoices(PyObject *object, void *unused) {
  (void)unused;
  account_object *self = (account_object *)object;
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  lock(self);
  fg_status status = fg_account_invoices(self->account, &visitor);
  unlock(self);
  return pfg_tape_end(&tape, status, self->state, pfg_book_of(self->book));
}

/* ------------------------------------------------------------------------------------------------------ type */

static PyGetSetDef account_getters[] = {
    {"book", account_book, NULL, "its price book", NULL},
    {"now", account_now, NULL, "the latest instant it has seen, None before the first", NULL},
    {"invoices", account_invoices, NULL, "the invoices so far: month, issued, lines, total, balance_after", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef account_methods[] = {
#define METHOD_ENTRY(NAME, name) {name, FAST(account_##NAME), METH_FASTCALL | METH_KEYWORDS, DOC_##NAME},
    FG_COMMAND_LIST(METHOD_ENTRY)
#undef METHOD_ENTRY
    {"fork", account_fork, METH_NOARGS,
     "fork($self, /)\n--\n\nAn independent copy, for what-if. Its cost is that of the state, not of the history."},
    {"__sizeof__", account_sizeof, METH_NOARGS,
     "__sizeof__($self, /)\n--\n\nBytes of memory of the state, history not counted."},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(account_doc,
             "Account(book, *, wallet=None, policy=None)\n--\n\n"
             "One customer of a price book. Every command of a timeline is a method with the same names.\n\n"
             "book    a Book\n"
             "wallet  funds and amounts, {\"cash\": \"5000\", \"gift\": \"20\"}; unlimited funds if None (R34)\n"
             "policy  switches that replace the book's, {\"tier_basis\": \"total\"}\n\n"
             "The arguments of all methods:\n\n"
             "at          the instant: a datetime (a naive one is civil time in the book's offset), a date (its\n"
             "            00:00), ISO 8601 text, or an int of microseconds since 1970-01-01T00:00Z, which is the\n"
             "            fastest. The clock's now if None. Years 1970 to 9999, never earlier than what the account\n"
             "            has seen (TimeReversal).\n"
             "quantities  int or a decimal str, 0 or 1 to 2**63-1; never a float or bool\n"
             "amounts     Decimal, str or int, at most 12 decimals, below 10**26; never a float\n"
             "dates       date or str, \"2024-11-05\", civil dates in the book's offset\n"
             "id          str, unique on the account. The same command again with the same id answers as it did,\n"
             "            with repeated = True, and changes nothing; another command with it raises IdConflict.\n\n"
             "A refusal by the rules raises a subclass of Refusal and changes nothing but that what was due until\n"
             "`at` has happened. A wrong argument raises Invalid or InvalidType. Threads may share an account.");

static PyType_Slot account_slots[] = {
    {Py_tp_doc, (void *)account_doc},
    {Py_tp_new, account_new},
    {Py_tp_dealloc, account_dealloc},
    {Py_tp_getset, account_getters},
    {Py_tp_methods, account_methods},
    {0, NULL},
};

/* Its one Python object is a book, which holds none: no cycle, so it is not the collector's business. */
static PyType_Spec account_spec = {
    .name = "faregate.Account",
    .basicsize = sizeof(account_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = account_slots,
};

int pfg_add_account_type(PyObject *module, pfg_state *state) {
  state->account_type = PyType_FromModuleAndSpec(module, &account_spec, NULL);
  return state->account_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->account_type));
}
