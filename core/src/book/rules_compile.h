/* Checks the rules of a product together, and compiles them. */
#ifndef FG_RULES_COMPILE_H
#define FG_RULES_COMPILE_H

#include "book_keys.h"
#include "when.h"

/* What the rules of a product say of a usage with these values, found by asking one rule after another. */
fg_rated fg_rules_ask(const fg_product *product, const fg_values *values);

/* The places of a price and of a factor that one usage may have. */
typedef struct fg_pair {
  uint16_t price, factor;
} fg_pair;

enum { FG_PAIRS_MAX = 4096 };

/* Lists the pairs of a price and a factor that usage of a product may have, whose rules have no fault: each price
   without a factor, and with that of each rule that may hold together with the price's own. Answers how many they
   are. */
uint32_t fg_rules_pairs(const fg_product *product, fg_pair pairs[FG_PAIRS_MAX]);

/* Checks the rules of a product, after each was given its place in the product's lists (rules_check.c). */
fg_status fg_rules_check(const fg_book_reader *reader, const fg_product *product);

/* Lists the prices, factors and terms of a product and checks its rules: none is always preceded by others, and every
   price is exact times each factor that may hold together with it. Faults as of fg_fault_of. Compiling takes at most
   1,000 times as long as reading the rules, and for the table 4,096 times as long; it takes memory linear in the rules,
   and 8 KiB. */
fg_status fg_rules_compile(const fg_book_reader *reader, fg_product *product);

#endif
