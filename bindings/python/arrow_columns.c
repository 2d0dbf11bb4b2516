/* Turns Arrow columns into those of the core. */
#include "arrow_columns.h"

#include <string.h>

/* Whether a column has decimals of 128 bits without decimals, "d:38,0", as some databases return sums. */
static bool is_wide_integer(const char *format) {
  const char *comma = strncmp(format, "d:", 2) == 0 ? strchr(format, ',') : NULL;
  return comma != NULL && (strcmp(comma, ",0") == 0 || strcmp(comma, ",0,128") == 0);
}

bool pfg_integers_of(const pfg_field *field, fg_integers *integers) {
  static const char letters[] = "csilCSIL"; /* in the order of fg_integer_type */
  const char *format = field->schema->format;
  const char *letter = format[0] == '\0' || format[1] != '\0' ? NULL : strchr(letters, format[0]);
  bool wide = is_wide_integer(format);
  if (field->schema->dictionary != NULL || (letter == NULL && !wide)) {
    return false;
  }
  integers->type = wide ? FG_INT128 : (fg_integer_type)(letter - letters);
  integers->values = field->array->buffers[1];
  integers->validity = pfg_validity_of(field->array);
  integers->offset = field->offset;
  integers->count = field->length;
  return true;
}

const char *pfg_type_in_words(const struct ArrowSchema *schema) {
  const char *format = schema->format;
  static const struct {
    const char *begin, *words;
  } types[] = {{"b", "true and false"}, {"e", "floats"},      {"f", "floats"},        {"g", "floats"},
               {"d:", "decimals"},      {"u", "text"},        {"U", "text"},          {"vu", "text"},
               {"z", "bytes"},          {"Z", "bytes"},       {"vz", "bytes"},        {"w:", "bytes"},
               {"td", "dates"},         {"ts", "timestamps"}, {"tt", "times of day"}, {"tD", "durations"},
               {"ti", "intervals"},     {"+s", "records"},    {"+m", "maps"},         {"+r", "runs"},
               {"+", "lists"},          {"n", "nulls"}};
  if (schema->dictionary != NULL) {
    return "categories";
  }
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (strncmp(format, types[i].begin, strlen(types[i].begin)) == 0) {
      return types[i].words;
    }
  }
  return *format != '\0' && strchr("csilCSIL", *format) != NULL ? "integers" : "values of another type";
}

/* Reads a column as texts, without its dictionary; false if it has none. */
static bool plain_texts_of(const struct ArrowSchema *schema, const struct ArrowArray *array, size_t offset,
                           size_t count, fg_texts *texts) {
  *texts = (fg_texts){.validity = pfg_validity_of(array), .offset = offset, .count = count};
  if (strcmp(schema->format, "vu") == 0) {
    texts->type = FG_TEXT_VIEWS;
    texts->offsets = array->buffers[1];
    texts->data = (const char *const *)(array->buffers + 2);
    return true;
  }
  bool is_large = strcmp(schema->format, "U") == 0;
  if (!is_large && strcmp(schema->format, "u") != 0) {
    return false;
  }
  texts->type = is_large ? FG_TEXT_OFFSETS64 : FG_TEXT_OFFSETS32;
  texts->offsets = array->buffers[1];
  texts->bytes = array->buffers[2];
  return true;
}

/* `codes` becomes the column that a dictionary-encoded column's texts refer to. */
bool pfg_texts_of(const pfg_field *field, fg_texts *texts, fg_integers *codes) {
  const struct ArrowSchema *dictionary = field->schema->dictionary;
  if (dictionary == NULL) {
    return plain_texts_of(field->schema, field->array, field->offset, field->length, texts);
  }
  struct ArrowSchema code_schema = *field->schema;
  code_schema.dictionary = NULL;
  pfg_field code_field = {&code_schema, field->array, field->offset, field->length};
  const struct ArrowArray *entries = field->array->dictionary;
  bool done = pfg_integers_of(&code_field, codes) &&
              plain_texts_of(dictionary, entries, (size_t)entries->offset, (size_t)entries->length, texts);
  texts->codes = codes;
  return done;
}
