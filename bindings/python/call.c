/* faregate.Call: a call that the gate let through, held until it is committed or canceled. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

typedef struct call_object {
  pfg_used used; ///< first: its members are this type's too
  pfg_account *account;
  PyObject *id; ///< as given; NULL: used.used.call is the number of it
  bool by_clock; ///< made at the clock's now; else it ends, if nothing is said, at the latest instant of the account
  bool ended;    ///< committed or canceled through this object
} call_object;

/* ------------------------------------------------------------------------------------------------------- new */

/* The id is absent where the caller left it out. */
static bool read_call(pfg_account *account, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                      fg_command *command) {
  pfg_state *state = pfg_account_state(account);
  fg_command_begin(command, FG_DO_CALL, FG_NO_TIME);
  if (pfg_read_plain(state, args, nargs, kwnames, command)) {
    return true;
  }
  fg_error error;
  fg_command_begin(command, FG_DO_CALL, FG_NO_TIME);
  if (!pfg_read_command(state, args, nargs, kwnames, pfg_account_offset(account), command)) {
    return false;
  }
  fg_string id = command->id;
  if (id.text == NULL && fg_command_set_text(command, "id", id, &error) != FG_OK) { /* it is the caller's to leave out */
    pfg_raise(state, &error);
    return false;
  }
  return pfg_finish_command(state, command);
}

static call_object *new_call(pfg_account *account, const fg_command *command) {
  call_object *self = PyObject_New(call_object, pfg_type(pfg_account_state(account)->call_type));
  if (self == NULL) {
    return NULL;
  }
  self->used.block = NULL;
  self->account = (pfg_account *)Py_NewRef((PyObject *)account);
  self->id = NULL;
  self->by_clock = command->at == FG_NO_TIME;
  self->ended = false;
  if (command->id.text != NULL) {
    self->id = PyUnicode_FromStringAndSize(command->id.text, (Py_ssize_t)command->id.length);
    if (self->id == NULL) {
      Py_CLEAR(self);
    }
  }
  return self;
}

PyObject *pfg_new_call(pfg_account *account, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  fg_command command;
  if (!read_call(account, args, nargs, kwnames, &command)) {
    return NULL;
  }
  call_object *self = new_call(account, &command);
  if (self == NULL) {
    return NULL;
  }
  if (!pfg_apply_used(account, &command, &self->used)) {
    Py_CLEAR(self);
  }
  return (PyObject *)self;
}

static void call_dealloc(PyObject *object) {
  call_object *self = (call_object *)object;
  free(self->used.block);
  Py_XDECREF(self->id);
  Py_DECREF((PyObject *)self->account);
  pfg_free_object(object);
}

/* ------------------------------------------------------------------------------------------- commit, cancel */

static bool read_id(const call_object *self, fg_command *command) {
  command->call = self->used.used.call;
  return self->id == NULL || pfg_read_text(pfg_account_state(self->account), "id", self->id, &command->id);
}

/* `at` may be NULL. */
static bool read_end(const call_object *self, PyObject *at, fg_time *time) {
  if (at == NULL || at == Py_None) {
    *time = self->by_clock ? FG_NO_TIME : pfg_account_now(self->account);
    return true;
  }
  if (pfg_read_instant(at, time)) {
    return true;
  }
  return pfg_read_time(pfg_account_state(self->account), "at", at, pfg_account_offset(self->account), time);
}

static bool end_call(call_object *self, fg_command_kind kind, PyObject *at, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, kind, FG_NO_TIME);
  if (!read_id(self, &command) || !read_end(self, at, &command.at) ||
      !pfg_apply(self->account, &command, outcome)) {
    return false;
  }
  self->ended = true;
  return true;
}

/* The one argument there is, `at`, by name. */
static bool read_at(call_object *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, PyObject **at) {
  pfg_state *state = pfg_account_state(self->account);
  Py_ssize_t names = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
  PyObject *name = names == 1 ? PyTuple_GetItem(kwnames, 0) : NULL;
  bool is_at = name != NULL && (name == state->name_at || PyUnicode_Compare(name, state->name_at) == 0);
  *at = is_at ? args[nargs] : NULL;
  if (nargs == 0 && (names == 0 || is_at)) {
    return true;
  }
  fg_error error = {.message = "expected no argument but at"};
  pfg_raise_shape(state, &error);
  return false;
}

static PyObject *call_commit(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  call_object *self = (call_object *)object;
  PyObject *at = NULL;
  fg_outcome outcome;
  bool done = read_at(self, args, nargs, kwnames, &at) && end_call(self, FG_DO_COMMIT, at, &outcome);
  return done ? Py_NewRef(Py_None) : NULL;
}

static PyObject *call_cancel(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames) {
  call_object *self = (call_object *)object;
  PyObject *at = NULL;
  fg_outcome outcome;
  if (!read_at(self, args, nargs, kwnames, &at) || !end_call(self, FG_DO_CANCEL, at, &outcome)) {
    return NULL;
  }
  PyObject *result = pfg_new_result(pfg_account_state(self->account));
  PyObject *units = Py_BuildValue("{s:L,s:L}", "returned", (long long)outcome.is.ended.returned, "lost",
                                  (long long)outcome.is.ended.lost);
  if (result == NULL || units == NULL || PyDict_Update(result, units) < 0) {
    Py_CLEAR(result);
  }
  Py_XDECREF(units);
  return result;
}

static PyObject *call_enter(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

static PyObject *call_exit(PyObject *object, PyObject *const *args, Py_ssize_t nargs) {
  call_object *self = (call_object *)object;
  fg_outcome outcome;
  bool failed = nargs > 0 && args[0] != Py_None;
  if (!self->ended && !end_call(self, failed ? FG_DO_CANCEL : FG_DO_COMMIT, NULL, &outcome)) {
    return NULL;
  }
  return Py_NewRef(Py_False);
}

static PyObject *call_aenter(PyObject *self, PyObject *unused) {
  return pfg_done(pfg_state_of(Py_TYPE(self)), call_enter(self, unused));
}

static PyObject *call_aexit(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
  return pfg_done(pfg_state_of(Py_TYPE(self)), call_exit(self, args, nargs));
}

/* ------------------------------------------------------------------------------------------------ attributes */

static PyObject *call_id(PyObject *object, void *unused) {
  (void)unused;
  const call_object *self = (const call_object *)object;
  return self->id != NULL ? Py_NewRef(self->id) : pfg_account_call_id(self->account, self->used.used.call);
}

static PyObject *call_repr(PyObject *object) {
  PyObject *id = call_id(object, NULL);
  PyObject *text = id == NULL ? NULL
                              : PyUnicode_FromFormat("Call(id=%R, %s)", id,
                                                     ((const call_object *)object)->ended ? "ended" : "held");
  Py_XDECREF(id);
  return text;
}

/* ------------------------------------------------------------------------------------------------------ type */

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyGetSetDef call_getters[] = {
    {"id", call_id, NULL, "its id, given or made up", NULL},
    {"packs", pfg_used_packs, NULL, "what each pack covers (R7), as results with id and units", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef call_methods[] = {
    {"commit", FAST(call_commit), METH_FASTCALL | METH_KEYWORDS,
     "commit($self, /, *, at=None)\n--\n\n"
     "The call went out: its slot is free again, its units stay taken.\n\nRaises AlreadyFinished."},
    {"cancel", FAST(call_cancel), METH_FASTCALL | METH_KEYWORDS,
     "cancel($self, /, *, at=None)\n--\n\n"
     "The call did not go out: its units go back to where they came from, as far as they can.\n\n"
     "Answers returned and lost (units). Raises AlreadyFinished."},
    {"to_dict", pfg_used_to_dict, METH_NOARGS,
     "to_dict($self, /)\n--\n\nA plain dict, the outcome as a timeline answers it."},
    {"__enter__", call_enter, METH_NOARGS, "__enter__($self, /)\n--\n\nThe call itself."},
    {"__exit__", FAST(call_exit), METH_FASTCALL,
     "__exit__($self, /, *exception)\n--\n\nCommits; cancels on an exception. Nothing if it was ended inside."},
    {"__aenter__", call_aenter, METH_NOARGS, "__aenter__($self, /)\n--\n\nAs __enter__: nothing ever waits."},
    {"__aexit__", FAST(call_aexit), METH_FASTCALL,
     "__aexit__($self, /, *exception)\n--\n\nAs __exit__: nothing ever waits."},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(call_doc,
             "A call that the gate let through: its units are taken, its slot is held.\n\n"
             "with account.call(\"image\") as call: commits on the way out, and cancels on an exception; async with\n"
             "does the same and never waits. Outside of a with statement call commit or cancel: a call that is\n"
             "forgotten stays held. Units are told as by Used.");

static PyType_Slot call_slots[] = {
    {Py_tp_doc, (void *)call_doc},
    {Py_tp_members, pfg_used_members},
    {Py_tp_getset, call_getters},
    {Py_tp_methods, call_methods},
    {Py_tp_repr, call_repr},
    {Py_tp_dealloc, call_dealloc},
    {0, NULL},
};

/* What it holds refers to no call: no cycle, so it is not the collector's business. */
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
