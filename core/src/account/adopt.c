#include "adopt.h"

#include "../book/book_diff.h"
#include "../book/book_json.h"
#include "../book/editions.h"
#include "../rules/due.h"
#include "account_json.h"

uint32_t fg_adoption_count(const fg_account *account) {
  uint32_t count = 0;
  for (const fg_book *book = account->whole; book != account->begun; book = book->joined[0]) {
    count++;
  }
  return count;
}

const fg_book *fg_adoption_at(const fg_account *account, uint32_t place) {
  const fg_book *book = account->whole;
  for (uint32_t later = fg_adoption_count(account) - 1; later > place; later--) {
    book = book->joined[0];
  }
  return book;
}

static fg_status start_in_past(const fg_account *account, fg_date today, fg_error *error) {
  char text[11];
  fg_date last = fg_last_edition_date(account->whole);
  fg_date_format(last > today ? last : today, text);
  return fg_fail(error, FG_START_IN_PAST, "effective", "expected a date after %s, which is %s", text,
                 last > today ? "that of the last edition that the account has" : "today");
}

/* Checks the keys that stand outside of the editions: no edition can change them, so both books must have them
   alike. */
static fg_status check_head(const fg_account *account, const fg_book *theirs, fg_error *error) {
  static const char *const names[] = {"id",        "currency", "minor_digits", "utc_offset",
                                      "time_zone", "rounding", "policy",       NULL};
  const fg_book_form *form = fg_book_form_of_book();
  for (size_t i = 0; i < form->key_count; i++) {
    const fg_book_key *key = &form->keys[i];
    bool same = true;
    for (const char *const *name = names; *name != NULL && key->name != NULL; name++) {
      if (strcmp(*name, key->name) == 0 && fg_key_is_of_format(key, theirs)) {
        FG_TRY(fg_key_is_same(key, account->begun, account->begun, theirs, theirs, &same));
      }
    }
    if (!same) {
      return fg_adopt_mismatch(error, key->name, "expected the same as in the price book of the account");
    }
  }
  return FG_OK;
}

static fg_status refuse_difference(void *context, const fg_difference *difference) {
  return fg_adopt_mismatch(context, difference->path, "expected the same as in the edition that the account goes by");
}

/* An edition that the account has already must stay the same, but for its outcomes: which of them are billed may have
   been added since, because that holds from the adoption's date on. */
static fg_status check_same(const fg_book *own, const fg_book *theirs, uint32_t number, fg_error *error) {
  fg_comparison how = {.by_place = true, .but = "outcomes", .found = refuse_difference, .context = error};
  fg_status status = fg_books_compare(&how, fg_book_form_of_price_list(), own, &theirs->editions[number]);
  if (status == FG_BOOK_MISMATCH) {
    fg_error_prefix(error, "editions[%u]", number);
  }
  return status;
}

/* Checks the editions of a book against those that the account has, because neither past prices nor announced ones may
   change. Editions are matched by their date; an account whose price list has no date compares the edition in force
   today. */
static fg_status check_known(const fg_account *account, const fg_book *theirs, fg_date today, fg_error *error) {
  const fg_book *whole = account->whole;
  uint32_t in_force = fg_book_edition_on(theirs, today);
  for (uint32_t i = 0; i < theirs->edition_count; i++) {
    fg_date date = theirs->editions[i].effective;
    const fg_book *own = fg_account_edition(account, (uint16_t)fg_book_edition_on(whole, date));
    bool is_known = own->effective == date || (own->effective == FG_NO_DATE && i == in_force && date <= today);
    fg_status status = is_known ? check_same(own, theirs, i, error) : FG_OK;
    if (status == FG_BOOK_MISMATCH && date > today) {
      return start_in_past(account, today, error);
    }
    FG_TRY(status);
    /* An edition must not come before one that the account has already. */
    if (!is_known && date > today && date < fg_last_edition_date(whole)) {
      return start_in_past(account, today, error);
    }
  }
  return FG_OK;
}

/* The date from which a book is to hold: the one asked for, or else that of the first edition which the account does
   not have; FG_NO_DATE if there is none. If the account's price list has no date, the editions in force today count as
   known. */
static fg_date first_brought(const fg_account *account, const fg_command *command, fg_date today) {
  const fg_book *theirs = command->book;
  fg_date last = fg_last_edition_date(account->whole);
  fg_date known = last == FG_NO_DATE ? today : last;
  for (uint32_t i = 0; i < theirs->edition_count && command->effective == FG_NO_DATE; i++) {
    if (theirs->editions[i].effective > known) {
      return theirs->editions[i].effective;
    }
  }
  return command->effective;
}

static void answer_dates(const fg_book *book, fg_date from, fg_outcome *outcome) {
  fg_date last = fg_last_edition_date(book);
  outcome->is.adopted.effective = from == FG_NO_DATE ? last : from;
  outcome->is.adopted.edition = last > from ? last : from;
}

/* Whether a book that rates alike was adopted before, from the same date if the command names one; `from` becomes the
   date from which that book holds. */
static fg_status find_adoption(const fg_account *account, const fg_command *command, fg_date *from, bool *found) {
  for (const fg_book *book = account->whole; book != account->begun && !*found; book = book->joined[0]) {
    if (command->effective == FG_NO_DATE || book->joined_from == command->effective) {
      FG_TRY(fg_book_rates_as(book->joined[1], command->book, found));
      *from = *found ? book->joined_from : *from;
    }
  }
  return FG_OK;
}

static fg_status join(const fg_account *account, fg_book *theirs, fg_date from, fg_book **joined, fg_error *error) {
  fg_status status = fg_book_join(account->whole, theirs, from, &account->allocator, joined, error);
  if (status == FG_INVALID && error != NULL) {
    error->status = FG_BOOK_MISMATCH;
  }
  return status == FG_INVALID ? FG_BOOK_MISMATCH : status;
}

/* Makes the state for the larger book, in which periods begin for the new products as they did for the others. */
static fg_status make_state(const fg_account *account, const fg_account *after, fg_state *large) {
  FG_TRY(fg_adopt_enlarge(account, after, large));
  fg_status status = fg_due_begin_periods(after, large, large->now);
  if (status != FG_OK) {
    fg_state_release(after, large);
  }
  return status;
}

static fg_status take_joined(fg_account *account, fg_book *joined) {
  fg_state large;
  fg_account after = *account;
  after.whole = fg_book_retain(account->whole);
  fg_account_take_whole(&after, joined, fg_edition_in_force(account));
  FG_TRY(make_state(account, &after, &large));
  fg_state_release(account, &account->state);
  fg_account_take_whole(account, fg_book_retain(joined), fg_edition_in_force(account));
  account->state = large;
  fg_due_refresh(account, &account->state);
  return FG_OK;
}

static fg_status adopt_from(fg_account *account, fg_book *theirs, fg_date from, fg_error *error) {
  fg_book *joined = NULL;
  FG_TRY(join(account, theirs, from, &joined, error));
  fg_status status = fg_adopt_check(account, theirs, from, joined, error);
  status = status == FG_OK ? take_joined(account, joined) : status;
  fg_book_release(joined);
  return status;
}

fg_status fg_adopt(fg_account *account, const fg_command *command, fg_outcome *outcome, bool *repeated,
                   fg_error *error) {
  fg_book *theirs = command->book;
  fg_date today = fg_account_date(account, command->at);
  fg_date from = first_brought(account, command, today);
  FG_TRY(find_adoption(account, command, &from, repeated));
  answer_dates(theirs, from, outcome);
  if (*repeated) {
    return FG_OK;
  }
  FG_TRY(check_head(account, theirs, error));
  FG_TRY(check_known(account, theirs, today, error));
  *repeated = from == FG_NO_DATE && theirs->edition_count > 0; /* the book has no edition that is new to the account */
  if (*repeated) {
    return FG_OK;
  }
  return from <= today || from <= fg_last_edition_date(account->whole) ? start_in_past(account, today, error)
                                                                       : adopt_from(account, theirs, from, error);
}
