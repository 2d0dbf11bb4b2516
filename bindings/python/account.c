/* faregate.Account: one method per command of the timeline. */
#include "account.h"

#include <string.h>

#include "command_docs.h"
#include "outlook.h"

/* ------------------------------------------------------------------------------------------------- new, free */

/* Takes over the account, or the ledger that owns it, also when it fails. */
static pfg_account *wrap(PyTypeObject *type, fg_account *account, fg_ledger *ledger, PyObject *book) {
  pfg_account *self = PyObject_New(pfg_account, type);
  if (self == NULL) {
    fg_account_free(ledger == NULL ? account : NULL);
    fg_ledger_close(ledger, NULL);
    return NULL;
  }
  self->account = account;
  self->ledger = ledger;
  self->is_released = false;
  self->book = Py_NewRef(book);
  self->state = pfg_state_of(type);
  self->clock = (fg_clock){.started = false};
  self->name_bits = 0;
  self->gate = NULL;
  self->holder = NULL;
#ifdef Py_GIL_DISABLED
  self->mutex = (PyMutex){0};
#endif
  return self;
}

static void account_dealloc(PyObject *object) {
  pfg_account *self = (pfg_account *)object;
  pfg_drop_ledger(self);
  fg_account_free(self->account);
  Py_DECREF(self->book);
  pfg_free_object(object);
}

/* Draws the bits for the ids of its calls. */
static PyObject *begin(pfg_account *self) {
  PyObject *os = self == NULL ? NULL : PyImport_ImportModule("os");
  PyObject *bytes = os == NULL ? NULL : PyObject_CallMethod(os, "urandom", "i", 8);
  if (bytes != NULL && PyBytes_Size(bytes) == sizeof self->name_bits) {
    memcpy(&self->name_bits, PyBytes_AsString(bytes), sizeof self->name_bits);
    self->name_bits = fg_account_name_calls(self->account, self->name_bits);
  } else {
    Py_CLEAR(self);
  }
  Py_XDECREF(bytes);
  Py_XDECREF(os);
  return (PyObject *)self;
}

PyObject *pfg_wrap_account(pfg_state *state, fg_account *account, PyObject *book) {
  return begin(wrap(pfg_type(state->account_type), account, NULL, book));
}

PyObject *pfg_wrap_ledger(pfg_state *state, fg_ledger *ledger, PyObject *book) {
  pfg_account *self = wrap(pfg_type(state->account_type), fg_ledger_account(ledger), ledger, book);
  if (self != NULL) {
    self->gate = PyThread_allocate_lock();
    if (self->gate == NULL) {
      Py_CLEAR(self);
      return PyErr_NoMemory();
    }
  }
  return begin(self);
}

static PyObject *account_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"book", "wallet", "policy", NULL};
  pfg_state *state = pfg_state_of(type);
  PyObject *book = NULL;
  PyObject *wallet = Py_None;
  PyObject *policy = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$OO:Account", names, &book, &wallet, &policy)) {
    return NULL;
  }
  if (!Py_IS_TYPE(book, pfg_type(state->book_type))) {
    return pfg_raise_type(state, "book", "a Book", book);
  }
  fg_account *account = pfg_open_account(state, book, wallet, policy);
  return account == NULL ? NULL : pfg_wrap_account(state, account, book);
}

/* -------------------------------------------------------------------------------------------------- commands */

pfg_state *pfg_account_state(const pfg_account *self) { return self->state; }

int pfg_account_offset(const pfg_account *self) { return fg_book_offset_minutes(pfg_book_of(self->book)); }

PyObject *pfg_account_call_id(const pfg_account *self, uint64_t number) {
  char text[FG_CALL_NAME_MAX];
  return PyUnicode_FromStringAndSize(text, (Py_ssize_t)fg_call_name(self->name_bits, number, text));
}

fg_time pfg_account_now(pfg_account *self) {
  pfg_lock(self);
  fg_time now = fg_account_now(self->account);
  pfg_unlock(self);
  return now;
}

fg_status pfg_refresh(pfg_account *self, fg_error *error) {
  return self->ledger == NULL ? FG_OK : fg_ledger_refresh(self->ledger, error);
}

static fg_status refuse_released(fg_error *error) {
  *error = (fg_error){.status = FG_INVALID, .message = "the ledger was released", .retry_after_us = -1};
  return FG_INVALID;
}

/* While locked. A preview without an instant is a question about the account as it stands: it does not move it on. A
   ledger reads the clock itself, once it has seen what the others did. */
static fg_status apply_at_once(pfg_account *self, fg_command *command, fg_outcome *outcome, fg_error *error) {
  if (self->is_released) {
    return refuse_released(error);
  }
  if (command->at == FG_NO_TIME && command->kind == FG_DO_PREVIEW) {
    fg_status status = pfg_refresh(self, error);
    if (status != FG_OK) {
      return status;
    }
    command->at = fg_account_now(self->account);
  }
  if (self->ledger != NULL) {
    return fg_ledger_apply(self->ledger, command, outcome, error);
  }
  if (command->at == FG_NO_TIME) {
    command->at = pfg_read_clock(&self->clock, fg_account_now(self->account));
  }
  return fg_account_apply(self->account, command, outcome, error);
}

bool pfg_apply(pfg_account *self, fg_command *command, fg_outcome *outcome) {
  fg_error error;
  pfg_lock(self);
  fg_status status = apply_at_once(self, command, outcome, &error);
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_raise(self->state, &error);
  }
  return status == FG_OK;
}

bool pfg_apply_used(pfg_account *self, fg_command *command, pfg_used *used) {
  fg_outcome outcome;
  fg_error error;
  pfg_lock(self);
  fg_status status = apply_at_once(self, command, &outcome, &error);
  bool copied = status == FG_OK && pfg_fill_used(used, &outcome);
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_raise(self->state, &error);
  } else if (!copied) {
    pfg_raise_status(self->state, FG_NO_MEMORY);
  }
  return copied;
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

static PyObject *apply(pfg_account *self, fg_command *command) {
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  fg_outcome outcome;
  fg_error error;
  fg_status described = FG_OK;
  pfg_lock(self);
  fg_status status = apply_at_once(self, command, &outcome, &error);
  if (status == FG_OK) {
    described = fg_outcome_describe(self->account, &outcome, &visitor);
  }
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_tape_release(&tape);
    return pfg_raise(self->state, &error);
  }
  return answer_of(command->kind, pfg_tape_end(&tape, described, self->state, pfg_book_of(self->book)));
}

static PyObject *use(pfg_account *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, FG_NO_TIME);
  if (!pfg_read_plain(self->state, args, nargs, kwnames, &command)) {
    fg_command_begin(&command, FG_DO_USE, FG_NO_TIME);
    if (!pfg_read_command(self->state, args, nargs, kwnames, pfg_account_offset(self), &command) ||
        !pfg_finish_command(self->state, &command)) {
      return NULL;
    }
  }
  pfg_used *used = PyObject_New(pfg_used, pfg_type(self->state->used_type));
  if (used == NULL) {
    return NULL;
  }
  used->block = NULL;
  if (!pfg_apply_used(self, &command, used)) {
    Py_CLEAR(used);
  }
  return (PyObject *)used;
}

/* A list or an object that the core tells of the account as it stands. */
static PyObject *describe(pfg_account *self, fg_status (*tell)(const fg_account *, const fg_visitor *)) {
  pfg_tape tape;
  fg_visitor visitor = pfg_tape_begin(&tape);
  fg_error error;
  pfg_lock(self);
  fg_status status = pfg_refresh(self, &error);
  fg_status told = status == FG_OK ? tell(self->account, &visitor) : FG_OK;
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_tape_release(&tape);
    return pfg_raise(self->state, &error);
  }
  return pfg_tape_end(&tape, told, self->state, pfg_book_of(self->book));
}

static PyObject *run(pfg_account *self, fg_command_kind kind, PyObject *const *args, Py_ssize_t nargs,
                     PyObject *kwnames) {
  if (kind == FG_DO_USE || kind == FG_DO_CALL) {
    return kind == FG_DO_USE ? use(self, args, nargs, kwnames) : pfg_new_call(self, args, nargs, kwnames);
  }
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  if (!pfg_read_command(self->state, args, nargs, kwnames, pfg_account_offset(self), &command) ||
      !pfg_finish_command(self->state, &command)) {
    return NULL;
  }
  /* Also for an account that has not seen any instant yet: the question moves nothing. */
  bool as_it_stands = kind == FG_DO_STATEMENT && command.at == FG_NO_TIME;
  return as_it_stands ? describe(self, fg_account_describe) : apply(self, &command);
}

/* One method per command: account_BUY_PACK … */
#define COMMAND_METHOD(NAME, name)                                                                              \
  static PyObject *account_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) { \
    return run((pfg_account *)self, FG_DO_##NAME, args, nargs, kwnames);                                     \
  }
FG_COMMAND_LIST(COMMAND_METHOD)
#undef COMMAND_METHOD

/* ---------------------------------------------------------------------------------------- attributes, fork */

static PyObject *account_fork(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_account *copy = NULL;
  pfg_lock(self);
  fg_status status = fg_account_fork(self->account, &copy);
  pfg_unlock(self);
  if (status != FG_OK) {
    return pfg_raise_status(self->state, status);
  }
  pfg_account *fork = wrap(Py_TYPE(object), copy, NULL, self->book);
  if (fork != NULL) {
    fork->name_bits = self->name_bits;
  }
  return (PyObject *)fork;
}

fg_account *pfg_fork_account(PyObject *object) {
  pfg_account *self = (pfg_account *)object;
  fg_account *copy = NULL;
  pfg_lock(self);
  fg_status status = fg_account_fork(self->account, &copy);
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_raise_status(self->state, status);
  }
  return copy;
}

static PyObject *account_sizeof(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  pfg_lock(self);
  size_t bytes = fg_account_bytes(self->account);
  pfg_unlock(self);
  return PyLong_FromSize_t(sizeof *self + bytes);
}

static PyObject *account_book(PyObject *self, void *unused) {
  (void)unused;
  return Py_NewRef(((pfg_account *)self)->book);
}

static PyObject *account_now(PyObject *object, void *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_time now = pfg_account_now(self);
  return now == FG_NO_TIME ? Py_NewRef(Py_None) : pfg_datetime(self->state, now, pfg_account_offset(self));
}

static PyObject *account_invoices(PyObject *self, void *unused) {
  (void)unused;
  return describe((pfg_account *)self, fg_account_invoices);
}

static PyObject *account_calls(PyObject *self, void *unused) {
  (void)unused;
  return describe((pfg_account *)self, fg_account_calls);
}

static PyObject *account_marginal(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "quantity", NULL};
  pfg_account *self = (pfg_account *)object;
  PyObject *product_name = NULL;
  PyObject *units = NULL;
  fg_string product;
  int64_t quantity = 0;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO:marginal", names, &product_name, &units) ||
      !pfg_read_text(self->state, "product", product_name, &product) ||
      !pfg_read_integer(self->state, "quantity", units, &quantity)) {
    return NULL;
  }
  fg_money amount;
  fg_error error;
  pfg_lock(self);
  fg_status status = fg_account_marginal(self->account, product, quantity, &amount, &error);
  pfg_unlock(self);
  int minor_digits = fg_book_minor_digits(pfg_book_of(self->book));
  return status == FG_OK ? pfg_decimal(self->state, amount, minor_digits) : pfg_raise(self->state, &error);
}

/* ------------------------------------------------------------------------------------------------------ type */

static PyGetSetDef account_getters[] = {
    {"book", account_book, NULL, "its price book", NULL},
    {"now", account_now, NULL, "the latest instant it has seen, None before the first", NULL},
    {"invoices", account_invoices, NULL, "the invoices so far: month, issued, lines, total, balance_after", NULL},
    {"calls", account_calls, NULL,
     "the calls neither committed nor canceled: id, product, quantity, owner, since, deadline, state", NULL},
    PFG_LEDGER_GETTERS
    {NULL, NULL, NULL, NULL, NULL},
};

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef account_methods[] = {
#define METHOD_ENTRY(NAME, name) {name, FAST(account_##NAME), METH_FASTCALL | METH_KEYWORDS, DOC_##NAME},
    FG_COMMAND_LIST(METHOD_ENTRY)
#undef METHOD_ENTRY
    {"marginal", FAST(account_marginal), METH_VARARGS | METH_KEYWORDS,
     "marginal($self, /, product, quantity)\n--\n\n"
     "What `quantity` more units now would add to this month's bill, exactly, as a Decimal: below 0 where they\n"
     "reach a cheaper tier (R13).\n\n"
     "quantity  int, units, 0 to 2**63-1\n\n"
     "Raises UnknownProduct, NotOpen, NotSold, Overflow, Invalid, InvalidType."},
    {"fork", account_fork, METH_NOARGS,
     "fork($self, /)\n--\n\nAn independent copy, for what-if. Its cost is that of the state, not of the history."},
    PFG_OUTLOOK_METHODS
    PFG_LEDGER_METHODS
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
    .basicsize = sizeof(pfg_account),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = account_slots,
};

int pfg_add_account_type(PyObject *module, pfg_state *state) {
  state->account_type = PyType_FromModuleAndSpec(module, &account_spec, NULL);
  return state->account_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->account_type));
}
