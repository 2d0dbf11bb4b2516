/* What Book.price_many and Book.bill_many have in common: how they return amounts, and errors that name a row. */
#include "columns.h"

#include <stdio.h>
#include <string.h>

bool pfg_read_kind(pfg_state *state, PyObject *given, pfg_kind *kind) {
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

bool pfg_read_scale(pfg_state *state, PyObject *scale, pfg_kind kind, int exact_scale, const fg_book *book, int *out) {
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

bool pfg_amounts_begin(pfg_amounts *out, size_t rows) {
  out->block = pfg_block_new(out->kind == PFG_MINOR ? PFG_MINOR : PFG_DECIMALS, rows);
  if (out->block == NULL) {
    PyErr_NoMemory();
    return false;
  }
  out->block->scale = out->scale;
  return true;
}

fg_amounts pfg_amounts_from(const pfg_amounts *out, size_t row) {
  bool wide = out->block->kind == PFG_DECIMALS;
  size_t width = wide ? sizeof(pfg_int128) : sizeof(int64_t);
  fg_amounts amounts = {(char *)out->block->values + row * width, wide ? FG_AMOUNT_INT128 : FG_AMOUNT_INT64,
                        out->scale};
  return amounts;
}

PyObject *pfg_amounts_column(pfg_state *state, pfg_amounts *out) {
  pfg_block *block = out->kind == PFG_FLOATS ? to_floats(out->block) : out->block;
  return block == NULL ? PyErr_NoMemory() : pfg_new_column(state, block);
}

void pfg_raise_in_column(pfg_state *state, fg_error *error, size_t first, size_t bad_row) {
  if (bad_row == SIZE_MAX) {
    pfg_raise(state, error);
    return;
  }
  error->path[strcspn(error->path, "[")] = '\0';
  size_t used = strlen(error->path);
  snprintf(error->path + used, sizeof error->path - used, "[%zu]", first + bad_row);
  pfg_raise_at_row(state, error, first + bad_row);
}
