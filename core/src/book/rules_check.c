/* The checks of a product's rules: what each states, whether it can ever hold, and whether every price is exact times
   every factor that it may meet. */
#include "rules_compile.h"

static bool has_price(const fg_rule *rule) { return rule->price != NULL; }
static bool has_factor(const fg_rule *rule) { return rule->factor != 0; }
static bool has_billable(const fg_rule *rule) { return rule->not_billable >= 0; }
static bool has_quantity(const fg_rule *rule) { return rule->quantity.items != NULL; }

fg_status fg_check_rule(const fg_book_reader *reader, void *object) {
  const fg_rule *rule = object;
  bool is_number = rule->id.length > 0;
  for (size_t i = 0; i < rule->id.length && is_number; i++) {
    is_number = rule->id.text[i] >= '0' && rule->id.text[i] <= '9';
  }
  if (is_number) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "id",
                                       "expected a name with a letter: digits name the rules that have no id")));
  }
  bool is_of_edition = reader->book != reader->book->whole;
  if (is_of_edition && has_price(rule) && rule->id.text == NULL && fg_is_read(reader, &rule->id)) {
    FG_TRY(fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "id",
                                       "missing: over editions a price is known by the name of its rule")));
  }
  bool is_read = fg_is_read(reader, &rule->price) && fg_is_read(reader, &rule->factor) &&
                 fg_is_read(reader, &rule->quantity) && fg_is_read(reader, &rule->not_billable);
  bool has_any = has_price(rule) || has_factor(rule) || has_quantity(rule) || has_billable(rule);
  return !is_read || has_any
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "",
                                           "expected \"price\", \"factor\", \"quantity\" or \"billable\""));
}

/* Whether a rule states a certain thing, such as a price. */
typedef bool (*has_thing)(const fg_rule *rule);

/* Whether a thing that a rule states never holds, because an earlier rule states it too and fits whenever this one
   does. `*first` becomes the place of that earlier rule if it is less. */
static bool is_taken_before(const fg_book *book, const fg_product *product, uint32_t rule, has_thing has,
                            uint32_t *first) {
  for (uint32_t i = 0; i < rule; i++) {
    const fg_rule *before = &product->rules[i];
    if (has(before) && before->when.is_whole && fg_when_covers(book, &before->when, &product->rules[rule].when)) {
      *first = i < *first ? i : *first;
      return true;
    }
  }
  return false;
}

static fg_status check_rule_holds(const fg_book_reader *reader, const fg_product *product, uint32_t rule) {
  static const has_thing things[] = {has_price, has_factor, has_quantity, has_billable};
  const fg_rule *own = &product->rules[rule];
  uint32_t first = UINT32_MAX;
  bool never = own->when.is_whole;
  for (size_t i = 0; i < sizeof things / sizeof *things && never; i++) {
    never = !things[i](own) || is_taken_before(reader->book, product, rule, things[i], &first);
  }
  if (!never || first == UINT32_MAX) {
    return FG_OK;
  }
  fg_status status = fg_fail(reader->error, FG_INVALID, "", "never holds; rules[%u] fits first", first);
  return fg_fault_of(reader, fg_within(reader->error, status, "rules[%u]", rule));
}

/* A walk over the pairs of a price and a factor that may hold together. */
typedef struct pair_walk {
  const fg_book_reader *reader; ///< NULL: the pairs were checked before
  const fg_product *product;
  fg_pair *pairs; ///< NULL: they are not listed
  uint32_t count;
  uint32_t seen[FG_LIST_MAX + 1]; ///< for each place of a factor: the price that it was last paired with, from 1
  bool is_told[FG_LIST_MAX + 1];  ///< for each rule: whether a fault of its factor was reported
} pair_walk;

static fg_status check_rule_pair(pair_walk *walk, fg_string id, const fg_schedule *schedule, uint32_t rule) {
  const fg_book_reader *reader = walk->reader;
  const char *of = id.length == 0 ? walk->product->id.text : id.text;
  bool has_fees = walk->product->rules[rule].factor != FG_UNIT && fg_schedule_has_fee(schedule);
  bool is_exact = fg_is_exact_times(reader, schedule, walk->product->rules[rule].factor);
  fg_status status = FG_OK;
  if (has_fees) {
    status = fg_fail(reader->error, FG_INVALID, "factor", "expected none: tiers of the price \"%s\" have fees", of);
  } else if (!is_exact) {
    status = fg_fail(reader->error, FG_INVALID, "factor",
                     "expected a factor that makes the price \"%s\" one with at most 12 decimals, also when it is "
                     "divided by \"per\" in a book without rounding",
                     of);
  }
  walk->is_told[rule] = status != FG_OK;
  return fg_fault_of(reader, fg_within(reader->error, status, "rules[%u]", rule));
}

static void add_pair(pair_walk *walk, uint16_t price, uint16_t factor) {
  if (walk->pairs != NULL && walk->count < FG_PAIRS_MAX) {
    walk->pairs[walk->count] = (fg_pair){price, factor};
  }
  walk->count++;
}

/* Walks one price, which holds under a condition, by itself and with each factor that may hold together with it.
   `schedule` is where the price was read to and not its copy in the list of prices, because which keys were read is
   known by their place. */
static fg_status walk_price(pair_walk *walk, uint16_t price, const fg_schedule *schedule, const fg_when *when) {
  const fg_product *product = walk->product;
  add_pair(walk, price, 0);
  for (uint32_t i = 0; i < product->rule_count && walk->count <= FG_PAIRS_MAX; i++) {
    uint32_t *seen = &walk->seen[product->rule_places[i].factor == FG_NO_PLACE ? 0 : product->rule_places[i].factor];
    const fg_rule *rule = &product->rules[i];
    if (rule->factor != 0 && *seen != price + 1u && rule->when.is_whole && fg_when_meets(when, &rule->when)) {
      *seen = price + 1u;
      add_pair(walk, price, product->rule_places[i].factor);
      FG_TRY(walk->reader == NULL || walk->is_told[i] ? FG_OK
                                                      : check_rule_pair(walk, product->prices[price].id, schedule, i));
    }
  }
  return FG_OK;
}

static fg_status walk_pairs(pair_walk *walk) {
  static const fg_when always = {.is_whole = true};
  const fg_product *product = walk->product;
  FG_TRY(product->prices[0].id.length == 0 ? walk_price(walk, 0, &product->schedule, &always) : FG_OK);
  for (uint32_t i = 0; i < product->rule_count; i++) {
    const fg_rule *rule = &product->rules[i];
    if (rule->price != NULL && rule->when.is_whole) {
      FG_TRY(walk_price(walk, product->rule_places[i].price, rule->price, &rule->when));
    }
  }
  return FG_OK;
}

uint32_t fg_rules_pairs(const fg_product *product, fg_pair pairs[FG_PAIRS_MAX]) {
  pair_walk walk = {.product = product, .pairs = pairs};
  fg_status walked = walk_pairs(&walk); /* without a reader there is nothing to fail */
  FG_ASSERT(walked == FG_OK && walk.count <= FG_PAIRS_MAX);
  return walk.count;
}

static fg_status check_rule_pairs(const fg_book_reader *reader, const fg_product *product) {
  pair_walk walk = {.reader = reader, .product = product};
  FG_TRY(walk_pairs(&walk));
  return walk.count <= FG_PAIRS_MAX
             ? FG_OK
             : fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "rules",
                                           "expected at most %d pairs of a price and a factor that may hold at once",
                                           FG_PAIRS_MAX));
}

static fg_status check_has_price(const fg_book_reader *reader, const fg_product *product) {
  const fg_json *own = fg_json_get(reader->value, "price");
  bool has_own = own != NULL && !fg_json_is(own, FG_JSON_NULL);
  bool is_read = fg_is_read(reader, &product->schedule) && fg_is_read(reader, &product->rules);
  for (uint32_t i = 0; i < product->rule_count && is_read; i++) {
    is_read = fg_is_read(reader, &product->rules[i]) && fg_is_read(reader, &product->rules[i].price);
  }
  return !is_read || has_own || product->price_count > 0
             ? FG_OK
             : fg_fault_of(reader,
                           fg_fail(reader->error, FG_INVALID, "price",
                                   product->rule_count == 0 ? "missing" : "missing: no rule has a price either"));
}

fg_status fg_rules_check(const fg_book_reader *reader, const fg_product *product) {
  FG_TRY(check_has_price(reader, product));
  for (uint32_t i = 0; i < product->rule_count; i++) {
    FG_TRY(check_rule_holds(reader, product, i));
  }
  return check_rule_pairs(reader, product);
}
