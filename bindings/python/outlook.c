#include "outlook.h"

PyObject *pfg_account_upcoming(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"until", NULL};
  pfg_account *self = (pfg_account *)object;
  PyObject *given = Py_None;
  fg_time until = FG_NO_TIME;
  fg_error error;
  pfg_tape tape;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:upcoming", names, &given) ||
      (given != Py_None && !pfg_read_time(self->state, "until", given, pfg_account_offset(self), &until))) {
    return NULL;
  }
  fg_visitor visitor = pfg_tape_begin(&tape);
  pfg_lock(self);
  fg_status status = pfg_refresh(self, &error);
  status = status == FG_OK ? fg_account_upcoming(self->account, until, &visitor, &error) : status;
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_tape_release(&tape);
    return pfg_raise(self->state, &error);
  }
  return pfg_tape_end(&tape, status, self->state, pfg_book_of(self->book));
}

static bool read_limit(pfg_state *state, const char *name, PyObject *given, int64_t *limit) {
  return given == Py_None || pfg_read_integer(state, name, given, limit);
}

PyObject *pfg_account_notices(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"pack_share", "pack_days", "budget_share", NULL};
  pfg_account *self = (pfg_account *)object;
  PyObject *given[3] = {Py_None, Py_None, Py_None};
  fg_notice_limits limits = FG_NOTICE_LIMITS_DEFAULT;
  fg_error error;
  pfg_tape tape;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$OOO:notices", names, &given[0], &given[1], &given[2]) ||
      !read_limit(self->state, names[0], given[0], &limits.pack_share) ||
      !read_limit(self->state, names[1], given[1], &limits.pack_days) ||
      !read_limit(self->state, names[2], given[2], &limits.budget_share)) {
    return NULL;
  }
  fg_visitor visitor = pfg_tape_begin(&tape);
  pfg_lock(self);
  fg_status status = pfg_refresh(self, &error);
  status = status == FG_OK ? fg_account_notices(self->account, &limits, &visitor, &error) : status;
  pfg_unlock(self);
  if (status != FG_OK) {
    pfg_tape_release(&tape);
    return pfg_raise(self->state, &error);
  }
  return pfg_tape_end(&tape, status, self->state, pfg_book_of(self->book));
}
