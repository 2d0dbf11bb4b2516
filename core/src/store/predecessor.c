#include "predecessor.h"

#include <stdio.h>

#include "../json/write.h"
#include "tables.h"

static bool read_hex(const fg_json *object, const char *key, unsigned char bytes[FG_CHAIN_SIZE]) {
  fg_string text = fg_json_string(fg_json_get(object, key));
  if (text.length != 2 * FG_CHAIN_SIZE || strspn(text.text, "0123456789abcdef") != 2 * FG_CHAIN_SIZE) {
    return false;
  }
  for (size_t i = 0; i < FG_CHAIN_SIZE; i++) {
    unsigned byte = 0;
    sscanf(text.text + 2 * i, "%2x", &byte);
    bytes[i] = (unsigned char)byte;
  }
  return true;
}

static bool read_predecessor(const fg_json *object, fg_predecessor *before) {
  fg_string name = fg_json_string(fg_json_get(object, "name"));
  const fg_json *seq = fg_json_get(object, "seq");
  snprintf(before->name, sizeof before->name, "%s", name.text == NULL ? "" : name.text);
  return name.text != NULL && seq != NULL && fg_json_integer(seq, 1, INT64_MAX, &before->seq, NULL) == FG_OK &&
         read_hex(object, "head", before->head) && read_hex(object, "kept", before->kept);
}

fg_status fg_predecessor_read(fg_store *store, fg_predecessor *before, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  *before = (fg_predecessor){.seq = 0};
  int result = sqlite3_prepare_v2(store->database, "SELECT value FROM meta WHERE key = 'predecessor'", -1, &statement,
                                  NULL);
  result = result == SQLITE_OK ? sqlite3_step(statement) : result;
  fg_status status = FG_OK;
  if (result == SQLITE_ROW) {
    fg_string text = fg_column_text(statement, 0);
    fg_json_document document;
    status = fg_json_parse(text, &store->allocator, &document, error);
    if (status == FG_INVALID || (status == FG_OK && !read_predecessor(&document.root, before))) {
      status = fg_fail(error, FG_LEDGER_CORRUPT, "",
                       "%s: what it says of its predecessor is altered; good up to command 0", store->path);
    }
    fg_json_release(&document);
  } else if (result != SQLITE_DONE) {
    status = fg_store_fault(store, result, error);
  }
  sqlite3_finalize(statement);
  return status;
}

fg_status fg_predecessor_write(const fg_ledger *old, const unsigned char kept[FG_CHAIN_SIZE], fg_text *text) {
  char hex[2 * FG_CHAIN_SIZE + 1];
  fg_json_writer writer = {.text = text};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "name", fg_store_name(old->store));
  fg_tell_integer(&to, "seq", old->seq);
  fg_chain_format(old->chain, hex);
  fg_tell_word(&to, "head", hex);
  fg_chain_format(kept, hex);
  fg_tell_word(&to, "kept", hex);
  fg_tell_end_object(&to);
  return writer.status;
}

fg_status fg_row_walk_over(const fg_store *store, const char *select, int64_t seq, fg_time since,
                           const fg_row_walk *walk, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  fg_status status = FG_OK;
  int result = sqlite3_prepare_v2(store->database, select, -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_int64(statement, 1, seq);
    if (sqlite3_bind_parameter_count(statement) > 1) {
      sqlite3_bind_int64(statement, 2, since);
    }
    result = sqlite3_step(statement);
  }
  while (result == SQLITE_ROW && status == FG_OK) {
    fg_row row;
    status = fg_row_of(statement, store->path, &row, error);
    status = status == FG_OK ? walk->take(walk->context, &row, error) : status;
    result = status == FG_OK ? sqlite3_step(statement) : result;
  }
  if (status == FG_OK && result != SQLITE_DONE) {
    status = fg_store_fault(store, result, error);
  }
  sqlite3_finalize(statement);
  return status;
}

fg_status fg_predecessor_chain_kept(void *context, const fg_row *row, fg_error *error) {
  unsigned char *kept = context;
  unsigned char next[FG_CHAIN_SIZE];
  (void)error;
  fg_row_chain(kept, row, next);
  memcpy(kept, next, FG_CHAIN_SIZE);
  return FG_OK;
}

static const char all_rows_until[] = "SELECT " FG_ROW_COLUMNS " FROM commands WHERE seq <= ?1 ORDER BY seq";

fg_status fg_predecessor_check_kept(fg_ledger *ledger, const fg_predecessor *before, fg_error *error) {
  unsigned char kept[FG_CHAIN_SIZE] = {0};
  fg_row_walk walk = {fg_predecessor_chain_kept, kept};
  FG_TRY(fg_row_walk_over(ledger->store, all_rows_until, before->seq, 0, &walk, error));
  return memcmp(kept, before->kept, FG_CHAIN_SIZE) == 0
             ? FG_OK
             : fg_fail(error, FG_LEDGER_CORRUPT, "",
                       "%s: a command it kept of its predecessor is altered; good up to "
                       "command 0",
                       ledger->store->path);
}
