#include "birth.h"

#include "../json/write.h"

void fg_book_digest(fg_string json, char hex[2 * FG_DIGEST_SIZE + 1]) {
  fg_digest digest;
  unsigned char bytes[FG_DIGEST_SIZE];
  fg_digest_begin(&digest);
  fg_digest_add(&digest, json.text, json.length);
  fg_digest_end(&digest, bytes);
  fg_digest_format(bytes, FG_DIGEST_SIZE, hex);
}

void fg_birth_chain(const fg_ledger_birth *birth, unsigned char chain[FG_CHAIN_SIZE]) {
  fg_digest digest;
  unsigned char bytes[FG_DIGEST_SIZE];
  fg_digest_begin(&digest);
  fg_digest_add_string(&digest, birth->book);
  fg_digest_add_string(&digest, birth->account);
  fg_digest_end(&digest, bytes);
  memcpy(chain, bytes, FG_CHAIN_SIZE);
}

static fg_status write_head(const fg_account *account, fg_text *text) {
  fg_json_writer writer = {.text = text, .minor_digits = account->book->minor_digits};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_object(&to, NULL);
  fg_account_tell_head(&to, account);
  fg_tell_end_object(&to);
  return writer.status;
}

fg_status fg_ledger_write_birth(const fg_account *account, fg_text *book, fg_text *head) {
  *book = *head = (fg_text){.allocator = account->allocator};
  fg_status status = fg_book_write(account->begun, book);
  status = status == FG_OK ? write_head(account, head) : status;
  if (status != FG_OK) {
    fg_text_release(book);
    fg_text_release(head);
  }
  return status;
}
