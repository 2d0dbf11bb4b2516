/* R36: decides which answers of the service are billed. */
#include "../base/tell.h"
#include "names.h"
#include "terms.h"

/* How well a rule fits a code; -1: not at all. A longer rule fits better, and a whole code better than a beginning of
   the same length. */
static int64_t fit_of(fg_string rule, fg_string code) {
  bool is_beginning = rule.text[rule.length - 1] == '*';
  size_t length = rule.length - (is_beginning ? 1 : 0);
  bool fits = is_beginning ? length <= code.length : length == code.length;
  return fits && memcmp(rule.text, code.text, length) == 0 ? (int64_t)(2 * length + (is_beginning ? 0 : 1)) : -1;
}

/* The rule of a product that fits a code best; NULL: none fits. */
static const fg_outcome_rule *rule_of(const fg_product *product, fg_string code) {
  const fg_outcome_rule *longest = NULL;
  int64_t fit = -1;
  for (uint32_t i = 0; i < product->outcome_count; i++) {
    int64_t own = fit_of(product->outcomes[i].code, code);
    if (own > fit) {
      longest = &product->outcomes[i];
      fit = own;
    }
  }
  return longest;
}

/* R36: where no rule of the book fits, an answer without an error code is billed. */
fg_billable fg_outcome_billable(const fg_product *product, fg_string code) {
  const fg_outcome_rule *rule = rule_of(product, code);
  return rule != NULL ? rule->billable : fg_string_is(code, "Success") ? FG_BILLABLE_YES : FG_BILLABLE_UNKNOWN;
}

fg_status fg_book_outcome(const fg_book *book, fg_string product, fg_string code, const fg_visitor *visitor,
                          fg_error *error) {
  static const char *const words[] = {"yes", "no", "unknown"};
  if (code.length > FG_OUTCOME_MAX || !fg_string_is_text(code)) {
    return fg_fail(error, FG_INVALID, "outcome", "expected at most %d bytes of UTF-8 without a 0", FG_OUTCOME_MAX);
  }
  int found = fg_book_product(book, product);
  if (found == FG_NONE) {
    return fg_no_such_product(book, FG_PRODUCT_ALONE, product, "", error);
  }
  const fg_product *offered = &book->products[found];
  const fg_outcome_rule *rule = rule_of(offered, code);
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_text(&to, "product", offered->id);
  fg_tell_text(&to, "outcome", code);
  fg_tell_word(&to, "billable", words[fg_outcome_billable(offered, code)]);
  fg_tell_optional_text(&to, "code", rule != NULL ? rule->code : (fg_string){NULL, 0});
  fg_tell_optional_text(&to, "source", rule != NULL ? rule->source : (fg_string){NULL, 0});
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}
