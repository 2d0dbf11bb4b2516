/*
 * Columns that come from Python and go to it: Arrow by its C interfaces, Python's buffers, plain sequences.
 *
 * A reader hands out incoming data as Arrow arrays, piece by piece. A Column holds outgoing data in a block that counts
 * its references itself, so that an Arrow consumer may keep and free it on any thread, without Python.
 */
#ifndef FAREGATE_PYTHON_COLUMNS_H
#define FAREGATE_PYTHON_COLUMNS_H

#include "arrow_columns.h"
#include "binding.h"
#include "faregate_bulk.h"

typedef struct pfg_reader {
  pfg_state *state;
  const char *path;                ///< the argument's name, for errors
  bool takes_text;                 ///< a sequence may be of texts
  PyObject *owner;                 ///< keeps the stream alive
  struct ArrowArrayStream *stream; ///< NULL: only `last` is left to be handed out
  struct ArrowSchema schema;
  struct ArrowArray last;
  bool has_last;
  Py_buffer view; ///< holds the memory of `last`, unless `room` does
  bool has_view;
  void *room;
  const void *buffers[2];
} pfg_reader;

/* Opens a reader of anything with __arrow_c_stream__, __arrow_c_array__, the buffer protocol or __array__, or of a
   sequence of ints and None or, if it takes them, of texts and None. What a masked array hides is null. False with an
   exception. */
bool pfg_reader_open(pfg_state *state, const char *path, PyObject *object, bool takes_text, pfg_reader *reader);
/* Open a reader of integers in a buffer, or in what __array__ answers. 1 if that worked, 0 if the object has no such
   data, -1 with an exception. */
int pfg_open_buffer(pfg_reader *reader, PyObject *object);
int pfg_open_numpy(pfg_reader *reader, PyObject *object);
/* Returns a sequence as a list; NULL with an exception. */
PyObject *pfg_list_of(const pfg_reader *reader, PyObject *object);
bool pfg_has_text(PyObject *list);
bool pfg_open_integers(pfg_reader *reader, PyObject *list); ///< of ints and None; false with an exception
/* Raises InvalidType "path: expected integers, not …": the words for what there is, and its format. */
void pfg_raise_not_integers(const pfg_reader *reader, const char *words, const char *format);
/* Opens a reader of Arrow data alone. */
bool pfg_reader_open_table(pfg_state *state, const char *path, PyObject *object, pfg_reader *reader);
/* Returns 1 and a piece, which the caller ends with pfg_piece_release, 0 at the end, or -1 with an exception. */
int pfg_reader_next(pfg_reader *reader, struct ArrowArray *piece);
void pfg_reader_close(pfg_reader *reader);
void pfg_piece_release(struct ArrowArray *piece);

/* Finds the single column of a reader's pieces: the piece itself, or its only field. False with an exception. */
bool pfg_only_field(const pfg_reader *reader, const struct ArrowArray *piece, pfg_field *field);
/* Finds a column by its name; 0 if there is none, -1 with an exception. */
int pfg_named_field(const pfg_reader *reader, const struct ArrowArray *piece, const char *name, pfg_field *field);

/* All pieces of a reader, read at once. */
typedef struct pfg_pieces {
  pfg_reader reader;
  struct ArrowArray *arrays;
  fg_integers *columns;
  fg_texts *texts; ///< used if the column has texts; `columns` then has a dictionary's codes
  bool takes_text, is_text;
  size_t count;
  size_t rows;
  void *joined[2]; ///< values and validity that pfg_pieces_join has made; NULL: none
} pfg_pieces;

bool pfg_pieces_read(pfg_state *state, const char *path, PyObject *object, pfg_pieces *pieces);
bool pfg_pieces_read_any(pfg_state *state, const char *path, PyObject *object, pfg_pieces *pieces); ///< or texts
void pfg_pieces_release(pfg_pieces *pieces);
/* Joins all pieces to one column. False with an exception. */
bool pfg_pieces_join(pfg_pieces *pieces, fg_integers *column);

__extension__ typedef __int128 pfg_int128; ///< the integers of a decimal128

typedef enum pfg_kind { PFG_INTEGERS, PFG_MINOR, PFG_DECIMALS, PFG_FLOATS, PFG_TIMES, PFG_TEXTS } pfg_kind;

typedef struct pfg_block {
  size_t shared; ///< count of references, changed atomically
  pfg_kind kind;
  int scale;     ///< decimals of amounts, for PFG_MINOR and PFG_DECIMALS
  fg_book *book; ///< for PFG_TIMES: the book whose time zone applies
  size_t length, null_count;
  void *values;           ///< for texts: int64 offsets, one more than rows
  uint8_t *validity;      ///< NULL: no row is null
  char *bytes;            ///< for texts: their UTF-8 bytes
  size_t room, byte_room; ///< rows and bytes for which there is memory
} pfg_block;

size_t pfg_kind_width(pfg_kind kind);                 ///< bytes of a value; for texts, of an offset
pfg_block *pfg_block_new(pfg_kind kind, size_t rows); ///< the values are not set; NULL: memory is short
void pfg_block_release(pfg_block *block);

/* These append to a block, which grows; false if memory is short. Text NULL, FG_NO_TIME and PFG_NO_INTEGER become
   nulls. */
#define PFG_NO_INTEGER INT64_MIN
bool pfg_append_text(pfg_block *block, fg_string text);
bool pfg_append_integer(pfg_block *block, int64_t value); ///< an integer, or a time
bool pfg_append_money(pfg_block *block, fg_money amount); ///< in scale 12, see pfg_block_shrink
bool pfg_append_null(pfg_block *block);
/* Removes from decimals of scale 12 the trailing zeros that all of them have, but keeps `scale` decimals. */
void pfg_block_shrink(pfg_block *block, int scale);

/* Converts 128-bit decimals to the nearest floats, nulls to NaN. NULL if memory is short. */
pfg_block *pfg_block_floats(const pfg_block *from);
/* Copies `count` rows, the first one and then each that is `step` further. NULL if memory is short. */
pfg_block *pfg_block_rows(const pfg_block *from, Py_ssize_t first, Py_ssize_t step, size_t count);

/* Marks the nulls of `column`, whose rows are this block's from `first` on. False if memory is short. */
bool pfg_block_nulls(pfg_block *block, size_t first, const fg_integers *column);

PyObject *pfg_new_column(pfg_state *state,
                         pfg_block *block); ///< makes a column, and takes over the block, even if it fails
int pfg_add_column_type(PyObject *module, pfg_state *state);
pfg_block *pfg_block_of(PyObject *column); ///< borrowed

/* Makes a faregate._table.Table of columns; the dict `columns` maps names to them. */
PyObject *pfg_new_table(PyObject *columns);
PyObject *pfg_table_stream(PyObject *module, PyObject *columns); ///< _core._table_stream(mapping of columns)

PyObject *pfg_float_column(PyObject *module, PyObject *column);  ///< _core._floats(column): amounts as floats
PyObject *pfg_column_state(PyObject *module, PyObject *column);  ///< _core._column_state(column): what _column takes
PyObject *pfg_column_of_state(PyObject *module, PyObject *args); ///< _core._column(…): a Column that was pickled

/* Capsules for an Arrow consumer, which releases them; they hold references to the blocks. NULL with an exception. */
PyObject *pfg_schema_capsule(const pfg_block *block);
PyObject *pfg_array_capsule(pfg_block *block);
PyObject *pfg_stream_capsule(size_t count, const char *const *names, pfg_block *const *blocks); ///< equally long

/* A column of an attribute, and the place that a walk over it has reached. */
typedef struct pfg_attribute_column {
  fg_string name;
  pfg_pieces pieces;
  size_t piece, at;
  fg_integers numbers;
  fg_texts texts;
} pfg_attribute_column;

/* Attributes of many rows. Their names and texts can be borrowed until they are released. */
typedef struct pfg_attribute_columns {
  PyObject *items, *single;
  pfg_attributes lent;
  pfg_attribute_column *columns;
  size_t count;
} pfg_attribute_columns;

/* Reads a mapping from names to str and int, which hold for all rows, and to columns of `rows` rows; or None. False
   with an exception. */
bool pfg_attribute_columns_read(pfg_state *state, PyObject *mapping, size_t rows, pfg_attribute_columns *columns,
                                fg_attributes *of_all);
void pfg_attribute_columns_release(pfg_attribute_columns *columns);
/* Moves to the next rows of all columns, at most `most`, which is at least 1; returns how many they are. Runs no
   Python. */
size_t pfg_attribute_columns_window(pfg_attribute_columns *columns, size_t most,
                                    fg_attribute_column views[FG_ATTRIBUTES_MAX]);

PyObject *pfg_raise_at_row(pfg_state *state, const fg_error *error, size_t row); ///< raises `error` with its `row`

/* How amounts are returned: their kind, and the block that the core fills. */
typedef struct pfg_amounts {
  pfg_kind kind;
  int scale;
  pfg_block *block;
} pfg_amounts;

/* Reads the kind of amounts; `given` NULL stands for decimals. */
bool pfg_read_kind(pfg_state *state, PyObject *given, pfg_kind *kind);
/* Reads the scale of amounts. By default minor units have that of the currency; decimals, and floats made from them,
   have the one that holds every amount. */
bool pfg_read_scale(pfg_state *state, PyObject *scale, pfg_kind kind, int exact_scale, const fg_book *book, int *out);
bool pfg_amounts_begin(pfg_amounts *out, size_t rows); ///< false with an exception
fg_amounts pfg_amounts_from(const pfg_amounts *out, size_t row);
PyObject *pfg_amounts_column(pfg_state *state, pfg_amounts *out); ///< makes a column, and takes over the block
/* Raises `error`; the index of the bad row is counted from the row `first`. */
void pfg_raise_in_column(pfg_state *state, fg_error *error, size_t first, size_t bad_row);

/* How far long work on rows is. */
typedef struct pfg_progress {
  PyObject *asked; ///< borrowed: None or True for a line after 2 s, False for none, or a function that hears rows
  PyObject *line;  ///< writes the line; None if nobody looks, NULL before it begins
  size_t done, total;
  fg_time began;
} pfg_progress;

bool pfg_progress_begin(pfg_state *state, PyObject *asked, size_t total, pfg_progress *progress);
/* Counts rows that are done, and tells it. False with an exception: of a signal, or of the function that hears. */
bool pfg_progress_add(pfg_progress *progress, size_t rows);
void pfg_progress_end(pfg_progress *progress); ///< an exception that is set stays set

PyObject *pfg_book_price_many(PyObject *book, PyObject *args, PyObject *keywords);
PyObject *pfg_book_bill_many(PyObject *book, PyObject *args, PyObject *keywords);
extern const char pfg_price_many_doc[], pfg_bill_many_doc[];

/* The columns of one piece of a table of events, in the form that the core takes. */
typedef struct pfg_events {
  fg_events whole; ///< all rows of the piece
  fg_integers account_codes, product_codes, id_codes, time_codes, quantity_codes, row_numbers;
  fg_texts ids, time_texts, quantity_texts;
  fg_attribute_column attributes[FG_ATTRIBUTES_MAX];
  fg_texts attribute_texts[FG_ATTRIBUTES_MAX];
  fg_integers attribute_codes[FG_ATTRIBUTES_MAX];
} pfg_events;

/* The names of the columns of events in a table; NULL: there is no such column. */
typedef struct pfg_event_names {
  const char *account, *time, *product, *quantity;
  const char *id, *row; ///< NULL: there is no such column
  struct {
    fg_string name; ///< the attribute's name in the book
    const char *column;
  } attributes[FG_ATTRIBUTES_MAX];
  size_t attribute_count;
} pfg_event_names;

/* How the values in a table of events are to be read. */
typedef struct pfg_event_options {
  const char *time_unit; ///< the unit of whole numbers: "s", "ms", "us", "ns"; NULL: unknown
  int thousands;         ///< the mark of thousands in numbers; 0: none
  const fg_zone_part *zone;
  size_t zone_count;
  int corrections, sort;
} pfg_event_options;

/* Finds the columns of events in a piece. False with an exception if one is missing, or of a type that cannot be
   meant. */
bool pfg_events_of(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_event_names *names,
                   const pfg_event_options *options, pfg_events *events);
/* `window` becomes `count` rows from `first` on; it refers to `events`. */
void pfg_events_window(const pfg_events *events, size_t first, size_t count, pfg_events *window);

enum { PFG_TABLE_COLUMNS_MAX = 96, PFG_CARRIED_MAX = 64 };

/* A table that grows row by row. */
typedef struct pfg_table {
  size_t rows, count;
  size_t likely; ///< the column that is probably named next
  struct pfg_table_column {
    const char *name;
    pfg_block *block;
    const char *otherwise; ///< the text of a row that has no value here; for integers "0"; NULL: it is null
  } columns[PFG_TABLE_COLUMNS_MAX];
} pfg_table;

bool pfg_add_named_column(pfg_table *table, const char *name, pfg_kind kind, const fg_book *book);
void pfg_release_table(pfg_table *table);
/* These set a value of the current row. A column that the table does not have is ignored; false if memory is short. */
bool pfg_put_text(pfg_table *table, const char *name, fg_string text);
bool pfg_put_integer(pfg_table *table, const char *name, int64_t value);
bool pfg_end_row(pfg_table *table); ///< columns without a value get what they have otherwise
PyObject *pfg_end_table(pfg_state *state, pfg_table *table, int scale);

typedef struct pfg_bill_tables {
  pfg_table invoices, lines, months, adjustments, refusals, bad_rows, repeats, later;
} pfg_bill_tables;

bool pfg_bill_tables_begin(pfg_bill_tables *tables, const fg_book *book); ///< false when memory is short
void pfg_bill_tables_release(pfg_bill_tables *tables);
/* Handles signals at some of the rows of a long loop. False with an exception. */
static inline bool pfg_hears_at(size_t row) { return row % 65536 != 65535 || PyErr_CheckSignals() == 0; }

/* These add what the biller's last call set aside, or one row that never reached it; false if memory is short, or with
   an exception where a signal was handled. */
bool pfg_add_set_aside(pfg_bill_tables *tables, const fg_biller *biller);
bool pfg_add_bad_row(pfg_bill_tables *tables, const fg_set_aside *what);
/* Adds the invoices and the months of the accounts from `first` up to `end`. FG_NO_MEMORY, FG_OVERFLOW; FG_STOPPED if
   memory is short here. Runs no Python. */
fg_status pfg_add_invoices(pfg_bill_tables *tables, const fg_biller *biller, size_t first, size_t end);
/* Returns a dict from names to Tables, which take the columns over. */
PyObject *pfg_bill_tables_end(pfg_state *state, pfg_bill_tables *tables, const fg_book *book);

/* What each event came to, with carried columns of the log. */
typedef struct pfg_detail {
  bool wanted;
  PyObject *names; ///< names of the carried columns, a tuple of str; `events` borrows them
  size_t count;    ///< how many columns are carried
  pfg_table events, draws, parts;
} pfg_detail;

/* The carried columns of a piece. */
typedef struct pfg_carried {
  fg_texts texts[PFG_CARRIED_MAX];
  fg_integers codes[PFG_CARRIED_MAX];
} pfg_carried;

/* Begins details, unless `names` is None. False with an exception. */
bool pfg_detail_begin(pfg_state *state, pfg_detail *detail, PyObject *names, const fg_book *book);
void pfg_detail_release(pfg_detail *detail);
/* Finds the carried columns of a piece; `columns` are their names in the table, a tuple of as many str as `detail` has.
   False with an exception. */
bool pfg_carried_of(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_detail *detail,
                    PyObject *columns, pfg_carried *carried);
/* Adds what the biller's last call did; its rows are those of the piece from `first` on. False if memory is short, or
   with an exception where a signal was handled. */
bool pfg_add_answered(pfg_detail *detail, const fg_biller *biller, const pfg_carried *carried, size_t first);
/* Adds the tables `detail`, `draws` and `parts` to a dict. False with an exception. */
bool pfg_detail_end(pfg_state *state, pfg_detail *detail, PyObject *tables, int scale);

PyObject *pfg_csv_lines(PyObject *module, PyObject *args); ///< _core._csv_lines(data, start, delimiter): (end, lines)

int pfg_add_biller_type(PyObject *module, pfg_state *state);

PyObject *pfg_decimal_column(PyObject *module, PyObject *args); ///< _core._decimal_column(list of Decimal, scale)
PyObject *pfg_time_column(PyObject *module, PyObject *args);    ///< _core._time_column(list of datetime and None, book)
PyObject *pfg_texts_as_column(pfg_state *state, const char *path, PyObject *list); ///< from a list of str and None
PyObject *pfg_text_column(PyObject *module, PyObject *texts);       ///< _core._text_column(list of str and None)
PyObject *pfg_integer_column(PyObject *module, PyObject *integers); ///< _core._integer_column(list of int and None)

#endif
