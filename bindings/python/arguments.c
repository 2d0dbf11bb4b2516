/* Reads the arguments of a command's method into an fg_command, by the core's table of fields. */
#include "binding.h"

#include <stdio.h>
#include <string.h>

typedef struct reader {
  pfg_state *state;
  fg_command *command;
  pfg_attributes *attributes;
  fg_error error;
} reader;

static bool check(reader *in, fg_status status) {
  if (status != FG_OK) {
    pfg_raise(in->state, &in->error);
  }
  return status == FG_OK;
}

/* Raises a TypeError, in the core's words, for a field or argument that is missing or should not be there. */
static bool wrong_shape(reader *in, const char *name, const char *message) {
  in->error.rule[0] = '\0';
  snprintf(in->error.path, sizeof in->error.path, "%s", name);
  snprintf(in->error.message, sizeof in->error.message, "%s %s", fg_command_name(in->command->kind), message);
  pfg_raise_shape(in->state, &in->error);
  return false;
}

static bool set_text(reader *in, const char *name, PyObject *value) {
  fg_string text;
  return pfg_read_text(in->state, name, value, &text) &&
         check(in, fg_command_set_text(in->command, name, text, &in->error));
}

/* Sets a field from text. Takes a new reference to that, or NULL with an exception. Only for fields that the core reads
   at once, because the text is released. */
static bool set_converted(reader *in, const char *name, PyObject *text) {
  bool done = text != NULL && set_text(in, name, text);
  Py_XDECREF(text);
  return done;
}

typedef bool integer_reader(pfg_state *state, const char *path, PyObject *value, int64_t *integer);

static bool set_quantity(reader *in, const char *name, PyObject *value, integer_reader *read_integer) {
  if (PyUnicode_Check(value)) {
    return set_text(in, name, value);
  }
  int64_t quantity = 0;
  return read_integer(in->state, name, value, &quantity) &&
         check(in, fg_command_set_integer(in->command, name, quantity, &in->error));
}

static bool set_flag(reader *in, const char *name, PyObject *value) {
  if (!PyBool_Check(value)) {
    pfg_raise_type(in->state, name, "a bool", value);
    return false;
  }
  return check(in, fg_command_set_flag(in->command, name, value == Py_True, &in->error));
}

static bool set_money(reader *in, const char *name, PyObject *value) {
  return set_converted(in, name, pfg_money_text(in->state, name, value));
}

/* Sets one entry of an object field: "pay.cash", "campaign.price", "campaign.refundable". */
static bool set_part(reader *in, const fg_field *field, PyObject *key, PyObject *value) {
  char path[96];
  fg_string part;
  if (!pfg_read_text(in->state, field->name, key, &part)) {
    return false;
  }
  if (strlen(part.text) != part.length) {
    return wrong_shape(in, field->name, "has no such key: it contains a null character");
  }
  snprintf(path, sizeof path, "%s.%s", field->name, part.text);
  bool may_be_flag = field->type == FG_FIELD_CAMPAIGN;
  return may_be_flag && PyBool_Check(value) ? set_flag(in, path, value) : set_money(in, path, value);
}

static bool set_object(reader *in, const fg_field *field, PyObject *value) {
  PyObject *items = pfg_items(in->state, field->name, "a mapping", value);
  bool done = items != NULL && check(in, fg_command_set_object(in->command, field->name, &in->error));
  for (Py_ssize_t i = 0; done && i < PyList_Size(items); i++) {
    PyObject *item = PyList_GetItem(items, i);
    done = set_part(in, field, PyTuple_GetItem(item, 0), PyTuple_GetItem(item, 1));
  }
  Py_XDECREF(items);
  return done;
}

/* Reads an attribute: an int becomes a number, a str a text. Everything else, even bool and float, is refused. */
static bool read_attribute(pfg_state *state, const char *path, PyObject *item, fg_attribute *attribute) {
  char place[160];
  PyObject *value = PyTuple_GetItem(item, 1);
  *attribute = (fg_attribute){.is_number = !PyUnicode_Check(value)};
  if (!pfg_read_text(state, path, PyTuple_GetItem(item, 0), &attribute->name)) {
    return false;
  }
  snprintf(place, sizeof place, "%s.%.128s", path, attribute->name.text);
  if (!attribute->is_number) {
    return pfg_read_text(state, place, value, &attribute->text);
  }
  if (!PyIndex_Check(value) || PyBool_Check(value)) {
    pfg_raise_type(state, place, "a str or an int", value);
    return false;
  }
  return pfg_read_whole(state, place, value, &attribute->number);
}

bool pfg_read_attributes(pfg_state *state, const char *path, PyObject *mapping, pfg_attributes *attributes,
                         fg_attributes *read) {
  attributes->items = pfg_items(state, path, "a mapping of names and values", mapping);
  Py_ssize_t count = attributes->items == NULL ? -1 : PyList_Size(attributes->items);
  bool done = count >= 0;
  for (Py_ssize_t i = 0; done && i < count; i++) {
    if (i == FG_ATTRIBUTES_MAX) {
      pfg_raise_invalid(state, path, "expected at most 64 attributes");
      done = false;
    } else {
      done = read_attribute(state, path, PyList_GetItem(attributes->items, i), &attributes->room[i]);
    }
  }
  if (!done) {
    Py_CLEAR(attributes->items);
    return false;
  }
  *read = (fg_attributes){attributes->room, (size_t)count};
  return true;
}

bool pfg_read_optional_attributes(pfg_state *state, const char *path, PyObject *mapping, pfg_attributes *attributes,
                                  fg_attributes *read) {
  attributes->items = NULL;
  *read = (fg_attributes){NULL, 0};
  return mapping == NULL || mapping == Py_None || pfg_read_attributes(state, path, mapping, attributes, read);
}

void pfg_release_attributes(pfg_attributes *attributes) { Py_CLEAR(attributes->items); }

static bool set_attributes(reader *in, const char *name, PyObject *value) {
  fg_attributes read;
  pfg_release_attributes(in->attributes); /* given by position and by name, which the core refuses */
  return pfg_read_attributes(in->state, name, value, in->attributes, &read) &&
         check(in, fg_command_set_attributes(in->command, name, read.items, read.count, &in->error));
}

/* Sets a price book from an argument that is a Book, or the source of one. The reference is kept in the place of
   attributes, because no command has both. */
static bool set_book(reader *in, const char *name, PyObject *value) {
  PyObject *book = pfg_book_object(in->state, value);
  Py_XDECREF(in->attributes->items);
  in->attributes->items = book;
  return book != NULL && check(in, fg_command_set_book(in->command, name, pfg_book_of(book), &in->error));
}

/* Sets a budget: None lifts it, Ellipsis leaves it as it is. */
static bool set_budget(reader *in, const char *name, PyObject *value) {
  if (value == Py_None) {
    return check(in, fg_command_set_null(in->command, name, &in->error));
  }
  return value == Py_Ellipsis || set_money(in, name, value);
}

static bool set_field(reader *in, const fg_field *field, PyObject *value) {
  switch (field->type) {
  case FG_FIELD_NAME:
  case FG_FIELD_TEXT:
  case FG_FIELD_FUND: return set_text(in, field->name, value);
  case FG_FIELD_QUANTITY: return set_quantity(in, field->name, value, pfg_read_integer);
  case FG_FIELD_SIGNED: return set_quantity(in, field->name, value, pfg_read_signed);
  case FG_FIELD_MONEY: return set_money(in, field->name, value);
  case FG_FIELD_DATE: return set_converted(in, field->name, pfg_date_text(in->state, field->name, value));
  case FG_FIELD_FLAG: return set_flag(in, field->name, value);
  case FG_FIELD_BUDGET: return set_budget(in, field->name, value);
  case FG_FIELD_BOOK: return set_book(in, field->name, value);
  case FG_FIELD_ATTRIBUTES: return set_attributes(in, field->name, value);
  case FG_FIELD_PAY:
  case FG_FIELD_CAMPAIGN: return set_object(in, field, value);
  }
  return wrong_shape(in, field->name, "has a field this version cannot set");
}

static bool read_positional(reader *in, PyObject *const *args, Py_ssize_t nargs) {
  Py_ssize_t read = 0;
  const fg_field *field;
  for (size_t i = 0; read < nargs && (field = fg_command_field(in->command->kind, i)) != NULL; i++) {
    if (field->required && !set_field(in, field, args[read++])) {
      return false;
    }
  }
  return read == nargs || wrong_shape(in, "", "has fewer arguments that can be given by position");
}

static bool is_optional(const fg_field *field) {
  return field->type != FG_FIELD_BUDGET && (!field->required || field->made_up);
}

static bool read_named(reader *in, PyObject *name, PyObject *value, const fg_zone *zone) {
  fg_string text;
  if (!pfg_read_text(in->state, "", name, &text)) {
    return false;
  }
  const fg_field *field = fg_command_field_named(in->command->kind, text);
  if (field != NULL) {
    bool is_absent = value == Py_None && is_optional(field);
    return is_absent || set_field(in, field, value);
  }
  if (PyUnicode_CompareWithASCIIString(name, "at") == 0) {
    return value == Py_None || pfg_read_time(in->state, "at", value, zone, &in->command->at);
  }
  return wrong_shape(in, text.text, "has no such argument");
}

bool pfg_read_command(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, const fg_zone *zone,
                      fg_command *command, pfg_attributes *attributes) {
  attributes->items = NULL;
  reader in = {.state = state, .command = command, .attributes = attributes};
  bool done = read_positional(&in, args, nargs);
  Py_ssize_t names = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
  for (Py_ssize_t i = 0; done && i < names; i++) {
    done = read_named(&in, PyTuple_GetItem(kwnames, i), args[nargs + i], zone);
  }
  if (!done) {
    pfg_release_attributes(attributes);
  }
  return done;
}

bool pfg_finish_command(pfg_state *state, const fg_command *command) {
  reader in = {.state = state};
  if (fg_command_finish(command, &in.error) == FG_OK) {
    return true;
  }
  pfg_raise_shape(state, &in.error);
  return false;
}

/* Reads the text of a str. One with a lone surrogate has none, so it is not plain. */
static bool read_plain_text(PyObject *value, fg_string *text) {
  Py_ssize_t length = 0;
  text->text = PyUnicode_CheckExact(value) ? PyUnicode_AsUTF8AndSize(value, &length) : NULL;
  text->length = (size_t)length;
  return text->text != NULL;
}

/* Reads an int. -1 stands for an error, which is safe because it is no quantity either. */
static bool read_plain_integer(PyObject *value, int64_t *integer) {
  *integer = PyLong_CheckExact(value) ? pfg_int64(value) : -1;
  return *integer != -1;
}

static bool read_plain_named(pfg_state *state, PyObject *name, PyObject *value, fg_command *command) {
  if (name == state->name_at) {
    return pfg_read_instant(value, &command->at);
  }
  return name == state->name_id && read_plain_text(value, &command->id);
}

bool pfg_read_plain(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, fg_command *command) {
  bool has_quantity = command->kind == FG_DO_USE;
  bool plain = nargs == 1 + has_quantity && read_plain_text(args[0], &command->product) &&
               (!has_quantity || (read_plain_integer(args[1], &command->quantity) && command->quantity >= 0));
  Py_ssize_t names = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
  for (Py_ssize_t i = 0; i < names && plain; i++) {
    plain = read_plain_named(state, PyTuple_GetItem(kwnames, i), args[nargs + i], command);
  }
  if (!plain) {
    PyErr_Clear();
  }
  return plain;
}
