/*
 * What the files of the Python binding share.
 *
 * Every function has three steps: convert the arguments, call the core, wrap its answer. While an account is locked
 * only C runs, never Python, because Python code could come back to the account or let another thread in. What the core
 * describes is therefore recorded first (describe.c), and becomes Python objects afterwards.
 */
#ifndef FAREGATE_PYTHON_BINDING_H
#define FAREGATE_PYTHON_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "faregate_timeline.h"

#include <structmember.h>

/* The objects that the module of one interpreter holds; none is global. X(member) is used for each. */
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
  X(date)           /* datetime.date, the base of datetime.datetime */                                                 \
  X(datetime)       /* datetime.datetime */                                                                            \
  X(epoch)          /* 1970-01-01T00:00 without zone */                                                                \
  X(epoch_utc)      /* 1970-01-01T00:00Z */                                                                            \
  X(microsecond)    /* timedelta(microseconds=1) */                                                                    \
  X(result_methods) /* names of the methods of Result, not keys */                                                     \
  X(name_at)        /* interned, as names of keyword arguments are */                                                  \
  X(name_id)                                                                                                           \
  X(name_tzinfo)

typedef struct pfg_state {
#define PFG_MEMBER(member) PyObject *member;
  PFG_OBJECTS(PFG_MEMBER)
#undef PFG_MEMBER
  PyObject *errors[FG_STATUS_COUNT]; ///< the exception class of each status; none for FG_OK
} pfg_state;

/* The state of the module that a type of this binding belongs to. */
static inline pfg_state *pfg_state_of(PyTypeObject *type) { return PyType_GetModuleState(type); }

static inline PyTypeObject *pfg_type(PyObject *type) { return (PyTypeObject *)type; }

/* For tables of methods: a function that takes keywords, or an array of arguments. */
#define PFG_KEYWORDS(function) ((PyCFunction)(void (*)(void))(function))

/* Frees an object of PyObject_New, whose members must be released already. The reference to its type is dropped
   last. */
static inline void pfg_free_object(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_Free(self);
  Py_DECREF(type);
}

int pfg_add_errors(PyObject *module, pfg_state *state);

/* Raises `error`; returns NULL. */
PyObject *pfg_raise(pfg_state *state, const fg_error *error);
PyObject *pfg_raise_invalid(pfg_state *state, const char *path, const char *message);
/* Raises a status for which there is no fg_error; returns NULL. */
PyObject *pfg_raise_status(pfg_state *state, fg_status status);
/* Returns None for FG_OK; otherwise raises `error`. */
PyObject *pfg_none_or_raise(pfg_state *state, fg_status status, const fg_error *error);
/* Raises InvalidType: "path: expected …, not float", or with the message of `error`. */
PyObject *pfg_raise_type(pfg_state *state, const char *path, const char *expected, PyObject *value);
PyObject *pfg_raise_shape(pfg_state *state, const fg_error *error);

/* Reads a text from `value`, the argument `path`; false with an exception. The text is borrowed from the str. */
bool pfg_read_text(pfg_state *state, const char *path, PyObject *value, fg_string *text);
/* Reads an int, or what counts as one by __index__, but not a bool. A number outside of 0 … 2^63-1 becomes INT64_MIN,
   which the core refuses. */
bool pfg_read_integer(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
/* These read an argument that may be None or left out (NULL); the result then stays as it is. */
bool pfg_read_optional_text(pfg_state *state, const char *path, PyObject *value, fg_string *text);
bool pfg_read_optional(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
/* These read an int that may be below 0. If it does not fit into 64 bits, pfg_read_whole refuses it, and
   pfg_read_signed gives INT64_MIN. */
bool pfg_read_whole(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
bool pfg_read_signed(pfg_state *state, const char *path, PyObject *value, int64_t *integer);
/* Implements __copy__ and __deepcopy__ for objects that do not change. */
static inline PyObject *pfg_itself(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

/* Reads an exact int; -1 with an OverflowError if it does not fit. Python converts to the size of a pointer several
   times faster than to long long. */
static inline int64_t pfg_int64(PyObject *integer) {
  return sizeof(Py_ssize_t) >= sizeof(int64_t) ? PyLong_AsSsize_t(integer) : PyLong_AsLongLong(integer);
}
/* Reads an exact int of microseconds, for loops of millions. False, without an exception, for anything else, and for a
   number that is no instant. */
static inline bool pfg_read_instant(PyObject *value, fg_time *time) {
  int64_t number = PyLong_CheckExact(value) ? pfg_int64(value) : -1;
  if (number == -1) {
    PyErr_Clear();
  }
  return fg_time_of_number(number, time, NULL) == FG_OK;
}
/* Reads a datetime, a date (its 00:00), ISO 8601 text, or an int of microseconds since 1970-01-01T00:00Z, of the years
   2000 to 2099. */
bool pfg_read_time(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time);
/* Reads a time as pfg_read_time does, but also None or an argument left out (NULL); `time` then stays as it is. */
bool pfg_read_optional_time(pfg_state *state, const char *path, PyObject *value, const fg_zone *zone, fg_time *time);

/* Two uses of a row of query_arguments.h: a variable for the argument, and reading it into `query`. */
#define PFG_GIVEN(name, kind, required) PyObject *name;
#define PFG_READ(name, kind, required) &&PFG_READ_##kind(name, required)
#define PFG_READ_NAME(name, required)                                                                                  \
  ((required) ? pfg_read_text : pfg_read_optional_text)(state, #name, given->name, &query->name)
#define PFG_READ_UNITS(name, required)                                                                                 \
  ((required) ? pfg_read_integer : pfg_read_optional)(state, #name, given->name, &query->name)
#define PFG_READ_ATTRIBUTES(name, required) pfg_read_optional_attributes(state, #name, given->name, lent, &query->name)
#define PFG_READ_TIME(name, required) pfg_read_optional_time(state, #name, given->name, zone, &query->name)
/* Returns the items of a mapping, each a tuple of two; NULL with an exception. */
PyObject *pfg_items(pfg_state *state, const char *path, const char *expected, PyObject *mapping);

/* Each of these returns a new reference to text that the core can read: of an int; of money given as Decimal, int or
   str; of a date given as date or str. */
PyObject *pfg_integer_text(pfg_state *state, const char *path, PyObject *value);
PyObject *pfg_money_text(pfg_state *state, const char *path, PyObject *value);
PyObject *pfg_date_text(pfg_state *state, const char *path, PyObject *value);

PyObject *pfg_decimal(pfg_state *state, fg_money money, int minor_digits);
PyObject *pfg_datetime(pfg_state *state, fg_time time, const fg_zone *zone);

/* Records one description. It holds copies, so it outlives what it was made from.

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
/* Returns what was recorded if `status` is FG_OK, else NULL with an exception; the recording is released. If `error` is
   NULL, the failure was for want of memory. `book` may be NULL if nothing that was recorded is money or a time. */
PyObject *pfg_recording_end(pfg_recording *recording, fg_status status, const fg_error *error, pfg_state *state,
                            const fg_book *book);

int pfg_add_result_type(PyObject *module, pfg_state *state);
PyObject *pfg_new_result(pfg_state *state); ///< empty; filled as the dict that it is
PyObject *pfg_plain(PyObject *value);       ///< results and tuples become plain dicts and lists, at all depths

typedef struct pfg_used {
  PyObject_HEAD
  fg_command_kind kind;
  bool repeated;
  fg_used used; ///< the packs are in `block`
  void *block;  ///< the draws, and after them their ids, from malloc; NULL: there are none
} pfg_used;

int pfg_add_used_type(PyObject *module, pfg_state *state);
/* Copies an answer, because the account may overwrite it. Runs no Python. Where memory is short for the packs, only who
   asks for them gets a MemoryError, because the usage has happened: an exception would invite to report it twice. */
void pfg_fill_used(pfg_used *self, const fg_outcome *outcome);

/* The members that every type has whose objects begin with a pfg_used. */
extern PyMemberDef pfg_used_members[];
PyObject *pfg_used_packs(PyObject *self, void *unused);
PyObject *pfg_used_to_dict(PyObject *self, PyObject *unused);

typedef struct pfg_book {
  PyObject_HEAD
  fg_book *book;
} pfg_book;

int pfg_add_book_type(PyObject *module, pfg_state *state); ///< defined in book_type.c
void pfg_book_dealloc(PyObject *book);
fg_book *pfg_book_of(PyObject *book);                     ///< borrowed
PyObject *pfg_wrap_book(pfg_state *state, fg_book *book); ///< takes over the book, even if it fails
/* Returns a price book, or makes one of what is given, as an object with its own reference; NULL with an exception. */
PyObject *pfg_book_object(pfg_state *state, PyObject *given);

/* Attributes from a mapping. Their texts are borrowed from `items` until that is released; releasing NULL is
   allowed. */
typedef struct pfg_attributes {
  PyObject *items; ///< the items of the mapping, or the price book of the command; NULL: none
  fg_attribute room[FG_ATTRIBUTES_MAX];
} pfg_attributes;
/* Adds the items of a mapping from name to str or int. */
bool pfg_read_attributes(pfg_state *state, const char *path, PyObject *mapping, pfg_attributes *attributes,
                         fg_attributes *read);
/* Reads attributes as pfg_read_attributes does; NULL and None stand for no attributes. */
bool pfg_read_optional_attributes(pfg_state *state, const char *path, PyObject *mapping, pfg_attributes *attributes,
                                  fg_attributes *read);
void pfg_release_attributes(pfg_attributes *attributes);

/* Reads the arguments of a command's method: required fields by position in the order of fg_command_field, all fields
   and `at` by name. None for an optional field counts as absent. `command->at` stays as it was if it is not given.
   Texts are borrowed from the arguments, attributes from `attributes`, which the caller releases after success. */
bool pfg_read_command(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, const fg_zone *zone,
                      fg_command *command, pfg_attributes *attributes);
/* Checks that all required fields are set; false with an exception. */
bool pfg_finish_command(pfg_state *state, const fg_command *command);
/* Reads the arguments of `use` and `call` as programs call them in a loop: use("image", 3, at=1700000000000000,
   id="u1"), without the table of fields. False for any other form, right or wrong; no exception is set. */
bool pfg_read_plain(pfg_state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, fg_command *command);

/* The arguments that an account begins with; each may be None. */
typedef struct pfg_begun_with {
  PyObject *wallet, *policy, *attributes, *keep_ids_days;
} pfg_begun_with;

/* The options of a new account in the form that the core takes; they must be released after they were read. */
typedef struct pfg_options {
  fg_account_options options;
  fg_funds wallet;
  PyObject *pairs; ///< holds the texts of options.policy
  pfg_attributes attributes;
} pfg_options;
bool pfg_read_options(pfg_state *state, const pfg_begun_with *begun, pfg_options *read);
void pfg_release_options(pfg_options *read);

/* Reads how far the clock may jump: days or a timedelta, None for the default. */
bool pfg_read_max_jump(pfg_state *state, PyObject *value, int64_t *max_jump);

/* Makes an account in memory. NULL with an exception. */
fg_handle *pfg_open_account(pfg_state *state, PyObject *book, const pfg_begun_with *begun, PyObject *max_jump);

typedef struct pfg_account pfg_account;

int pfg_add_account_type(PyObject *module, pfg_state *state); ///< defined in account_type.c
fg_account *pfg_fork_account(PyObject *account);              ///< NULL with an exception
/* These take over the handle or the account, even if they fail. `book` may be NULL; then one is made. */
PyObject *pfg_wrap_handle(pfg_state *state, fg_handle *handle, PyObject *book);
PyObject *pfg_wrap_account(pfg_state *state, fg_account *account, PyObject *book);

/* These lock an account and unlock it; between them only C runs, one thread at a time. FG_INVALID if the account takes
   no commands any more; then it is not locked. */
fg_status pfg_account_begin(pfg_account *account, fg_handle **handle, fg_error *error);
void pfg_account_end(pfg_account *account);

/* Describes the outcome of the handle's latest command, as fg_outcome_describe does, and fills `error` if it fails. */
fg_status pfg_tell_outcome(const fg_handle *handle, const fg_outcome *outcome, const fg_visitor *visitor,
                           fg_error *error);

pfg_state *pfg_account_state(const pfg_account *account);
const fg_zone *pfg_account_zone(const pfg_account *account);
PyObject *pfg_account_book(const pfg_account *account); ///< borrowed

int pfg_add_call_type(PyObject *module, pfg_state *state);
/* The methods Account.call and Account.resume. */
PyObject *pfg_new_call(pfg_account *account, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames);
PyObject *pfg_resume_call(PyObject *account, PyObject *id);

int pfg_add_done_type(PyObject *module, pfg_state *state);
PyObject *pfg_done(pfg_state *state,
                   PyObject *answer); ///< an awaitable that gives it; takes the reference; NULL for NULL

/* Finds a shipped book for the core, which asks while the GIL is released; `context` is the thread state with which to
   take the GIL again. FG_STOPPED with an exception. */
fg_status pfg_find_book(void *context, fg_string name, fg_book **book, fg_error *error);
/* Fills a listener by which a signal, such as that of Ctrl-C, ends long work of the core; the exception of its handler
   is then set. `thread` is the thread state with which to take the GIL again, as for pfg_find_book. False with an
   exception. */
bool pfg_listens(PyThreadState **thread, fg_listener *listener);
PyObject *pfg_replay_json(PyObject *module, PyObject *text);
PyObject *pfg_reconcile(PyObject *module, PyObject *args);

PyObject *pfg_bill_shares(PyObject *module, PyObject *args);

PyObject *pfg_make_plan(PyObject *module, PyObject *args);
PyObject *pfg_plan_timeline(PyObject *module, PyObject *capsule);
PyObject *pfg_book_quote(PyObject *self, PyObject *args, PyObject *keywords);
extern const char pfg_quote_doc[];
PyObject *pfg_vary(PyObject *module, PyObject *args);
int pfg_add_way_fields(PyObject *module); ///< the names of what a way to pay has, as one text
PyObject *pfg_break_even(PyObject *module, PyObject *args);
PyObject *pfg_book_curve(PyObject *self, PyObject *args, PyObject *keywords);
PyObject *pfg_book_cliffs(PyObject *self, PyObject *args, PyObject *keywords);

PyObject *pfg_open_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_verify_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_compare_ledgers(PyObject *module, PyObject *args);
PyObject *pfg_import_ledger(PyObject *module, PyObject *args);
PyObject *pfg_seal_ledger(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *pfg_export_ledger(PyObject *module, PyObject *args);
PyObject *pfg_check_target(PyObject *module, PyObject *path);

#endif
