/* The keys of a price book as rows (book_keys.def), and the kinds of values that keys have. */
#ifndef FG_BOOK_KEYS_H
#define FG_BOOK_KEYS_H

#include "book.h"
#include "book_faults.h"

struct fg_book_key;

/* Where the reading of a book stands: at the keys of one object. The object is the value of a key of the object around
   it, or an item of that value if it is a list. */
typedef struct fg_book_reader {
  fg_book *book; ///< the book being filled; its arena owns everything read
  fg_error *error;
  fg_book_faults *faults;              ///< collects all faults; NULL: the first fault ends the reading
  const fg_json *value;                ///< the object whose keys are being read
  const struct fg_book_reader *around; ///< the reader of the object around this one; NULL: this one is the book
  const struct fg_book_key *key;       ///< the key of the object around that has this one
  int64_t item;                        ///< place of this object in that key's list; FG_NONE: the key has no list
} fg_book_reader;

/* A kind of value: how it is read into an object's struct, and told from it. The path of a fault is empty, or leads on
   from the value. */
typedef struct fg_key_kind {
  fg_status (*read)(const fg_book_reader *reader, const struct fg_book_key *key, const fg_json *value, void *object);
  void (*tell)(fg_teller *to, const struct fg_book_key *key, const fg_book *book, const void *object);
} fg_key_kind;

typedef struct fg_book_key {
  const char *name; ///< NULL: the row stands for the keys of another form, which the object has as well (INCLUDE)
  const fg_key_kind *kind;
  size_t offset, size; ///< where in the object's struct the value is, and how many bytes it has
  bool required;
  int required_until;            ///< the key is also required in books up to this version of the format
  int64_t low, high;             ///< least and most of a number, or of the length of a list
  int64_t number;                ///< the value where the key is absent
  const char *text;              ///< the text where the key is absent
  const char *const *words;      ///< the words of a choice, in the order of its enumeration; ends in NULL
  size_t count_offset;           ///< where in the struct the length of a list is
  size_t fraction_offset;        ///< where in the struct the fraction of units is that pools of money have
  const struct fg_book_form *of; ///< the form of an object, or of each item of a list
  bool (*belongs)(const void *); ///< whether an object may have the key; NULL: every object may
  bool for_people;               ///< the key decides no price and no instant, so a ledger goes on where it has changed
  int since, until;              ///< first and last version of the format that has the key; 0: no bound
  /* If all editions have the list or object in the same places: where in its struct the mark `withdrawn` is; else 0. */
  size_t withdrawn;
  bool fixed;    ///< a thing has the same value in all editions of a book
  bool lasts;    ///< what an account uses keeps the value in all editions that the account adopts
  bool in_order; ///< the order of a list's items decides prices
} fg_book_key;

/* A form: the keys that objects of one type have. */
typedef struct fg_book_form {
  const fg_book_key *keys;
  size_t key_count;
  size_t size; ///< size of the struct that an object is read into
  /* Checks what the keys must be together, after all were read; NULL: there is nothing to check. */
  fg_status (*check)(const fg_book_reader *reader, void *object);
} fg_book_form;

/* The form of a whole book, and that of an edition. */
const fg_book_form *fg_book_form_of_book(void);
const fg_book_form *fg_book_form_of_edition(void);
const fg_book_form *fg_book_form_of_price_list(void); ///< the keys that books and editions have in common

/* Reads an object into memory that is all zero: a whole book, or the value of a key, or item `item` of it where the
   value is a list. */
fg_status fg_form_read_book(fg_book *book, const fg_json *value, fg_book_faults *faults, fg_error *error);
fg_status fg_form_read(const fg_book_reader *around, const fg_book_key *key, int64_t item, const fg_json *value,
                       void *object);
/* As fg_form_read, of an item that is an edition: what the edition has is read as if it stood in a book of its own. */
fg_status fg_form_read_edition(const fg_book_reader *around, const fg_book_key *key, int64_t item, const fg_json *value,
                               fg_book *edition);
/* Whether the format of a book has the key. */
bool fg_key_is_of_format(const fg_book_key *key, const fg_book *book);
/* Whether two objects have the same value under a key, compared as the values are told. FG_NO_MEMORY. */
fg_status fg_key_is_same(const fg_book_key *key, const fg_book *a_book, const void *a, const fg_book *b_book,
                         const void *b, bool *same);
/* Tells an object of a form. */
void fg_form_tell(fg_teller *to, const char *key, const fg_book_form *form, const fg_book *book, const void *object);

/* Reports the fault that the reader's error tells, with a path that leads on from the value of the key; no fault if
   `status` is FG_OK. A reader that stops at the first fault gets the status back. A reader that collects all faults
   keeps this one and gets FG_OK, so that reading goes on; the `size` bytes at `place` are remembered as members that
   were not read. FG_STOPPED where no more faults are kept. */
fg_status fg_fault_at(const fg_book_reader *reader, const fg_book_key *key, const void *place, size_t size,
                      fg_status status);
/* Reports a fault whose path begins at the reader's object, and which left no member unread. */
static inline fg_status fg_fault_of(const fg_book_reader *reader, fg_status status) {
  return fg_fault_at(reader, NULL, NULL, 0, status);
}
/* Whether a member was read. Where it was not, no fault is reported that rests on its value, because it would only
   follow from the fault that is known. */
static inline bool fg_is_read(const fg_book_reader *reader, const void *member) {
  return reader->faults == NULL || !fg_book_faults_cover(reader->faults, member);
}
/* Whether a product or grant that a key names was found. */
static inline bool fg_is_found(const fg_book_reader *reader, const uint32_t *index) {
  return fg_is_read(reader, index) && *index != (uint32_t)FG_NONE;
}

/* A block of memory, or a copy of a string, that the book's arena owns. FG_NO_MEMORY, which the error then tells. */
fg_status fg_book_allocate(const fg_book_reader *reader, size_t size, void **block);
fg_status fg_book_keep(const fg_book_reader *reader, fg_string string, fg_string *kept);

/* The member of an object's struct that a key is read into. */
static inline void *fg_key_place(const fg_book_key *key, void *object) { return (char *)object + key->offset; }
static inline const void *fg_key_value(const fg_book_key *key, const void *object) {
  return (const char *)object + key->offset;
}
/* Sets or reads a number in a member of any size: a choice of two words is read into a bool, others into wider
   members. */
void fg_key_set_number(const fg_book_key *key, void *object, int64_t number);
int64_t fg_key_number(const fg_book_key *key, const void *object);
/* Gives a member the value of an absent key. The member is 0 before. */
void fg_key_set_default(const fg_book_key *key, void *object);

/* Whether an edition lacks this item of a list, or this object. */
static inline bool fg_is_withdrawn(const fg_book_key *key, const char *item) {
  return key->withdrawn != 0 && *(const bool *)(item + key->withdrawn);
}

/* Reads an id or the name of a meter: 1 … FG_NAME_MAX letters, digits, '.', '_' or '-'. Ids of grants are built from
   names and slashes, so a name holds no slash. */
fg_status fg_value_name(const fg_book_reader *reader, const fg_json *value, fg_string *name);
fg_status fg_value_choice(const fg_book_reader *reader, const fg_json *value, const char *const *words,
                          int64_t *choice);
/* Allocates the items of a list of 1 to FG_LIST_MAX; `what` names an item in the error. FG_NO_MEMORY. */
fg_status fg_value_list(const fg_book_reader *reader, const fg_json *value, const char *what, size_t item_size,
                        void **items);
/* Reads a period, or the word that may stand in place of one. */
fg_status fg_value_word_or_period(const fg_book_reader *reader, const fg_json *value, const char *word, bool *is_word,
                                  fg_period *period);
void fg_tell_word_or_period(fg_teller *to, const char *key, const char *word, bool is_word, fg_period period);
/* Whether the ids of all products were read. Where one was not, a product that is not found may be the one. */
bool fg_products_are_read(const fg_book_reader *reader);
/* A month has 672, 696, 720 or 744 hours in a zone whose clocks never change. Where they do, it may have up to 24 hours
   less or more. */
enum { FG_MONTH_HOURS_MIN = 672, FG_MONTH_HOURS_MAX = 744 };
static inline int fg_clock_changes(const fg_book_reader *reader) {
  return reader->book->whole->zone.count > 0 ? 24 : 0;
}
/* Whether a price of a schedule, divided by its "per", has at most 12 decimals, in whole blocks and in every month; and
   whether the book demands that, and the keys that decide it were read. */
bool fg_divides_exactly(const fg_book_reader *reader, const fg_schedule *schedule, fg_amount price);
bool fg_is_to_be_exact(const fg_book_reader *reader, const fg_schedule *schedule);
/* Whether each price of a schedule times a factor has at most 12 decimals; in a book that rounds nothing, also after
   the division by "per". */
bool fg_is_exact_times(const fg_book_reader *reader, const fg_schedule *schedule, fg_amount factor);
/* Reads a price: a decimal string, 0 or more. `*sold` becomes false for a null, where `sold` is not NULL. */
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
FG_KEY_KIND(lot_units)
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

/* The checks that forms of book_keys.def name: what several keys must be together. */
fg_status fg_check_pack(const fg_book_reader *reader, void *object);
fg_status fg_check_grant(const fg_book_reader *reader, void *object);
fg_status fg_check_count(const fg_book_reader *reader, void *object);
fg_status fg_check_bundle_item(const fg_book_reader *reader, void *object);
/* Checks that the book offers what bundles hold. */
fg_status fg_check_bundles(const fg_book_reader *reader, const fg_book *book);
/* Checks that the book offers what offers require, and that no offer requires itself by way of others. */
fg_status fg_check_requires(const fg_book_reader *reader, const fg_book *book);
fg_status fg_check_schedule(const fg_book_reader *reader, void *object);
fg_status fg_check_whole(const fg_book_reader *reader, void *object);
fg_status fg_check_attribute(const fg_book_reader *reader, void *object);
fg_status fg_check_rule(const fg_book_reader *reader, void *object);
fg_status fg_check_sample(const fg_book_reader *reader, void *object);
fg_status fg_check_aggregate(const fg_book_reader *reader, void *object);
/* Checks the rules of a product with an aggregate. */
fg_status fg_check_aggregated(const fg_book_reader *reader, const fg_product *product);
fg_status fg_check_event(const fg_book_reader *reader, void *object);
fg_status fg_check_capacity(const fg_book_reader *reader, void *object);
fg_status fg_check_raise(const fg_book_reader *reader, void *object);
fg_status fg_check_limit(const fg_book_reader *reader, void *object);
/* Checks that no two choices have the same product. */
fg_status fg_check_choices(const fg_book_reader *reader, const fg_book *book);
fg_status fg_check_limits(const fg_book_reader *reader, void *object);
fg_status fg_check_arrears(const fg_book_reader *reader, void *object);
/* Checks that periods of tiers and of settlement go together. */
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
