/* Readers of the fields of a price book. Each reads field `key` of `object` and, for a fault, tells its path. */
#ifndef FG_BOOK_READ_H
#define FG_BOOK_READ_H

#include "book.h"
#include "../json/read.h"

typedef struct fg_book_reader {
  fg_book *book; ///< being filled; everything read goes to its arena
  fg_error *error;
} fg_book_reader;

/* An optional field that is missing or null leaves the output as it is: the default stands there. */
typedef enum fg_need { FG_OPTIONAL, FG_REQUIRED } fg_need;

#define FG_BOOK_FORMAT "faregate-book/1"

/* Counts of days have FG_DAYS_MAX, a hundred years, as their bound. */
enum { FG_NAME_MAX = 64, FG_LIST_MAX = 1000, FG_DAYS_MAX = 36525 };

/* The field itself; NULL for an optional one that is missing or null. */
fg_status fg_read_field(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                        const fg_json **value);
fg_status fg_read_text(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                       fg_string *text);
/* A copy in the book's arena. */
fg_status fg_keep_string(const fg_book_reader *reader, fg_string string, fg_string *kept);
/* An id or the name of a meter: 1 … FG_NAME_MAX letters, digits, '.', '_' or '-'. Ids of grants are built from names
   and slashes, so a name holds none. */
fg_status fg_read_name(const fg_book_reader *reader, const fg_json *object, const char *key, fg_string *name);
/* An integer. */
fg_status fg_read_count(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need, int64_t low,
                        int64_t high, int64_t *count);
/* Units of a meter: an integer, or its digits as a string. */
fg_status fg_read_units(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need, int64_t low,
                        int64_t high, int64_t *units);
fg_status fg_read_flag(const fg_book_reader *reader, const fg_json *object, const char *key, bool *flag);
/* One of `words` (a list that ends in NULL), as its number. */
fg_status fg_read_choice(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                         const char *const *words, int *choice);
/* A decimal string, 0 or more. `sold` NULL: null is refused; otherwise it tells whether there is a price. */
fg_status fg_read_price(const fg_book_reader *reader, const fg_json *object, const char *key, fg_amount *price,
                        bool *sold);
fg_status fg_read_date(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                       fg_date *date);

/* A list of at most FG_LIST_MAX objects into an array of items of `item_size` bytes. */
typedef fg_status fg_item_reader(const fg_book_reader *reader, const fg_json *value, void *item);
typedef struct fg_items {
  void *items; ///< in the arena
  uint32_t count;
} fg_items;
fg_status fg_read_items(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                        size_t item_size, fg_item_reader *read_item, fg_items *list);

/* Checks the ids of items that begin with their id, as those of products, grants and packs do. */
fg_status fg_read_distinct(const fg_book_reader *reader, const char *key, const fg_items *list, size_t item_size);

/* A block in the book's arena; NULL, the error told, when memory is short. */
void *fg_read_allocate(const fg_book_reader *reader, size_t size);

/* An object of the schedule form. */
fg_status fg_read_schedule(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                           const fg_schedule **schedule);

/* An fg_item_reader of products. */
fg_status fg_read_product(const fg_book_reader *reader, const fg_json *value, void *product);

/* The words of the format, in the order of their enumerations. */
extern const char *const fg_edge_words[], *const fg_period_words[];
extern const char *const fg_issue_words[], *const fg_pack_words[], *const fg_capacity_kind_words[];
extern const char *const fg_capacity_mode_words[], *const fg_rounding_words[], *const fg_validity_words[];

#endif
