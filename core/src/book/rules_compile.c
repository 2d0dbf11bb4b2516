#include "counters.h"
#include "rules_compile.h"

#include <stdio.h>

#include "quantity.h"

enum { CELLS_MAX = 4096 };

/* Takes from a rule that fits what `rated` still lacks: price, factor, terms, and whether usage is billed. Answers
   whether nothing is lacking any more, so that no later rule need be asked. */
static bool take(fg_rated *rated, const fg_rated *places) {
  rated->price = rated->price == FG_NO_PLACE ? places->price : rated->price;
  rated->factor = rated->factor == FG_NO_PLACE ? places->factor : rated->factor;
  rated->terms = rated->terms == FG_NO_PLACE ? places->terms : rated->terms;
  rated->not_billable = rated->not_billable < 0 ? places->not_billable : rated->not_billable;
  return rated->price != FG_NO_PLACE && rated->factor != FG_NO_PLACE && rated->terms != FG_NO_PLACE &&
         rated->not_billable >= 0;
}

fg_rated fg_rules_ask(const fg_product *product, const fg_values *values) {
  fg_rated rated = {FG_NO_PLACE, FG_NO_PLACE, FG_NO_PLACE, -1};
  bool has_own = product->prices[0].id.length == 0;
  fg_rated own = {has_own ? 0 : FG_NO_PLACE, 0, 0, 0};
  for (uint32_t i = 0; i < product->rule_count; i++) {
    if (fg_when_holds(&product->rules[i].when, values) && take(&rated, &product->rule_places[i])) {
      return rated;
    }
  }
  take(&rated, &own);
  return rated;
}

static fg_status name_of(const fg_book_reader *reader, const fg_rule *rule, uint32_t place, fg_string *name) {
  char digits[12];
  *name = rule->id;
  if (name->text != NULL) {
    return FG_OK;
  }
  int length = snprintf(digits, sizeof digits, "%u", place);
  return fg_book_keep(reader, (fg_string){digits, (size_t)length}, name);
}

static uint16_t factor_place(fg_factor *factors, fg_amount factor, uint16_t *count) {
  uint16_t place = 0;
  while (place < *count && factors[place] != factor) {
    place++;
  }
  if (place == *count) {
    factors[(*count)++] = factor;
  }
  return place;
}

static fg_status list_rule(const fg_book_reader *reader, fg_product *product, uint32_t rule, fg_named_price *prices,
                           fg_factor *factors, fg_quantity_terms *terms, fg_rated *places) {
  const fg_rule *own = &product->rules[rule];
  *places = (fg_rated){FG_NO_PLACE, FG_NO_PLACE, FG_NO_PLACE, (int16_t)own->not_billable};
  if (own->price != NULL) {
    fg_named_price *price = &prices[product->price_count];
    places->price = product->price_count++;
    price->schedule = *own->price;
    price->schedule.source = own->price->source.length > 0 ? own->price->source : own->source;
    FG_TRY(name_of(reader, own, rule, &price->id));
  }
  if (own->factor != 0) {
    places->factor = factor_place(factors, own->factor, &product->factor_count);
  }
  if (own->quantity.items != NULL) {
    places->terms = (uint16_t)(rule + 1);
    terms[rule + 1] = own->quantity;
  }
  return FG_OK;
}

static fg_status list_places(const fg_book_reader *reader, fg_product *product) {
  void *prices = NULL;
  void *factors = NULL;
  void *terms = NULL;
  void *places = NULL;
  size_t count = product->rule_count;
  FG_TRY(fg_book_allocate(reader, (count + 1) * sizeof(fg_named_price), &prices));
  FG_TRY(fg_book_allocate(reader, (count + 1) * sizeof(fg_factor), &factors));
  FG_TRY(fg_book_allocate(reader, (count + 1) * sizeof(fg_quantity_terms), &terms));
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_rated), &places));
  product->prices = prices;
  product->factors = factors;
  product->quantities = terms;
  product->rule_places = places;
  if (product->schedule.tier_count > 0) {
    *(fg_named_price *)prices = (fg_named_price){fg_string_of(""), product->schedule};
    product->price_count = 1;
  }
  *(fg_factor *)factors = FG_UNIT;
  product->factor_count = 1;
  *(fg_quantity_terms *)terms = product->quantity;
  for (uint32_t i = 0; i < count; i++) {
    FG_TRY(list_rule(reader, product, i, prices, factors, terms, (fg_rated *)places + i));
  }
  return FG_OK;
}

static void list_asked(fg_product *product) {
  fg_quantity_ask(&product->quantity, &product->asks);
  if (product->aggregate != NULL && product->aggregate->by >= 0) {
    fg_asked_add(&product->asks, (uint32_t)product->aggregate->by);
  }
  for (uint32_t i = 0; i < product->rule_count; i++) {
    fg_when_asks(&product->rules[i].when, &product->asks);
    fg_quantity_ask(&product->rules[i].quantity, &product->asks);
  }
}

/* Adds an edge in its order unless it is there already; false where there is no room for it. */
static bool add_edge(int64_t *edges, uint32_t *count, uint32_t most, int64_t edge) {
  uint32_t low = 0;
  uint32_t high = *count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (edges[middle] < edge) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < *count && edges[low] == edge) {
    return true;
  }
  if (*count == most) {
    return false;
  }
  memmove(&edges[low + 1], &edges[low], (*count - low) * sizeof *edges);
  edges[low] = edge;
  ++*count;
  return true;
}

/* Finds the edges between the values of an attribute that the rules tell apart; false where there are more than a table
   can have. */
static bool find_edges(const fg_book *book, const fg_product *product, uint32_t attribute, int64_t *edges,
                       uint32_t *count) {
  const fg_range *all = &fg_attribute_at(book, attribute)->range;
  bool fits = true;
  for (uint32_t i = 0; i < product->rule_count; i++) {
    const fg_when *when = &product->rules[i].when;
    for (uint32_t j = 0; j < when->count; j++) {
      const fg_condition *condition = &when->conditions[j];
      uint32_t ranges = condition->attribute == attribute ? condition->range_count : 0;
      for (uint32_t k = 0; k < ranges && fits; k++) {
        const fg_range *range = &condition->ranges[k];
        fits = (range->first == all->first || add_edge(edges, count, CELLS_MAX - 1, range->first)) &&
               (range->last == all->last || add_edge(edges, count, CELLS_MAX - 1, range->last + 1));
      }
    }
  }
  return fits;
}

/* `edges` is room for CELLS_MAX of them. */
static fg_status split_attribute(const fg_book_reader *reader, fg_product *product, uint32_t attribute, fg_split *split,
                                 int64_t *edges, uint32_t *cells) {
  void *kept = NULL;
  *split = (fg_split){.attribute = attribute, .begin = fg_attribute_at(reader->book, attribute)->range.first};
  bool fits = find_edges(reader->book, product, attribute, edges, &split->count);
  *cells = fits && *cells > 0 && split->count < CELLS_MAX / *cells ? *cells * (split->count + 1) : 0;
  if (*cells == 0) {
    return FG_OK;
  }
  FG_TRY(fg_book_allocate(reader, split->count * sizeof *edges, &kept));
  memcpy(kept, edges, split->count * sizeof *edges);
  split->edges = kept;
  split->is_dense = split->count > 0 && edges[0] == split->begin + 1 &&
                    edges[split->count - 1] == split->begin + split->count;
  return FG_OK;
}

/* Splits the values of all attributes that rules read; `*cells` becomes 0 where the combinations are too many for a
   table. */
static fg_status split_all(const fg_book_reader *reader, fg_product *product, uint32_t *cells) {
  fg_asked asked = {0, false};
  void *block = NULL;
  for (uint32_t i = 0; i < product->rule_count; i++) {
    fg_when_asks(&product->rules[i].when, &asked);
  }
  uint32_t count = 0;
  for (uint32_t i = 0; i < FG_ATTRIBUTE_PLACES; i++) {
    count += fg_asked_has(&asked, i);
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(fg_split), &block));
  product->table.splits = block;
  int64_t *edges = fg_allocate(&reader->book->allocator, CELLS_MAX * sizeof *edges);
  fg_status status = edges == NULL ? fg_refuse(reader->error, FG_NO_MEMORY) : FG_OK;
  for (uint32_t i = 0; i < FG_ATTRIBUTE_PLACES && *cells != 0 && status == FG_OK; i++) {
    if (fg_asked_has(&asked, i)) {
      status = split_attribute(reader, product, i, (fg_split *)block + product->table.split_count, edges, cells);
      product->table.split_count += *cells > 0;
    }
  }
  fg_release(&reader->book->allocator, edges, CELLS_MAX * sizeof *edges);
  return status;
}

/* Values that fall into a cell, one for each attribute. */
static void values_of_cell(const fg_rule_table *table, uint32_t cell, fg_values *values) {
  for (uint32_t i = table->split_count; i > 0; i--) {
    const fg_split *split = &table->splits[i - 1];
    uint32_t part = cell % (split->count + 1);
    cell /= split->count + 1;
    values->of[split->attribute] = part == 0 ? split->begin : split->edges[part - 1];
  }
}

static bool is_same(const fg_rated *a, const fg_rated *b) {
  return a->price == b->price && a->factor == b->factor && a->terms == b->terms && a->not_billable == b->not_billable;
}

/* Fills the cells of the table; false where they differ in more ways than memory linear in the rules can hold. */
static bool fill_cells(const fg_product *product, uint32_t count, uint16_t *cells, fg_rated *rated, uint32_t most,
                       uint32_t *rated_count) {
  uint32_t known = 0;
  for (uint32_t cell = 0; cell < count; cell++) {
    fg_values values = {.there = 0};
    values_of_cell(&product->table, cell, &values);
    fg_rated own = fg_rules_ask(product, &values);
    uint32_t place = 0;
    while (place < known && !is_same(&rated[place], &own)) {
      place++;
    }
    if (place == most) {
      return false;
    }
    known += place == known;
    rated[place] = own;
    cells[cell] = (uint16_t)place;
  }
  *rated_count = known;
  return true;
}

static fg_status make_table(const fg_book_reader *reader, fg_product *product) {
  uint32_t count = 1;
  uint32_t most = 4 * (product->rule_count + 1);
  void *cells = NULL;
  void *rated = NULL;
  FG_TRY(split_all(reader, product, &count));
  if (count == 0) {
    return FG_OK;
  }
  FG_TRY(fg_book_allocate(reader, count * sizeof(uint16_t), &cells));
  FG_TRY(fg_book_allocate(reader, most * sizeof(fg_rated), &rated));
  if (fill_cells(product, count, cells, rated, most, &product->table.rated_count)) {
    product->table.cells = cells;
    product->table.rated = rated;
  }
  return FG_OK;
}

fg_status fg_rules_compile(const fg_book_reader *reader, fg_product *product) {
  product->plain = product->rule_count == 0 && product->quantity.items == NULL && product->aggregate == NULL &&
                   product->schedule.counter.length == 0 && !fg_product_fills_tiers(reader->book->whole, product);
  FG_TRY(list_places(reader, product));
  FG_TRY(fg_rules_check(reader, product));
  bool is_whole = reader->faults == NULL || reader->faults->count == 0;
  if (!is_whole || product->plain) {
    return FG_OK;
  }
  list_asked(product);
  return make_table(reader, product);
}
