/* Converts values between Python and the core. Calendar and decimals are left to the core: they cross as text that it
   reads. */
#include "binding.h"

bool pfg_read_text(pfg_state *state, const char *path, PyObject *value, fg_string *text) {
  if (!PyUnicode_Check(value)) {
    pfg_raise_type(state, path, "a str", value);
    return false;
  }
  Py_ssize_t length = 0;
  text->text = PyUnicode_AsUTF8AndSize(value, &length);
  text->length = (size_t)length;
  if (text->text == NULL && PyErr_ExceptionMatches(PyExc_UnicodeError)) {
    PyErr_Clear();
    pfg_raise_invalid(state, path, "expected Unicode text, without lone surrogates");
  }
  return text->text != NULL;
}

static bool is_integer(PyObject *value) { return PyIndex_Check(value) && !PyBool_Check(value); }

bool pfg_read_integer(pfg_state *state, const char *path, PyObject *value, int64_t *integer) {
  bool done = pfg_read_signed(state, path, value, integer);
  *integer = done && *integer < 0 ? INT64_MIN : *integer;
  return done;
}

bool pfg_read_optional_text(pfg_state *state, const char *path, PyObject *value, fg_string *text) {
  return value == NULL || value == Py_None || pfg_read_text(state, path, value, text);
}

bool pfg_read_optional(pfg_state *state, const char *path, PyObject *value, int64_t *integer) {
  return value == NULL || value == Py_None || pfg_read_integer(state, path, value, integer);
}

static bool read_index(pfg_state *state, const char *path, PyObject *value, int64_t *integer, int *overflow) {
  if (!is_integer(value)) {
    pfg_raise_type(state, path, "an int", value);
    return false;
  }
  PyObject *exact = PyNumber_Index(value);
  if (exact == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) { /* an array of NumPy looks like an integer, too */
    PyErr_Clear();
    pfg_raise_type(state, path, "an int", value);
  }
  if (exact == NULL) {
    return false;
  }
  *integer = (int64_t)PyLong_AsLongLongAndOverflow(exact, overflow);
  Py_DECREF(exact);
  return true;
}

bool pfg_read_signed(pfg_state *state, const char *path, PyObject *value, int64_t *integer) {
  int overflow = 0;
  bool done = read_index(state, path, value, integer, &overflow);
  *integer = overflow != 0 ? INT64_MIN : *integer;
  return done;
}

bool pfg_read_whole(pfg_state *state, const char *path, PyObject *value, int64_t *integer) {
  int overflow = 0;
  if (!read_index(state, path, value, integer, &overflow)) {
    return false;
  }
  if (overflow != 0) {
    pfg_raise_invalid(state, path, "the number is too large");
  }
  return overflow == 0;
}

static bool read_time_text(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time) {
  fg_string text;
  if (!pfg_read_text(state, path, value, &text)) {
    return false;
  }
  if (fg_time_parse(text.text, text.length, zone, time) != FG_OK) {
    pfg_raise_invalid(state, path, "expected a time such as 2024-11-05T10:00:00+08:00, of the years 1970 to 9999");
    return false;
  }
  return true;
}

static bool read_instant(pfg_state *state, const char *path, PyObject *value, fg_time *time) {
  int overflow = 0;
  int64_t number = 0;
  fg_error error;
  if (!read_index(state, path, value, &number, &overflow)) {
    return false;
  }
  if (overflow != 0) {
    pfg_raise_invalid(state, path, "the number is too large; whole numbers count microseconds");
    return false;
  }
  if (fg_time_of_number(number, time, &error) != FG_OK) {
    pfg_raise_invalid(state, path, error.message);
    return false;
  }
  return true;
}

/* Reads a datetime of no derived class by its distance from 1970, because the stable interface gives no access to its
   parts, and its text takes several times as long. False, without an exception, if the text is needed, because a tzinfo
   may do anything. */
static bool read_datetime(pfg_state *state, PyObject *value, const fg_zone *zone, fg_time *time) {
  PyObject *tzinfo = PyObject_GetAttr(value, state->name_tzinfo);
  bool is_naive = tzinfo == Py_None;
  PyObject *distance = tzinfo == NULL ? NULL : PyNumber_Subtract(value, is_naive ? state->epoch : state->epoch_utc);
  PyObject *count = distance == NULL ? NULL : PyNumber_FloorDivide(distance, state->microsecond);
  *time = count == NULL ? 0 : PyLong_AsLongLong(count);
  *time = is_naive ? fg_zone_instant(zone, *time) : *time;
  Py_XDECREF(tzinfo);
  Py_XDECREF(distance);
  Py_XDECREF(count);
  bool done = PyErr_Occurred() == NULL;
  PyErr_Clear();
  return done;
}

bool pfg_read_time(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time) {
  if (Py_IS_TYPE(value, pfg_type(state->datetime)) && read_datetime(state, value, zone, time)) {
    return true;
  }
  if (PyUnicode_Check(value)) {
    return read_time_text(state, path, value, zone, time);
  }
  if (is_integer(value)) {
    return read_instant(state, path, value, time);
  }
  int is_date = PyObject_IsInstance(value, state->date);
  if (is_date <= 0) {
    if (is_date == 0) {
      pfg_raise_type(state, path, "a datetime, ISO 8601 text or an int of microseconds", value);
    }
    return false;
  }
  PyObject *text = PyObject_CallMethod(value, "isoformat", NULL);
  bool done = text != NULL && read_time_text(state, path, text, zone, time);
  Py_XDECREF(text);
  return done;
}

bool pfg_read_optional_time(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time) {
  return value == NULL || value == Py_None || pfg_read_time(state, path, value, zone, time);
}

/* The text of a Decimal. str() may give the exponent form, which the core refuses; format "f" does not. A number with
   more digits than money has keeps the exponent form, because written out it could be gigabytes. */
static PyObject *decimal_text(PyObject *value) {
  enum { PLAIN_DIGITS = 64 };
  PyObject *adjusted = PyObject_CallMethod(value, "adjusted", NULL);
  if (adjusted == NULL) {
    return NULL;
  }
  long magnitude = PyLong_AsLong(adjusted);
  Py_DECREF(adjusted);
  if (magnitude == -1 && PyErr_Occurred()) {
    return NULL;
  }
  if (magnitude > PLAIN_DIGITS || magnitude < -PLAIN_DIGITS) {
    return PyObject_Str(value);
  }
  return PyObject_CallMethod(value, "__format__", "s", "f");
}

/* Python itself refuses to write out an int of thousands of digits. */
PyObject *pfg_integer_text(pfg_state *state, const char *path, PyObject *value) {
  if (!is_integer(value)) {
    return pfg_raise_type(state, path, "a str or an int", value);
  }
  PyObject *exact = PyNumber_Index(value);
  PyObject *text = exact == NULL ? NULL : PyObject_Str(exact);
  Py_XDECREF(exact);
  if (text == NULL && PyErr_ExceptionMatches(PyExc_ValueError)) {
    PyErr_Clear();
    pfg_raise_invalid(state, path, "the number is too large");
  }
  return text;
}

PyObject *pfg_money_text(pfg_state *state, const char *path, PyObject *value) {
  if (PyUnicode_Check(value)) {
    return Py_NewRef(value);
  }
  if (is_integer(value)) {
    return pfg_integer_text(state, path, value);
  }
  int is_decimal = PyObject_IsInstance(value, state->decimal);
  if (is_decimal <= 0) {
    return is_decimal < 0 ? NULL : pfg_raise_type(state, path, "a Decimal, a str or an int", value);
  }
  return decimal_text(value);
}

PyObject *pfg_date_text(pfg_state *state, const char *path, PyObject *value) {
  if (PyUnicode_Check(value)) {
    return Py_NewRef(value);
  }
  int is_date = PyObject_IsInstance(value, state->date);
  if (is_date <= 0) {
    return is_date < 0 ? NULL : pfg_raise_type(state, path, "a date or ISO 8601 text", value);
  }
  return PyObject_CallMethod(value, "isoformat", NULL);
}

static bool all_pairs(PyObject *items) {
  for (Py_ssize_t i = 0; i < PyList_Size(items); i++) {
    PyObject *item = PyList_GetItem(items, i);
    if (!PyTuple_Check(item) || PyTuple_Size(item) != 2) {
      return false;
    }
  }
  return true;
}

PyObject *pfg_items(pfg_state *state, const char *path, const char *expected, PyObject *mapping) {
  int is_mapping = PyObject_IsInstance(mapping, state->mapping);
  if (is_mapping < 0) {
    return NULL;
  }
  PyObject *items = is_mapping ? PyMapping_Items(mapping) : NULL;
  if (is_mapping && items == NULL) {
    return NULL;
  }
  if (!is_mapping || !all_pairs(items)) {
    Py_XDECREF(items);
    return pfg_raise_type(state, path, expected, mapping);
  }
  return items;
}

PyObject *pfg_decimal(pfg_state *state, fg_money money, int minor_digits) {
  char text[FG_MONEY_TEXT_MAX];
  size_t length = fg_money_format(money, minor_digits, text);
  return PyObject_CallFunction(state->decimal, "s#", text, (Py_ssize_t)length);
}

/* Converts an instant. A datetime ends with the year 9999. An instant that is beyond it only by the zone's offset is
   told in UTC, and a later settlement as the last datetime. */
PyObject *pfg_datetime(pfg_state *state, fg_time time, const fg_zone *zone) {
  static const fg_time year_10000 = INT64_C(253402300800) * 1000000;
  char text[FG_TIME_TEXT_MAX];
  bool fits = time < year_10000 - fg_zone_offset(zone, time);
  size_t length = fg_time_format(time < year_10000 ? time : year_10000 - 1, fits ? zone : NULL, text);
  return PyObject_CallMethod(state->datetime, "fromisoformat", "s#", text, (Py_ssize_t)length);
}
