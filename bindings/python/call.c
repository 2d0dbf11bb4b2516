/* faregate.Call: a call that the gate let in, to be ended by the one who makes it. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

typedef struct call_object {
  pfg_used used; ///< comes first, because a Call has the members of a Used
  fg_pass pass;
  pfg_account *account;
  PyObject *id; ///< as it was given, because the pass borrows its text; NULL: none was
} call_object;

static pfg_state *state_of(const call_object *self) { return pfg_account_state(self->account); }

/* Reads the arguments of a call; without an id, the id is absent. */
static bool read_call(pfg_account *account, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                      fg_command *command, pfg_attributes *attributes) {
  pfg_state *state = pfg_account_state(account);
  attributes->items = NULL;
  fg_command_begin(command, FG_DO_CALL, FG_NO_TIME);
  if (pfg_read_plain(state, args, nargs, kwnames, command)) {
    return true;
  }
  fg_error error;
  fg_command_begin(command, FG_DO_CALL, FG_NO_TIME);
  if (!pfg_read_command(state, args, nargs, kwnames, pfg_account_zone(account), command, attributes)) {
    return false;
  }
  fg_string id = command->id;
  if (id.text == NULL &&
      fg_command_set_text(command, "id", id, &error) != FG_OK) { /* optional, so it is not among the required fields */
    pfg_raise(state, &error);
    pfg_release_attributes(attributes);
    return false;
  }
  if (!pfg_finish_command(state, command)) {
    pfg_release_attributes(attributes);
    return false;
  }
  return true;
}

/* Makes a call that is not let in yet. */
static call_object *new_call(pfg_account *account) {
  call_object *self = PyObject_New(call_object, pfg_type(pfg_account_state(account)->call_type));
  if (self != NULL) {
    self->used = (pfg_used){.ob_base = self->used.ob_base, .kind = FG_DO_CALL};
    self->pass = (fg_pass){.handle = NULL};
    self->account = (pfg_account *)Py_NewRef((PyObject *)account);
    self->id = NULL;
  }
  return self;
}

static bool keep_id(call_object *self, fg_string *id) {
  if (id->text != NULL) {
    self->id = PyUnicode_FromStringAndSize(id->text, (Py_ssize_t)id->length);
    return self->id != NULL && pfg_read_text(state_of(self), "id", self->id, id);
  }
  return true;
}

static bool let_in(call_object *self, const fg_command *command) {
  fg_outcome outcome;
  fg_error error;
  fg_handle *handle = NULL;
  fg_status status = pfg_account_begin(self->account, &handle, &error);
  if (status == FG_OK) {
    status = fg_handle_call(handle, command, &self->pass, &outcome, &error);
    if (status == FG_OK) {
      pfg_fill_used(&self->used, &outcome);
    }
    pfg_account_end(self->account);
  }
  if (status != FG_OK) {
    pfg_raise(state_of(self), &error);
  }
  return status == FG_OK;
}

PyObject *pfg_new_call(pfg_account *account, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  fg_command command;
  pfg_attributes attributes;
  if (!read_call(account, args, nargs, kwnames, &command, &attributes)) {
    return NULL;
  }
  call_object *self = new_call(account);
  if (self != NULL && (!keep_id(self, &command.id) || !let_in(self, &command))) {
    Py_CLEAR(self);
  }
  pfg_release_attributes(&attributes);
  return (PyObject *)self;
}

PyObject *pfg_resume_call(PyObject *object, PyObject *id) {
  pfg_account *account = (pfg_account *)object;
  fg_string text;
  fg_error error;
  fg_handle *handle = NULL;
  if (!pfg_read_text(pfg_account_state(account), "id", id, &text)) {
    return NULL;
  }
  call_object *self = new_call(account);
  if (self == NULL || !keep_id(self, &text)) {
    Py_XDECREF((PyObject *)self);
    return NULL;
  }
  fg_status status = pfg_account_begin(account, &handle, &error);
  if (status == FG_OK) {
    status = fg_handle_resume(handle, text, &self->pass, &error);
    pfg_account_end(account);
  }
  if (status != FG_OK) {
    pfg_raise(state_of(self), &error);
    Py_CLEAR(self);
  }
  return (PyObject *)self;
}

/* Releases a call. It stays used, and becomes uncertain. A handle that is closed has no passes. */
static void call_dealloc(PyObject *object) {
  call_object *self = (call_object *)object;
  fg_handle *handle = NULL;
  if (pfg_account_begin(self->account, &handle, NULL) == FG_OK) {
    fg_pass_release(&self->pass);
    pfg_account_end(self->account);
  }
  free(self->used.block);
  Py_XDECREF(self->id);
  Py_DECREF((PyObject *)self->account);
  pfg_free_object(object);
}

/* Ends a call, and returns what the core tells of it; NULL with an exception. */
static PyObject *end_call(call_object *self, fg_command *command) {
  pfg_recording recording;
  fg_visitor visitor = pfg_recording_begin(&recording);
  fg_outcome outcome;
  fg_error error;
  fg_handle *handle = NULL;
  fg_status status = pfg_account_begin(self->account, &handle, &error);
  if (status == FG_OK) {
    status = fg_pass_end(&self->pass, command, &outcome, &error);
    status = status == FG_OK ? pfg_tell_outcome(handle, &outcome, &visitor, &error) : status;
    pfg_account_end(self->account);
  }
  return pfg_recording_end(&recording, status, &error, state_of(self), pfg_book_of(pfg_account_book(self->account)));
}

static bool names_id(pfg_state *state, Py_ssize_t nargs, PyObject *kwnames) {
  Py_ssize_t names = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
  bool found = nargs > 0;
  for (Py_ssize_t i = 0; i < names && !found; i++) {
    found = PyUnicode_Compare(PyTuple_GetItem(kwnames, i), state->name_id) == 0;
  }
  return found;
}

/* Reads the fields of the command by name. The id must not be among them, because the call has it. */
static bool read_end(const call_object *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                     fg_command_kind kind, fg_command *command, pfg_attributes *attributes) {
  pfg_state *state = state_of(self);
  fg_command_begin(command, kind, FG_NO_TIME);
  if (names_id(state, nargs, kwnames)) {
    fg_error error = {.message = "expected no id, and no argument by position"};
    pfg_raise_shape(state, &error);
    return false;
  }
  return pfg_read_command(state, args, 0, kwnames, pfg_account_zone(self->account), command, attributes);
}

static PyObject *call_commit(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  call_object *self = (call_object *)object;
  fg_command command;
  pfg_attributes attributes;
  if (!read_end(self, args, nargs, kwnames, FG_DO_COMMIT, &command, &attributes)) {
    return NULL;
  }
  PyObject *told = end_call(self, &command);
  pfg_release_attributes(&attributes);
  bool tells = command.quantity != FG_ALL || command.outcome.text != NULL || command.attributes.count > 0;
  if (told == NULL || tells) {
    return told;
  }
  Py_DECREF(told);
  return Py_NewRef(Py_None);
}

static PyObject *call_cancel(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  call_object *self = (call_object *)object;
  fg_command command;
  pfg_attributes attributes;
  return read_end(self, args, nargs, kwnames, FG_DO_CANCEL, &command, &attributes) ? end_call(self, &command) : NULL;
}

static PyObject *call_enter(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

/* Leaves a call without an end, for example because of an exception: it stays used, because most exceptions are
   time-outs, and the vendor may have counted the call. */
static bool leave(call_object *self) {
  fg_handle *handle = NULL;
  if (pfg_account_begin(self->account, &handle, NULL) == FG_OK) {
    fg_pass_leave(&self->pass);
    pfg_account_end(self->account);
  }
  return true;
}

/* Returns the result code of the service that an exception has as its `code`, a str, as in the packages of vendors.
   Exceptions of this package are not answers of the service, and neither is SystemExit, whose `code` is what a program
   says at its end. NULL, without an exception, if there is no code. */
static PyObject *code_of(const call_object *self, PyObject *exception) {
  PyObject *code = NULL;
  if (PyObject_IsInstance(exception, PyExc_Exception) == 1 &&
      PyObject_IsInstance(exception, state_of(self)->error) == 0) {
    code = PyObject_GetAttrString(exception, "code");
  }
  PyErr_Clear();
  if (code != NULL && !PyUnicode_Check(code)) {
    Py_CLEAR(code);
  }
  return code;
}

/* Ends a call with the result code of the exception that leaves its block. The exception goes on in any case. */
static bool end_as_told(call_object *self, PyObject *exception) {
  fg_command command;
  fg_command_begin(&command, FG_DO_COMMIT, FG_NO_TIME);
  PyObject *code = code_of(self, exception);
  if (code != NULL && pfg_read_text(state_of(self), "outcome", code, &command.outcome)) {
    Py_XDECREF(end_call(self, &command));
  }
  PyErr_Clear();
  Py_XDECREF(code);
  return leave(self); /* does nothing if the call has ended */
}

/* Commits a call at the end of its block. If it was ended already, for instance by its id, that is no failure. */
static bool commit_on_leaving(call_object *self) {
  fg_command command;
  fg_command_begin(&command, FG_DO_COMMIT, FG_NO_TIME);
  PyObject *told = end_call(self, &command);
  if (told == NULL && PyErr_ExceptionMatches(state_of(self)->errors[FG_ALREADY_FINISHED])) {
    PyErr_Clear();
    return true;
  }
  Py_XDECREF(told);
  return told != NULL;
}

/* Leaves a block. If the account was released inside it, the call is uncertain, and the exception says that it cannot
   be committed. */
static PyObject *call_exit(PyObject *object, PyObject *const *args, Py_ssize_t nargs) {
  call_object *self = (call_object *)object;
  bool failed = nargs > 0 && args[0] != Py_None;
  bool has_no_end = self->pass.state == FG_PASS_HELD || self->pass.state == FG_PASS_UNCERTAIN;
  bool done = !has_no_end || (failed ? end_as_told(self, args[nargs > 1]) : commit_on_leaving(self));
  return done ? Py_NewRef(Py_False) : NULL;
}

static PyObject *call_aenter(PyObject *self, PyObject *unused) {
  return pfg_done(pfg_state_of(Py_TYPE(self)), call_enter(self, unused));
}

static PyObject *call_aexit(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
  return pfg_done(pfg_state_of(Py_TYPE(self)), call_exit(self, args, nargs));
}

static PyObject *call_id(PyObject *object, void *unused) {
  (void)unused;
  char made[FG_CALL_NAME_MAX];
  fg_string id = fg_pass_id(&((const call_object *)object)->pass, made);
  return PyUnicode_FromStringAndSize(id.text, (Py_ssize_t)id.length);
}

static PyObject *call_state(PyObject *object, void *unused) {
  (void)unused;
  return PyUnicode_FromString(fg_pass_state_name(((const call_object *)object)->pass.state));
}

static PyObject *call_attempt(PyObject *object, void *unused) {
  (void)unused;
  return PyLong_FromUnsignedLongLong(((const call_object *)object)->pass.attempt);
}

static PyObject *call_repr(PyObject *object) {
  PyObject *id = call_id(object, NULL);
  const char *state = fg_pass_state_name(((const call_object *)object)->pass.state);
  PyObject *text = id == NULL ? NULL : PyUnicode_FromFormat("Call(id=%R, %s)", id, state);
  Py_XDECREF(id);
  return text;
}

static PyGetSetDef call_getters[] = {
    {"id", call_id, NULL, "its id, given or made up", NULL},
    {"state", call_state, NULL,
     "\"held\"; \"committed\", \"canceled\"; \"uncertain\": left by an error; \"unknown\": told an outcome of which nobody knows\n"
     "whether it is billed; \"unwritten\": its end could not be written yet; \"forgotten\": ended by its id, and how is not\n"
     "known any more (keep_ids_days)",
     NULL},
    {"attempt", call_attempt, NULL, "its number among the account's calls: what it ends is this one alone", NULL},
    {"packs", pfg_used_packs, NULL, "what each pack covers (R7), as results with id and units", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

#define DOC_NOT_SENT                                                                                                   \
  "The call did not go out, or is known not to count: its units go back to where they came from, as\n"                 \
  "far as they can.\n\nAnswers returned and lost (units). Raises AlreadyFinished."

static PyMethodDef call_methods[] = {
    {"commit", PFG_KEYWORDS(call_commit), METH_FASTCALL | METH_KEYWORDS,
     "commit($self, /, *, quantity=None, outcome=None, ref=None, attributes=None, at=None)\n--\n\n"
     "The call went out: its slot is free again, its units stay taken. Said again it does nothing more.\n\n"
     "quantity  units that it came to, if others than were held: the rest goes back, or is taken besides\n"
     "outcome   the result code of the service (R36): one that the book does not bill does what cancel does; of one\n"
     "          that is unknown the call stays among the uncertain, without its slot, until another ending\n"
     "ref       the vendor's own receipt, at most 64 bytes, kept beside the command\n"
     "attributes  those known at the end, each in place of the one of its name: as if the call had been made with them\n\n"
     "Answers None; with a quantity, attributes or an outcome billed, returned, lost (units) and extra, as Account.commit.\n"
     "Raises AlreadyFinished."},
    {"cancel", PFG_KEYWORDS(call_cancel), METH_FASTCALL | METH_KEYWORDS,
     "cancel($self, /, *, at=None)\n--\n\n" DOC_NOT_SENT},
    {"not_sent", PFG_KEYWORDS(call_cancel), METH_FASTCALL | METH_KEYWORDS,
     "not_sent($self, /, *, at=None)\n--\n\n" DOC_NOT_SENT},
    {"to_dict", pfg_used_to_dict, METH_NOARGS,
     "to_dict($self, /)\n--\n\nA plain dict, the outcome as a timeline answers it."},
    {"__enter__", call_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nThe call itself."},
    {"__exit__", PFG_KEYWORDS(call_exit), METH_FASTCALL,
     "__exit__($self, /, *exception)\n--\n\n"
     "Commits, and raises what commit() raises. On an Exception with a text as its `code` it commits with that as the\n"
     "outcome; on any other the call stays used and uncertain. Nothing if it was ended inside."},
    {"__aenter__", call_aenter, METH_NOARGS, "__aenter__($self, /)\n--\n\nAs __enter__: nothing ever waits."},
    {"__aexit__", PFG_KEYWORDS(call_aexit), METH_FASTCALL,
     "__aexit__($self, /, *exception)\n--\n\nAs __exit__: nothing ever waits."},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(
    call_doc,
    "A call that the gate let in: its units are taken, its slot is held.\n\n"
    "with account.call(\"image\") as call: commits on the way out; async with does the same and never waits. Left\n"
    "by an exception, most often a time-out, it stays used and is listed by account.uncertain(): cancel it where\n"
    "you know that it did not go out. An exception of the vendor's package that has the service's error code as its\n"
    "`code` says how the call ended: as commit(outcome=code). A call that is forgotten is listed there too. What the disk fails to take\n"
    "of an ending is raised, and done again with the account's next command. Units are told as by Used.");

static PyType_Slot call_slots[] = {
    {Py_tp_doc, (void *)call_doc},
    {Py_tp_members, pfg_used_members},
    {Py_tp_getset, call_getters},
    {Py_tp_methods, call_methods},
    {Py_tp_repr, call_repr},
    {Py_tp_dealloc, call_dealloc},
    {0, NULL},
};

/* The objects that a Call holds refer to no Call, so there can be no cycle for the garbage collector. */
static PyType_Spec call_spec = {
    .name = "faregate.Call",
    .basicsize = sizeof(call_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = call_slots,
};

int pfg_add_call_type(PyObject *module, pfg_state *state) {
  state->call_type = PyType_FromModuleAndSpec(module, &call_spec, NULL);
  return state->call_type == NULL ? -1 : PyModule_AddType(module, pfg_type(state->call_type));
}
