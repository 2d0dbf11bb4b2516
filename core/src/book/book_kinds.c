/* The kinds of values that one or a few keys of a book have: how each is read and told. */
#include "book_keys.h"
#include "policy_json.h"

/* Reads the price of a tier, which may be null. */
static fg_status key_published_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                    void *object) {
  fg_tier *tier = object;
  (void)key;
  return fg_value_price(reader, value, &tier->price, &tier->sold);
}

static void key_published_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_tier *tier = object;
  (void)book;
  if (tier->sold) {
    fg_tell_amount(to, key->name, tier->price);
  } else {
    fg_tell_said_null(to, key->name);
  }
}

/* Reads the price of a schedule without tiers as that of a single tier from 0 on. */
static fg_status key_only_price_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                     void *object) {
  fg_schedule *schedule = object;
  void *tier = NULL;
  FG_TRY(fg_book_allocate(reader, sizeof(fg_tier), &tier));
  schedule->tiers = tier;
  schedule->tier_count = 1;
  return key_published_read(reader, key, value, tier);
}

static void key_only_price_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  key_published_tell(to, key, book, &((const fg_schedule *)object)->tiers[0]);
}

const fg_key_kind fg_kind_published_price = {key_published_read, key_published_tell};
const fg_key_kind fg_kind_only_price = {key_only_price_read, key_only_price_tell};

bool fg_products_are_read(const fg_book_reader *reader) {
  const fg_book *book = reader->book;
  bool are_editions_whole = book->edition_count == 0 || reader->faults == NULL || reader->faults->count == 0;
  bool all = are_editions_whole && fg_is_read(reader, &book->products) && fg_is_read(reader, &book->editions);
  for (uint32_t i = 0; i < book->product_count && all; i++) {
    all = fg_is_read(reader, &book->products[i].id);
  }
  return all;
}

static bool grants_are_read(const fg_book_reader *reader, const fg_product *product) {
  bool all = fg_is_read(reader, &product->grants);
  for (uint32_t i = 0; i < product->grant_count && all; i++) {
    all = fg_is_read(reader, &product->grants[i].id);
  }
  return all;
}

static fg_status key_amended_product_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                          void *object) {
  fg_string id;
  FG_TRY(fg_value_name(reader, value, &id));
  int product = fg_book_place(reader->book, id);
  *(uint32_t *)fg_key_place(key, object) = (uint32_t)product;
  return product != FG_NONE || !fg_products_are_read(reader)
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected the id of a product of this book");
}

static void key_amended_product_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  fg_tell_text(to, key->name, book->products[((const fg_amendment *)object)->product].id);
}

static fg_status key_amended_grant_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                        void *object) {
  fg_amendment *amendment = object;
  fg_string id;
  (void)key;
  FG_TRY(fg_value_name(reader, value, &id));
  amendment->grant = (uint32_t)FG_NONE;
  if (!fg_is_found(reader, &amendment->product)) {
    return FG_OK;
  }
  const fg_product *product = &reader->book->products[amendment->product];
  int grant = fg_product_grant_place(product, id);
  amendment->grant = (uint32_t)grant;
  return grant != FG_NONE || !grants_are_read(reader, product)
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected the id of a grant of this product");
}

static void key_amended_grant_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_amendment *amendment = object;
  fg_tell_text(to, key->name, book->products[amendment->product].grants[amendment->grant].id);
}

const fg_key_kind fg_kind_amended_product = {key_amended_product_read, key_amended_product_tell};
const fg_key_kind fg_kind_amended_grant = {key_amended_grant_read, key_amended_grant_tell};

static const char *const rounding_words[] = {"none", "half_up", "half_even", "up", "down", NULL};

static fg_status rounding_digits_read(const fg_book_reader *reader, const fg_json *value, fg_rounding *rounding) {
  const fg_json *found = NULL;
  int64_t digits = 0;
  FG_TRY(fg_json_require(value, "digits", &found, reader->error));
  fg_status status = fg_json_integer(found, 0, FG_MONEY_DECIMALS, &digits, reader->error);
  rounding->digits = (int)digits;
  return fg_within(reader->error, status, "digits");
}

static fg_status rounding_mode_read(const fg_book_reader *reader, const fg_json *value, fg_rounding *rounding) {
  const fg_json *found = NULL;
  int64_t mode = 0;
  FG_TRY(fg_json_require(value, "mode", &found, reader->error));
  fg_status status = fg_value_choice(reader, found, rounding_words + FG_ROUND_HALF_UP, &mode);
  rounding->mode = (fg_rounding_mode)(FG_ROUND_HALF_UP + mode);
  return fg_within(reader->error, status, "mode");
}

/* Reads the least that an amount above 0 is rounded to, which must be a whole number of units of the last decimal. Only
   the book's own rounding has it, from format 2 on. */
static fg_status rounding_least_read(const fg_book_reader *reader, const fg_json *value, fg_rounding *rounding) {
  const fg_json *found = fg_json_get(value, "least");
  fg_amount least = 0;
  if (found == NULL || fg_json_is(found, FG_JSON_NULL)) {
    return FG_OK;
  }
  fg_amount step = fg_rounding_step(*rounding);
  FG_TRY(fg_within(reader->error, fg_value_price(reader, found, &least, NULL), "least"));
  if (least % step != 0 || least / step > INT64_MAX) {
    return fg_fail(reader->error, FG_INVALID, "least", "expected a price of at most %d decimals", rounding->digits);
  }
  rounding->least = (int64_t)(least / step);
  return FG_OK;
}

/* Reads a rounding given as an object. An object always rounds: where its mode cannot be read, later checks take it as
   rounding half up. */
static fg_status key_rounding_object_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                          fg_rounding *rounding) {
  static const char *const fields[] = {"digits", "mode", "least", NULL};
  static const char *const without_least[] = {"digits", "mode", NULL};
  bool has_least = reader->around == NULL && reader->book->whole->format > 0;
  rounding->mode = FG_ROUND_HALF_UP;
  FG_TRY(fg_fault_at(reader, key, NULL, 0, fg_json_fields(value, has_least ? fields : without_least, reader->error)));
  FG_TRY(fg_fault_at(reader, key, NULL, 0, rounding_digits_read(reader, value, rounding)));
  FG_TRY(fg_fault_at(reader, key, NULL, 0, rounding_mode_read(reader, value, rounding)));
  return has_least ? fg_fault_at(reader, key, NULL, 0, rounding_least_read(reader, value, rounding)) : FG_OK;
}

static fg_status key_rounding_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  if (fg_json_is(value, FG_JSON_OBJECT)) {
    return key_rounding_object_read(reader, key, value, fg_key_place(key, object));
  }
  return fg_string_is(fg_json_string(value), rounding_words[FG_ROUND_NONE])
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "", "expected \"none\", or an object of \"digits\" and \"mode\"");
}

static void key_rounding_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_rounding *rounding = fg_key_value(key, object);
  const char *word = rounding_words[rounding->mode];
  (void)book;
  if (rounding->mode == FG_ROUND_NONE) {
    fg_tell_word(to, key->name, word);
    return;
  }
  fg_tell_begin_object(to, key->name);
  fg_tell_integer(to, "digits", rounding->digits);
  fg_tell_word(to, "mode", word);
  if (rounding->least > 0) {
    fg_tell_amount(to, "least", rounding->least * fg_rounding_step(*rounding));
  }
  fg_tell_end_object(to);
}

const fg_key_kind fg_kind_rounding = {key_rounding_read, key_rounding_tell};

static fg_status key_policy_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  FG_TRY(fg_json_object(value, reader->error));
  for (FG_EACH_MEMBER(value, member)) {
    fg_status status = fg_policy_read_switch(member->key, &member->value, fg_key_place(key, object), reader->error);
    FG_TRY(fg_fault_at(reader, key, NULL, 0, status));
  }
  return FG_OK;
}

static void key_policy_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_policy_tell(to, key->name, fg_key_value(key, object), NULL);
}

static fg_status key_sources_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                  void *object) {
  fg_book *book = object;
  void *block = NULL;
  if (!fg_json_is(value, FG_JSON_OBJECT) || value->is.object.count > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "", "expected an object of at most %d texts", FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, 2 * value->is.object.count * sizeof(fg_string), &block));
  fg_string *sources = block;
  book->sources = sources;
  for (FG_EACH_MEMBER(value, member)) {
    fg_string text;
    fg_string *pair = &sources[2 * book->source_count++];
    fg_status status = fg_within(reader->error, fg_json_text(&member->value, &text, reader->error), "%s", member->key);
    FG_TRY(fg_fault_at(reader, key, NULL, 0, status));
    if (status == FG_OK) {
      FG_TRY(fg_book_keep(reader, fg_string_of(member->key), &pair[0]));
      FG_TRY(fg_book_keep(reader, text, &pair[1]));
    }
  }
  return FG_OK;
}

static void key_sources_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)object;
  fg_tell_begin_object(to, key->name);
  for (uint32_t i = 0; i < book->source_count; i++) {
    fg_tell_text(to, book->sources[2 * i].text, book->sources[2 * i + 1]);
  }
  fg_tell_end_object(to);
}

/* Whether a switch concerns the account as a whole, so that a product cannot set it for itself. */
static bool is_of_account(fg_switch which) { return which == FG_SWITCH_SETTLEMENT_DAY || which == FG_SWITCH_RESUME_AT; }

static fg_status read_own_switch(const fg_book_reader *reader, const fg_json_member *member, fg_own_policy *own) {
  fg_switch which;
  FG_TRY(fg_policy_read_switch(member->key, &member->value, &own->is, reader->error));
  if (fg_policy_find(fg_string_of(member->key), &which) && is_of_account(which)) {
    return fg_fail(reader->error, FG_INVALID, member->key,
                   "expected none here: the switch is of the account as a whole");
  }
  own->has[which] = true;
  return FG_OK;
}

static fg_status key_own_policy_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                     void *object) {
  void *block = NULL;
  FG_TRY(fg_json_object(value, reader->error));
  FG_TRY(fg_book_allocate(reader, sizeof(fg_own_policy), &block));
  *(const fg_own_policy **)fg_key_place(key, object) = block;
  for (FG_EACH_MEMBER(value, member)) {
    FG_TRY(fg_fault_at(reader, key, NULL, 0, read_own_switch(reader, member, block)));
  }
  return FG_OK;
}

static void key_own_policy_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_own_policy *own = *(const fg_own_policy *const *)fg_key_value(key, object);
  (void)book;
  if (own == NULL) {
    fg_tell_null(to, key->name);
  } else {
    fg_policy_tell_some(to, key->name, &own->is, own->has);
  }
}

const fg_key_kind fg_kind_policy = {key_policy_read, key_policy_tell};
const fg_key_kind fg_kind_own_policy = {key_own_policy_read, key_own_policy_tell};
const fg_key_kind fg_kind_sources = {key_sources_read, key_sources_tell};

/* Keeps commands as JSON, because only the rooms of accounts know what their fields mean. */
static fg_status key_commands_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  void *copy = NULL;
  bool is_list = fg_json_is(value, FG_JSON_LIST) && fg_json_length(value) > 0 && fg_json_length(value) <= FG_LIST_MAX;
  for (FG_EACH_ELEMENT(value, element)) {
    is_list = is_list && fg_json_is(element, FG_JSON_OBJECT);
  }
  if (!is_list || fg_json_has_real(value)) {
    return fg_fail(reader->error, FG_INVALID, "",
                   "expected a list of 1 to %d commands, no number with a fraction in them", FG_LIST_MAX);
  }
  FG_TRY(fg_book_allocate(reader, sizeof(fg_json), &copy));
  *(const fg_json **)fg_key_place(key, object) = copy;
  return fg_json_copy(value, &reader->book->arena, &reader->book->allocator, copy)
             ? FG_OK
             : fg_refuse(reader->error, FG_NO_MEMORY);
}

static void key_commands_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_json *commands = *(const fg_json *const *)fg_key_value(key, object);
  (void)book;
  if (commands == NULL) {
    fg_tell_null(to, key->name);
  } else {
    fg_json_tell(to, key->name, commands);
  }
}

const fg_key_kind fg_kind_commands = {key_commands_read, key_commands_tell};
