/* The method Book.price_many. */
#include "columns.h"

enum { STEP = 1 << 19 }; ///< rows at a time, between which a signal is heard

/* What a call of price_many is given, and the amounts that it fills. */
typedef struct price_job {
  pfg_state *state;
  const fg_book *book;
  fg_price_query query;
  pfg_pieces pieces;
  pfg_attribute_columns attributes;
  pfg_amounts out;
  pfg_progress progress;
} price_job;

/* Prices the rows of a piece, which begins `first` rows after the first piece does. */
static bool price_rows(price_job *job, const fg_integers *rows, const fg_attribute_column *columns, size_t first) {
  fg_error error;
  fg_status status = FG_OK;
  size_t bad_row = SIZE_MAX;
  fg_amounts amounts = pfg_amounts_from(&job->out, first);
  Py_BEGIN_ALLOW_THREADS
  status = fg_price_columns(job->book, &job->query, rows, columns, job->attributes.count, &amounts, &bad_row, &error);
  Py_END_ALLOW_THREADS
  if (status != FG_OK) {
    pfg_raise_in_column(job->state, &error, first, bad_row);
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
      rows.count = pfg_attribute_columns_window(&job->attributes, left < STEP ? left : STEP, columns);
      if (!price_rows(job, &rows, columns, first) || !pfg_progress_add(&job->progress, rows.count)) {
        return false;
      }
      first += rows.count;
      rows.offset += rows.count;
    }
  }
  return true;
}

static PyObject *price_all(price_job *job, PyObject *quantities, PyObject *attributes, PyObject *scale,
                           PyObject *progress) {
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
  done = done && pfg_read_scale(state, scale, job->out.kind, exact_scale, job->book, &job->out.scale) &&
         pfg_amounts_begin(&job->out, job->pieces.rows) &&
         pfg_progress_begin(state, progress, job->pieces.rows, &job->progress) && price_pieces(job);
  pfg_progress_end(&job->progress);
  pfg_attribute_columns_release(&job->attributes);
  pfg_pieces_release(&job->pieces);
  if (!done) {
    pfg_block_release(job->out.block);
    return NULL;
  }
  return pfg_amounts_column(state, &job->out);
}

const char pfg_price_many_doc[] =
    "price_many($self, /, product, meter, quantities, *, out=\"decimal\", scale=None, days=None, months=None, "
    "at=None,\n"
    "           attributes=None, progress=None)\n--\n\n"
    "What each of many quantities costs by the price list alone: price() for whole columns, as exact.\n\n"
    "Free quota: none is taken off.\n\n"
    "product, meter  names of the book, as price() takes them; or an event of it, twice\n"
    "quantities      integers: Arrow data (pyarrow, pandas, Polars, DuckDB, nanoarrow; an array, a column, a table of\n"
    "                one column), a buffer (NumPy, array, memoryview) or a sequence; null where there is no quantity\n"
    "out             \"decimal\": decimal128; \"minor\": int64 minor units; \"float\": the nearest float64\n"
    "scale           decimals of the amounts; None: with \"minor\" those of the currency, else all the prices need\n"
    "days, months    int, of capacity: exactly one of them (R19)\n"
    "at              the instant that picks the month where a price is for a month held, and what rules ask of the clock;\n"
    "                now if None\n"
    "attributes      mapping of names to str or int, which are those of all rows, and to columns as long as quantities:\n"
    "                integers as these, or texts (Arrow data, also dictionary-encoded, or a sequence); null where a row\n"
    "                has none\n"
    "progress        True for a line once it takes two seconds, False for none; None: one on a terminal and in a\n"
    "                notebook; or a function that hears how many more rows are done\n\n"
    "Answers a Column with a row for each quantity, null where the quantity is null. Other threads run meanwhile.\n"
    "Raises as price() does; the exception's row is the index of the first bad row: one below 0 or from 2**63 on, not\n"
    "sold, beyond what can be held, with more decimals than `scale`, or with attributes for which there is no price.";

PyObject *pfg_book_price_many(PyObject *self, PyObject *args, PyObject *keywords) {
  static char *names[] = {"product", "meter", "quantities", "out",      "scale", "days",
                          "months",  "at",    "attributes", "progress", NULL};
  price_job job = {.state = pfg_state_of(Py_TYPE(self)), .book = pfg_book_of(self)};
  PyObject *product, *meter, *quantities, *scale = Py_None, *days = Py_None, *months = Py_None, *at = Py_None;
  PyObject *attributes = Py_None, *progress = Py_None;
  PyObject *kind = NULL;
  fg_price_query *query = &job.query;
  *query = (fg_price_query){.tier_quantity = -1, .at = fg_clock_now()};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|$OOOOOOO:price_many", names, &product, &meter, &quantities,
                                   &kind, &scale, &days, &months, &at, &attributes, &progress) ||
      !pfg_read_kind(job.state, kind, &job.out.kind) ||
      !pfg_read_text(job.state, "product", product, &query->product) ||
      !pfg_read_text(job.state, "meter", meter, &query->meter) ||
      !pfg_read_optional(job.state, "days", days, &query->days) ||
      !pfg_read_optional(job.state, "months", months, &query->months) ||
      !pfg_read_optional_time(job.state, "at", at, fg_book_zone(job.book), &query->at)) {
    return NULL;
  }
  return price_all(&job, quantities, attributes, scale, progress);
}
