#include "system.h"

#include "ledger.h"

#include "../src/json_write.h"

/* A JSON object without its braces. */
static fg_string members_of(fg_string object) { return (fg_string){object.text + 1, object.length - 2}; }

static fg_status append_members(fg_text *text, fg_string object) {
  fg_string members = members_of(object);
  if (members.length == 0) {
    return FG_OK;
  }
  FG_TRY(fg_text_append(text, ",", 1));
  return fg_text_append(text, members.text, members.length);
}

static bool is_object(fg_string text) {
  return text.length >= 2 && text.text[0] == '{' && text.text[text.length - 1] == '}';
}

/* {"at":…,"do":…,"id":…,…}: the object is closed by hand, after the fields that the row has as text. */
static fg_status append_command(fg_text *text, const fg_row *row, int offset_minutes) {
  fg_json_writer writer = {.text = text, .offset_minutes = offset_minutes};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  FG_TRY(row->seq > 1 ? fg_text_append(text, ",\n", 2) : fg_text_append(text, "\n", 1));
  fg_tell_begin_object(&to, NULL);
  fg_tell_time(&to, "at", row->at);
  fg_tell_text(&to, "do", row->kind);
  if (row->id.text != NULL) {
    fg_tell_text(&to, "id", row->id);
  }
  FG_TRY(writer.status);
  FG_TRY(append_members(text, row->command));
  return fg_text_append(text, "}", 1);
}

static fg_status append_rows(fg_ledger *ledger, int64_t until, fg_text *text, fg_error *error) {
  sqlite3_stmt *tail = ledger->statements.tail;
  const char *path = ledger->store->path;
  int offset_minutes = fg_book_offset_minutes(fg_account_book(ledger->account));
  int result = SQLITE_ROW;
  sqlite3_bind_int64(tail, 1, 0);
  for (int64_t seq = 1; until < 0 || seq <= until; seq++) {
    fg_row row;
    unsigned char chain[FG_CHAIN_SIZE];
    result = sqlite3_step(tail);
    if (result != SQLITE_ROW) {
      break;
    }
    FG_TRY(fg_row_of(tail, path, &row, error));
    fg_row_chain(ledger->chain, &row, chain);
    if (row.seq != seq || memcmp(chain, row.chain, FG_CHAIN_SIZE) != 0 || !is_object(row.command)) {
      return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: command %lld is missing or altered; good up to command %lld",
                     path, (long long)seq, (long long)seq - 1);
    }
    memcpy(ledger->chain, chain, FG_CHAIN_SIZE);
    fg_status status = append_command(text, &row, offset_minutes);
    if (status != FG_OK) {
      return fg_refuse(error, status);
    }
  }
  return result == SQLITE_ROW || result == SQLITE_DONE ? FG_OK : fg_store_fault(ledger->store, result, error);
}

/* Of {"book": …, "policy": …, "wallet": …, "commands": […]} what comes before the commands. */
static fg_status append_birth(fg_ledger *ledger, fg_text *text, fg_error *error) {
  sqlite3_stmt *book = NULL;
  sqlite3_stmt *account = NULL;
  fg_ledger_birth birth;
  fg_status status = fg_meta_read(ledger->store, "book", &book, &birth.book, error);
  status = status == FG_OK ? fg_meta_read(ledger->store, "account", &account, &birth.account, error) : status;
  if (status == FG_OK && is_object(birth.account)) {
    status = fg_text_append(text, "{\"book\":", 8);
    status = status == FG_OK ? fg_text_append(text, birth.book.text, birth.book.length) : status;
    status = status == FG_OK ? append_members(text, birth.account) : status;
    status = status == FG_OK ? fg_text_append(text, ",\"commands\":[", 13) : status;
    status = status == FG_OK ? FG_OK : fg_refuse(error, status);
  }
  sqlite3_finalize(book);
  sqlite3_finalize(account);
  return status;
}

static fg_status export_rows(fg_ledger *ledger, int64_t until, fg_text *text, fg_error *error) {
  static const fg_ledger_options any = {NULL, NULL, 0, 0};
  FG_TRY(fg_ledger_take_birth(ledger, &any, error));
  FG_TRY(fg_ledger_load_birth(ledger, error));
  FG_TRY(append_birth(ledger, text, error));
  fg_status status = append_rows(ledger, until, text, error);
  sqlite3_reset(ledger->statements.tail);
  FG_TRY(status);
  status = fg_text_append(text, "\n]}\n", 4);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_ledger_export(const char *path, int64_t until, const fg_allocator *allocator, fg_text *timeline,
                           fg_error *error) {
  static const fg_ledger_options any = {NULL, NULL, 0, 0};
  fg_text text = {.allocator = fg_allocator_or_default(allocator)};
  fg_ledger *ledger = fg_ledger_allocate(&any, &text.allocator);
  if (ledger == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = fg_store_open(path, FG_STORE_READ, 5000, &text.allocator, &ledger->store, error);
  status = status == FG_OK ? export_rows(ledger, until, &text, error) : status;
  fg_statements_release(ledger);
  fg_store_close(ledger->store);
  fg_ledger_release(ledger);
  if (status != FG_OK) {
    fg_text_release(&text);
    return status;
  }
  *timeline = text;
  return FG_OK;
}
