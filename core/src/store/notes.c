#include "system.h"

#include "notes.h"

#include "events.h"
#include "tables.h"
#include "runs.h"

#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_MAX = 32 };

fg_status fg_notes_trusted(void *context, fg_time *at, fg_error *error) {
  fg_ledger *ledger = context;
  sqlite3_stmt *statement = NULL;
  bool found = false;
  int result = fg_event_latest(ledger->store->database, "'clock_trusted'", &statement, &found);
  bool holds = found && sqlite3_column_int64(statement, 1) == ledger->seq;
  *at = holds ? sqlite3_column_int64(statement, 2) : FG_NO_TIME;
  sqlite3_finalize(statement);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(ledger->store, result, error);
}

static fg_status add_note(fg_ledger *ledger, const char *event, fg_time at, const char *detail, fg_error *error) {
  int result = fg_runs_begin(ledger->store, at);
  result = result == SQLITE_OK ? fg_event_add(ledger->store->database, event, at, detail) : result;
  result = result == SQLITE_OK ? fg_group_add(&ledger->group) : result;
  return result == SQLITE_OK ? FG_OK : fg_store_fault(ledger->store, result, error);
}

fg_status fg_notes_trust(fg_ledger *ledger, fg_time at, fg_error *error) {
  char detail[NUMBER_MAX];
  snprintf(detail, sizeof detail, "%lld", (long long)ledger->seq);
  return add_note(ledger, "clock_trusted", at, detail, error);
}

fg_status fg_notes_resume(fg_ledger *ledger, uint64_t attempt, fg_time at, fg_error *error) {
  char detail[2 * NUMBER_MAX];
  snprintf(detail, sizeof detail, "%llu by %lld", (unsigned long long)attempt, (long long)ledger->store->lock.session);
  return add_note(ledger, "resumed", at, detail, error);
}

/* Finds the session that resumed an attempt last, as fg_notes_resume wrote it; 0 if none did. */
static int find_resumer(fg_ledger *ledger, uint64_t attempt, int64_t *session) {
  sqlite3_stmt *find = ledger->statements.resumed;
  char pattern[NUMBER_MAX];
  snprintf(pattern, sizeof pattern, "%llu by *", (unsigned long long)attempt);
  sqlite3_bind_text(find, 1, pattern, -1, SQLITE_STATIC);
  int result = sqlite3_step(find);
  fg_string detail = result == SQLITE_ROW ? fg_column_text(find, 0) : fg_string_of("0");
  if (detail.text == NULL) {
    result = SQLITE_NOMEM; /* it matched the pattern, so it is not NULL */
    detail = fg_string_of("0");
  }
  const char *word = strrchr(detail.text, ' ');
  *session = strtoll(word == NULL ? detail.text : word, NULL, 10);
  sqlite3_reset(find);
  sqlite3_clear_bindings(find);
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Finds the session that made the latest call with an id. */
static int find_caller(fg_ledger *ledger, fg_string id, int64_t *session) {
  sqlite3_stmt *find = ledger->statements.caller;
  sqlite3_bind_text64(find, 1, id.text, id.length, SQLITE_STATIC, SQLITE_UTF8);
  int result = sqlite3_step(find);
  *session = result == SQLITE_ROW ? sqlite3_column_int64(find, 0) : 0;
  sqlite3_reset(find);
  sqlite3_clear_bindings(find);
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

fg_status fg_notes_is_elsewhere(void *context, fg_string id, uint64_t attempt, bool *elsewhere, fg_error *error) {
  fg_ledger *ledger = context;
  const fg_lock *lock = &ledger->store->lock;
  int64_t session = 0;
  int result = find_resumer(ledger, attempt, &session);
  if (result == SQLITE_OK && session == 0) {
    result = find_caller(ledger, id, &session);
  }
  *elsewhere = session != 0 && session != lock->session && fg_lock_session_lives(lock, session);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(ledger->store, result, error);
}
