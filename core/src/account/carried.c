/* An account as bytes, from which another process can make it again: what it was begun with, and its snapshot.

   magic, version, format of the snapshot | digest of the price book | length and JSON of its switches | snapshot |
   digest of all before it */
#include "../base/digest.h"
#include "../base/tell.h"
#include "../book/policy_json.h"
#include "../json/write.h"
#include "account_json.h"
#include "carried.h"
#include "snapshot.h"

enum { CARRIED_VERSION = 1, CARRIED_LEAD = 6, CARRIED_HEAD = CARRIED_LEAD + FG_DIGEST_SIZE + 4 };

static const char carried_magic[] = {'f', 'g', 'A', 'c'};

static void digest_of(const char *bytes, size_t length, unsigned char digest[FG_DIGEST_SIZE]) {
  fg_digest of;
  fg_digest_begin(&of);
  fg_digest_add(&of, bytes, length);
  fg_digest_end(&of, digest);
}

fg_status fg_carried_digest(const fg_book *book, unsigned char digest[FG_DIGEST_SIZE]) {
  fg_text json;
  FG_TRY(fg_book_write(book, &json));
  digest_of(json.text, json.length, digest);
  fg_text_release(&json);
  return FG_OK;
}

static fg_status write_switches(const fg_account *account, fg_text *json) {
  fg_json_writer writer = {.text = json, .minor_digits = account->begun->minor_digits};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_object(&to, NULL);
  fg_policy_tell(&to, "policy", &account->policy, &account->begun->policy);
  if (account->ids.length != 0) {
    fg_tell_integer(&to, "keep_ids_days", account->ids.length / FG_DAY);
  }
  fg_tell_end_object(&to);
  return writer.status;
}

static fg_status append_switches(const fg_account *account, fg_text *bytes) {
  fg_text json = {.allocator = account->allocator};
  fg_status status = write_switches(account, &json);
  unsigned char size[4];
  for (int i = 0; i < 4; i++) {
    size[i] = (unsigned char)(json.length >> (8 * i));
  }
  status = status == FG_OK ? fg_text_append(bytes, (const char *)size, sizeof size) : status;
  status = status == FG_OK ? fg_text_append(bytes, json.text, json.length) : status;
  fg_text_release(&json);
  return status;
}

static fg_status write_all(const fg_account *account, const unsigned char of_book[FG_DIGEST_SIZE], fg_text *bytes) {
  const char lead[] = {carried_magic[0], carried_magic[1], carried_magic[2],
                       carried_magic[3], CARRIED_VERSION,  FG_SNAPSHOT_FORMAT};
  unsigned char digest[FG_DIGEST_SIZE];
  _Static_assert(sizeof lead == CARRIED_LEAD, "what comes before the digest of the book");
  FG_TRY(fg_text_append(bytes, lead, sizeof lead));
  FG_TRY(fg_text_append(bytes, (const char *)of_book, FG_DIGEST_SIZE));
  FG_TRY(append_switches(account, bytes));
  FG_TRY(fg_snapshot_write(account, bytes));
  digest_of(bytes->text, bytes->length, digest);
  return fg_text_append(bytes, (const char *)digest, sizeof digest);
}

fg_status fg_carried_save(const fg_account *account, const unsigned char of_book[FG_DIGEST_SIZE], fg_text *bytes) {
  *bytes = (fg_text){.allocator = account->allocator};
  fg_status status = write_all(account, of_book, bytes);
  if (status != FG_OK) {
    fg_text_release(bytes);
  }
  return status;
}

fg_status fg_account_save(const fg_account *account, fg_text *bytes) {
  unsigned char of_book[FG_DIGEST_SIZE];
  FG_TRY(fg_carried_digest(account->begun, of_book));
  return fg_carried_save(account, of_book, bytes);
}

static bool is_carried_whole(fg_string bytes) {
  unsigned char digest[FG_DIGEST_SIZE];
  if (bytes.length < CARRIED_HEAD + FG_DIGEST_SIZE) {
    return false;
  }
  digest_of(bytes.text, bytes.length - FG_DIGEST_SIZE, digest);
  return memcmp(digest, bytes.text + bytes.length - FG_DIGEST_SIZE, FG_DIGEST_SIZE) == 0;
}

static size_t size_at(const char *place) {
  const unsigned char *bytes = (const unsigned char *)place;
  return bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
}

/* Makes the account as it was begun, before any command. */
static fg_status begin_carried(fg_book *book, fg_string json, const fg_allocator *allocator, fg_account **account,
                               fg_error *error) {
  fg_json_document document;
  FG_TRY(fg_json_parse(json, allocator, &document, error));
  bool is_object = fg_json_is(&document.root, FG_JSON_OBJECT);
  fg_account_head head = {.policy = NULL};
  if (is_object) {
    head.policy = fg_json_get(&document.root, "policy");
    head.keep_ids_days = fg_json_get(&document.root, "keep_ids_days");
  }
  fg_status status = fg_account_read(head, book, allocator, account, error);
  fg_json_release(&document);
  return status;
}

static fg_status no_account(fg_error *error, const char *what) {
  return fg_fail(error, FG_INVALID, "account", "%s", what);
}

static fg_status read_state(fg_account *account, int format, fg_string state, fg_error *error) {
  fg_status status = fg_snapshot_read_of(account, format, state);
  return status == FG_OK        ? FG_OK
         : status == FG_INVALID ? no_account(error, "these bytes are no state that an account can be in")
                                : fg_refuse(error, status);
}

fg_status fg_carried_load(fg_book *book, const unsigned char of_book[FG_DIGEST_SIZE], fg_string bytes,
                          const fg_allocator *allocator, fg_account **account, fg_error *error) {
  fg_account *fresh = NULL;
  if (!is_carried_whole(bytes) || memcmp(bytes.text, carried_magic, sizeof carried_magic) != 0) {
    return no_account(error, "these bytes are no account, or are damaged");
  }
  int format = bytes.text[5];
  if (bytes.text[4] != CARRIED_VERSION || format < FG_SNAPSHOT_FORMAT_FIRST || format > FG_SNAPSHOT_FORMAT) {
    return no_account(error, "these bytes are of another version of the library");
  }
  if (memcmp(of_book, bytes.text + CARRIED_LEAD, FG_DIGEST_SIZE) != 0) {
    return no_account(error, "these bytes are of an account of another price book");
  }
  size_t size = size_at(bytes.text + CARRIED_LEAD + FG_DIGEST_SIZE);
  size_t rest = bytes.length - CARRIED_HEAD - FG_DIGEST_SIZE;
  if (size > rest) {
    return no_account(error, "these bytes are no account, or are damaged");
  }
  FG_TRY(begin_carried(book, (fg_string){bytes.text + CARRIED_HEAD, size}, allocator, &fresh, error));
  fg_status status = read_state(fresh, format, (fg_string){bytes.text + CARRIED_HEAD + size, rest - size}, error);
  if (status != FG_OK) {
    fg_account_free(fresh);
    return status;
  }
  *account = fresh;
  return FG_OK;
}

fg_status fg_account_load(fg_book *book, fg_string bytes, const fg_allocator *allocator, fg_account **account,
                          fg_error *error) {
  const fg_allocator chosen = fg_allocator_or_default(allocator);
  unsigned char of_book[FG_DIGEST_SIZE];
  fg_status status = fg_carried_digest(book, of_book);
  return status == FG_OK ? fg_carried_load(book, of_book, bytes, &chosen, account, error) : fg_refuse(error, status);
}
