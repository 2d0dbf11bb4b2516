/* Book.price_many and Book.bill_many. */
#include "columns.h"

#include <stdio.h>
#include <string.h>

/* How amounts are returned: their kind, and the block that the core fills. */
typedef struct amounts_out {
  pfg_kind kind;
  int scale;
  pfg_block *block;
} amounts_out;

/* Reads the kind of amounts; `given` NULL stands for decimals. */
static bool read_kind(pfg_state *state, PyObject *given, pfg_kind *kind) {
  static const char *const names[] = {"minor", "decimal", "float"};
  static const pfg_kind kinds[] = {PFG_MINOR, PFG_DECIMALS, PFG_FLOATS};
  fg_string name = {"decimal", 7};
  if (given != NULL && !pfg_read_text(state, "out", given, &name)) {
    return false;
  }
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (name.length == strlen(names[i]) && memcmp(name.text, names[i], name.length) == 0) {
      *kind = kinds[i];
      return true;
    }
  }
  pfg_raise_invalid(state, "out", "expected \"decimal\", \"minor\" or \"float\"");
  return false;
}

/* Reads the scale of amounts. By default minor units have that of the currency; decimals, and floats made from them,
   have the one that holds every amount. */
static bool read_scale(pfg_state *state, PyObject *scale, pfg_kind kind, int exact_scale, const fg_book *book,
                       int *out) {
  int64_t given = 0;
  if (scale == Py_None) {
    *out = kind == PFG_MINOR ? fg_book_minor_digits(book) : exact_scale;
    return true;
  }
  if (!pfg_read_integer(state, "scale", scale, &given)) {
    return false;
  }
  if (given < 0 || given > FG_MONEY_DECIMALS) {
    pfg_raise_invalid(state, "scale", "expected 0 to 12 decimals");
    return false;
  }
  *out = (int)given;
  return true;
}

/* Converts the 128-bit decimals of `from` to floats, and releases `from`. */
static pfg_block *to_floats(pfg_block *from) {
  pfg_block *floats = pfg_block_floats(from);
  pfg_block_release(from);
  return floats;
}

static bool amounts_begin(amounts_out *out, size_t rows) {
  out->block = pfg_block_new(out->kind == PFG_MINOR ? PFG_MINOR : PFG_DECIMALS, rows);
  if (out->block == NULL) {
    PyErr_NoMemory();
    return false;
  }
  out->block->scale = out->scale;
  return true;
}

static fg_amounts amounts_from(const amounts_out *out, size_t row) {
  bool wide = out->block->kind == PFG_DECIMALS;
  size_t width = wide ? sizeof(pfg_int128) : sizeof(int64_t);
  fg_amounts amounts = {(char *)out->block->values + row * width, wide ? FG_AMOUNT_INT128 : FG_AMOUNT_INT64,
                        out->scale};
  return amounts;
}

/* Makes a column, and takes over out->block. */
static PyObject *amounts_column(pfg_state *state, amounts_out *out) {
  pfg_block *block = out->kind == PFG_FLOATS ? to_floats(out->block) : out->block;
  return block == NULL ? PyErr_NoMemory() : pfg_new_column(state, block);
}

/* Raises `error`; the bad row is counted from the beginning of the first piece. */
static void raise_at_row(pfg_state *state, fg_error *error, size_t first, size_t bad_row) {
  if (bad_row == SIZE_MAX) {
    pfg_raise(state, error);
    return;
  }
  error->path[strcspn(error->path, "[")] = '\0';
  size_t used = strlen(error->path);
  snprintf(error->path + used, sizeof error->path - used, "[%zu]", first + bad_row);
  pfg_raise_at_row(state, error, first + bad_row);
}

/* The rows of a call of price_many. */
typedef struct price_job {
  pfg_state *state;
  const fg_book *book;
  fg_price_query query;
  pfg_pieces pieces;
  pfg_attribute_columns attributes;
  amounts_out out;
} price_job;

/* Prices the rows of a piece, which begins `first` rows after the first piece does. */
static bool price_rows(price_job *job, const fg_integers *rows, const fg_attribute_column *columns, size_t first) {
  fg_error error;
  fg_status status = FG_OK;
  size_t bad_row = SIZE_MAX;
  fg_amounts amounts = amounts_from(&job->out, first);
  Py_BEGIN_ALLOW_THREADS
  status = fg_price_columns(job->book, &job->query, rows, columns, job->attributes.count, &amounts, &bad_row, &error);
  Py_END_ALLOW_THREADS
  if (status != FG_OK) {
    raise_at_row(job->state, &error, first, bad_row);
    return false;
  }
  if (!pfg_block_nulls(job->out.block, first, rows)) {
    PyErr_NoMemory();
    return false;
  }
  return true;
}

static bool price_pieces(price_job *job) {
  fg_attribute_column columns[FG_ATTRIBUTES_MAX];
  size_t first = 0;
  for (size_t i = 0; i < job->pieces.count; i++) {
    fg_integers rows = job->pieces.columns[i];
    for (size_t left = rows.count; left > 0; left -= rows.count) {
      rows.count = pfg_attribute_columns_window(&job->attributes, left, columns);
      if (!price_rows(job, &rows, columns, first)) {
        return false;
      }
      first += rows.count;
      rows.offset += rows.count;
    }
  }
  return true;
}

static PyObject *price_all(price_job *job, PyObject *quantities, PyObject *attributes, PyObject *scale) {
  pfg_state *state = job->state;
  fg_error error;
  int exact_scale = 0;
  if (!pfg_pieces_read(state, "quantities", quantities, &job->pieces)) {
    return NULL;
  }
  bool done = pfg_attribute_columns_read(state, attributes, job->pieces.rows, &job->attributes, &job->query.attributes);
  if (done && fg_price_scale(job->book, &job->query, &exact_scale, &error) != FG_OK) {
    pfg_raise(state, &error);
    done = false;
  }
  done = done && read_scale(state, scale, job->out.kind, exact_scale, job->book, &job->out.scale) &&
         amounts_begin(&job->out, job->pieces.rows) && price_pieces(job);
  pfg_attribute_columns_release(&job->attributes);
  pfg_pieces_release(&job->pieces);
  if (!done) {
    pfg_block_release(job->out.block);
    return NULL;
  }
  return amounts_column(state, &job->out);
}

const char pfg_price_many_doc[] =
    "price_many($self, /, product, meter, quantities, *, out=\"decimal\", scale=None, days=None, months=None, "
    "at=None,\n"
    "           attributes=None)\n--\n\n"
    "What each of many quantities costs by the price list alone: price() for whole columns, as exact.\n\n"
    "Free quota: none is taken off.\n\n"
    "product, meter  names of the book, as price() takes them\n"
    "quantities      integers: Arrow data (pyarrow, pandas, Polars, DuckDB, nanoarrow; an array, a column, a table of\n"
    "                one column), a buffer (NumPy, array, memoryview) or a sequence; null where there is no quantity\n"
    "out             \"decimal\": decimal128; \"minor\": int64 minor units; \"float\": the nearest float64\n"
    "scale           decimals of the amounts; None: with \"minor\" those of the currency, else all the prices need\n"
    "days, months    int, of capacity: exactly one of them (R19)\n"
    "at              the instant that picks the month where a price is for a month held, and what rules ask of the clock;\n"
    "                now if None\n"
    "attributes      mapping of names to str or int, which are those of all rows, and to columns as long as quantities:\n"
    "                integers as these, or texts (Arrow data, also dictionary-encoded, or a sequence); null where a row\n"
    "                has none\n\n"
    "Answers a Column with a row for each quantity, null where the quantity is null. Other threads run meanwhile.\n"
    "Raises as price() does; the exception's row is the index of the first bad row: one below 0 or from 2**63 on, not\n"
    "sold, beyond what can be held, with more decimals than `scale`, or with attributes for which there is no price.";

PyObject *pfg_book_price_many(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "meter", "quantities", "out", "scale", "days", "months", "at", "attributes", NULL};
  price_job job = {.state = pfg_state_of(Py_TYPE(self)), .book = pfg_book_of(self)};
  PyObject *product, *meter, *quantities, *scale = Py_None, *days = Py_None, *months = Py_None, *at = Py_None;
  PyObject *attributes = Py_None;
  PyObject *kind = NULL;
  fg_price_query *query = &job.query;
  *query = (fg_price_query){.tier_quantity = -1, .at = fg_clock_now()};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|$OOOOOO:price_many", names, &product, &meter, &quantities,
                                   &kind, &scale, &days, &months, &at, &attributes) ||
      !read_kind(job.state, kind, &job.out.kind) || !pfg_read_text(job.state, "product", product, &query->product) ||
      !pfg_read_text(job.state, "meter", meter, &query->meter) ||
      !pfg_read_optional(job.state, "days", days, &query->days) ||
      !pfg_read_optional(job.state, "months", months, &query->months) ||
      !pfg_read_optional_time(job.state, "at", at, fg_book_zone(job.book), &query->at)) {
    return NULL;
  }
  return price_all(&job, quantities, attributes, scale);
}

enum { FREE, PACKS, POSTPAID, COVERED };

typedef struct bill_job {
  pfg_state *state;
  const fg_book *book;
  fg_bill_query query;
  pfg_pieces totals, free, packs;
  fg_integers free_column, packs_column;
  pfg_block *covered[COVERED];
  amounts_out out;
} bill_job;

/* Reads a column of integers; an int stands for all rows. */
static bool read_column(pfg_state *state, const char *path, PyObject *value, pfg_pieces *pieces, fg_integers *column) {
  bool is_one = PyLong_Check(value);
  PyObject *list = is_one ? PyList_New(0) : Py_NewRef(value);
  bool done = list != NULL && (!is_one || PyList_Append(list, value) == 0) &&
              pfg_pieces_read(state, path, list, pieces) && pfg_pieces_join(pieces, column);
  Py_XDECREF(list);
  return done;
}

static PyObject *bill_table(bill_job *job) {
  static const char *const names[] = {"free", "packs", "postpaid"};
  PyObject *columns = PyDict_New();
  for (int i = 0; columns != NULL && i < COVERED; i++) {
    PyObject *column = pfg_new_column(job->state, job->covered[i]);
    job->covered[i] = NULL;
    if (column == NULL || PyDict_SetItemString(columns, names[i], column) < 0) {
      Py_CLEAR(columns);
    }
    Py_XDECREF(column);
  }
  PyObject *amounts = columns == NULL ? NULL : amounts_column(job->state, &job->out);
  job->out.block = columns == NULL ? job->out.block : NULL;
  PyObject *table = NULL;
  if (amounts != NULL && PyDict_SetItemString(columns, "amount", amounts) == 0) {
    table = pfg_new_table(columns);
  }
  Py_XDECREF(amounts);
  Py_XDECREF(columns);
  return table;
}

static bool bill_rows(bill_job *job) {
  fg_error error;
  fg_status status = FG_OK;
  size_t bad_row = SIZE_MAX;
  fg_bill_columns bills = {job->covered[FREE]->values, job->covered[PACKS]->values, job->covered[POSTPAID]->values,
                           amounts_from(&job->out, 0)};
  Py_BEGIN_ALLOW_THREADS
  status = fg_bill_periods(job->book, &job->query, &bills, &bad_row, &error);
  Py_END_ALLOW_THREADS
  if (status != FG_OK) {
    raise_at_row(job->state, &error, 0, bad_row);
  }
  return status == FG_OK;
}

static bool make_room(bill_job *job) {
  size_t rows = job->query.totals.count;
  for (int i = 0; i < COVERED; i++) {
    job->covered[i] = pfg_block_new(PFG_INTEGERS, rows);
    if (job->covered[i] == NULL || !pfg_block_nulls(job->covered[i], 0, &job->query.totals)) {
      PyErr_NoMemory();
      return false;
    }
  }
  if (!amounts_begin(&job->out, rows)) {
    return false;
  }
  bool done = pfg_block_nulls(job->out.block, 0, &job->query.totals);
  if (!done) {
    PyErr_NoMemory();
  }
  return done;
}

static PyObject *bill_all(bill_job *job, PyObject *totals, PyObject *free, PyObject *packs) {
  pfg_state *state = job->state;
  PyObject *table = NULL;
  bool read = read_column(state, "totals", totals, &job->totals, &job->query.totals) &&
              (free == Py_None || read_column(state, "free", free, &job->free, &job->free_column)) &&
              (packs == Py_None || read_column(state, "packs", packs, &job->packs, &job->packs_column));
  job->query.free = free == Py_None ? NULL : &job->free_column;
  job->query.packs = packs == Py_None ? NULL : &job->packs_column;
  if (read && make_room(job) && bill_rows(job)) {
    table = bill_table(job);
  }
  for (int i = 0; i < COVERED; i++) {
    pfg_block_release(job->covered[i]);
  }
  pfg_block_release(job->out.block);
  pfg_pieces_release(&job->totals);
  pfg_pieces_release(&job->free);
  pfg_pieces_release(&job->packs);
  return table;
}

const char pfg_bill_many_doc[] =
    "bill_many($self, /, product, totals, *, periods=1, free=None, packs=None, at=None, tier_basis=None, "
    "out=\"decimal\", scale=None,\n          attributes=None)\n--\n\n"
    "Bills of many accounts and months from usage totals: free quota, packs, then postpaid (R7, R11, R12).\n\n"
    "Free quota: the book's is taken off, or `free` units.\n\n"
    "product  a name of the book\n"
    "totals   units used, a row for each tier period of each account: its months, days, weeks …, in all of which the\n"
    "         product is open; integers as price_many() takes them. Where there are terms or an aggregate, what they come to\n"
    "periods  int, how many rows after each other are one account's, in time order\n"
    "free     units of free grants at hand in each period: a row each or an int for all; None: the book's monthly\n"
    "         quota (R1)\n"
    "packs    units of packs at hand at each account's first period: a row per account or an int for all; what is\n"
    "         left goes to the next period. Nothing expires here: bill() lives the dates.\n"
    "at       the instant in the period of each account's first row, or the opening that its periods are counted from;\n"
    "         now if None\n"
    "tier_basis  the switch (R12): \"residual\", \"after_free\" or \"total\"; the book's if None\n"
    "out, scale  of the amounts, as price_many() takes them\n"
    "attributes  mapping of names to str or int, of all of the usage and the accounts, where rules ask them\n\n"
    "The amount has the least, the most and the fees of the product in it, where they are of the rows' period.\n"
    "Answers a Table with free, packs, postpaid and amount, rows as in totals, null where the total is null. Raises\n"
    "as price_many() does, and Unsupported where totals do not say what it costs.";

PyObject *pfg_book_bill_many(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product",    "totals", "periods", "free",       "packs", "at",
                          "tier_basis", "out",    "scale",   "attributes", NULL};
  bill_job job = {.state = pfg_state_of(Py_TYPE(self)), .book = pfg_book_of(self)};
  PyObject *product, *totals, *periods = NULL, *free = Py_None, *packs = Py_None, *at = Py_None, *scale = Py_None;
  PyObject *attributes = Py_None, *kind = NULL, *basis = Py_None, *answer = NULL;
  pfg_attributes lent;
  int64_t period_count = 1;
  fg_string policy[2] = {{"tier_basis", 10}, {NULL, 0}};
  job.query.at = fg_clock_now();
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|$OOOOOOOO:bill_many", names, &product, &totals, &periods, &free,
                                   &packs, &at, &basis, &kind, &scale, &attributes) ||
      !read_kind(job.state, kind, &job.out.kind) || !pfg_read_text(job.state, "product", product, &job.query.product) ||
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
  if (read_scale(job.state, scale, job.out.kind, fg_book_scale(job.book), job.book, &job.out.scale) &&
      pfg_read_optional_attributes(job.state, "attributes", attributes, &lent, &job.query.attributes)) {
    answer = bill_all(&job, totals, free, packs);
    pfg_release_attributes(&lent);
  }
  return answer;
}
