/* What choices and rules of arrears have that other keys of a price book have not, and what must hold of all of
   them. */
#include "book_keys.h"
#include "when.h"

static fg_status key_switch_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  fg_string word = fg_json_string(value);
  fg_choice *choice = object;
  choice->is_later = word.text == NULL || !fg_string_is(word, "now");
  return choice->is_later ? fg_kind_period.read(reader, key, value, object) : FG_OK;
}

static void key_switch_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  if (!((const fg_choice *)object)->is_later) {
    fg_tell_word(to, key->name, "now");
  } else {
    fg_kind_period.tell(to, key, book, object);
  }
}

const fg_key_kind fg_kind_switch = {key_switch_read, key_switch_tell};

/* The first choice before one that has a product too. */
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
