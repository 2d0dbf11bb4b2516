/* Bills the events of tables, a window of them at a time. */
#include "biller.h"

enum { WINDOW = 1 << 20 }; ///< events at a time: several for each account, but a bounded memory

typedef struct run_arguments {
  PyObject *events, *progress;
  PyObject *carried; ///< a tuple of names of columns; NULL: none are carried
  pfg_event_names names;
  pfg_event_options options;
  Py_buffer zone; ///< holds options.zone; its `obj` is NULL if there is no zone
  long long first_row;
} run_arguments;

bool pfg_biller_work(pfg_biller *self, fg_status (*work)(pfg_biller *self, const fg_events *events, fg_error *error),
                     const fg_events *events) {
  fg_error error;
  fg_listener listener;
  if (!pfg_listens(&self->thread, &listener)) {
    return false;
  }
  fg_biller_listen(self->biller, &listener);
  self->thread = PyEval_SaveThread();
  fg_status status = work(self, events, &error);
  PyEval_RestoreThread(self->thread);
  if (status != FG_OK) {
    return !PyErr_Occurred() && pfg_raise(self->state, &error) != NULL;
  }
  return pfg_done_or_no_memory(self->state, pfg_add_set_aside(&self->tables, self->biller));
}

static fg_status run_events(pfg_biller *self, const fg_events *events, fg_error *error) {
  return fg_biller_run(self->biller, events, error);
}

static bool run_window(pfg_biller *self, const fg_events *events, const pfg_carried *carried, size_t first,
                       PyObject *progress) {
  if (!pfg_biller_work(self, run_events, events) ||
      (self->detail.wanted &&
       !pfg_done_or_no_memory(self->state, pfg_add_answered(&self->detail, self->biller, carried, first)))) {
    return false;
  }
  PyObject *heard = progress == Py_None ? Py_NewRef(Py_None) : PyObject_CallFunction(progress, "n", events->count);
  Py_XDECREF(heard);
  return heard != NULL;
}

static bool run_piece(pfg_biller *self, const pfg_reader *reader, const struct ArrowArray *piece,
                      run_arguments *arguments) {
  pfg_events events;
  pfg_carried carried;
  bool done = pfg_events_of(reader, piece, &arguments->names, &arguments->options, &events) &&
              (!self->detail.wanted || pfg_carried_of(reader, piece, &self->detail, arguments->carried, &carried));
  /* Rows are sorted within a window only, so to be sorted all rows of a piece must be in one window. */
  size_t most = arguments->options.sort ? events.whole.count : WINDOW;
  events.whole.first_row = arguments->first_row;
  for (size_t first = 0; done && first < events.whole.count; first += most) {
    pfg_events window;
    size_t left = events.whole.count - first;
    pfg_events_window(&events, first, left < most ? left : most, &window);
    done = run_window(self, &window.whole, &carried, first, arguments->progress);
  }
  arguments->first_row += piece->length;
  return done;
}

static bool run_all(pfg_biller *self, run_arguments *arguments) {
  pfg_reader reader;
  struct ArrowArray piece;
  int more = 0;
  if (!pfg_reader_open_table(self->state, "events", arguments->events, &reader)) {
    return false;
  }
  while ((more = pfg_reader_next(&reader, &piece)) > 0) {
    bool done = run_piece(self, &reader, &piece, arguments);
    pfg_piece_release(&piece);
    if (!done) {
      more = -1;
      break;
    }
  }
  pfg_reader_close(&reader);
  return more == 0;
}

/* Takes a zone, given as pairs of int64: instant, offset. */
static bool take_zone(run_arguments *given, PyObject *zone) {
  if (zone == Py_None) {
    return true;
  }
  if (PyObject_GetBuffer(zone, &given->zone, PyBUF_SIMPLE) < 0) {
    return false;
  }
  given->options.zone = given->zone.buf;
  given->options.zone_count = (size_t)given->zone.len / sizeof *given->options.zone;
  return true;
}

/* Takes pairs of an attribute's name and its column's name, both borrowed. */
static bool take_attributes(pfg_state *state, PyObject *pairs, pfg_event_names *names) {
  Py_ssize_t count = PySequence_Size(pairs);
  if (count < 0) {
    return false;
  }
  if (count > FG_ATTRIBUTES_MAX) {
    pfg_raise_invalid(state, "attributes", "expected at most 64 attributes");
    return false;
  }
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *pair = PyTuple_GetItem(pairs, i);
    fg_string column;
    if (pair == NULL || !PyTuple_Check(pair) || PyTuple_Size(pair) != 2 ||
        !pfg_read_text(state, "attributes", PyTuple_GetItem(pair, 0), &names->attributes[i].name) ||
        !pfg_read_text(state, "attributes", PyTuple_GetItem(pair, 1), &column)) {
      return false;
    }
    names->attributes[i].column = column.text;
    names->attribute_count++;
  }
  return true;
}

/* Returns the number of the row after the last one. */
PyObject *pfg_biller_run(PyObject *object, PyObject *args, PyObject *keywords) {
  static char *names[] = {"events",   "account",   "time",       "product", "quantity",    "id",
                          "row",      "first_row", "time_unit",  "zone",    "corrections", "sort",
                          "progress", "thousands", "attributes", "carried", NULL};
  pfg_biller *self = (pfg_biller *)object;
  run_arguments given = {.progress = Py_None};
  pfg_event_names *named = &given.names;
  pfg_event_options *options = &given.options;
  PyObject *zone = Py_None;
  PyObject *attributes = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "Ossss|zzLzOppOCO!O!:run", names, &given.events, &named->account,
                                   &named->time, &named->product, &named->quantity, &named->id, &named->row,
                                   &given.first_row, &options->time_unit, &zone, &options->corrections, &options->sort,
                                   &given.progress, &options->thousands, &PyTuple_Type, &attributes, &PyTuple_Type,
                                   &given.carried) ||
      (attributes != NULL && !take_attributes(self->state, attributes, named)) || !pfg_biller_begin(self)) {
    return NULL;
  }
  bool done = pfg_biller_is_unfinished(self) && take_zone(&given, zone) && run_all(self, &given);
  if (given.zone.obj != NULL) {
    PyBuffer_Release(&given.zone);
  }
  return pfg_biller_end(self, done ? PyLong_FromLongLong(given.first_row) : NULL);
}
