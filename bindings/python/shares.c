/* Shares out what a period of a product came to among groups of its events. */
#include "binding.h"
#include "faregate_bulk.h"

static bool read_amount(pfg_state *state, PyObject *given, fg_money *amount) {
  fg_string digits;
  PyObject *text = pfg_money_text(state, "amount", given);
  bool done = text != NULL && pfg_read_text(state, "amount", text, &digits);
  if (done && fg_money_parse(digits.text, digits.length, amount) != FG_OK) {
    pfg_raise_invalid(state, "amount", "expected an amount of at most 12 decimals");
    done = false;
  }
  Py_XDECREF(text);
  return done;
}

/* Reads groups, each a pair of its quantity and its postpaid units. */
static bool read_groups(pfg_state *state, PyObject *pairs, fg_group_use *groups) {
  for (Py_ssize_t i = 0; i < PyTuple_Size(pairs); i++) {
    PyObject *pair = PyTuple_GetItem(pairs, i);
    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
      pfg_raise_type(state, "groups", "pairs of quantity and postpaid units", pair);
      return false;
    }
    if (!pfg_read_whole(state, "groups", PyTuple_GetItem(pair, 0), &groups[i].quantity) ||
        !pfg_read_whole(state, "groups", PyTuple_GetItem(pair, 1), &groups[i].postpaid)) {
      return false;
    }
  }
  return true;
}

static PyObject *list_of(pfg_state *state, const fg_money *shares, Py_ssize_t count, int scale) {
  PyObject *list = PyList_New(count);
  for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
    PyObject *share = pfg_decimal(state, shares[i], scale);
    if (share == NULL || PyList_SetItem(list, i, share) != 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

static PyObject *share(pfg_state *state, fg_money amount, int scale, int64_t postpaid, const fg_group_use *groups,
                       Py_ssize_t count, fg_money *shares) {
  int64_t nobody = 0;
  fg_status status = fg_bill_share(amount, scale, postpaid, groups, (size_t)count, shares, &nobody);
  if (status != FG_OK) {
    fg_error error;
    fg_refuse(&error, status);
    return pfg_raise(state, &error);
  }
  PyObject *list = list_of(state, shares, count + 1, scale);
  return list == NULL ? NULL : Py_BuildValue("NL", list, (long long)nobody);
}

PyObject *pfg_bill_shares(PyObject *module, PyObject *args) {
  pfg_state *state = PyModule_GetState(module);
  PyObject *amount, *list, *units, *answer = NULL;
  fg_money whole;
  int64_t postpaid = 0;
  int scale = 0;
  if (!PyArg_ParseTuple(args, "OiOO!:_bill_shares", &amount, &scale, &units, &PyList_Type, &list) ||
      !read_amount(state, amount, &whole) || !pfg_read_whole(state, "postpaid", units, &postpaid)) {
    return NULL;
  }
  PyObject *pairs = PyList_AsTuple(list); /* a copy, because reading a number may change the list */
  if (pairs == NULL) {
    return NULL;
  }
  Py_ssize_t count = PyTuple_Size(pairs);
  fg_group_use *groups = PyMem_Malloc((size_t)(count + 1) * sizeof *groups);
  fg_money *shares = PyMem_Malloc((size_t)(count + 1) * sizeof *shares);
  if (groups == NULL || shares == NULL) {
    PyErr_NoMemory();
  } else if (read_groups(state, pairs, groups)) {
    answer = share(state, whole, scale, postpaid, groups, count, shares);
  }
  Py_DECREF(pairs);
  PyMem_Free(groups);
  PyMem_Free(shares);
  return answer;
}
