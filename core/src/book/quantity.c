#include "quantity.h"

/* What a term makes of a number: what exceeds the allowance, raised to a least, divided and rounded. No number is below
   0. */
static int64_t value_of_term(const fg_quantity_term *term, int64_t number, int64_t allowance) {
  FG_ASSERT(number >= 0 && allowance >= 0);
  if (number <= allowance) {
    return 0;
  }
  int64_t above = fg_max_i64(number - allowance, term->least);
  int64_t rest = above % term->divide;
  bool rounds_up = term->round == FG_TERM_UP ? rest > 0 : term->round == FG_TERM_HALF_UP && rest >= term->divide - rest;
  return above / term->divide + rounds_up;
}

static int64_t value_of(fg_operand operand, const fg_values *values) {
  return operand.attribute < 0 ? operand.number : values->of[operand.attribute];
}

static void ask(fg_operand operand, fg_asked *asked) {
  if (operand.attribute >= 0) {
    fg_asked_add(asked, (uint32_t)operand.attribute);
  }
}

void fg_quantity_ask(const fg_quantity_terms *terms, fg_asked *asked) {
  for (uint32_t i = 0; i < terms->count; i++) {
    ask(terms->items[i].of, asked);
    ask(terms->items[i].less, asked);
  }
}

/* A factor of 0 makes the product 0, also where the other factors would overflow. */
fg_status fg_quantity_units(const fg_quantity_terms *terms, const fg_values *values, int64_t quantity, int64_t *units) {
  int64_t product = 1;
  bool overflows = false;
  for (uint32_t i = 0; i < terms->count; i++) {
    const fg_quantity_term *term = &terms->items[i];
    int64_t factor = value_of_term(term, value_of(term->of, values), value_of(term->less, values));
    if (factor == 0) {
      *units = 0;
      return FG_OK;
    }
    overflows = overflows || !fg_multiply_i64(product, factor, &product);
  }
  overflows = overflows || !fg_multiply_i64(product, quantity, units);
  return overflows ? FG_OVERFLOW : FG_OK;
}

int fg_quantity_lacking(const fg_book *book, const fg_quantity_terms *terms, uint64_t given) {
  for (uint32_t i = 0; i < terms->count; i++) {
    const int32_t place = terms->items[i].of.attribute;
    if (place < 0 || place >= FG_ATTRIBUTES_MAX || (given >> place & 1) != 0) {
      continue;
    }
    const fg_book_attribute *attribute = &book->attributes[place];
    if (attribute->has_default && attribute->default_value == 0 && !attribute->of_account) {
      return place;
    }
  }
  return FG_NONE;
}
