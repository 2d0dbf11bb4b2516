/* Attributes, and the rules and terms that ask them, as a book has them and as they are compiled. */
#ifndef FG_RULE_H
#define FG_RULE_H

#include "price.h"
#include "text_index.h"

/* The numbers from `first` to `last`, both among them. */
typedef struct fg_range {
  int64_t first, last;
} fg_range;

/* The numbers of an attribute as a book says them; those below 0 are not there. */
typedef struct fg_whole {
  int64_t from, below; ///< `below` -1: no bound
} fg_whole;

/* An attribute that a book declares. The values of a text are numbers as well: their places in the list. */
typedef struct fg_book_attribute {
  fg_string id, title, source;
  const fg_string *values; ///< NULL: whole numbers
  uint32_t value_count;
  const fg_whole *whole; ///< NULL: texts
  bool of_account;
  bool has_default;
  int64_t default_value;
  fg_range range;         ///< of all its values (derived)
  fg_text_index found_by; ///< its texts (derived)
} fg_book_attribute;

/* Attributes are numbered by their place in the book; behind them stand two that every usage has. */
enum { FG_ATTRIBUTE_HOUR = FG_ATTRIBUTES_MAX, FG_ATTRIBUTE_WEEKDAY, FG_ATTRIBUTE_PLACES };

/* A set of them. */
typedef struct fg_asked {
  uint64_t declared; ///< a bit for each place
  bool clock;        ///< hour or weekday
} fg_asked;

/* An attribute has one of these values. */
typedef struct fg_condition {
  uint32_t attribute;
  uint32_t range_count;   ///< 1 …
  const fg_range *ranges; ///< rising, with a gap between each and the next
} fg_condition;

/* Conditions that must all hold; none always does. */
typedef struct fg_when {
  const fg_condition *conditions; ///< of different attributes, by their numbers
  uint32_t count;
  bool is_whole; ///< every condition was read
} fg_when;

/* A number, or the one of an attribute. */
typedef struct fg_operand {
  int64_t number;
  int32_t attribute; ///< -1: the number
} fg_operand;

typedef enum fg_quantity_rounding { FG_TERM_UP, FG_TERM_DOWN, FG_TERM_HALF_UP } fg_quantity_rounding;

/* A factor of the units: what is above an allowance, at least so much, divided. */
typedef struct fg_quantity_term {
  fg_operand of, less;
  int64_t least, divide; ///< divide 1 …
  fg_quantity_rounding round;
} fg_quantity_term;

typedef struct fg_quantity_terms {
  const fg_quantity_term *items; ///< NULL: none, and the units are the quantity
  uint32_t count;
} fg_quantity_terms;

/* What some usage has: each of the four comes from the first rule that fits and has it. */
typedef struct fg_rule {
  fg_string id; ///< text NULL: none
  fg_when when;
  const fg_schedule *price; ///< NULL: none
  fg_amount factor;         ///< FG_UNIT is 1; 0: none
  fg_quantity_terms quantity;
  int32_t not_billable; ///< -1: it does not say
  fg_string source;
} fg_rule;

/* What holds for a usage, by places in the product's lists; FG_NO_PLACE where a rule, or all of them and the product,
   have none. */
enum { FG_NO_PLACE = 0xFFFF };
typedef struct fg_rated {
  uint16_t price, factor, terms;
  int16_t not_billable; ///< -1: a rule does not say
} fg_rated;

/* The values of an attribute, parted where the rules of a product tell them apart. */
typedef struct fg_split {
  uint32_t attribute;
  uint32_t count;       ///< of edges
  const int64_t *edges; ///< rising: the first value of each part but the first
  int64_t begin;        ///< the first value of all
  bool is_dense;        ///< the edges are the values after it, without a gap
} fg_split;

/* The rules of a product compiled: what holds, for each combination of parts. */
typedef struct fg_rule_table {
  const fg_split *splits;
  uint32_t split_count;
  const uint16_t *cells; ///< places in `rated`; NULL: too many combinations, the rules are asked one after the other
  const fg_rated *rated;
  uint32_t rated_count;
} fg_rule_table;

#endif
