/* The checks of choices and of rules of arrears, and the kinds of values that only these have. */
#include "book_keys.h"
#include "when.h"

static fg_status key_switch_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  fg_choice *choice = object;
  bool is_now = false;
  (void)key;
  FG_TRY(fg_value_word_or_period(reader, value, "now", &is_now, &choice->switches));
  choice->is_later = !is_now;
  return FG_OK;
}

static void key_switch_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_choice *choice = object;
  (void)book;
  fg_tell_word_or_period(to, key->name, "now", !choice->is_later, choice->switches);
}

const fg_key_kind fg_kind_switch = {key_switch_read, key_switch_tell};

/* The first choice before number `which` that lists the product; FG_NONE: no earlier choice lists it. */
static int taken_by(const fg_book *book, uint32_t which, fg_string product) {
  for (uint32_t i = 0; i < which; i++) {
    if (fg_names_have(&book->choices[i].products, product)) {
      return (int)i;
    }
  }
  return FG_NONE;
}

fg_status fg_check_choices(const fg_book_reader *reader, const fg_book *book) {
  for (uint32_t i = 0; i < book->choice_count && fg_is_read(reader, &book->choices); i++) {
    const fg_names *products = &book->choices[i].products;
    for (uint32_t j = 0; j < products->count; j++) {
      int other = taken_by(book, i, products->items[j]);
      if (other != FG_NONE) {
        fg_status status = fg_fail(reader->error, FG_INVALID, "", "expected a product that choices[%d] has not", other);
        status = fg_within(reader->error, fg_within(reader->error, status, "products[%u]", j), "choices[%u]", i);
        FG_TRY(fg_fault_of(reader, status));
      }
    }
  }
  return FG_OK;
}

fg_status fg_check_arrears(const fg_book_reader *reader, void *object) {
  fg_arrears_rule *rule = object;
  (void)reader;
  fg_when_asks(&rule->when, &rule->asks);
  return FG_OK;
}
