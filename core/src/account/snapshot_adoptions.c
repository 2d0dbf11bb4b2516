/* The later price books that an account has adopted. Each stands in the snapshot as a whole. */
#include "snapshot_walk.h"

#include "../book/editions.h"
#include "adopt.h"

/* Compiles a book that was read, and joins it to the account's. Its editions come after all that there are. */
static void adopt_again(fg_walk *walk, fg_string json, fg_date effective) {
  fg_account *account = walk->account;
  fg_book *book = NULL;
  fg_book *joined = NULL;
  fg_error unasked;
  bool is_one = json.text != NULL && effective > fg_last_edition_date(account->whole);
  fg_walk_stop(walk, is_one ? fg_book_load(json.text, json.length, &account->allocator, &book, &unasked) : FG_INVALID);
  if (walk->status == FG_OK) {
    fg_walk_stop(walk, fg_book_join(account->whole, book, effective, &account->allocator, &joined, &unasked));
  }
  if (walk->status == FG_OK) {
    fg_account_take_whole(account, joined, 0);
  }
  fg_book_release(book);
}

/* Writes or reads an adopted book, as JSON. */
static void walk_adoption(fg_walk *walk, fg_book *adopted, fg_date effective) {
  fg_text json = {.text = NULL};
  if (adopted != NULL) {
    fg_walk_stop(walk, fg_book_write(adopted, &json));
  }
  fg_string bytes = {json.text, json.length};
  FG_WALK(walk, effective);
  fg_walk_bytes(walk, &bytes);
  fg_text_release(&json);
  if (fg_walk_is_reading(walk) && walk->status == FG_OK) {
    adopt_again(walk, bytes, effective);
  }
}

void fg_walk_adoptions(fg_walk *walk) {
  const fg_account *account = walk->account;
  uint32_t count = walk->format > 3 ? fg_walk_count(walk, fg_adoption_count(account)) : 0;
  for (uint32_t i = 0; i < count && walk->status == FG_OK; i++) {
    const fg_book *book = fg_walk_is_reading(walk) ? NULL : fg_adoption_at(account, i);
    walk_adoption(walk, book == NULL ? NULL : book->joined[1], book == NULL ? 0 : book->joined_from);
  }
}
