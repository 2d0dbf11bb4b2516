/* Any Arrow structs: what the checks let through is read to the last row, without a byte from elsewhere. As the
   interface says nothing of sizes, each pointer leads to as many bytes as the lengths claim, and to no more. */
#include "fuzz.h"

#include "bulk/integer_column.h"

#include "../../bindings/python/arrow_check.c"

#include "../../bindings/python/arrow_columns.c"

enum { BUFFERS_MAX = 6, BYTES_MAX = 4096 };

typedef struct input {
  const uint8_t *at, *end;
} input;

static int next_byte(input *from) { return from->at < from->end ? *from->at++ : 0; }

/* Mostly small, at times below 0 or beyond any memory. */
static int64_t next_length(input *from) {
  int byte = next_byte(from);
  return byte < 200 ? byte % 40 : byte < 250 ? -(byte - 199) : INT64_MAX - (byte - 250);
}

typedef struct made_array {
  struct ArrowSchema schema;
  struct ArrowArray array;
  const void *buffers[BUFFERS_MAX];
} made_array;

static void release_schema(struct ArrowSchema *schema) { (void)schema; }
static void release_array(struct ArrowArray *array) { (void)array; }

/* So many bytes of the input, in memory of their own. */
static void *take_bytes(input *from, int64_t count) {
  size_t size = count < 0 || count > BYTES_MAX ? 0 : (size_t)count;
  uint8_t *bytes = malloc(size + (size == 0)); /* a byte that is not there to be read is not looked at */
  for (size_t i = 0; i < size; i++) {
    bytes[i] = (uint8_t)next_byte(from);
  }
  return bytes;
}

/* The bytes that the highest of the offsets claims; none where it claims too much to be had. */
static void *take_text_bytes(input *from, const void *offsets, size_t width, int64_t rows) {
  int64_t highest = 0;
  for (int64_t i = 0; i <= rows; i++) {
    int64_t offset = width == 4 ? ((const int32_t *)offsets)[i] : ((const int64_t *)offsets)[i];
    highest = offset > highest ? offset : highest;
  }
  return highest > BYTES_MAX ? NULL : take_bytes(from, highest);
}

static void fill_buffers(made_array *made, input *from) {
  int64_t offset = made->array.offset;
  int64_t length = made->array.length;
  int64_t rows = offset < 0 || offset > BYTES_MAX || length < 0 || length > BYTES_MAX ? BYTES_MAX : offset + length;
  size_t width = width_of(&made->schema);
  bool is_text = made->schema.format[0] == 'u' || made->schema.format[0] == 'U';
  if (rows >= BYTES_MAX / 17) { /* no memory holds so many, or fewer than none */
    return;
  }
  made->buffers[0] = take_bytes(from, rows / 8 + 1);
  made->buffers[1] = take_bytes(from, (int64_t)width * (rows + is_text));
  if (is_text) {
    made->buffers[2] = take_text_bytes(from, made->buffers[1], width, rows);
  }
  if (strcmp(made->schema.format, "vu") == 0 && made->array.n_buffers >= 3) {
    int64_t data_count = made->array.n_buffers - 3;
    int64_t *sizes = malloc((size_t)data_count * sizeof *sizes + 1);
    for (int64_t i = 0; i < data_count; i++) {
      sizes[i] = next_byte(from) % 32;
      made->buffers[2 + i] = take_bytes(from, sizes[i]);
    }
    made->buffers[2 + data_count] = sizes;
  }
}

static void make_array(made_array *made, input *from) {
  static const char *const formats[] = {"c",  "C", "s", "S",   "i",   "I",    "l",       "L",      "u",     "U",
                                        "vu", "n", "g", "tdD", "tdm", "tsu:", "tsn:UTC", "d:38,0", "d:9,2", "+l"};
  memset(made, 0, sizeof *made);
  made->schema.format = formats[(size_t)next_byte(from) % (sizeof formats / sizeof *formats)];
  made->schema.name = "a";
  made->schema.release = next_byte(from) == 1 ? NULL : release_schema;
  made->array = (struct ArrowArray){.length = next_length(from),
                                    .offset = next_length(from),
                                    .null_count = next_length(from) - 1,
                                    .n_buffers = next_byte(from) % BUFFERS_MAX,
                                    .buffers = made->buffers,
                                    .release = release_array};
  fill_buffers(made, from);
  for (int i = 0; i < BUFFERS_MAX; i++) {
    if (made->buffers[i] != NULL && next_byte(from) == 7) {
      free((void *)made->buffers[i]);
      made->buffers[i] = NULL;
    }
  }
}

static void release(made_array *made) {
  for (int i = 0; i < BUFFERS_MAX; i++) {
    free((void *)made->buffers[i]);
  }
}

static uint64_t read_all(const struct ArrowSchema *schema, const struct ArrowArray *column,
                         const struct ArrowArray *table) {
  pfg_field field = {schema, column, (size_t)(column->offset + table->offset), (size_t)table->length};
  fg_integers integers = {0}, codes = {0};
  fg_texts texts = {0};
  uint64_t sum = 0;
  if (pfg_integers_of(&field, &integers)) {
    for (size_t row = 0; row < field.length; row++) {
      sum += (uint64_t)fg_integers_at(&integers, row);
    }
  } else if (pfg_texts_of(&field, &texts, &codes)) {
    for (size_t row = 0; row < field.length; row++) {
      fg_string text = fg_texts_at(&texts, row);
      for (size_t i = 0; text.text != NULL && i < text.length; i++) {
        sum += (unsigned char)text.text[i];
      }
    }
  }
  return sum;
}

/* What was read goes here, so that no compiler leaves out to read it. */
static volatile uint64_t was_read;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  input from = {data, data + size};
  made_array column, dictionary;
  make_array(&column, &from);
  make_array(&dictionary, &from);
  int shape = next_byte(&from);
  column.schema.dictionary = (shape & 1) != 0 ? &dictionary.schema : NULL;
  column.array.dictionary = (shape & 2) != 0 ? &dictionary.array : NULL;
  struct ArrowSchema *columns[] = {&column.schema};
  struct ArrowArray *arrays[] = {(shape & 4) != 0 ? NULL : &column.array};
  const void *no_validity[] = {NULL};
  struct ArrowSchema schema = {
      .format = "+s", .name = "", .n_children = 1, .children = columns, .release = release_schema};
  struct ArrowArray table = {.length = next_length(&from),
                             .offset = next_length(&from),
                             .null_count = (shape & 8) != 0 ? 1 : 0,
                             .n_buffers = 1,
                             .buffers = no_validity,
                             .n_children = (shape & 16) != 0 ? 2 : 1,
                             .children = arrays,
                             .release = release_array};
  if (pfg_check_schema(&schema, 0) == NULL && pfg_check_piece(&schema, &table) == NULL) {
    was_read = read_all(&column.schema, &column.array, &table);
  }
  release(&column);
  release(&dictionary);
  return 0;
}
