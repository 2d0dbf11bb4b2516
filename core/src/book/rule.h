/* Attributes, and the rules and terms that read them: as a book states them, and compiled. */
#ifndef FG_RULE_H
#define FG_RULE_H

#include "price.h"
#include "text_index.h"

/* The whole numbers from `first` to `last`, both included. */
typedef struct fg_range {
  int64_t first, last;
} fg_range;

/* The numbers that an attribute may have, as a book states them: `from` and above, lower than `below`. */
typedef struct fg_whole {
  int64_t from, below; ///< `below` is -1 where there is no bound
} fg_whole;

/* An attribute that a book declares. Its values are numbers also where they are texts: a text stands for its place in
   the list. */
typedef struct fg_book_attribute {
  fg_string id, title, source;
  const fg_string *values; ///< the texts that are its values; NULL: its values are numbers
  uint32_t value_count;
  const fg_whole *whole; ///< the numbers that are its values; NULL: its values are texts
  bool of_account;
  bool has_default;
  int64_t default_value;
  fg_range range;         ///< the range of all values (derived)
  fg_text_index found_by; ///< finds a text in `values` (derived)
} fg_book_attribute;

/* The place of an attribute is its number: those of the book stand first, then hour and weekday, which every usage
   has. */
enum { FG_ATTRIBUTE_HOUR = FG_ATTRIBUTES_MAX, FG_ATTRIBUTE_WEEKDAY, FG_ATTRIBUTE_PLACES };

/* A set of attributes. */
typedef struct fg_asked {
  uint64_t declared; ///< a bit for the place of each declared attribute
  bool clock;        ///< hour or weekday is in the set
} fg_asked;

/* A condition: an attribute has a value in one of these ranges. */
typedef struct fg_condition {
  uint32_t attribute;
  uint32_t range_count;   ///< at least 1, unless nothing can fulfil the condition
  const fg_range *ranges; ///< rising, with a gap before each next range
} fg_condition;

/* Conditions that must all hold. Where there are none, they hold for everything. */
typedef struct fg_when {
  const fg_condition *conditions; ///< each of another attribute, in the order of the attributes' places
  uint32_t count;
  bool is_whole; ///< false: a fault kept a condition from being read
} fg_when;

/* A number of a term: a constant, or the value of an attribute. */
typedef struct fg_operand {
  int64_t number;
  int32_t attribute; ///< place of the attribute; -1: the constant `number`
} fg_operand;

typedef enum fg_quantity_rounding { FG_TERM_UP, FG_TERM_DOWN, FG_TERM_HALF_UP } fg_quantity_rounding;

/* A term that units are multiplied by: what exceeds an allowance, raised to a least, divided and rounded. */
typedef struct fg_quantity_term {
  fg_operand of, less;
  int64_t least, divide; ///< `divide` is at least 1
  fg_quantity_rounding round;
} fg_quantity_term;

typedef struct fg_quantity_terms {
  const fg_quantity_term *items; ///< NULL: there are no terms, and the units are the quantity
  uint32_t count;
} fg_quantity_terms;

/* A rule of a product. Price, factor, quantity and billability of a usage each come from the first rule that fits the
   usage and says it. */
typedef struct fg_rule {
  fg_string id; ///< text is NULL where the rule has none
  fg_when when;
  const fg_schedule *price; ///< NULL: the rule sets no price
  fg_amount factor;         ///< where FG_UNIT is 1; 0: the rule sets no factor
  fg_quantity_terms quantity;
  int32_t not_billable; ///< 1: not billed, 0: billed, -1: the rule does not say
  fg_string source;
} fg_rule;

/* The places of price, factor and terms in a product's lists: of what one rule says, or of what all rules together say
   of a usage. FG_NO_PLACE stands for what is not said. */
enum { FG_NO_PLACE = 0xFFFF };
typedef struct fg_rated {
  uint16_t price, factor, terms;
  int16_t not_billable; ///< -1: not said
} fg_rated;

/* The values of an attribute, split into parts so that no rule of a product tells two values of one part apart. */
typedef struct fg_split {
  uint32_t attribute;
  uint32_t count;       ///< how many edges there are, one less than parts
  const int64_t *edges; ///< rising; each is the first value of a part, and the first part has none
  int64_t begin;        ///< first of all values
  bool is_dense;        ///< the edges are consecutive numbers that follow `begin`
} fg_split;

/* The rules of a product, compiled to a table that says what holds for each combination of parts of the attributes. */
typedef struct fg_rule_table {
  const fg_split *splits;
  uint32_t split_count;
  /* For each combination, a place in `rated`; NULL: there are too many, and the rules are asked one after another. */
  const uint16_t *cells;
  const fg_rated *rated;
  uint32_t rated_count;
} fg_rule_table;

#endif
