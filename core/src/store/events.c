#include "events.h"

#include <stdio.h>

int fg_event_add(sqlite3 *database, const char *event, fg_time at, const char *detail) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(database, "INSERT INTO events (at, event, detail) VALUES (?, ?, ?)", -1, &statement,
                                  NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_int64(statement, 1, at);
    sqlite3_bind_text(statement, 2, event, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, detail, -1, SQLITE_STATIC); /* a NULL text is bound as NULL */
    result = sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

int fg_event_latest(sqlite3 *database, const char *words, sqlite3_stmt **statement, bool *found) {
  char text[128];
  snprintf(text, sizeof text, "SELECT event, detail, at FROM events WHERE event IN (%s) ORDER BY seq DESC LIMIT 1",
           words);
  int result = sqlite3_prepare_v2(database, text, -1, statement, NULL);
  result = result == SQLITE_OK ? sqlite3_step(*statement) : result;
  if (result == SQLITE_ROW && sqlite3_column_text(*statement, 0) == NULL) {
    result = SQLITE_NOMEM; /* the column is never NULL */
  }
  *found = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}
