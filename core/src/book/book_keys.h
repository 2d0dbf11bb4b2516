/* The keys of a price book as rows (book_keys.def), and the kinds of values that they have. */
#ifndef FG_BOOK_KEYS_H
#define FG_BOOK_KEYS_H

#include "book.h"
#include "book_faults.h"

struct fg_book_key;

/* Where reading stands: at the keys of an object, which is what a key of the object around it has, or an item of
   that. */
typedef struct fg_book_reader {
  fg_book *book; ///< being filled; everything read goes to its arena
  fg_error *error;
  fg_book_faults *faults;              ///< where all faults go; NULL: the first one ends the reading
  const fg_json *value;                ///< the object
  const struct fg_book_reader *around; ///< at the object around; NULL at the book
  const struct fg_book_key *key;       ///< of the object around
  int64_t item;                        ///< of its list; FG_NONE where it has none
} fg_book_reader;

/* How a value is read into an object, and told of it. The path of a fault is empty, or leads on from the value. */
typedef struct fg_key_kind {
  fg_status (*read)(const fg_book_reader *reader, const struct fg_book_key *key, const fg_json *value, void *object);
  void (*tell)(fg_teller *to, const struct fg_book_key *key, const fg_book *book, const void *object);
} fg_key_kind;

typedef struct fg_book_key {
  const char *name; ///< NULL: stands for the keys of another form, which the same object has too (INCLUDE)
  const fg_key_kind *kind;
  size_t offset, size; ///< of the member that holds the value
  bool required;
  int required_until;            ///< also in books up to this version of the format
  int64_t low, high;             ///< of a number, or of the length of a list
  int64_t number;                ///< where the key is absent
  const char *text;              ///< the same, of a text
  const char *const *words;      ///< of a choice, in the order of its enumeration; ends in NULL
  size_t count_offset;           ///< of the length of a list
  const struct fg_book_form *of; ///< what an object or an item of a list is
  bool (*belongs)(const void *); ///< whether an object has the key at all; NULL: every one has
  bool for_people;               ///< it decides no price and no instant: a ledger goes on where it has changed
  int since, until;              ///< the first and the last version of the format that has the key; 0: no bound
  size_t withdrawn; ///< of a list or object that all editions have in the same places: the mark in its struct; else 0
  bool fixed;       ///< a thing has the same in all editions
  bool lasts;       ///< so has what an account uses, in those that it adopts
} fg_book_key;

/* An object with keys. */
typedef struct fg_book_form {
  const fg_book_key *keys;
  size_t key_count;
  size_t size; ///< of the struct
  /* What the keys must be together, when all are read; NULL: nothing. */
  fg_status (*check)(const fg_book_reader *reader, void *object);
} fg_book_form;

/* The form of a whole book, and of an edition of it. */
const fg_book_form *fg_book_form_of_book(void);
const fg_book_form *fg_book_form_of_edition(void);
const fg_book_form *fg_book_form_of_price_list(void); ///< what the two have in common

/* Reads an object into memory that is all zero: a whole book, or what a key has, an item of it where that is a list. */
fg_status fg_form_read_book(fg_book *book, const fg_json *value, fg_book_faults *faults, fg_error *error);
fg_status fg_form_read(const fg_book_reader *around, const fg_book_key *key, int64_t item, const fg_json *value,
                       void *object);
/* As fg_form_read, of an item that is an edition: what it holds is read as of a book. */
fg_status fg_form_read_edition(const fg_book_reader *around, const fg_book_key *key, int64_t item, const fg_json *value,
                               fg_book *edition);
/* Whether books of the format of this one have the key. */
bool fg_key_is_of_format(const fg_book_key *key, const fg_book *book);
/* Whether two objects have the same under a key, as it is told. FG_NO_MEMORY. */
fg_status fg_key_is_same(const fg_book_key *key, const fg_book *a_book, const void *a, const fg_book *b_book,
                         const void *b, bool *same);
/* Tells one of a form. */
void fg_form_tell(fg_teller *to, const char *key, const fg_book_form *form, const fg_book *book, const void *object);

/* A fault, or FG_OK; the reader's error tells it, with a path from the value of the key on. It is answered, and ends
   the reading. Where all are collected it is put with the others, FG_OK is answered, and reading goes on without the
   `size` bytes at `place`, members that for this fault were not read. FG_STOPPED ends that too: no more faults are
   told. */
fg_status fg_fault_at(const fg_book_reader *reader, const fg_book_key *key, const void *place, size_t size,
                      fg_status status);
/* A fault whose path begins at the object, and for which no member was left unread. */
static inline fg_status fg_fault_of(const fg_book_reader *reader, fg_status status) {
  return fg_fault_at(reader, NULL, NULL, 0, status);
}
/* Whether a member was read. What is wrong by one that was not, only follows from another fault, and is none. */
static inline bool fg_is_read(const fg_book_reader *reader, const void *member) {
  return reader->faults == NULL || !fg_book_faults_cover(reader->faults, member);
}
/* Whether it is known which product or grant is meant. */
static inline bool fg_is_found(const fg_book_reader *reader, const uint32_t *index) {
  return fg_is_read(reader, index) && *index != (uint32_t)FG_NONE;
}

/* A block, and a copy of a string, in the book's arena. FG_NO_MEMORY, the error told. */
fg_status fg_book_allocate(const fg_book_reader *reader, size_t size, void **block);
fg_status fg_book_keep(const fg_book_reader *reader, fg_string string, fg_string *kept);

/* What kinds have in common. */
static inline void *fg_key_place(const fg_book_key *key, void *object) { return (char *)object + key->offset; }
static inline const void *fg_key_value(const fg_book_key *key, const void *object) {
  return (const char *)object + key->offset;
}
/* A number in a member of any size, because a choice of two words is read into a bool. */
void fg_key_set_number(const fg_book_key *key, void *object, int64_t number);
int64_t fg_key_number(const fg_book_key *key, const void *object);
/* What a key that is not there has; the member is 0. */
void fg_key_set_default(const fg_book_key *key, void *object);

/* Whether an edition does not have this item of a list, or this object. */
static inline bool fg_is_withdrawn(const fg_book_key *key, const char *item) {
  return key->withdrawn != 0 && *(const bool *)(item + key->withdrawn);
}

/* An id or the name of a meter: 1 … FG_NAME_MAX letters, digits, '.', '_' or '-'. Ids of grants are built from names
   and slashes, so a name holds none. */
fg_status fg_value_name(const fg_book_reader *reader, const fg_json *value, fg_string *name);
fg_status fg_value_choice(const fg_book_reader *reader, const fg_json *value, const char *const *words,
                          int64_t *choice);
/* Room for the items of a list of 1 to FG_LIST_MAX, each of them `what`. FG_NO_MEMORY. */
fg_status fg_value_list(const fg_book_reader *reader, const fg_json *value, const char *what, size_t item_size,
                        void **items);
/* A period, or the word that may stand in its place. */
fg_status fg_value_word_or_period(const fg_book_reader *reader, const fg_json *value, const char *word, bool *is_word,
                                  fg_period *period);
void fg_tell_word_or_period(fg_teller *to, const char *key, const char *word, bool is_word, fg_period period);
/* Whether the ids of all products are known; one that was not read may be the one that is not found. */
bool fg_products_are_read(const fg_book_reader *reader);
/* A month has 672, 696, 720 or 744 hours, or where clocks are put forward or back up to a day less or more. */
enum { FG_MONTH_HOURS_MIN = 672, FG_MONTH_HOURS_MAX = 744 };
static inline int fg_clock_changes(const fg_book_reader *reader) {
  return reader->book->whole->zone.count > 0 ? 24 : 0;
}
/* Whether a price of a schedule, divided by "per", has at most 12 decimals in whole blocks and in every month; and
   whether it has to, and it is known by what. */
bool fg_divides_exactly(const fg_book_reader *reader, const fg_schedule *schedule, fg_amount price);
bool fg_is_to_be_exact(const fg_book_reader *reader, const fg_schedule *schedule);
/* Whether all prices of a schedule times a factor have at most 12 decimals, also when they are divided by "per" where
   the book rounds nothing. */
bool fg_is_exact_times(const fg_book_reader *reader, const fg_schedule *schedule, fg_amount factor);
/* A decimal string, 0 or more; *sold becomes false for null, where that may be. */
fg_status fg_value_price(const fg_book_reader *reader, const fg_json *value, fg_amount *price, bool *sold);

#define FG_KEY_KIND(name) extern const fg_key_kind fg_kind_##name;
FG_KEY_KIND(text)
FG_KEY_KIND(name)
FG_KEY_KIND(count)
FG_KEY_KIND(units)
FG_KEY_KIND(flag)
FG_KEY_KIND(choice)
FG_KEY_KIND(date)
FG_KEY_KIND(price)
FG_KEY_KIND(pack_price)
FG_KEY_KIND(requires)
FG_KEY_KIND(bound)
FG_KEY_KIND(fee_every)
FG_KEY_KIND(pack_validity)
FG_KEY_KIND(recurrence)
FG_KEY_KIND(owner)
FG_KEY_KIND(part)
FG_KEY_KIND(object)
FG_KEY_KIND(list)
FG_KEY_KIND(published_price)
FG_KEY_KIND(only_price)
FG_KEY_KIND(validity)
FG_KEY_KIND(period)
FG_KEY_KIND(tier_period)
FG_KEY_KIND(own_period)
FG_KEY_KIND(window)
FG_KEY_KIND(products)
FG_KEY_KIND(switch)
FG_KEY_KIND(by)
FG_KEY_KIND(issue)
FG_KEY_KIND(criteria)
FG_KEY_KIND(known_product)
FG_KEY_KIND(amended_product)
FG_KEY_KIND(amended_grant)
FG_KEY_KIND(currency)
FG_KEY_KIND(utc_offset)
FG_KEY_KIND(time_zone)
FG_KEY_KIND(instant)
FG_KEY_KIND(rounding)
FG_KEY_KIND(policy)
FG_KEY_KIND(own_policy)
FG_KEY_KIND(sources)
FG_KEY_KIND(commands)
FG_KEY_KIND(outcome_code)
FG_KEY_KIND(editions)
FG_KEY_KIND(usage_price)
FG_KEY_KIND(attribute_values)
FG_KEY_KIND(attribute_default)
FG_KEY_KIND(when)
FG_KEY_KIND(account_when)
FG_KEY_KIND(measured)
FG_KEY_KIND(operand)
FG_KEY_KIND(terms)
FG_KEY_KIND(factor)
FG_KEY_KIND(event_products)
FG_KEY_KIND(given_attributes)
#undef FG_KEY_KIND

/* What several keys must be together: `check` of the forms. */
fg_status fg_check_pack(const fg_book_reader *reader, void *object);
fg_status fg_check_grant(const fg_book_reader *reader, void *object);
fg_status fg_check_count(const fg_book_reader *reader, void *object);
fg_status fg_check_bundle_item(const fg_book_reader *reader, void *object);
/* What a bundle holds is offered. */
fg_status fg_check_bundles(const fg_book_reader *reader, const fg_book *book);
/* What offers require is offered, and no offer requires itself by way of others. */
fg_status fg_check_requires(const fg_book_reader *reader, const fg_book *book);
fg_status fg_check_schedule(const fg_book_reader *reader, void *object);
fg_status fg_check_whole(const fg_book_reader *reader, void *object);
fg_status fg_check_attribute(const fg_book_reader *reader, void *object);
fg_status fg_check_rule(const fg_book_reader *reader, void *object);
fg_status fg_check_sample(const fg_book_reader *reader, void *object);
fg_status fg_check_aggregate(const fg_book_reader *reader, void *object);
/* The rules of a product with an aggregate. */
fg_status fg_check_aggregated(const fg_book_reader *reader, const fg_product *product);
fg_status fg_check_event(const fg_book_reader *reader, void *object);
fg_status fg_check_capacity(const fg_book_reader *reader, void *object);
fg_status fg_check_raise(const fg_book_reader *reader, void *object);
fg_status fg_check_limit(const fg_book_reader *reader, void *object);
/* Two choices of one product. */
fg_status fg_check_choices(const fg_book_reader *reader, const fg_book *book);
fg_status fg_check_limits(const fg_book_reader *reader, void *object);
fg_status fg_check_arrears(const fg_book_reader *reader, void *object);
/* Periods of tiers and of settlement that do not go together. */
fg_status fg_check_settlement(const fg_book_reader *reader, const fg_book *list);
fg_status fg_check_cover(const fg_book_reader *reader, void *object);
fg_status fg_check_pool(const fg_book_reader *reader, void *object);
fg_status fg_check_price_list(const fg_book_reader *reader, void *object);
fg_status fg_check_pools(const fg_book_reader *reader, void *object);
fg_status fg_check_bill(const fg_book_reader *reader, void *object);
fg_status fg_check_fee(const fg_book_reader *reader, void *object);
fg_status fg_check_bounds_of_product(const fg_book_reader *reader, const fg_product *product);
fg_status fg_check_product(const fg_book_reader *reader, void *object);
fg_status fg_check_amendment(const fg_book_reader *reader, void *object);
fg_status fg_check_example(const fg_book_reader *reader, void *object);
fg_status fg_check_book(const fg_book_reader *reader, void *object);

#endif
