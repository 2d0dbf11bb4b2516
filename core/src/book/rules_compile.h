/* The rules of a product, checked together and compiled. */
#ifndef FG_RULES_COMPILE_H
#define FG_RULES_COMPILE_H

#include "book_keys.h"
#include "when.h"

/* What holds for values, asked of the rules one after the other. */
fg_rated fg_rules_ask(const fg_product *product, const fg_values *values);

/* Checks the rules of a product of which the places are known (rules_check.c). */
fg_status fg_rules_check(const fg_book_reader *reader, const fg_product *product);

/* Lists the prices, factors and terms of a product, and checks its rules: none is always preceded by others, and each
   pair of a price and a factor that may hold at once is exact. Faults as of fg_fault_of. It takes at most 1,000 times
   as long as reading the rules, and 4,096 times as long for the table; memory is linear in them, and 8 KiB. */
fg_status fg_rules_compile(const fg_book_reader *reader, fg_product *product);

#endif
