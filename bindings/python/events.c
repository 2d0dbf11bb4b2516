/* Takes events from the columns of an Arrow table. */
#include "columns.h"

#include <stdio.h>
#include <string.h>

/* Sets the unit of whole numbers, also in texts: the one that the caller names or, if none, microseconds as a guess
   that the core checks. */
static void take_options(const pfg_event_options *options, fg_events *events) {
  static const char *const units[] = {"s", "ms", "us", "ns"}; /* in the order of fg_time_unit, from seconds on */
  const char *said = options->time_unit;
  events->guessed_unit = said == NULL;
  events->time_unit = FG_MICROSECONDS;
  for (int i = 0; i < 4 && said != NULL; i++) {
    events->time_unit = strcmp(said, units[i]) == 0 ? (fg_time_unit)(FG_SECONDS + i) : events->time_unit;
  }
  events->thousands = (char)options->thousands;
  events->zone = options->zone;
  events->zone_count = options->zone_count;
  events->corrections = options->corrections != 0;
  events->sort = options->sort != 0;
}

/* Reads a column of times by its format: "tsu:+08:00" is an instant, "tsu:" civil time, "tdD" a date, "l" a whole
   number counted from 1970 UTC. */
static bool times_of(const pfg_field *field, fg_events *events) {
  static const char units[] = "smun"; /* in the order of fg_time_unit, from seconds on */
  const char *format = field->schema->format;
  if (field->schema->dictionary != NULL) {
    return false;
  }
  if (pfg_integers_of(field, &events->times)) {
    return true;
  }
  bool is_date = strcmp(format, "tdD") == 0;
  bool is_long_date = strcmp(format, "tdm") == 0;
  const char *unit = strncmp(format, "ts", 2) == 0 && format[2] != '\0' ? strchr(units, format[2]) : NULL;
  if (!is_date && !is_long_date && unit == NULL) {
    return false;
  }
  events->times = (fg_integers){field->array->buffers[1], pfg_validity_of(field->array), field->offset, field->length,
                                is_date ? FG_INT32 : FG_INT64};
  events->time_unit = is_date ? FG_DAYS : is_long_date ? FG_MILLISECONDS : (fg_time_unit)(FG_SECONDS + (unit - units));
  events->guessed_unit = false;
  events->civil_times = unit == NULL || format[3] == '\0' || format[4] == '\0';
  return true;
}

static bool wrong_column(const pfg_reader *reader, const char *name, const char *expected,
                         const struct ArrowSchema *schema) {
  fg_error error = {.status = FG_INVALID};
  snprintf(error.path, sizeof error.path, "%s.%.150s", reader->path, name);
  snprintf(error.message, sizeof error.message, "expected %s, not %s (\"%.64s\")", expected, pfg_type_in_words(schema),
           schema->format);
  pfg_raise_shape(reader->state, &error);
  return false;
}

static bool find_column(const pfg_reader *reader, const struct ArrowArray *piece, const char *name, pfg_field *field) {
  int found = pfg_named_field(reader, piece, name, field);
  if (found == 0) {
    char path[192];
    snprintf(path, sizeof path, "%s.%.150s", reader->path, name);
    pfg_raise_invalid(reader->state, path, "there is no such column");
  }
  return found > 0;
}

static bool find_texts(const pfg_reader *reader, const struct ArrowArray *piece, const char *name, fg_texts *texts,
                       fg_integers *codes) {
  pfg_field field;
  if (!find_column(reader, piece, name, &field)) {
    return false;
  }
  return pfg_texts_of(&field, texts, codes) || wrong_column(reader, name, "text", field.schema);
}

static bool find_times(const pfg_reader *reader, const struct ArrowArray *piece, const char *name, pfg_events *events) {
  pfg_field field;
  if (!find_column(reader, piece, name, &field)) {
    return false;
  }
  if (pfg_texts_of(&field, &events->time_texts, &events->time_codes)) {
    events->whole.time_texts = &events->time_texts;
    return true;
  }
  return times_of(&field, &events->whole) ||
         wrong_column(reader, name, "timestamps, dates, text or integers", field.schema);
}

static bool find_quantities(const pfg_reader *reader, const struct ArrowArray *piece, const char *name,
                            pfg_events *events) {
  pfg_field field;
  if (!find_column(reader, piece, name, &field)) {
    return false;
  }
  if (pfg_texts_of(&field, &events->quantity_texts, &events->quantity_codes)) {
    events->whole.quantity_texts = &events->quantity_texts;
    return true;
  }
  return pfg_integers_of(&field, &events->whole.quantities) || wrong_column(reader, name, "integers", field.schema);
}

/* Finds the column of ids. One of Arrow's null type has no value in any row, so no event has an id. */
static bool find_ids(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_event_names *names,
                     pfg_events *events) {
  pfg_field field;
  if (!find_column(reader, piece, names->id, &field)) {
    return false;
  }
  if (strcmp(field.schema->format, "n") == 0) {
    return true;
  }
  events->whole.ids = &events->ids;
  return pfg_texts_of(&field, &events->ids, &events->id_codes) || wrong_column(reader, names->id, "text", field.schema);
}

static bool find_row_numbers(const pfg_reader *reader, const struct ArrowArray *piece, const char *name,
                             pfg_events *events) {
  pfg_field field;
  events->whole.row_numbers = &events->row_numbers;
  return find_column(reader, piece, name, &field) &&
         (pfg_integers_of(&field, &events->row_numbers) || wrong_column(reader, name, "integers", field.schema));
}

/* Finds the column of an attribute. One of Arrow's null type has no value in any row. */
static bool find_attribute(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_event_names *names,
                           size_t place, pfg_events *events) {
  pfg_field field;
  size_t at = events->whole.attribute_count;
  fg_attribute_column *found = &events->attributes[at];
  const char *column = names->attributes[place].column;
  if (!find_column(reader, piece, column, &field)) {
    return false;
  }
  if (strcmp(field.schema->format, "n") == 0) {
    return true;
  }
  found->name = names->attributes[place].name;
  events->whole.attribute_count++;
  if (pfg_texts_of(&field, &events->attribute_texts[at], &events->attribute_codes[at])) {
    found->texts = &events->attribute_texts[at];
    return true;
  }
  return pfg_integers_of(&field, &found->numbers) || wrong_column(reader, column, "text or integers", field.schema);
}

static bool find_attributes(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_event_names *names,
                            pfg_events *events) {
  bool done = true;
  events->whole.attributes = events->attributes;
  for (size_t i = 0; done && i < names->attribute_count; i++) {
    done = find_attribute(reader, piece, names, i, events);
  }
  return done;
}

bool pfg_events_of(const pfg_reader *reader, const struct ArrowArray *piece, const pfg_event_names *names,
                   const pfg_event_options *options, pfg_events *events) {
  memset(events, 0, sizeof *events);
  events->whole.count = (size_t)piece->length;
  take_options(options, &events->whole);
  return find_texts(reader, piece, names->account, &events->whole.accounts, &events->account_codes) &&
         find_times(reader, piece, names->time, events) &&
         find_texts(reader, piece, names->product, &events->whole.products, &events->product_codes) &&
         find_quantities(reader, piece, names->quantity, events) && find_attributes(reader, piece, names, events) &&
         (names->id == NULL || find_ids(reader, piece, names, events)) &&
         (names->row == NULL || find_row_numbers(reader, piece, names->row, events));
}

static void move_integers(fg_integers *column, size_t first, size_t count) {
  column->offset += first;
  column->count = count;
}

/* Moves to later rows of a column; if it has a dictionary, the codes are moved, and the dictionary stays. */
static void move_texts(fg_texts *column, fg_integers *codes, size_t first, size_t count) {
  if (column->codes != NULL) {
    move_integers(codes, first, count);
    column->codes = codes;
  } else {
    column->offset += first;
    column->count = count;
  }
}

void pfg_events_window(const pfg_events *events, size_t first, size_t count, pfg_events *window) {
  *window = *events;
  window->whole.count = count;
  window->whole.first_row += (int64_t)first;
  move_texts(&window->whole.accounts, &window->account_codes, first, count);
  move_texts(&window->whole.products, &window->product_codes, first, count);
  move_texts(&window->time_texts, &window->time_codes, first, count);
  move_texts(&window->quantity_texts, &window->quantity_codes, first, count);
  move_texts(&window->ids, &window->id_codes, first, count);
  move_integers(&window->whole.times, first, count);
  move_integers(&window->whole.quantities, first, count);
  move_integers(&window->row_numbers, first, count);
  window->whole.attributes = window->attributes;
  for (size_t i = 0; i < window->whole.attribute_count; i++) {
    move_integers(&window->attributes[i].numbers, first, count);
    if (window->attributes[i].texts != NULL) {
      move_texts(&window->attribute_texts[i], &window->attribute_codes[i], first, count);
      window->attributes[i].texts = &window->attribute_texts[i];
    }
  }
  window->whole.time_texts = events->whole.time_texts == NULL ? NULL : &window->time_texts;
  window->whole.quantity_texts = events->whole.quantity_texts == NULL ? NULL : &window->quantity_texts;
  window->whole.ids = events->whole.ids == NULL ? NULL : &window->ids;
  window->whole.row_numbers = events->whole.row_numbers == NULL ? NULL : &window->row_numbers;
}
