/* faregate._core._Biller: the type that faregate.bill uses. */
#include "biller.h"

#include <string.h>

enum { STEP = 32 }; ///< accounts that are told at a time, between which signals are handled

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
  pfg_biller *self = PyObject_New(pfg_biller, type);
  fg_account *account = self == NULL ? NULL : pfg_fork_account(pattern);
  if (self == NULL) {
    return NULL;
  }
  self->biller = NULL;
  self->state = state;
  self->book = PyObject_GetAttrString(pattern, "book");
  self->thread = NULL;
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
  pfg_biller *self = (pfg_biller *)object;
  fg_biller_free(self->biller);
  pfg_bill_tables_release(&self->tables);
  pfg_detail_release(&self->detail);
  Py_XDECREF(self->book);
  pfg_free_object(object);
}

static PyObject *biller_set_aside(PyObject *object, PyObject *args) {
  pfg_biller *self = (pfg_biller *)object;
  fg_set_aside what = {.at = FG_NO_TIME, .quantity = FG_NO_QUANTITY, .first_row = -1, .first_at = FG_NO_TIME};
  Py_ssize_t length = 0;
  long long row = 0;
  if (!PyArg_ParseTuple(args, "Lssz#:set_aside", &row, &what.column, &what.message, &what.text.text, &length) ||
      !pfg_biller_begin(self)) {
    return NULL;
  }
  what.row = row;
  what.text.length = (size_t)length;
  bool done = pfg_done_or_no_memory(self->state, pfg_add_bad_row(&self->tables, &what));
  return pfg_biller_end(self, pfg_none_if(done));
}

static PyObject *biller_counts(PyObject *object, PyObject *unused) {
  pfg_biller *self = (pfg_biller *)object;
  (void)unused;
  if (!pfg_biller_begin(self)) {
    return NULL;
  }
  fg_bill_counts counts = fg_biller_counts(self->biller);
  return pfg_biller_end(self, Py_BuildValue("(KKK)", (unsigned long long)counts.billed,
                                            (unsigned long long)counts.trimmed, (unsigned long long)counts.grouped));
}

static fg_status finish_accounts(pfg_biller *self, const fg_events *unused, fg_error *error) {
  (void)unused;
  return fg_biller_finish(self->biller, error);
}

/* Writes the accounts' invoices to the tables. */
static bool tell_accounts(pfg_biller *self) {
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

/* Makes the bills, and empties the tables even if that fails, because a part of them may have been told. */
static PyObject *finish(pfg_biller *self) {
  const fg_book *book = pfg_book_of(self->book);
  if (!pfg_biller_is_unfinished(self)) {
    return NULL;
  }
  PyObject *tables = pfg_biller_work(self, finish_accounts, NULL) && tell_accounts(self)
                         ? pfg_bill_tables_end(self->state, &self->tables, book)
                         : NULL;
  if (tables != NULL && !pfg_detail_end(self->state, &self->detail, tables, fg_book_scale(book))) {
    Py_CLEAR(tables);
  }
  pfg_bill_tables_release(&self->tables);
  return tables;
}

static PyObject *biller_finish(PyObject *object, PyObject *unused) {
  pfg_biller *self = (pfg_biller *)object;
  (void)unused;
  return pfg_biller_begin(self) ? pfg_biller_end(self, finish(self)) : NULL;
}

static PyMethodDef biller_methods[] = {
    {"enter", pfg_biller_enter, METH_VARARGS, "enter($self, name, account, /)\n--\n\nEnter a copy of an Account."},
    {"resume", pfg_biller_resume, METH_VARARGS,
     "resume($self, name, state, /)\n--\n\nEnter an account that goes on from the state of earlier bills."},
    {"command", PFG_KEYWORDS(pfg_biller_command), METH_FASTCALL | METH_KEYWORDS,
     "command($self, name, do, /, *, at, **fields)\n--\n\nGive a command of an account, to be done before the events from its time on; answers that."},
    {"run", PFG_KEYWORDS(pfg_biller_run), METH_VARARGS | METH_KEYWORDS,
     "run($self, events, account, time, product, quantity, id=None, row=None, first_row=0, time_unit=None,\n"
     "    zone=None, corrections=False, sort=False, progress=None, thousands='\\0', attributes=(), carried=())\n--\n\n"
     "Bill the events of an Arrow table, whose columns the other arguments name."},
    {"set_aside", biller_set_aside, METH_VARARGS,
     "set_aside($self, row, column, reason, text, /)\n--\n\nNote a row that could not be read."},
    {"counts", biller_counts, METH_NOARGS,
     "counts($self, /)\n--\n\nEvents that happened, rows with blanks in names,\n"
     "and quantities in which a point may stand between thousands."},
    {"finish", biller_finish, METH_NOARGS, "finish($self, /)\n--\n\nA dict of the tables of bills."},
    {"names", pfg_biller_names, METH_NOARGS, "names($self, /)\n--\n\nThe names of the accounts, as they appeared."},
    {"account", pfg_biller_account, METH_O, "account($self, index, /)\n--\n\nA copy of an account."},
    {"state", pfg_biller_state, METH_O, "state($self, index, /)\n--\n\nThe state of an account, as bytes."},
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
    .basicsize = sizeof(pfg_biller),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = biller_slots,
};

int pfg_add_biller_type(PyObject *module, pfg_state *state) {
  state->biller_type = PyType_FromModuleAndSpec(module, &biller_spec, NULL);
  return state->biller_type == NULL ? -1 : PyModule_AddObjectRef(module, "_Biller", state->biller_type);
}
