/* faregate.Account: the type, with a method for each command of the timeline. */
#include "account.h"

static PyObject *account_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  static char *names[] = {"book", "wallet", "policy", "attributes", "max_jump", "keep_ids_days", NULL};
  pfg_state *state = pfg_state_of(type);
  PyObject *book = NULL;
  pfg_begun_with begun = {Py_None, Py_None, Py_None, Py_None};
  PyObject *max_jump = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$OOOOO:Account", names, &book, &begun.wallet, &begun.policy,
                                   &begun.attributes, &max_jump, &begun.keep_ids_days)) {
    return NULL;
  }
  book = pfg_book_object(state, book);
  fg_handle *handle = book == NULL ? NULL : pfg_open_account(state, book, &begun, max_jump);
  PyObject *account = handle == NULL ? NULL : pfg_wrap_handle(state, handle, book);
  Py_XDECREF(book);
  return account;
}

/* Returns the outcome; for preview and statement only the object that they ask for. */
static PyObject *answer_of(fg_command_kind kind, PyObject *outcome) {
  const char *key = kind == FG_DO_PREVIEW ? "invoice" : kind == FG_DO_STATEMENT ? "statement" : NULL;
  if (outcome == NULL || key == NULL) {
    return outcome;
  }
  PyObject *answer = PyMapping_GetItemString(outcome, key);
  Py_DECREF(outcome);
  return answer;
}

typedef fg_status runner(fg_handle *handle, const fg_command *command, fg_outcome *outcome, fg_error *error);

static PyObject *apply(pfg_account *self, const fg_command *command, runner *run_command) {
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_outcome outcome;
  fg_error error;
  fg_handle *handle = NULL;
  fg_status status = pfg_account_begin(self, &handle, &error);
  if (status == FG_OK) {
    status = run_command(handle, command, &outcome, &error);
    status = status == FG_OK ? pfg_tell_outcome(handle, &outcome, &visitor, &error) : status;
    pfg_account_end(self);
  }
  PyObject *told = pfg_recording_end(&recording, status, &error, self->state, pfg_book_of(self->book));
  return answer_of(command->kind, told);
}

/* Applies usage, and copies its answer before another command can overwrite it. */
static bool apply_use(pfg_account *self, const fg_command *command, pfg_used *used) {
  fg_outcome outcome;
  fg_error error;
  fg_handle *handle = NULL;
  fg_status status = pfg_account_begin(self, &handle, &error);
  if (status == FG_OK) {
    status = fg_handle_apply(handle, command, &outcome, &error);
    if (status == FG_OK) {
      pfg_fill_used(used, &outcome);
    }
    pfg_account_end(self);
  }
  if (status != FG_OK) {
    pfg_raise(self->state, &error);
  }
  return status == FG_OK;
}

static bool read_command(pfg_account *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                         fg_command_kind kind, fg_command *command, pfg_attributes *attributes) {
  fg_command_begin(command, kind, FG_NO_TIME);
  if (!pfg_read_command(self->state, args, nargs, kwnames, pfg_account_zone(self), command, attributes)) {
    return false;
  }
  if (!pfg_finish_command(self->state, command)) {
    pfg_release_attributes(attributes);
    return false;
  }
  return true;
}

static PyObject *use_as(pfg_account *self, const fg_command *command) {
  pfg_used *used = PyObject_New(pfg_used, pfg_type(self->state->used_type));
  if (used == NULL) {
    return NULL;
  }
  used->block = NULL;
  if (!apply_use(self, command, used)) {
    Py_CLEAR(used);
  }
  return (PyObject *)used;
}

static PyObject *use(pfg_account *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, FG_NO_TIME);
  if (pfg_read_plain(self->state, args, nargs, kwnames, &command)) {
    return use_as(self, &command);
  }
  pfg_attributes attributes;
  if (!read_command(self, args, nargs, kwnames, FG_DO_USE, &command, &attributes)) {
    return NULL;
  }
  PyObject *used = use_as(self, &command);
  pfg_release_attributes(&attributes);
  return used;
}

static fg_status ask_statement(fg_handle *handle, const void *unused, const fg_visitor *visitor, fg_error *error) {
  (void)unused;
  return fg_handle_statement(handle, visitor, error);
}

static PyObject *run(pfg_account *self, fg_command_kind kind, PyObject *const *args, Py_ssize_t nargs,
                     PyObject *kwnames) {
  fg_command command;
  pfg_attributes attributes;
  if (kind == FG_DO_USE || kind == FG_DO_CALL) {
    return kind == FG_DO_USE ? use(self, args, nargs, kwnames) : pfg_new_call(self, args, nargs, kwnames);
  }
  if (!read_command(self, args, nargs, kwnames, kind, &command, &attributes)) {
    return NULL;
  }
  /* A statement without an instant is told without a command, so that a new account stays new. */
  bool as_it_stands = kind == FG_DO_STATEMENT && command.at == FG_NO_TIME;
  PyObject *answer = as_it_stands ? pfg_ask(self, ask_statement, NULL) : apply(self, &command, fg_handle_apply);
  pfg_release_attributes(&attributes);
  return answer;
}

static PyObject *account_ensure_open(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  pfg_account *self = (pfg_account *)object;
  fg_command command;
  pfg_attributes attributes;
  if (!read_command(self, args, nargs, kwnames, FG_DO_OPEN, &command, &attributes)) {
    return NULL;
  }
  PyObject *answer = apply(self, &command, fg_handle_ensure_open);
  pfg_release_attributes(&attributes);
  return answer;
}

/* Defines a method for each command: account_BUY_PACK and so on. */
#define COMMAND_DOC(NAME, name, doc)                                                                                   \
  static PyObject *account_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {        \
    return run((pfg_account *)self, FG_DO_##NAME, args, nargs, kwnames);                                               \
  }
#include "command_docs.h"
#undef COMMAND_DOC

static PyObject *account_fork(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_handle *copy = NULL;
  fg_error error;
  pfg_lock(self);
  fg_status status = fg_handle_fork(self->handle, &copy, &error);
  pfg_unlock(self);
  return status == FG_OK ? pfg_wrap_handle(self->state, copy, self->book) : pfg_raise(self->state, &error);
}

static PyObject *account_deepcopy(PyObject *self, PyObject *memo) {
  (void)memo;
  return account_fork(self, NULL);
}

static PyObject *account_sizeof(PyObject *object, PyObject *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  pfg_lock(self);
  size_t bytes = fg_account_bytes(fg_handle_account(self->handle));
  pfg_unlock(self);
  return PyLong_FromSize_t(sizeof *self + bytes);
}

static PyObject *account_book(PyObject *object, void *unused) {
  (void)unused;
  return pfg_wrap_book_of((pfg_account *)object, fg_account_book);
}

static PyGetSetDef account_getters[] = {
    {"book", account_book, NULL, "its price book", NULL},
    {"now", pfg_account_now, NULL, "the latest instant it has seen, None before the first", NULL},
    {"invoices", pfg_account_invoices, NULL, "the invoices so far: month, issued, lines, total, balance_after", NULL},
    {"calls", pfg_account_calls, NULL,
     "the calls neither committed nor canceled: id, product, quantity, owner, since, deadline, state", NULL},
    {"ledger", pfg_account_ledger, NULL,
     "path, commands, durability, group_ms, session and head of the ledger; None for an account in memory", NULL},
    {"durability", pfg_account_durability, NULL,
     "\"command\": on the disk before it is answered; \"group\": within group_ms; None for an account in memory", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef account_methods[] = {
#define COMMAND_DOC(NAME, name, doc) {name, PFG_KEYWORDS(account_##NAME), METH_FASTCALL | METH_KEYWORDS, doc},
#include "command_docs.h"
#undef COMMAND_DOC
    {"marginal", PFG_KEYWORDS(pfg_account_marginal), METH_VARARGS | METH_KEYWORDS,
     "marginal($self, /, product, quantity, attributes=None)\n--\n\n"
     "What `quantity` more now would add to this month's bill, exactly, as a Decimal: below 0 where it reaches a\n"
     "cheaper tier (R13).\n\n"
     "product     of the book, or an event\n"
     "quantity    int, 0 to 2**63-1\n"
     "attributes  dict of name to str or int: what the usage is priced by\n\n"
     "Raises UnknownProduct, NotOpen, UnknownValue, MissingAttribute, NoRule, PostpaidOff, NotSold, Overflow,\n"
     "Invalid, InvalidType."},
    {"ensure_open", PFG_KEYWORDS(account_ensure_open), METH_FASTCALL | METH_KEYWORDS,
     "ensure_open($self, /, product, *, at=None)\n--\n\n"
     "Open a product unless it is open already: the everyday start of a booth.\n\n"
     "Answers grants, as open does; none where it was open, and nothing has changed then. Raises UnknownProduct,\n"
     "ClockSuspect."},
    {"resume", pfg_resume_call, METH_O,
     "resume($self, id, /)\n--\n\n"
     "A Call to end one that nobody has in hand: its process has ended, it was left by an error or lost, or an error\n"
     "left open whether it was let in. It is no leave to send again: to send again, end it and call anew.\n\n"
     "One durable step: of two that try, one gets InFlight. Raises UnknownId, AlreadyFinished, InFlight."},
    {"uncertain", pfg_account_uncertain, METH_NOARGS,
     "uncertain($self, /)\n--\n\n"
     "The calls in flight that nobody has in hand, as `calls` has them: left by an error, lost, or of a ledger's\n"
     "process that has ended. They count as used until they are committed or canceled, by their ids or by `resume`."},
    {"fork", account_fork, METH_NOARGS,
     "fork($self, /)\n--\n\nAn independent copy, for what-if. Its cost is that of the state, not of the history."},
    {"to_bytes", pfg_account_to_bytes, METH_NOARGS,
     "to_bytes($self, /)\n--\n\n"
     "The account as bytes for another process to go on from: its switches and its state, checked and versioned, without\n"
     "its price book. The ids of finished usage are not in it: a usage that is sent again after is a new one."},
    {"from_bytes", PFG_KEYWORDS(pfg_account_from_bytes), METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "from_bytes($type, /, data, book)\n--\n\n"
     "The account of what `to_bytes` answered, in memory.\n\n"
     "book  that it was begun with; what it has adopted since is in the bytes\n\n"
     "Raises Invalid for bytes that are damaged, of a later version or of an account of another price book, and\n"
     "InvalidType."},
    {"__reduce__", pfg_account_reduce, METH_NOARGS,
     "__reduce__($self, /)\n--\n\nFor pickle: as to_bytes, with its price book. An account in a ledger has none."},
    {"__copy__", account_fork, METH_NOARGS, "__copy__($self, /)\n--\n\nA fork."},
    {"__deepcopy__", account_deepcopy, METH_O, "__deepcopy__($self, memo, /)\n--\n\nA fork."},
    {"upcoming", PFG_KEYWORDS(pfg_account_upcoming), METH_VARARGS | METH_KEYWORDS,
     "upcoming($self, /, until=None)\n--\n\n"
     "What will happen by itself if nothing more is used, bought or paid: from, events, until, complete. An event has\n"
     "at, kind, product, id, units, amount, rule, None where its kind has none:\n\n"
     /* begin generated events: from core/src/account/outlook.def by `make generated` */
     "grant_expires    units: what is left, and is lost\n"
     "pack_expires     units: what is left, and is lost\n"
     "capacity_begins  units: of the order; also meter, and the mode and the limit from then on (R23, R24)\n"
     "capacity_ends    units: of the order; also meter, and the mode and the limit from then on (R23, R24)\n"
     "settlement       amount: of the usage so far; also month (or begin and settle), balance_after\n"
     "suspension       amount: what the balance lacks (R26); of a book with `arrears` product, one event each\n"
     "grant_issued     units: of the free grant\n"
     "lot_issued       units: of pack `id`, which come anew\n"
     "choice_switched  product opens, and the one of choice `id` that was open closes\n"
     "budget_day       amount: what was used of the budget, which begins anew\n"
     "budget_month     amount: what was used of the budget, which begins anew\n"
     /* end generated events */
     "\n"
     "until  how far to look, from `now` on; 31 days if None. Ten years at most: `until` of the\n"
     "       answer says how far it came, `complete` whether that is as far as was asked.\n\n"
     "Raises TimeReversal, Invalid, InvalidType."},
    {"notices", PFG_KEYWORDS(pfg_account_notices), METH_VARARGS | METH_KEYWORDS,
     "notices($self, /, *, pack_percent=None, pack_days=None, budget_percent=None)\n--\n\n"
     "What wants the attention of whoever keeps the account, as it stands. A notice has code, message (a sentence),\n"
     "product, id, units, of, amount, limit, at, rule, None where its code has none:\n\n"
     /* begin generated notices: from core/src/account/outlook.def by `make generated` */
     "packs_low          units of the packs that can be drawn on are left, of so many\n"
     "packs_used_up      no pack of the product that is in time has units left\n"
     "pack_ending        units of pack `id` are lost at `at`\n"
     "postpaid_begun     units of the month are postpaid, for `amount` so far; the product has grants or packs\n"
     "budget_used        amount of `limit` is used; `id` is \"day\" or \"month\"\n"
     "arrears            amount is what the balance lacks; the service is suspended at `at`, that of `product`\n"
     "                     of a book with `arrears`\n"
     "suspended          amount is what the balance lacks; in arrears since `at`; `product` as of arrears\n"
     "violation          the account is stopped until it is reinstated\n"
     "calls_uncertain    units in `of` calls that nobody has in hand and that are not past their time, the\n"
     "                     oldest of which, `id`, began at `at`; those of another handle that lives are known\n"
     "                     to that one alone\n"
     "calls_abandoned    units in `of` calls past their time, the oldest of which, `id`, began at `at`\n"
     "clock_suspect      the clock shows `at`, so that commands that name no instant are refused\n"
     "edition_available  the price book `id` that the ledger was opened with says more than the account goes\n"
     "                     by, from `at` on where that has a date; nothing is adopted unasked (R37)\n"
     /* end generated notices */
     "\n"
     "pack_percent    less than so many percent are left in a product's packs; 10 if None\n"
     "pack_days       a pack is void within so many days; 30 if None\n"
     "budget_percent  at least so many percent of a budget are used; 80 if None\n\n"
     "Raises Invalid, InvalidType."},
    {"flush", pfg_account_flush, METH_NOARGS,
     "flush($self, /)\n--\n\nPut on the disk what waits for its group; nothing to do without a ledger."},
    {"trust_clock", pfg_account_trust_clock, METH_NOARGS,
     "trust_clock($self, /)\n--\n\n"
     "Say that the clock is right although commands were refused with ClockSuspect. It holds once: a later jump is\n"
     "suspect again. Of a ledger it is kept, for all processes. Where nothing is suspect, nothing is written."},
    {"release", pfg_account_release, METH_NOARGS,
     "release($self, /)\n--\n\n"
     "Close the ledger; what waits for its group is written first. The account then answers questions as it stood, and\n"
     "no more commands. Without a ledger, or again: nothing. At the end of a `with` block it is called by itself."},
    {"__enter__", pfg_account_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nThe account itself."},
    {"__exit__", pfg_account_exit, METH_VARARGS, "__exit__($self, type, value, traceback, /)\n--\n\nRelease it."},
    {"__sizeof__", account_sizeof, METH_NOARGS,
     "__sizeof__($self, /)\n--\n\nBytes of memory of the state, history not counted."},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(
    account_doc,
    "Account(book, *, wallet=None, policy=None, attributes=None, max_jump=None, keep_ids_days=None)\n--\n\n"
    "One customer of a price book. Every command of a timeline is a method with the same names.\n\n"
    "book    a Book, or what Book takes\n"
    "wallet  funds and amounts, {\"cash\": \"5000\", \"gift\": \"20\"}; unlimited funds if None (R34)\n"
    "policy  switches that replace the book's, {\"tier_basis\": \"total\"}\n"
    "attributes  of the account, name to str or int, as the book declares them; `set` changes them\n"
    "max_jump  days, or a timedelta: where the clock jumps further ahead between two commands without `at`,\n"
    "          it is suspect (ClockSuspect); 92 days if None\n"
    "keep_ids_days  ids of usage and calls are known for so many days, so that memory stays level; for ever if\n"
    "               None. A command that comes again later counts as new\n\n"
    "The arguments of all methods:\n\n"
    "at          the instant: a datetime (a naive one is civil time in the book's offset), a date (its\n"
    "            00:00), ISO 8601 text, or an int of microseconds since 1970-01-01T00:00Z, which is the\n"
    "            fastest. The clock's now if None. Years 1970 to 9999, as an int 2000 to 2099, never earlier\n"
    "            than what the account has seen (TimeReversal).\n"
    "quantities  int or a decimal str, 0 or 1 to 2**63-1; never a float or bool\n"
    "amounts     Decimal, str or int, at most 12 decimals, below 10**26; never a float\n"
    "dates       date or str, \"2024-11-05\", civil dates in the book's offset\n"
    "id          str, unique on the account. The same command again with the same id answers as it did,\n"
    "            with repeated = True, and changes nothing; another command with it raises IdConflict. After a\n"
    "            MemoryError, when a command may have happened, it can so be said again.\n\n"
    "A refusal by the rules raises a subclass of Refusal and changes nothing but that what was due until\n"
    "`at` has happened. A wrong argument raises Invalid or InvalidType. Threads may share an account.\n\n"
    "Two accounts are equal that stand alike: of the same book, with the same state. The ids of finished usage\n"
    "are not part of it.");

static PyType_Slot account_slots[] = {
    {Py_tp_doc, (void *)account_doc},
    {Py_tp_new, account_new},
    {Py_tp_dealloc, pfg_account_dealloc},
    {Py_tp_repr, pfg_account_repr},
    {Py_tp_richcompare, pfg_account_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_getset, account_getters},
    {Py_tp_methods, account_methods},
    {0, NULL},
};

/* An Account holds a book as its only Python object, and books hold none, so there can be no cycle for the garbage
   collector. */
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
