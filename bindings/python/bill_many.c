/* The method Book.bill_many. */
#include "columns.h"

#include <string.h>

enum { FREE, PACKS, POSTPAID, COVERED, COUNTED = POSTPAID };

/* A column of integers that a caller may leave out. */
typedef struct optional_column {
  pfg_pieces pieces;
  fg_integers column;
} optional_column;

/* The columns that a bill answers with. */
typedef struct bill_out {
  pfg_block *covered[COVERED];
  pfg_amounts amounts;
} bill_out;

/* The mapping `before`: for each date a column of integers. */
typedef struct dated_columns {
  optional_column *columns; ///< `count` columns
  fg_bill_before *given;
  size_t count;
} dated_columns;

/* The columns that a bill of an event has for each of its products. */
typedef struct event_columns {
  size_t count; ///< of products; 0: the bill is of a product
  fg_string *ids;
  fg_event_product *given;
  optional_column *columns[3]; ///< for each of `free`, `packs` and `counted`, `count` columns
  fg_bill_columns *bills;
  bill_out *outs;
} event_columns;

typedef struct bill_job {
  pfg_state *state;
  const fg_book *book;
  fg_bill_query query;
  pfg_pieces totals;
  optional_column free, packs, events, counted;
  dated_columns before;
  bill_out out;
  event_columns event;
  pfg_progress progress;
  PyThreadState *saved;
  bool has_raised; ///< while rows were billed a signal came, or who hears of them raised an exception
} bill_job;

/* Reads a column of integers; an int stands for all rows. */
static bool read_column(pfg_state *state, const char *path, PyObject *value, pfg_pieces *pieces, fg_integers *column) {
  bool is_one = PyIndex_Check(value) && !PySequence_Check(value); /* an array of NumPy passes as an integer, too */
  PyObject *list = is_one ? PyList_New(0) : Py_NewRef(value);
  bool done = list != NULL && (!is_one || PyList_Append(list, value) == 0) &&
              pfg_pieces_read(state, path, list, pieces) && pfg_pieces_join(pieces, column);
  Py_XDECREF(list);
  return done;
}

/* Sets `*read`, a member of the query, to the column, or to NULL if it is left out. */
static bool read_optional_column(pfg_state *state, const char *path, PyObject *value, optional_column *own,
                                 const fg_integers **read) {
  *read = value == Py_None ? NULL : &own->column;
  return value == Py_None || read_column(state, path, value, &own->pieces, &own->column);
}

static bool read_dated_column(bill_job *job, PyObject *item) {
  PyObject *date = PyTuple_GetItem(item, 0);
  PyObject *value = PyTuple_GetItem(item, 1);
  optional_column *column = &job->before.columns[job->before.count];
  fg_bill_before *given = &job->before.given[job->before.count++];
  return date != NULL && value != NULL &&
         pfg_read_time(job->state, "before", date, fg_book_zone(job->book), &given->at) &&
         read_column(job->state, "before", value, &column->pieces, &given->units);
}

static bool read_dated_columns(bill_job *job, PyObject *before) {
  dated_columns *own = &job->before;
  if (before == Py_None) {
    return true;
  }
  PyObject *items = pfg_items(job->state, "before", "a mapping of dates and columns", before);
  Py_ssize_t count = items == NULL ? -1 : PyList_Size(items);
  own->columns = PyMem_Calloc((size_t)count + 1, sizeof *own->columns);
  own->given = PyMem_Calloc((size_t)count + 1, sizeof *own->given);
  bool done = count >= 0 && own->columns != NULL && own->given != NULL;
  if (count >= 0 && !done) {
    PyErr_NoMemory();
  }
  for (Py_ssize_t i = 0; done && i < count; i++) {
    done = read_dated_column(job, PyList_GetItem(items, i));
  }
  Py_XDECREF(items);
  job->query.before = own->given;
  job->query.before_count = own->count;
  return done;
}

static bool make_event_room(bill_job *job) {
  event_columns *event = &job->event;
  event->count = fg_event_products(job->book, job->query.product, NULL, 0);
  if (event->count == 0) {
    return true;
  }
  event->ids = PyMem_Calloc(event->count, sizeof *event->ids);
  event->given = PyMem_Calloc(event->count, sizeof *event->given);
  event->bills = PyMem_Calloc(event->count, sizeof *event->bills);
  event->outs = PyMem_Calloc(event->count, sizeof *event->outs);
  bool done = event->ids != NULL && event->given != NULL && event->bills != NULL && event->outs != NULL;
  for (int i = 0; i < COVERED; i++) {
    event->columns[i] = PyMem_Calloc(event->count, sizeof *event->columns[i]);
    done = done && event->columns[i] != NULL;
  }
  if (!done) {
    PyErr_NoMemory();
    return false;
  }
  (void)fg_event_products(job->book, job->query.product, event->ids, event->count);
  job->query.parts = event->given;
  return true;
}

static void release_event(event_columns *event) {
  for (size_t i = 0; i < event->count; i++) {
    for (int j = 0; j < COVERED && event->columns[j] != NULL; j++) {
      pfg_pieces_release(&event->columns[j][i].pieces);
    }
    for (int j = 0; j < COVERED && event->outs != NULL; j++) {
      pfg_block_release(event->outs[i].covered[j]);
    }
    if (event->outs != NULL) {
      pfg_block_release(event->outs[i].amounts.block);
    }
  }
  for (int j = 0; j < COVERED; j++) {
    PyMem_Free(event->columns[j]);
  }
  PyMem_Free(event->ids);
  PyMem_Free(event->given);
  PyMem_Free(event->bills);
  PyMem_Free(event->outs);
}

/* Finds a product of the event; raises an exception where there is none of this name. */
static bool find_event_product(const bill_job *job, const char *path, PyObject *name, size_t *found) {
  fg_string id;
  if (!pfg_read_text(job->state, path, name, &id)) {
    return false;
  }
  for (size_t i = 0; i < job->event.count; i++) {
    if (job->event.ids[i].length == id.length && memcmp(job->event.ids[i].text, id.text, id.length) == 0) {
      *found = i;
      return true;
    }
  }
  pfg_raise_invalid(job->state, path, "expected products of the event");
  return false;
}

static bool read_product_column(bill_job *job, const char *path, int kind, PyObject *item) {
  PyObject *name = PyTuple_GetItem(item, 0);
  PyObject *value = PyTuple_GetItem(item, 1);
  size_t place = 0;
  char own[256];
  if (name == NULL || value == NULL || !find_event_product(job, path, name, &place)) {
    return false;
  }
  fg_event_product *given = &job->event.given[place];
  const fg_integers **read = kind == FREE ? &given->free : kind == PACKS ? &given->packs : &given->counted;
  PyOS_snprintf(own, sizeof own, "%s.%.200s", path, job->event.ids[place].text);
  return read_optional_column(job->state, own, value, &job->event.columns[kind][place], read);
}

/* Reads `free`, `packs` or `counted`: a column, or of an event a mapping from products to columns. */
static bool read_for_products(bill_job *job, const char *path, int kind, PyObject *value, optional_column *own,
                              const fg_integers **read) {
  if (job->event.count == 0 || value == Py_None) {
    return read_optional_column(job->state, path, value, own, read);
  }
  PyObject *items = pfg_items(job->state, path,
                              "a mapping of products and columns: each product of an event has its own", value);
  bool done = items != NULL;
  for (Py_ssize_t i = 0; done && i < PyList_Size(items); i++) {
    done = read_product_column(job, path, kind, PyList_GetItem(items, i));
  }
  Py_XDECREF(items);
  return done;
}

static void release_columns(bill_job *job) {
  pfg_pieces_release(&job->totals);
  pfg_pieces_release(&job->free.pieces);
  pfg_pieces_release(&job->packs.pieces);
  pfg_pieces_release(&job->events.pieces);
  pfg_pieces_release(&job->counted.pieces);
  for (size_t i = 0; i < job->before.count; i++) {
    pfg_pieces_release(&job->before.columns[i].pieces);
  }
  PyMem_Free(job->before.columns);
  PyMem_Free(job->before.given);
  release_event(&job->event);
}

/* Adds a column to a dict, under its name, and for a product of an event under the product's and its name. */
static bool add_bill_column(PyObject *columns, const fg_string *product, const char *name, PyObject *column) {
  PyObject *id = product == NULL ? NULL : PyUnicode_FromStringAndSize(product->text, (Py_ssize_t)product->length);
  PyObject *key = product == NULL ? PyUnicode_FromString(name)
                  : id == NULL    ? NULL
                                  : PyUnicode_FromFormat("%U.%s", id, name);
  bool done = column != NULL && key != NULL && PyDict_SetItem(columns, key, column) == 0;
  Py_XDECREF(id);
  Py_XDECREF(key);
  Py_XDECREF(column);
  return done;
}

static bool add_bill_columns(pfg_state *state, PyObject *columns, const fg_string *product, bill_out *out) {
  static const char *const names[] = {"free", "packs", "postpaid"};
  for (int i = 0; i < COVERED; i++) {
    PyObject *column = pfg_new_column(state, out->covered[i]);
    out->covered[i] = NULL;
    if (!add_bill_column(columns, product, names[i], column)) {
      return false;
    }
  }
  PyObject *amounts = pfg_amounts_column(state, &out->amounts);
  out->amounts.block = NULL;
  return add_bill_column(columns, product, "amount", amounts);
}

static PyObject *bill_table(bill_job *job) {
  PyObject *columns = PyDict_New();
  bool done = columns != NULL && add_bill_columns(job->state, columns, NULL, &job->out);
  for (size_t i = 0; i < job->event.count && done; i++) {
    done = add_bill_columns(job->state, columns, &job->event.ids[i], &job->event.outs[i]);
  }
  PyObject *table = done ? pfg_new_table(columns) : NULL;
  Py_XDECREF(columns);
  return table;
}

/* Hears of rows that are done, in the thread that asked for them and without the GIL. */
static bool hear_rows(void *context, size_t rows) {
  bill_job *job = context;
  PyEval_RestoreThread(job->saved);
  job->has_raised = !pfg_progress_add(&job->progress, rows);
  job->saved = PyEval_SaveThread();
  return !job->has_raised;
}

static fg_bill_columns bills_of(const bill_out *out) {
  return (fg_bill_columns){out->covered[FREE]->values, out->covered[PACKS]->values, out->covered[POSTPAID]->values,
                           pfg_amounts_from(&out->amounts, 0), NULL};
}

static bool bill_rows(bill_job *job) {
  fg_error error;
  fg_status status = FG_OK;
  size_t bad_row = SIZE_MAX;
  fg_bill_columns bills = bills_of(&job->out);
  for (size_t i = 0; i < job->event.count; i++) {
    job->event.bills[i] = bills_of(&job->event.outs[i]);
  }
  bills.parts = job->event.bills;
  job->query.go_on = hear_rows;
  job->query.context = job;
  job->saved = PyEval_SaveThread();
  status = fg_bill_periods(job->book, &job->query, &bills, &bad_row, &error);
  PyEval_RestoreThread(job->saved);
  if (status == FG_OK) {
    return pfg_progress_add(&job->progress, job->query.totals.count - job->progress.done);
  }
  if (!job->has_raised) {
    pfg_raise_in_column(job->state, &error, 0, bad_row);
  }
  return false;
}

static bool make_out(const fg_integers *totals, bill_out *out) {
  for (int i = 0; i < COVERED; i++) {
    out->covered[i] = pfg_block_new(PFG_INTEGERS, totals->count);
    if (out->covered[i] == NULL || !pfg_block_nulls(out->covered[i], 0, totals)) {
      PyErr_NoMemory();
      return false;
    }
  }
  if (!pfg_amounts_begin(&out->amounts, totals->count)) {
    return false;
  }
  bool done = pfg_block_nulls(out->amounts.block, 0, totals);
  if (!done) {
    PyErr_NoMemory();
  }
  return done;
}

static bool make_room(bill_job *job) {
  bool done = make_out(&job->query.totals, &job->out);
  for (size_t i = 0; i < job->event.count && done; i++) {
    bill_out *out = &job->event.outs[i];
    out->amounts = (pfg_amounts){.kind = job->out.amounts.kind, .scale = job->out.amounts.scale};
    done = make_out(&job->query.totals, out);
  }
  return done;
}

/* The columns that a call of bill_many is given. */
typedef struct bill_columns {
  PyObject *totals, *free, *packs, *events, *counted, *before;
  PyObject *progress;
} bill_columns;

static PyObject *bill_all(bill_job *job, const bill_columns *given) {
  pfg_state *state = job->state;
  fg_bill_query *query = &job->query;
  PyObject *table = NULL;
  bool read = make_event_room(job) && read_column(state, "totals", given->totals, &job->totals, &query->totals) &&
              read_for_products(job, "free", FREE, given->free, &job->free, &query->free) &&
              read_for_products(job, "packs", PACKS, given->packs, &job->packs, &query->packs) &&
              read_optional_column(state, "events", given->events, &job->events, &query->events) &&
              read_for_products(job, "counted", COUNTED, given->counted, &job->counted, &query->counted) &&
              read_dated_columns(job, given->before);
  read = read && pfg_progress_begin(state, given->progress, query->totals.count, &job->progress);
  if (read && make_room(job) && bill_rows(job)) {
    table = bill_table(job);
  }
  for (int i = 0; i < COVERED; i++) {
    pfg_block_release(job->out.covered[i]);
  }
  pfg_block_release(job->out.amounts.block);
  pfg_progress_end(&job->progress);
  release_columns(job);
  return table;
}

const char pfg_bill_many_doc[] =
    "bill_many($self, /, product, totals, *, periods=1, free=None, packs=None, at=None, tier_basis=None, "
    "out=\"decimal\", scale=None,\n          attributes=None, events=None, counted=None, before=None, progress=None)\n--\n\n"
    "Bills of many accounts and months from usage totals: free quota, packs, then postpaid (R7, R11, R12).\n\n"
    "Free quota: the book's is taken off, or `free` units.\n\n"
    "product  a name of the book; or an event of it, of which the totals and `before` then say how often it happened\n"
    "totals   units used, a row for each tier period of each account: its months, days, weeks …, in all of which the\n"
    "         product is open; integers as price_many() takes them. Where there are terms or an aggregate, what they come to.\n"
    "         Where each event is priced by itself, a row for each period of its settlement\n"
    "periods  int, how many rows after each other are one account's, in time order\n"
    "free     units of free grants at hand in each period: a row each or an int for all; None: the book's monthly\n"
    "         quota (R1)\n"
    "packs    units of packs at hand at each account's first period: a row per account or an int for all; what is\n"
    "         left goes to the next period. Nothing expires here: bill() lives the dates.\n"
    "at       the instant in the period of each account's first row, or the opening that its periods are counted from;\n"
    "         now if None\n"
    "tier_basis  the switch (R12): \"residual\", \"after_free\" or \"total\"; the book's if None\n"
    "out, scale  of the amounts, as price_many() takes them\n"
    "attributes  mapping of names to str or int, of all of the usage and the accounts, where rules and fees ask them\n"
    "events   where each event is priced by itself: how many, all alike, each total is of; a row each or an int for all\n"
    "counted  where the price has a counter that others share: units that these have had in the period before those of\n"
    "         the row; a row each or an int for all\n"
    "before   dict of dates to columns, of each edition that begins within a period: the units used before that date; a\n"
    "         row each or an int for all\n"
    "progress  as of price_many()\n\n"
    "Of an event, `free`, `packs` and `counted` are mappings from its products to such columns, and there is no\n"
    "`events`. Of products that share a counter, `counted` stands beside the first.\n"
    "The amount has the least and the most of the product in it, and the fees whose periods have ended.\n"
    "Answers a Table with free, packs, postpaid and amount, rows as in totals, null where the total is null; of an\n"
    "event also with these of each product, as \"runs.free\", of which its own are the sums. Raises\n"
    "as price_many() does, and Unsupported where rules ask the hour or weekday, which totals do not say, and for an\n"
    "event with an aggregate, or with products of several periods.";

PyObject *pfg_book_bill_many(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "totals",     "periods", "free",    "packs",  "at",       "tier_basis", "out",
                          "scale",   "attributes", "events",  "counted", "before", "progress", NULL};
  bill_job job = {.state = pfg_state_of(Py_TYPE(self)), .book = pfg_book_of(self)};
  bill_columns given = {NULL, Py_None, Py_None, Py_None, Py_None, Py_None, Py_None};
  PyObject *product, *periods = NULL, *at = Py_None, *scale = Py_None;
  PyObject *attributes = Py_None, *kind = NULL, *basis = Py_None, *answer = NULL;
  pfg_attributes lent;
  int64_t period_count = 1;
  fg_string policy[2] = {{"tier_basis", 10}, {NULL, 0}};
  job.query.at = fg_clock_now();
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|$OOOOOOOOOOOO:bill_many", names, &product, &given.totals,
                                   &periods, &given.free, &given.packs, &at, &basis, &kind, &scale, &attributes,
                                   &given.events, &given.counted, &given.before, &given.progress) ||
      !pfg_read_kind(job.state, kind, &job.out.amounts.kind) ||
      !pfg_read_text(job.state, "product", product, &job.query.product) ||
      (periods != NULL && !pfg_read_integer(job.state, "periods", periods, &period_count)) ||
      !pfg_read_optional_time(job.state, "at", at, fg_book_zone(job.book), &job.query.at)) {
    return NULL;
  }
  job.query.periods = period_count < 0 ? 0 : (size_t)period_count;
  if (basis != Py_None) {
    if (!pfg_read_text(job.state, "tier_basis", basis, &policy[1])) {
      return NULL;
    }
    job.query.policy = policy;
    job.query.policy_count = 1;
  }
  if (pfg_read_scale(job.state, scale, job.out.amounts.kind, fg_book_scale(job.book), job.book,
                     &job.out.amounts.scale) &&
      pfg_read_optional_attributes(job.state, "attributes", attributes, &lent, &job.query.attributes)) {
    answer = bill_all(&job, &given);
    pfg_release_attributes(&lent);
  }
  return answer;
}
