#include "later_book.h"

#include "../book/book_diff.h"

/* Whether two books have the same keys outside of their price lists: id, currency, time zone, rounding, policy. */
static fg_status has_same_head(const fg_book *ours, const fg_book *theirs, bool *same) {
  const fg_book_form *form = fg_book_form_of_book();
  *same = true;
  for (size_t i = 0; i < form->key_count && *same; i++) {
    const fg_book_key *key = &form->keys[i];
    bool decides = key->name != NULL && !key->for_people && key->count_offset == 0 && fg_key_is_of_format(key, theirs);
    FG_TRY(decides ? fg_key_is_same(key, ours, ours, theirs, theirs, same) : FG_OK);
  }
  return FG_OK;
}

static bool is_same_amendment(const fg_book *ours, const fg_book *theirs, uint32_t place) {
  const fg_amendment *a = &ours->amendments[place];
  const fg_amendment *b = &theirs->amendments[place];
  const fg_product *of_a = &ours->products[a->product];
  const fg_product *of_b = &theirs->products[b->product];
  return fg_string_equal(of_a->id, of_b->id) && fg_string_equal(of_a->grants[a->grant].id, of_b->grants[b->grant].id) &&
         a->effective == b->effective && a->quantity == b->quantity;
}

/* Whether the amendments of one book are those of the other, which may have more at the end. */
static bool have_same_amendments(const fg_book *ours, const fg_book *theirs) {
  uint32_t i = 0;
  while (i < ours->amendment_count && i < theirs->amendment_count && is_same_amendment(ours, theirs, i)) {
    i++;
  }
  return i == ours->amendment_count || i == theirs->amendment_count;
}

static const fg_book *edition_on(const fg_book *book, fg_date date) {
  return book->edition_count == 0 ? book : &book->editions[fg_book_edition_on(book, date)];
}

/* Whether `list`, a book without dates, equals one of the editions of `book`. */
static fg_status has_edition(const fg_book *book, const fg_book *list, bool *has) {
  *has = false;
  for (uint32_t i = 0; i < book->edition_count && !*has; i++) {
    FG_TRY(fg_price_lists_compare(&book->editions[i], list, "outcomes", has));
  }
  return book->edition_count == 0 ? fg_price_lists_compare(book, list, "outcomes", has) : FG_OK;
}

/* Whether a book says the same as another on each date of the other's editions, up to the book's own last edition. */
static fg_status agrees_on_dates(const fg_book *book, const fg_book *other, bool *agrees) {
  fg_date last = book->editions[book->edition_count - 1].effective;
  for (uint32_t i = 0; i < other->edition_count && other->editions[i].effective <= last && *agrees; i++) {
    FG_TRY(fg_price_lists_compare(edition_on(book, other->editions[i].effective), &other->editions[i], "outcomes",
                                  agrees));
  }
  return FG_OK;
}

static fg_status agrees_with(const fg_book *ours, const fg_book *theirs, bool *agrees) {
  FG_TRY(has_same_head(ours, theirs, agrees));
  if (!*agrees || !have_same_amendments(ours, theirs)) {
    *agrees = false;
    return FG_OK;
  }
  if (ours->edition_count == 0 || theirs->edition_count == 0) {
    return ours->edition_count == 0 ? has_edition(theirs, ours, agrees) : has_edition(ours, theirs, agrees);
  }
  FG_TRY(agrees_on_dates(ours, theirs, agrees));
  return *agrees ? agrees_on_dates(theirs, ours, agrees) : FG_OK;
}

fg_status fg_account_agrees(const fg_account *account, const fg_book *book, bool *agrees) {
  FG_TRY(agrees_with(account->begun, book, agrees));
  for (const fg_book *joined = account->whole; joined != account->begun && !*agrees; joined = joined->joined[0]) {
    FG_TRY(agrees_with(joined->joined[1], book, agrees));
    FG_TRY(*agrees ? FG_OK : agrees_with(joined, book, agrees));
  }
  return FG_OK;
}

static fg_date last_date_of(const fg_book *book) {
  return book->edition_count == 0 ? book->effective : book->editions[book->edition_count - 1].effective;
}

/* Whether a price list without a date says something new: no edition of the account is equal to it. */
static fg_status is_news(const fg_book *whole, const fg_book *list, bool *news) {
  bool known = false;
  for (uint32_t i = 0; i < whole->edition_count && !known; i++) {
    FG_TRY(fg_price_lists_compare(&whole->editions[i], list, NULL, &known));
  }
  FG_TRY(whole->edition_count == 0 ? fg_price_lists_compare(whole, list, NULL, &known) : FG_OK);
  *news = !known;
  return FG_OK;
}

/* Finds the first new edition of a book. Not new are those up to the date of the account's latest, and those up to one
   that equals its latest. */
static fg_status find_new_edition(const fg_book *whole, const fg_book *book, bool *has_news, fg_date *date) {
  const fg_book *last = edition_on(whole, last_date_of(whole));
  for (uint32_t i = book->edition_count; i > 0; i--) {
    const fg_book *edition = &book->editions[i - 1];
    bool known = edition->effective <= last_date_of(whole);
    FG_TRY(known ? FG_OK : fg_price_lists_compare(last, edition, NULL, &known));
    if (known) {
      return FG_OK;
    }
    *has_news = true;
    *date = edition->effective;
  }
  return FG_OK;
}

fg_status fg_account_news(const fg_account *account, const fg_book *book, bool *has_news, fg_date *date) {
  const fg_book *whole = account->whole;
  *has_news = false;
  *date = FG_NO_DATE;
  if (book->amendment_count > whole->amendment_count) {
    *has_news = true;
    *date = book->amendments[whole->amendment_count].effective;
    return FG_OK;
  }
  return book->edition_count == 0 ? is_news(whole, book, has_news) : find_new_edition(whole, book, has_news, date);
}
