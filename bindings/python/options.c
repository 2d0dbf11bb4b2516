/* Reads the options of an account: its wallet, its policy, its attributes, and for how long it knows ids. */
#include "binding.h"

#include <stdio.h>

static bool read_fund(pfg_state *state, PyObject *name, PyObject *amount, fg_funds *funds) {
  char path[64];
  fg_string key;
  fg_fund fund;
  if (!pfg_read_text(state, "wallet", name, &key)) {
    return false;
  }
  snprintf(path, sizeof path, "wallet.%s", key.text);
  if (!fg_fund_of(key, &fund)) {
    pfg_raise_invalid(state, path, "there is no such fund");
    return false;
  }
  PyObject *text = pfg_money_text(state, path, amount);
  fg_string money;
  bool done = text != NULL && pfg_read_text(state, path, text, &money);
  if (done && fg_money_parse(money.text, money.length, &funds->of[fund]) != FG_OK) {
    pfg_raise_invalid(state, path, "expected an amount such as 12.50, at most 12 decimals, below 10^26");
    done = false;
  }
  Py_XDECREF(text);
  return done;
}

static bool read_wallet(pfg_state *state, PyObject *wallet, fg_funds *funds) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    funds->of[fund] = fg_money_zero();
  }
  PyObject *items = pfg_items(state, "wallet", "a mapping of funds and amounts", wallet);
  bool done = items != NULL;
  for (Py_ssize_t i = 0; done && i < PyList_Size(items); i++) {
    PyObject *item = PyList_GetItem(items, i);
    done = read_fund(state, PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1), funds);
  }
  Py_XDECREF(items);
  return done;
}

/* Returns a pair of two str for a switch. Its value is a word or, for settlement_day, an int. */
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

/* Returns the switches as a list of pairs of str; None gives an empty list. */
static PyObject *switch_pairs(pfg_state *state, PyObject *policy) {
  PyObject *pairs = policy == Py_None ? PyList_New(0)
                                      : pfg_items(state, "policy", "a mapping of switches and values", policy);
  for (Py_ssize_t i = 0; pairs != NULL && i < PyList_Size(pairs); i++) {
    PyObject *item = PyList_GetItem(pairs, i);
    PyObject *pair = switch_pair(state, PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1));
    if (pair == NULL || PyList_SetItem(pairs, i, pair) < 0) {
      Py_CLEAR(pairs);
    }
  }
  return pairs;
}

/* Borrows the texts of the pairs; `strings` has room for two for each pair. */
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

bool pfg_read_options(pfg_state *state, const pfg_begun_with *begun, pfg_options *read) {
  PyObject *wallet = begun->wallet;
  read->options = (fg_account_options){.wallet = NULL};
  read->pairs = read->attributes.items = NULL;
  if (begun->keep_ids_days != Py_None &&
      !pfg_read_integer(state, "keep_ids_days", begun->keep_ids_days, &read->options.keep_ids_days)) {
    return false;
  }
  if (wallet != Py_None && !read_wallet(state, wallet, &read->wallet)) {
    return false;
  }
  if (begun->attributes != Py_None &&
      !pfg_read_attributes(state, "attributes", begun->attributes, &read->attributes, &read->options.attributes)) {
    return false;
  }
  read->options.wallet = wallet == Py_None ? NULL : &read->wallet;
  read->pairs = switch_pairs(state, begun->policy);
  if (read->pairs == NULL) {
    pfg_release_options(read);
    return false;
  }
  size_t count = (size_t)PyList_Size(read->pairs);
  fg_string *strings = PyMem_Malloc((2 * count + 1) * sizeof *strings);
  read->options.policy = strings;
  read->options.policy_count = count;
  if (strings == NULL) {
    pfg_raise_status(state, FG_NO_MEMORY);
  }
  if (strings == NULL || !borrow_pairs(state, read->pairs, strings)) {
    pfg_release_options(read);
    return false;
  }
  return true;
}

void pfg_release_options(pfg_options *read) {
  PyMem_Free((void *)(uintptr_t)read->options.policy);
  Py_XDECREF(read->pairs);
  pfg_release_attributes(&read->attributes);
}

/* Reads a timedelta as microseconds. If it is not above 0, or cannot be counted, the result is -1, which the core
   refuses; 0 would be its default. */
static bool read_timedelta(pfg_state *state, PyObject *value, int64_t *microseconds) {
  int overflow = 0;
  PyObject *count = PyNumber_FloorDivide(value, state->microsecond);
  long long number = count == NULL ? 0 : PyLong_AsLongLongAndOverflow(count, &overflow);
  *microseconds = overflow != 0 || number <= 0 ? -1 : number;
  Py_XDECREF(count);
  return !PyErr_Occurred(); /* a derived class may answer something else than an int */
}

bool pfg_read_max_jump(pfg_state *state, PyObject *value, int64_t *max_jump) {
  int64_t days = 0;
  fg_error error;
  if (value == Py_None) {
    return true;
  }
  int is_timedelta = PyObject_IsInstance(value, (PyObject *)Py_TYPE(state->microsecond));
  if (is_timedelta != 0) {
    return is_timedelta > 0 && read_timedelta(state, value, max_jump);
  }
  if (!pfg_read_integer(state, "max_jump", value, &days)) {
    return false;
  }
  if (fg_jump_of_days(days, max_jump, &error) != FG_OK) {
    pfg_raise(state, &error);
    return false;
  }
  return true;
}

fg_handle *pfg_open_account(pfg_state *state, PyObject *book, const pfg_begun_with *begun, PyObject *max_jump) {
  pfg_options read;
  fg_clock_options clock = {0, NULL};
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  fg_error error;
  if (!pfg_read_max_jump(state, max_jump, &clock.max_jump) || !pfg_read_options(state, begun, &read)) {
    return NULL;
  }
  fg_status status = fg_account_new(pfg_book_of(book), &read.options, &account, &error);
  status = status == FG_OK ? fg_handle_new(account, &clock, &handle, &error) : status;
  if (status != FG_OK) {
    fg_account_free(account);
    pfg_raise(state, &error);
  }
  pfg_release_options(&read);
  return handle;
}
