/* The methods `upcoming` and `notices` of an account: what will happen by itself, and what wants attention. */
#include "account.h"
#include "faregate_outlook.h"

static fg_status ask_upcoming(fg_handle *handle, const void *until, const fg_visitor *visitor, fg_error *error) {
  return fg_handle_upcoming(handle, *(const fg_time *)until, visitor, error);
}

PyObject *pfg_account_upcoming(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"until", NULL};
  pfg_account *self = (pfg_account *)object;
  PyObject *given = Py_None;
  fg_time until = FG_NO_TIME;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:upcoming", names, &given) ||
      !pfg_read_optional_time(self->state, "until", given, pfg_account_zone(self), &until)) {
    return NULL;
  }
  return pfg_ask(self, ask_upcoming, &until);
}

static fg_status ask_notices(fg_handle *handle, const void *limits, const fg_visitor *visitor, fg_error *error) {
  return fg_handle_notices(handle, limits, visitor, error);
}

PyObject *pfg_account_notices(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"pack_percent", "pack_days", "budget_percent", NULL};
  pfg_account *self = (pfg_account *)object;
  PyObject *given[3] = {Py_None, Py_None, Py_None};
  fg_notice_limits limits = FG_NOTICE_LIMITS_DEFAULT;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$OOO:notices", names, &given[0], &given[1], &given[2]) ||
      !pfg_read_optional(self->state, names[0], given[0], &limits.pack_percent) ||
      !pfg_read_optional(self->state, names[1], given[1], &limits.pack_days) ||
      !pfg_read_optional(self->state, names[2], given[2], &limits.budget_percent)) {
    return NULL;
  }
  return pfg_ask(self, ask_notices, &limits);
}
