/* Exports columns, and tables of them, through the Arrow C interfaces. */
#include "columns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_MAX = 80 };

/* What an exported schema owns, in one block of memory with its name. */
typedef struct schema_memory {
  char format[FORMAT_MAX];
  char name[];
} schema_memory;

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (schema->children[i]->release != NULL) {
      schema->children[i]->release(schema->children[i]);
    }
    free(schema->children[i]);
  }
  free(schema->children);
  free(schema->private_data);
  schema->release = NULL;
}

static void write_zone(const fg_zone *zone, char out[FORMAT_MAX]) {
  int minutes = (int)((zone->offset < 0 ? -zone->offset : zone->offset) / 60000000);
  if (zone->name.text != NULL) {
    snprintf(out, FORMAT_MAX, "tsu:%.*s", (int)zone->name.length, zone->name.text);
  } else {
    snprintf(out, FORMAT_MAX, "tsu:%c%02d:%02d", zone->offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
  }
}

static void write_format(const pfg_block *block, char out[FORMAT_MAX]) {
  switch (block->kind) {
  case PFG_INTEGERS:
  case PFG_MINOR: strcpy(out, "l"); break;
  case PFG_FLOATS: strcpy(out, "g"); break;
  case PFG_TEXTS: strcpy(out, "U"); break;
  case PFG_DECIMALS: snprintf(out, FORMAT_MAX, "d:38,%d", block->scale); break;
  case PFG_TIMES: write_zone(fg_book_zone(block->book), out); break;
  }
}

static bool fill_schema(struct ArrowSchema *schema, const char *format, const char *name) {
  schema_memory *memory = malloc(sizeof *memory + strlen(name) + 1);
  if (memory == NULL) {
    return false;
  }
  snprintf(memory->format, FORMAT_MAX, "%s", format);
  strcpy(memory->name, name);
  *schema = (struct ArrowSchema){
      .format = memory->format, .name = memory->name, .release = release_schema, .private_data = memory};
  return true;
}

static bool export_schema(const pfg_block *block, const char *name, struct ArrowSchema *schema) {
  char format[FORMAT_MAX];
  write_format(block, format);
  if (!fill_schema(schema, format, name)) {
    return false;
  }
  schema->flags = ARROW_FLAG_NULLABLE;
  return true;
}

typedef struct array_memory {
  pfg_block *block;
  const void *buffers[3];
} array_memory;

static void release_array(struct ArrowArray *array) {
  array_memory *memory = array->private_data;
  for (int64_t i = 0; i < array->n_children; i++) {
    if (array->children[i]->release != NULL) {
      array->children[i]->release(array->children[i]);
    }
    free(array->children[i]);
  }
  free(array->children);
  pfg_block_release(memory->block);
  free(memory);
  array->release = NULL;
}

static bool export_array(pfg_block *block, struct ArrowArray *array) {
  array_memory *memory = malloc(sizeof *memory);
  if (memory == NULL) {
    return false;
  }
  __atomic_add_fetch(&block->shared, 1, __ATOMIC_RELAXED);
  *memory = (array_memory){block, {block->validity, block->values, block->bytes == NULL ? "" : block->bytes}};
  *array = (struct ArrowArray){.length = (int64_t)block->length,
                               .null_count = (int64_t)block->null_count,
                               .n_buffers = block->kind == PFG_TEXTS ? 3 : 2,
                               .buffers = memory->buffers,
                               .release = release_array,
                               .private_data = memory};
  return true;
}

static void drop_schema(PyObject *capsule) {
  struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
  if (schema->release != NULL) { /* otherwise a consumer has moved it out */
    schema->release(schema);
  }
  free(schema);
}

static void drop_array(PyObject *capsule) {
  struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
  if (array->release != NULL) {
    array->release(array);
  }
  free(array);
}

PyObject *pfg_schema_capsule(const pfg_block *block) {
  struct ArrowSchema *schema = malloc(sizeof *schema);
  if (schema == NULL || !export_schema(block, "", schema)) {
    free(schema);
    return PyErr_NoMemory();
  }
  PyObject *capsule = PyCapsule_New(schema, "arrow_schema", drop_schema);
  if (capsule == NULL) {
    schema->release(schema);
    free(schema);
  }
  return capsule;
}

PyObject *pfg_array_capsule(pfg_block *block) {
  struct ArrowArray *array = malloc(sizeof *array);
  if (array == NULL || !export_array(block, array)) {
    free(array);
    return PyErr_NoMemory();
  }
  PyObject *capsule = PyCapsule_New(array, "arrow_array", drop_array);
  if (capsule == NULL) {
    array->release(array);
    free(array);
  }
  return capsule;
}

/* A table that is exported as a stream of one record batch. */
typedef struct table_memory {
  size_t count, rows;
  bool handed_out;
  struct table_column {
    pfg_block *block;
    char *name;
  } columns[];
} table_memory;

static int table_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  const table_memory *table = stream->private_data;
  if (!fill_schema(out, "+s", "")) {
    return ENOMEM;
  }
  out->children = calloc(table->count + 1, sizeof *out->children);
  for (size_t i = 0; out->children != NULL && i < table->count; i++) {
    struct ArrowSchema *child = malloc(sizeof *child);
    if (child == NULL || !export_schema(table->columns[i].block, table->columns[i].name, child)) {
      free(child);
      break;
    }
    out->children[out->n_children++] = child;
  }
  if ((size_t)out->n_children < table->count) {
    out->release(out);
    return ENOMEM;
  }
  return 0;
}

static bool export_batch(const table_memory *table, struct ArrowArray *out) {
  array_memory *memory = calloc(1, sizeof *memory);
  struct ArrowArray **children = calloc(table->count + 1, sizeof *children);
  if (memory == NULL || children == NULL) {
    free(memory);
    free(children);
    return false;
  }
  *out = (struct ArrowArray){.length = (int64_t)table->rows,
                             .n_buffers = 1,
                             .buffers = memory->buffers,
                             .children = children,
                             .release = release_array,
                             .private_data = memory};
  for (size_t i = 0; i < table->count; i++) {
    struct ArrowArray *child = malloc(sizeof *child);
    if (child == NULL || !export_array(table->columns[i].block, child)) {
      free(child);
      out->release(out);
      return false;
    }
    children[out->n_children++] = child;
  }
  return true;
}

static int table_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  table_memory *table = stream->private_data;
  if (table->handed_out) {
    memset(out, 0, sizeof *out);
    return 0;
  }
  table->handed_out = true;
  return export_batch(table, out) ? 0 : ENOMEM;
}

static const char *table_error(struct ArrowArrayStream *stream) {
  (void)stream;
  return "out of memory";
}

static void table_release(struct ArrowArrayStream *stream) {
  table_memory *table = stream->private_data;
  for (size_t i = 0; i < table->count; i++) {
    pfg_block_release(table->columns[i].block);
    free(table->columns[i].name);
  }
  free(table);
  stream->release = NULL;
}

static void drop_stream(PyObject *capsule) {
  struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
  if (stream->release != NULL) {
    stream->release(stream);
  }
  free(stream);
}

/* Adds a column: copies its name, and takes a reference to its block. */
static bool add_column(table_memory *table, const char *name, pfg_block *block) {
  struct table_column *added = &table->columns[table->count];
  added->name = malloc(strlen(name) + 1);
  if (added->name == NULL) {
    return false;
  }
  strcpy(added->name, name);
  added->block = block;
  __atomic_add_fetch(&block->shared, 1, __ATOMIC_RELAXED);
  table->rows = block->length;
  table->count++;
  return true;
}

PyObject *pfg_stream_capsule(size_t count, const char *const *names, pfg_block *const *blocks) {
  struct ArrowArrayStream *stream = malloc(sizeof *stream);
  table_memory *table = calloc(1, sizeof *table + count * sizeof *table->columns);
  struct ArrowArrayStream made = {table_schema, table_next, table_error, table_release, table};
  bool done = stream != NULL && table != NULL;
  for (size_t i = 0; done && i < count; i++) {
    done = add_column(table, names[i], blocks[i]);
  }
  PyObject *capsule = done ? PyCapsule_New(stream, "arrow_array_stream", drop_stream) : PyErr_NoMemory();
  if (capsule != NULL) {
    *stream = made;
    return capsule;
  }
  if (table != NULL) {
    table_release(&made);
  }
  free(stream);
  return NULL;
}
