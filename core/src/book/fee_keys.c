/* The checks of fees, and the kinds of values that only fees have. */
#include "book_keys.h"

static fg_status key_fee_every_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                    void *object) {
  fg_fee_offer *fee = object;
  (void)key;
  return fg_value_word_or_period(reader, value, "once", &fee->is_once, &fee->every);
}

static void key_fee_every_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_fee_offer *fee = object;
  (void)book;
  fg_tell_word_or_period(to, key->name, "once", fee->is_once, fee->every);
}

const fg_key_kind fg_kind_fee_every = {key_fee_every_read, key_fee_every_tell};

fg_status fg_check_fee(const fg_book_reader *reader, void *object) {
  const fg_fee_offer *fee = object;
  bool is_read = fg_is_read(reader, &fee->every) && fg_is_read(reader, &fee->prorate);
  if (is_read && fee->is_once && fee->prorate != FG_FEE_WHOLE) {
    return fg_fault_of(reader, fg_fail(reader->error, FG_INVALID, "prorate", "expected \"none\": it is charged once"));
  }
  if (is_read && fg_period_is_of_hours(fee->every) && fee->prorate == FG_FEE_BY_DAY) {
    return fg_fault_of(
        reader, fg_fail(reader->error, FG_INVALID, "prorate", "expected \"none\" or \"seconds\": hours have no days"));
  }
  return FG_OK;
}
