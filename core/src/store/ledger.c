#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "../state/attribute_list.h"
#include "../account/later_book.h"
#include "archive.h"
#include "fault.h"
#include "open.h"
#include "tables.h"

fg_ledger *fg_ledger_allocate(const fg_ledger_options *options, const fg_allocator *allocator) {
  fg_ledger *ledger = fg_allocate(allocator, sizeof *ledger);
  if (ledger != NULL) {
    fg_text empty = {.allocator = *allocator};
    ledger->allocator = *allocator;
    ledger->command_text = ledger->outcome_text = ledger->snapshot = empty;
    ledger->archive = (fg_archive){fg_archive_find, ledger};
    ledger->group_ms = options->group_ms;
    ledger->process = fg_system_process();
  }
  return ledger;
}

void fg_ledger_release(fg_ledger *ledger) {
  fg_allocator allocator = ledger->allocator;
  fg_account_free(ledger->account);
  fg_book_release(ledger->offered);
  fg_json_release(&ledger->head);
  fg_text_release(&ledger->command_text);
  fg_text_release(&ledger->outcome_text);
  fg_text_release(&ledger->snapshot);
  fg_arena_release(&ledger->found_arena, &allocator);
  fg_release(&allocator, ledger, sizeof *ledger);
}

void fg_ledger_close(fg_ledger *ledger) {
  if (ledger != NULL) {
    fg_statements_release(&ledger->statements);
    fg_store_close(ledger->store);
    fg_ledger_release(ledger);
  }
}

fg_status fg_ledger_begin_account(fg_ledger *ledger, fg_book *book, fg_account **account, fg_error *error) {
  FG_TRY(fg_account_read(fg_account_head_of(&ledger->head.root), book, &ledger->allocator, account, error));
  (*account)->counting = (uint8_t)ledger->counting;
  return FG_OK;
}

static fg_status load_book(fg_ledger *ledger, fg_book **book, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  sqlite3_stmt *digest_statement = NULL;
  fg_string json = {NULL, 0};
  fg_string told = {NULL, 0};
  char digest[2 * FG_DIGEST_SIZE + 1];
  fg_status status = fg_meta_read(ledger->store, "book", &statement, &json, error);
  if (status == FG_OK) {
    status = fg_meta_read(ledger->store, "book_sha256", &digest_statement, &told, error);
  }
  if (status == FG_OK) {
    fg_book_digest(json, digest);
    status = fg_string_is(told, digest)
                 ? fg_book_load(json.text, json.length, &ledger->allocator, book, error)
                 : fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: its price book is altered", ledger->store->path);
  }
  sqlite3_finalize(statement);
  sqlite3_finalize(digest_statement);
  return status;
}

static fg_status load_head(fg_ledger *ledger, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  fg_string json = {NULL, 0};
  fg_status status = fg_meta_read(ledger->store, "account", &statement, &json, error);
  if (status == FG_OK) {
    status = fg_json_parse(json, &ledger->allocator, &ledger->head, error);
  }
  sqlite3_finalize(statement);
  return status;
}

/* Reads as which version the ledger counts. A later one than this knows is of a later version of the library. */
static fg_status load_counting(fg_ledger *ledger, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  fg_string begun_by = {NULL, 0};
  fg_status status = fg_meta_read(ledger->store, "begun_by", &statement, &begun_by, error);
  if (status == FG_OK) {
    const char *said = strstr(begun_by.text, FG_BEGUN_COUNTING);
    long counting = said == NULL ? FG_COUNTING_FIRST : strtol(said + strlen(FG_BEGUN_COUNTING), NULL, 10);
    bool is_known = counting >= FG_COUNTING_FIRST && counting <= FG_COUNTING_NOW;
    ledger->counting = is_known ? (fg_counting)counting : FG_COUNTING_FIRST;
    status = is_known ? FG_OK
                      : fg_fail(error, FG_LEDGER_VERSION, "", "%s: it counts as a later version of this library does",
                                ledger->store->path);
  }
  sqlite3_finalize(statement);
  return status;
}

/* Checks that the book that the caller names agrees with the one that the ledger was begun with or has adopted. It may
   have more editions, because a later version of a shipped book should stop nobody. */
fg_status fg_ledger_compare_book(fg_ledger *ledger, fg_book *asked, fg_error *error) {
  bool agrees = false;
  fg_status status = fg_account_agrees(ledger->account, asked, &agrees);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  if (!agrees) {
    return fg_fail(error, FG_LEDGER_BOOK, "", "%s was begun with another price book than this %s", ledger->store->path,
                   fg_book_id(asked));
  }
  ledger->offered = fg_book_retain(asked);
  return FG_OK;
}

static bool is_same_wallet(const fg_wallet *a, const fg_wallet *b) {
  return a->limited == b->limited && memcmp(a->of, b->of, sizeof a->of) == 0;
}

/* Checks that the wallet, policy, attributes and days that ids are kept, as the caller gives them, are those that the
   ledger was begun with. The account has not seen a command yet. */
static fg_status compare_options(const fg_ledger *ledger, const fg_account_options *options, fg_error *error) {
  fg_account *asked = NULL;
  const fg_account *begun = ledger->account;
  FG_TRY(fg_account_new(begun->begun, options, &asked, error));
  bool other_wallet = options->wallet != NULL && !is_same_wallet(&asked->state.wallet, &begun->state.wallet);
  bool other_policy = options->policy_count > 0 && memcmp(&asked->policy, &begun->policy, sizeof asked->policy) != 0;
  const fg_attributes attributes = fg_state_attributes(&begun->state);
  bool other_attributes = options->attributes.count > 0 && !fg_attributes_equal(&options->attributes, &attributes);
  bool other_days = options->keep_ids_days != 0 && asked->ids.length != begun->ids.length;
  fg_account_free(asked);
  if (!other_wallet && !other_policy && !other_attributes && !other_days) {
    return FG_OK;
  }
  return fg_fail(error, FG_LEDGER_BOOK, "", "%s was begun with another %s", ledger->store->path,
                 other_wallet       ? "wallet"
                 : other_policy     ? "policy"
                 : other_attributes ? "set of attributes"
                                    : "keep_ids_days");
}

fg_status fg_ledger_take_birth(fg_ledger *ledger, const fg_ledger_options *options, fg_error *error) {
  fg_book *book = NULL;
  FG_TRY(fg_tables_check(ledger->store, error));
  FG_TRY(fg_statements_prepare(&ledger->statements, ledger->store, error));
  FG_TRY(load_head(ledger, error));
  FG_TRY(load_counting(ledger, error));
  FG_TRY(load_book(ledger, &book, error));
  fg_status status = fg_ledger_begin_account(ledger, book, &ledger->account, error);
  fg_book_release(book);
  FG_TRY(status);
  if (options->account != NULL) {
    FG_TRY(compare_options(ledger, options->account, error));
  }
  ledger->account->archive = &ledger->archive;
  return FG_OK;
}

/* Finds the highest session that has resumed a call; such a session may have written no command. */
static int find_last_resumer(const fg_ledger *ledger, int64_t *session) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(ledger->store->database,
                                  "SELECT max(CAST(substr(detail, instr(detail, ' by ') + 4) AS INTEGER)) FROM events"
                                  " WHERE event = 'resumed'",
                                  -1, &statement, NULL);
  result = result == SQLITE_OK ? sqlite3_step(statement) : result;
  *session = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return result == SQLITE_ROW ? SQLITE_OK : result;
}

fg_status fg_ledger_check_sessions(const fg_ledger *ledger, fg_error *error) {
  return ledger->session < FG_SESSION_MAX
             ? FG_OK
             : fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: no number is left for another session", ledger->store->path);
}

fg_status fg_ledger_start_session(fg_ledger *ledger, fg_error *error) {
  int64_t resumer = 0;
  int result = find_last_resumer(ledger, &resumer);
  if (result != SQLITE_OK) {
    return fg_store_fault(ledger->store, result, error);
  }
  ledger->session = fg_max_i64(ledger->session, resumer);
  FG_TRY(fg_ledger_check_sessions(ledger, error));
  int number = fg_lock_take_session(&ledger->store->lock, ledger->session);
  number = number == 0 ? fg_group_start(&ledger->group, &ledger->store->vfs, ledger->group_ms) : number;
  return number == 0 ? FG_OK : fg_store_system_fault(number, ledger->store->path, error);
}
