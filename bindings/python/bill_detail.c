/* The details of bills: a row for each event of a log, with its units by source and the carried columns, a row for each
   pack that it drew on, and a row for each product of an event that counts for several. */
#include "columns.h"

#include <stdio.h>
#include <string.h>

bool pfg_detail_begin(pfg_state *state, pfg_detail *detail, PyObject *names, const fg_book *book) {
  static const struct {
    const char *name;
    pfg_kind kind;
  } events[] = {{"row", PFG_INTEGERS},      {"account", PFG_TEXTS},    {"time", PFG_TIMES},    {"product", PFG_TEXTS},
                {"quantity", PFG_INTEGERS}, {"id", PFG_TEXTS},         {"free", PFG_INTEGERS}, {"packs", PFG_INTEGERS},
                {"postpaid", PFG_INTEGERS}, {"unbilled", PFG_INTEGERS}},
    draws[] = {{"row", PFG_INTEGERS},  {"account", PFG_TEXTS}, {"time", PFG_TIMES},
               {"product", PFG_TEXTS}, {"pack", PFG_TEXTS},    {"units", PFG_INTEGERS}},
    parts[] = {{"event", PFG_INTEGERS}, /* its row in the first table, from 0 */
               {"product", PFG_TEXTS},
               {"units", PFG_INTEGERS},
               {"postpaid", PFG_INTEGERS}};
  memset(detail, 0, sizeof *detail);
  if (names == Py_None) {
    return true;
  }
  detail->wanted = true;
  detail->names = Py_NewRef(names);
  detail->count = (size_t)PyTuple_Size(names);
  if (detail->count > PFG_CARRIED_MAX) {
    pfg_raise_invalid(state, "carry", "expected at most 64 columns");
    return false;
  }
  bool done = true;
  for (size_t i = 0; done && i < sizeof events / sizeof *events; i++) {
    done = pfg_add_named_column(&detail->events, events[i].name, events[i].kind, book);
  }
  for (size_t i = 0; done && i < sizeof draws / sizeof *draws; i++) {
    done = pfg_add_named_column(&detail->draws, draws[i].name, draws[i].kind, book);
  }
  for (size_t i = 0; done && i < sizeof parts / sizeof *parts; i++) {
    done = pfg_add_named_column(&detail->parts, parts[i].name, parts[i].kind, book);
  }
  for (size_t i = 0; done && i < detail->count; i++) {
    fg_string name;
    if (!pfg_read_text(state, "carry", PyTuple_GetItem(names, (Py_ssize_t)i), &name)) {
      return false;
    }
    done = pfg_add_named_column(&detail->events, name.text, PFG_TEXTS, book);
  }
  if (!done) {
    pfg_raise_status(state, FG_NO_MEMORY);
  }
  return done;
}

void pfg_detail_release(pfg_detail *detail) {
  pfg_release_table(&detail->events);
  pfg_release_table(&detail->draws);
  pfg_release_table(&detail->parts);
  Py_CLEAR(detail->names);
}

/* Takes a carried column. One of Arrow's null type has no value in any row. */
static bool take_carried(const pfg_reader *reader, const struct ArrowArray *piece, const char *name, fg_texts *texts,
                         fg_integers *codes) {
  pfg_field field;
  char path[192];
  int found = pfg_named_field(reader, piece, name, &field);
  if (found < 0) {
    return false;
  }
  snprintf(path, sizeof path, "%s.%.150s", reader->path, name);
  if (found == 0) {
    pfg_raise_invalid(reader->state, path, "there is no such column");
    return false;
  }
  if (strcmp(field.schema->format, "n") == 0 || pfg_texts_of(&field, texts, codes)) {
    return true;
  }
  pfg_raise_invalid(reader->state, path, "expected text");
  return false;
}

bool pfg_carried_of(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_detail *detail,
                    PyObject *columns, pfg_carried *carried) {
  memset(carried, 0, sizeof *carried);
  if (detail->count > 0 && (columns == NULL || (size_t)PyTuple_Size(columns) != detail->count)) {
    pfg_raise_invalid(reader->state, "carry", "expected a column for each name");
    return false;
  }
  for (size_t i = 0; i < detail->count; i++) {
    fg_string name;
    if (!pfg_read_text(reader->state, "carry", PyTuple_GetItem(columns, (Py_ssize_t)i), &name) ||
        !take_carried(reader, piece, name.text, &carried->texts[i], &carried->codes[i])) {
      return false;
    }
  }
  return true;
}

static fg_string carried_at(const pfg_carried *carried, size_t column, size_t row) {
  const fg_texts *texts = &carried->texts[column];
  fg_string text = texts->offsets == NULL ? (fg_string){NULL, 0} : fg_texts_at(texts, row);
  return text.text != NULL && fg_string_is_text(text) ? text : (fg_string){NULL, 0};
}

static bool put_event(pfg_table *table, const fg_answered *event) {
  return pfg_put_integer(table, "row", event->row) && pfg_put_text(table, "account", event->account) &&
         pfg_put_integer(table, "time", event->at) && pfg_put_text(table, "product", event->product);
}

static bool add_event(pfg_detail *detail, const fg_answered *event, const pfg_carried *carried, size_t row) {
  pfg_table *table = &detail->events;
  bool done = put_event(table, event) && pfg_put_integer(table, "quantity", event->quantity) &&
              pfg_put_text(table, "id", event->id) && pfg_put_integer(table, "free", event->free) &&
              pfg_put_integer(table, "packs", event->packs) && pfg_put_integer(table, "postpaid", event->postpaid) &&
              pfg_put_integer(table, "unbilled", event->unbilled);
  size_t first = table->count - detail->count;
  for (size_t i = 0; done && i < detail->count; i++) {
    done = pfg_append_text(table->columns[first + i].block, carried_at(carried, i, row));
  }
  return done && pfg_end_row(table);
}

static bool add_draws(pfg_table *table, const fg_answered *event, const fg_draw *draws) {
  bool done = true;
  for (size_t i = 0; done && i < event->draw_count; i++) {
    const fg_draw *draw = &draws[event->first_draw + i];
    done = put_event(table, event) && pfg_put_text(table, "pack", draw->id) &&
           pfg_put_integer(table, "units", draw->units) && pfg_end_row(table);
  }
  return done;
}

/* Adds the parts of the event whose row was added last. */
static bool add_parts(pfg_detail *detail, const fg_answered *event, const fg_event_part *parts) {
  pfg_table *table = &detail->parts;
  bool done = true;
  for (size_t i = 0; done && i < event->part_count; i++) {
    const fg_event_part *part = &parts[event->first_part + i];
    int64_t units = part->free + part->packs + part->postpaid + part->unbilled;
    done = pfg_put_integer(table, "event", (int64_t)detail->events.rows - 1) &&
           pfg_put_text(table, "product", part->product) && pfg_put_integer(table, "units", units) &&
           pfg_put_integer(table, "postpaid", part->postpaid) && pfg_end_row(table);
  }
  return done;
}

bool pfg_add_answered(pfg_detail *detail, const fg_biller *biller, const pfg_carried *carried, size_t first) {
  size_t count = 0;
  const fg_draw *draws = NULL;
  const fg_answered *events = fg_biller_answered(biller, &count, &draws);
  bool done = true;
  for (size_t i = 0; done && i < count; i++) {
    done = pfg_hears_at(i) && add_event(detail, &events[i], carried, first + events[i].place) &&
           add_draws(&detail->draws, &events[i], draws) && add_parts(detail, &events[i], fg_biller_event_parts(biller));
  }
  return done;
}

static bool add_table(pfg_state *state, pfg_table *table, PyObject *tables, const char *name, int scale) {
  PyObject *made = pfg_end_table(state, table, scale);
  bool done = made != NULL && PyDict_SetItemString(tables, name, made) == 0;
  Py_XDECREF(made);
  return done;
}

bool pfg_detail_end(pfg_state *state, pfg_detail *detail, PyObject *tables, int scale) {
  return !detail->wanted || (add_table(state, &detail->events, tables, "detail", scale) &&
                             add_table(state, &detail->draws, tables, "draws", scale) &&
                             add_table(state, &detail->parts, tables, "parts", scale));
}
