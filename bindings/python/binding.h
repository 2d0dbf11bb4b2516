/*
 * What the files of the Python binding share.
 *
 * Three steps everywhere: convert the arguments, call the core, wrap its answer. Between the locking of an account and
 * its unlocking only C runs, never Python: nothing there can come back to the account or let another thread in. What
 * the core describes is therefore recorded first (describe.c) and becomes Python objects after.
 */
#ifndef FAREGATE_PYTHON_BINDING_H
#define FAREGATE_PYTHON_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "faregate_timeline.h"

#include <structmember.h>

/* The objects of one interpreter's module, none of them global: X(member). */
#define PFG_OBJECTS(X)                                                                                                 \
  X(book_type)                                                                                                         \
  X(account_type)                                                                                                      \
  X(result_type)                                                                                                       \
  X(results_type) /* faregate._results.Results */                                                                      \
  X(used_type)                                                                                                         \
  X(call_type)                                                                                                         \
  X(done_type)                                                                                                         \
  X(column_type)                                                                                                       \
  X(biller_type)                                                                                                       \
  X(error)          /* faregate.Error */                                                                               \
  X(refusal)        /* faregate.Refusal */                                                                             \
  X(wrong_type)     /* faregate.InvalidType */                                                                         \
  X(decimal)        /* decimal.Decimal */                                                                              \
  X(mapping)        /* collections.abc.Mapping */                                                                      \
  X(date)           /* datetime.date, which datetime.datetime is too */                                                \
  X(datetime)       /* datetime.datetime */                                                                            \
  X(epoch)          /* 1970-01-01T00:00 of civil time */                                                               \
  X(epoch_utc)      /* the instant */                                                                                  \
  X(microsecond)    /* a timedelta */                                                                                  \
  X(result_methods) /* names that are methods of Result before they are keys */                                        \
  X(name_at)        /* interned, as names of keyword arguments are */                                                  \
  X(name_id)                                                                                                           \
  X(name_tzinfo)

typedef struct pfg_state {
#define PFG_MEMBER(member) PyObject *member;
  PFG_OBJECTS(PFG_MEMBER)
#undef PFG_MEMBER
  PyObject *errors[FG_STATUS_COUNT]; ///< exception classes; none for FG_OK
} pfg_state;

/* Of the module that a type of this binding was made for. */
static inline pfg_state *pfg_state_of(PyTypeObject *type) { return PyType_GetModuleState(type); }

static inline PyTypeObject *pfg_type(PyObject *type) { return (PyTypeObject *)type; }

/* Of a table of methods: one that takes keywords, or an array of arguments. */
#define PFG_KEYWORDS(function) ((PyCFunction)(void (*)(void))(function))

/* Frees an object of PyObject_New whose members are released already; its reference to its type last. */
static inline void pfg_free_object(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

int pfg_add_errors(PyObject *module, pfg_state *state);

/* Raises what `error` says; answers NULL. */
PyObject *pfg_raise(pfg_state *state, const fg_error *error);
PyObject *pfg_raise_invalid(pfg_state *state, const char *path, const char *message);
/* A failure that came without an fg_error. */
PyObject *pfg_raise_status(pfg_state *state, fg_status status);
/* None where it is done, else what `error` says. */
PyObject *pfg_none_or_raise(pfg_state *state, fg_status status, const fg_error *error);
/* InvalidType "path: expected …, not float", or with the message of `error`. */
PyObject *pfg_raise_type(pfg_state *state, const char *path, const char *expected, PyObject *value);
PyObject *pfg_raise_shape(pfg_state *state, const fg_error *error);

/* Read `value` of the argument `path`; false with an exception. Text is borrowed from the str. */
bool pfg_read_text(pfg_state *state, const char *path, PyObject *value, fg_string *text);
/* An int, or what counts as one by __index__; not a bool. INT64_MIN, which the core refuses, for one that is not in
   0 … 2^63-1. */
bool pfg_read_integer(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
/* The same of an argument that may be None, or left out (NULL): `integer` stays as it is. */
bool pfg_read_optional_text(pfg_state *state, const char *path, PyObject *value, fg_string *text);
bool pfg_read_optional(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
/* The same of one that may be below 0; INT64_MIN for one that does not fit. */
/* Of 64 bits, with a sign: beyond them it is refused. */
bool pfg_read_whole(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
bool pfg_read_signed(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
/* copy.copy and copy.deepcopy of what does not change. */
static inline PyObject *pfg_itself(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

/* Of an exact int; -1 with an OverflowError if it does not fit. Python is several times faster at the size of a pointer
   than at long long. */
static inline int64_t pfg_int64(PyObject *integer) {
  return sizeof(Py_ssize_t) >= sizeof(int64_t) ? PyLong_AsSsize_t(integer) : PyLong_AsLongLong(integer);
}
/* Of an exact int of microseconds, as a loop of millions passes: false, without an exception, for anything else and for
   what no time is. */
static inline bool pfg_read_instant(PyObject *value, fg_time *time) {
  int64_t number = PyLong_CheckExact(value) ? pfg_int64(value) : -1;
  if (number == -1) {
    PyErr_Clear();
  }
  return fg_time_of_number(number, time, NULL) == FG_OK;
}
/* A datetime, a date (its 00:00), ISO 8601 text, or an int of microseconds since 1970-01-01T00:00Z, of the years 2000
   to 2099. */
bool pfg_read_time(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time);
/* The same of an argument that may be None, or left out (NULL): `time` stays as it is. */
bool pfg_read_optional_time(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time);

/* What a row of query_arguments.h becomes: the object that was given, and the reading of it into `query`. */
#define PFG_GIVEN(name, kind, required) PyObject *name;
#define PFG_READ(name, kind, required) &&PFG_READ_##kind(name, required)
#define PFG_READ_NAME(name, required)                                                                                  \
  ((required) ? pfg_read_text : pfg_read_optional_text)(state, #name, given->name, &query->name)
#define PFG_READ_UNITS(name, required)                                                                                 \
  ((required) ? pfg_read_integer : pfg_read_optional)(state, #name, given->name, &query->name)
#define PFG_READ_ATTRIBUTES(name, required) pfg_read_optional_attributes(state, #name, given->name, lent, &query->name)
#define PFG_READ_TIME(name, required) pfg_read_optional_time(state, #name, given->name, zone, &query->name)
/* The items of a mapping, each a tuple of two; NULL with an exception. */
PyObject *pfg_items(pfg_state *state, const char *path, const char *expected, PyObject *mapping);

/* New references to text that the core can read: of an int; money of a Decimal, int or str; a date of a date or str. */
PyObject *pfg_integer_text(pfg_state *state, const char *path, PyObject *value);
PyObject *pfg_money_text(pfg_state *state, const char *path, PyObject *value);
PyObject *pfg_date_text(pfg_state *state, const char *path, PyObject *value);

PyObject *pfg_decimal(pfg_state *state, fg_money money, int minor_digits);
PyObject *pfg_datetime(pfg_state *state, fg_time time, const fg_zone *zone);

/* A recording of one description. It holds copies, so it outlives what it was made from.

     pfg_recording recording;
     fg_visitor visitor = pfg_recording_begin(&recording);
     status = fg_handle_statement(handle, &visitor, &error);
     PyObject *result = pfg_recording_end(&recording, status, &error, state, book); */
typedef struct pfg_recording {
  struct pfg_mark *marks;
  size_t mark_count, mark_capacity;
  char *bytes; ///< keys and texts, one after the other
  size_t byte_count, byte_capacity;
} pfg_recording;

fg_visitor pfg_recording_begin(pfg_recording *recording);
/* What was recorded if `status` is FG_OK, else NULL with an exception; the recording is released. `error` NULL: there
   is none, and memory was short. `book` may be NULL where nothing recorded is money or a time. */
PyObject *pfg_recording_end(pfg_recording *recording, fg_status status, const fg_error *error, pfg_state *state,
                            const fg_book *book);

int pfg_add_result_type(PyObject *module, pfg_state *state);
PyObject *pfg_new_result(pfg_state *state); ///< empty; fill it as the dict it is
PyObject *pfg_plain(PyObject *value);       ///< results and tuples as plain dicts and lists, all the way down

typedef struct pfg_used {
  PyObject_HEAD
  fg_command_kind kind;
  bool repeated;
  fg_used used; ///< packs point into `block`
  void *block;  ///< the draws and behind them their ids, of malloc; NULL without any
} pfg_used;

int pfg_add_used_type(PyObject *module, pfg_state *state);
/* Copies an answer, which the account may overwrite. Runs no Python. FG_NO_MEMORY. */
fg_status pfg_fill_used(pfg_used *self, const fg_outcome *outcome, fg_error *error);

/* What every type that begins with a pfg_used has. */
extern PyMemberDef pfg_used_members[];
PyObject *pfg_used_packs(PyObject *self, void *unused);
PyObject *pfg_used_to_dict(PyObject *self, PyObject *unused);

typedef struct pfg_book {
  PyObject_HEAD
  fg_book *book;
} pfg_book;

int pfg_add_book_type(PyObject *module, pfg_state *state); ///< book_type.c
void pfg_book_dealloc(PyObject *book);
fg_book *pfg_book_of(PyObject *book);                     ///< borrowed
PyObject *pfg_wrap_book(pfg_state *state, fg_book *book); ///< takes it over, also when it fails
/* A price book, or what one is made of, as an object of its own reference; NULL with an exception. */
PyObject *pfg_book_object(pfg_state *state, PyObject *given);

/* Attributes from a mapping. They lend their texts from `items` until that is released, which is safe when it is
   NULL. */
typedef struct pfg_attributes {
  PyObject *items; ///< of the mapping as it was, or the price book of the command; NULL: none
  fg_attribute room[FG_ATTRIBUTES_MAX];
} pfg_attributes;
/* Adds the items of a mapping, name to str or int. */
bool pfg_read_attributes(pfg_state *state, const char *path, PyObject *mapping, pfg_attributes *attributes,
                         fg_attributes *read);
/* The same; NULL and None are none. */
bool pfg_read_optional_attributes(pfg_state *state, const char *path, PyObject *mapping, pfg_attributes *attributes,
                                  fg_attributes *read);
void pfg_release_attributes(pfg_attributes *attributes);

/* Reads the arguments of a command's method: required fields by position in the order of fg_command_field, all fields
   and `at` by name; None for an optional one is as if absent. `command->at` stays as it was if not given. Texts are
   borrowed from the arguments, attributes from `attributes`, which is to be released where it is read. */
bool pfg_read_command(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, const fg_zone *zone,
                      fg_command *command, pfg_attributes *attributes);
/* Whether all that the command needs is there; false with an exception. */
bool pfg_finish_command(pfg_state *state, const fg_command *command);
/* The same for `use` and `call` as programs call them in a loop, use("image", 3, at=1700000000000000, id="u1"): without
   a look at the table of fields. False for any other form, right or wrong; no exception is set. */
bool pfg_read_plain(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, fg_command *command);

/* What an account is begun with, each of which may be None. */
typedef struct pfg_begun_with {
  PyObject *wallet, *policy, *attributes;
} pfg_begun_with;

/* The same as the core wants it; what is read must be released. */
typedef struct pfg_options {
  fg_account_options options;
  fg_funds wallet;
  PyObject *pairs; ///< lend the texts of options.policy
  pfg_attributes attributes;
} pfg_options;
bool pfg_read_options(pfg_state *state, const pfg_begun_with *begun, pfg_options *read);
void pfg_release_options(pfg_options *read);

/* How far the clock may jump: days or a timedelta, None for the default. */
bool pfg_read_max_jump(pfg_state *state, PyObject *value, int64_t *max_jump);

/* A new account in memory. NULL with an exception. */
fg_handle *pfg_open_account(pfg_state *state, PyObject *book, const pfg_begun_with *begun, PyObject *max_jump);

typedef struct pfg_account pfg_account;

int pfg_add_account_type(PyObject *module, pfg_state *state); ///< account_type.c
fg_account *pfg_fork_account(PyObject *account);              ///< NULL with an exception
/* Take over the handle or the account, also when they fail. `book` may be NULL: one is made. */
PyObject *pfg_wrap_handle(pfg_state *state, fg_handle *handle, PyObject *book);
PyObject *pfg_wrap_account(pfg_state *state, fg_account *account, PyObject *book);

/* Between these two only C runs, one thread at a time. FG_INVALID where the account takes no commands any more: there
   is nothing to end then. */
fg_status pfg_account_begin(pfg_account *account, fg_handle **handle, fg_error *error);
void pfg_account_end(pfg_account *account);

pfg_state *pfg_account_state(const pfg_account *account);
const fg_zone *pfg_account_zone(const pfg_account *account);
PyObject *pfg_account_book(const pfg_account *account); ///< borrowed

int pfg_add_call_type(PyObject *module, pfg_state *state);
/* Account.call and Account.resume. */
PyObject *pfg_new_call(pfg_account *account, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames);
PyObject *pfg_resume_call(PyObject *account, PyObject *id);

int pfg_add_done_type(PyObject *module, pfg_state *state);
PyObject *pfg_done(pfg_state *state, PyObject *answer); ///< an awaitable of it; takes the reference; NULL for NULL

/* A shipped book, for the core, which asks while the GIL is released; `context` is the thread state to take it back
   with. FG_STOPPED with an exception. */
fg_status pfg_find_book(void *context, fg_string name, fg_book **book, fg_error *error);
PyObject *pfg_replay_json(PyObject *module, PyObject *text);
PyObject *pfg_reconcile_json(PyObject *module, PyObject *text);

PyObject *pfg_bill_shares(PyObject *module, PyObject *args);

PyObject *pfg_make_plan(PyObject *module, PyObject *args);
PyObject *pfg_plan_timeline(PyObject *module, PyObject *capsule);
PyObject *pfg_book_quote(PyObject *self, PyObject *args, PyObject *keywords);
extern const char pfg_quote_doc[];
PyObject *pfg_vary(PyObject *module, PyObject *args);
PyObject *pfg_break_even(PyObject *module, PyObject *args);
PyObject *pfg_book_curve(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_book_cliffs(PyObject *self, PyObject *args, PyObject *keywords);

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_verify_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_compare_ledgers(PyObject *module, PyObject *args);
PyObject *pfg_import_ledger(PyObject *module, PyObject *args);
PyObject *pfg_seal_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_export_ledger(PyObject *module, PyObject *args);

#endif
