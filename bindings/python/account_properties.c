/* What an account is asked and answers without a change: its instant, its invoices and calls, what more would cost. */
#include "account.h"

PyObject *pfg_account_now(PyObject *object, void *unused) {
  (void)unused;
  pfg_account *self = (pfg_account *)object;
  fg_time now = FG_NO_TIME;
  fg_error error;
  pfg_lock(self);
  fg_status status = fg_handle_now(self->handle, &now, &error);
  pfg_unlock(self);
  if (status != FG_OK) {
    return pfg_raise(self->state, &error);
  }
  return now == FG_NO_TIME ? Py_NewRef(Py_None) : pfg_datetime(self->state, now, pfg_account_zone(self));
}

/* Shows the account as it stands in memory; a ledger's file is not read. */
PyObject *pfg_account_repr(PyObject *object) {
  pfg_account *self = (pfg_account *)object;
  char at[FG_TIME_TEXT_MAX];
  pfg_lock(self);
  fg_time now = fg_account_now(fg_handle_account(self->handle));
  pfg_unlock(self);
  const char *id = fg_book_id(pfg_book_of(self->book));
  if (now == FG_NO_TIME) {
    return PyUnicode_FromFormat("<Account of %s, new>", id);
  }
  fg_time_format(now, pfg_account_zone(self), at);
  return PyUnicode_FromFormat("<Account of %s at %s%s>", id, at, self->lock == NULL ? "" : ", in a ledger");
}

/* Defines a question that takes no argument. */
#define QUESTION(ask, tell)                                                                                            \
  static fg_status ask(fg_handle *handle, const void *unused, const fg_visitor *visitor, fg_error *error) {            \
    (void)unused;                                                                                                      \
    return tell(handle, visitor, error);                                                                               \
  }
QUESTION(ask_invoices, fg_handle_invoices)
QUESTION(ask_calls, fg_handle_calls)
QUESTION(ask_uncertain, fg_handle_uncertain)
#undef QUESTION

PyObject *pfg_account_invoices(PyObject *self, void *unused) {
  (void)unused;
  return pfg_ask((pfg_account *)self, ask_invoices, NULL);
}

PyObject *pfg_account_calls(PyObject *self, void *unused) {
  (void)unused;
  return pfg_ask((pfg_account *)self, ask_calls, NULL);
}

PyObject *pfg_account_uncertain(PyObject *self, PyObject *unused) {
  (void)unused;
  return pfg_ask((pfg_account *)self, ask_uncertain, NULL);
}

PyObject *pfg_account_marginal(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "quantity", "attributes", NULL};
  pfg_account *self = (pfg_account *)object;
  PyObject *product_name = NULL;
  PyObject *units = NULL;
  PyObject *mapping = NULL;
  fg_string product;
  int64_t quantity = 0;
  pfg_attributes lent;
  fg_attributes attributes;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|O:marginal", names, &product_name, &units, &mapping) ||
      !pfg_read_text(self->state, "product", product_name, &product) ||
      !pfg_read_integer(self->state, "quantity", units, &quantity) ||
      !pfg_read_optional_attributes(self->state, "attributes", mapping, &lent, &attributes)) {
    return NULL;
  }
  fg_money amount;
  fg_error error;
  pfg_lock(self);
  fg_status status = fg_handle_marginal(self->handle, product, quantity, attributes, &amount, &error);
  pfg_unlock(self);
  pfg_release_attributes(&lent);
  int minor_digits = fg_book_minor_digits(pfg_book_of(self->book));
  return status == FG_OK ? pfg_decimal(self->state, amount, minor_digits) : pfg_raise(self->state, &error);
}
