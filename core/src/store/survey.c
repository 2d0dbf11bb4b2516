#include "survey.h"

#include <stdio.h>

#include "../json/write.h"
#include "../account/snapshot.h"
#include "fault.h"
#include "load.h"
#include "open.h"
#include "predecessor.h"
#include "runs.h"
#include "snapshots.h"
#include "tables.h"

typedef struct surveyor {
  fg_ledger *ledger;
  fg_survey *survey;
  sqlite3_stmt *snapshots; ///< stands at the next snapshot to compare, or at the end
  bool has_snapshot;
  fg_error *error; ///< receives failures of the survey, not of the ledger
} surveyor;

static const char *path_of(const surveyor *made) { return made->ledger->store->path; }
static bool has_bad_page(const surveyor *made) { return made->ledger->store->vfs.bad_page != 0; }

static fg_status found(const surveyor *made, int64_t seq, const char *what) {
  return fg_fail(&made->survey->problem, FG_LEDGER_CORRUPT, "", "%s: command %lld %s; good up to command %lld",
                 path_of(made), (long long)seq, what, (long long)seq - 1);
}

static fg_status next_snapshot(surveyor *made) {
  int result = sqlite3_step(made->snapshots);
  made->has_snapshot = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE
             ? FG_OK
             : fg_store_fault(made->ledger->store, result, &made->survey->problem);
}

static fg_status write_statement(const fg_account *account, fg_text *text) {
  fg_json_writer writer = {.text = text};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_status status = fg_account_describe(account, &visitor);
  return writer.status != FG_OK ? writer.status : status;
}

typedef fg_status (*write_of)(const fg_account *account, fg_text *text);

/* Whether writing an account gives these bytes. */
static fg_status is_written_as(const fg_account *account, write_of write, fg_string bytes, bool *same) {
  fg_text written = {.allocator = account->allocator};
  fg_status status = write(account, &written);
  *same = status == FG_OK && written.length == bytes.length && memcmp(written.text, bytes.text, bytes.length) == 0;
  fg_text_release(&written);
  return status;
}

fg_status fg_survey_compare(const fg_account *restored, int format, const fg_account *expected, bool *same) {
  write_of write = format == FG_SNAPSHOT_FORMAT ? fg_snapshot_write : write_statement;
  fg_text bytes = {.allocator = restored->allocator};
  fg_status status = write(restored, &bytes);
  status = status == FG_OK ? is_written_as(expected, write, (fg_string){bytes.text, bytes.length}, same) : status;
  fg_text_release(&bytes);
  return status;
}

static fg_status compare_read(surveyor *made, int format, fg_string state, bool *same) {
  const fg_ledger *ledger = made->ledger;
  fg_account *restored = NULL;
  FG_TRY(fg_ledger_begin_account(made->ledger, ledger->account->begun, &restored, made->error));
  fg_status status = fg_snapshot_read_of(restored, format, state);
  status = status == FG_OK ? fg_survey_compare(restored, format, ledger->account, same) : status;
  fg_account_free(restored);
  return status == FG_NO_MEMORY ? fg_refuse(made->error, status) : FG_OK;
}

/* Compares the state in a snapshot with the one that the commands lead to, byte by byte. */
static fg_status compare_states(surveyor *made, int format, fg_string state, bool *same) {
  if (format < FG_SNAPSHOT_FORMAT) {
    return compare_read(made, format, state, same);
  }
  fg_status status = is_written_as(made->ledger->account, fg_snapshot_write, state, same);
  return status == FG_OK ? FG_OK : fg_refuse(made->error, status);
}

static fg_status check_snapshot(surveyor *made) {
  unsigned char checksum[FG_CHAIN_SIZE];
  const fg_ledger *ledger = made->ledger;
  bool same = false;
  const void *bytes = sqlite3_column_blob(made->snapshots, 2);
  fg_string state = {bytes, (size_t)sqlite3_column_bytes(made->snapshots, 2)};
  const void *told = sqlite3_column_blob(made->snapshots, 3);
  int format = sqlite3_column_int(made->snapshots, 4);
  fg_snapshot_checksum(format, ledger->seq, sqlite3_column_int64(made->snapshots, 1), ledger->chain, state, checksum);
  bool is_whole = bytes != NULL && told != NULL && sqlite3_column_bytes(made->snapshots, 3) == FG_CHAIN_SIZE &&
                  memcmp(told, checksum, FG_CHAIN_SIZE) == 0;
  if (is_whole) {
    FG_TRY(compare_states(made, format, state, &same));
  }
  if (!same) {
    return fg_fail(&made->survey->problem, FG_LEDGER_CORRUPT, "", "%s: the snapshot after command %lld is altered",
                   path_of(made), (long long)ledger->seq);
  }
  made->survey->snapshots++;
  return next_snapshot(made);
}

static void note_good(fg_survey *survey, const fg_row *row) {
  survey->commands = row->seq;
  survey->good_at = row->at;
  memcpy(survey->head, row->chain, FG_CHAIN_SIZE);
}

static fg_status check_row(surveyor *made, const fg_row *row) {
  fg_ledger *ledger = made->ledger;
  fg_outcome outcome;
  FG_TRY(fg_ledger_take_row(ledger, row, &outcome, &made->survey->problem));
  fg_status status = fg_row_write_outcome(ledger->account, &outcome, &ledger->outcome_text);
  if (status != FG_OK) {
    return fg_refuse(made->error, status);
  }
  if (!fg_string_equal(row->outcome, (fg_string){ledger->outcome_text.text, ledger->outcome_text.length})) {
    return found(made, row->seq, "answered otherwise than it does now");
  }
  note_good(made->survey, row);
  if (made->has_snapshot && sqlite3_column_int64(made->snapshots, 0) <= row->seq) {
    FG_TRY(check_snapshot(made));
  }
  status = ledger->rows_in_memory >= FG_SNAPSHOT_EVERY ? fg_ledger_drop_records(ledger) : FG_OK;
  return status == FG_OK ? FG_OK : fg_refuse(made->error, status);
}

static fg_status check_rows(surveyor *made) {
  sqlite3_stmt *tail = made->ledger->statements.tail;
  fg_status status = FG_OK;
  sqlite3_bind_int64(tail, 1, made->ledger->seq);
  int result = sqlite3_step(tail);
  for (; result == SQLITE_ROW && status == FG_OK; result = status == FG_OK ? sqlite3_step(tail) : result) {
    fg_row row;
    status = fg_row_of(tail, path_of(made), &row, &made->survey->problem);
    status = status == FG_OK ? check_row(made, &row) : status;
  }
  if (status == FG_OK && result != SQLITE_DONE) {
    status = fg_store_fault(made->ledger->store, result, &made->survey->problem);
  }
  sqlite3_reset(tail);
  return status;
}

/* Lets SQLite check its pages, and the index of ids, by which repeated commands are found. */
static fg_status check_database(surveyor *made) {
  sqlite3_stmt *statement = NULL;
  fg_store *store = made->ledger->store;
  int result = sqlite3_prepare_v2(store->database, "PRAGMA integrity_check(1)", -1, &statement, NULL);
  result = result == SQLITE_OK ? sqlite3_step(statement) : result;
  fg_status status = FG_OK;
  if (result != SQLITE_ROW) {
    status = fg_store_fault(store, result, &made->survey->problem);
  } else if (store->vfs.read_failure != SQLITE_OK) { /* SQLite reports a failed read as damage */
    status = fg_store_sqlite_fault(NULL, store->vfs.read_failure, store->path, &made->survey->problem);
  } else if (store->vfs.bad_page != 0) { /* SQLite's message names neither the file nor a cause */
    status = fg_store_fault(store, SQLITE_IOERR_DATA, &made->survey->problem);
  } else if (!fg_string_is(fg_column_text(statement, 0), "ok")) {
    status = fg_fail(&made->survey->problem, FG_LEDGER_CORRUPT, "", "%s: %s", store->path,
                     fg_column_text(statement, 0).text);
  }
  sqlite3_finalize(statement);
  return status;
}

/* Stands where a successor begins, although its account cannot be restored: an export needs only its predecessors. */
static void stand_at_beginning(fg_ledger *ledger, const fg_predecessor *before) {
  ledger->seq = before->seq;
  ledger->mark = (fg_clock_mark){.at = FG_NO_TIME};
  memcpy(ledger->chain, before->head, FG_CHAIN_SIZE);
}

static void note_beginning(surveyor *made) {
  const fg_ledger *ledger = made->ledger;
  made->survey->commands = ledger->seq;
  made->survey->good_at = ledger->mark.at;
  memcpy(made->survey->head, ledger->chain, FG_CHAIN_SIZE);
}

/* Loads the state that the ledger begins with, and checks what a successor keeps of its predecessor. */
static fg_status load_beginning(surveyor *made) {
  fg_error *problem = &made->survey->problem;
  fg_ledger *ledger = made->ledger;
  fg_predecessor before;
  FG_TRY(fg_predecessor_read(ledger->store, &before, problem));
  fg_status status = fg_ledger_load_beginning(ledger, problem);
  if (status == FG_LEDGER_CORRUPT && has_bad_page(made) && before.seq != 0) {
    stand_at_beginning(ledger, &before);
  } else {
    FG_TRY(status);
  }
  note_beginning(made);
  FG_TRY(status);
  return before.seq == 0 ? FG_OK : fg_predecessor_check_kept(ledger, &before, problem);
}

/* Counts the commands that follow from the last good one by their chain. A bad page may be of the index of ids or of a
   snapshot, and then all commands can be taken out. A failure of the disk or of memory says nothing about them. */
static void count_linked(surveyor *made) {
  fg_store *store = made->ledger->store;
  sqlite3_stmt *tail = made->ledger->statements.tail;
  fg_error unasked;
  fg_row row;
  sqlite3_bind_int64(tail, 1, made->ledger->seq);
  int result = sqlite3_step(tail);
  while (result == SQLITE_ROW && fg_row_of(tail, path_of(made), &row, &unasked) == FG_OK &&
         fg_ledger_pass_row(made->ledger, &row, &unasked) == FG_OK) {
    note_good(made->survey, &row);
    result = sqlite3_step(tail);
  }
  bool is_failure = result != SQLITE_ROW && result != SQLITE_DONE;
  if (is_failure && fg_store_fault(store, result, &unasked) != FG_LEDGER_CORRUPT) {
    *made->error = unasked;
  }
  sqlite3_reset(tail);
}

/* Replays the rows after the state that the ledger begins with, and compares what is kept. */
static fg_status survey_rows(surveyor *made) {
  FG_TRY(load_beginning(made));
  sqlite3_bind_int64(made->snapshots, 3, made->ledger->seq);
  FG_TRY(next_snapshot(made));
  FG_TRY(check_rows(made));
  FG_TRY(check_database(made));
  return fg_runs_check(made->ledger->store, &made->survey->problem);
}

static fg_status survey_contents(surveyor *made) {
  static const fg_ledger_options any = {.group_ms = 0};
  fg_survey *survey = made->survey;
  fg_ledger *ledger = made->ledger;
  FG_TRY(fg_ledger_take_birth(ledger, &any, &survey->problem));
  int result = sqlite3_prepare_v2(ledger->store->database,
                                  "SELECT seq, session, state, checksum, format FROM snapshots"
                                  " WHERE format BETWEEN ? AND ? AND seq > ? ORDER BY seq",
                                  -1, &made->snapshots, NULL);
  if (result != SQLITE_OK) {
    return fg_store_fault(ledger->store, result, &survey->problem);
  }
  sqlite3_bind_int(made->snapshots, 1, FG_SNAPSHOT_FORMAT_FIRST);
  sqlite3_bind_int(made->snapshots, 2, FG_SNAPSHOT_FORMAT);
  fg_status status = survey_rows(made);
  if (status == FG_LEDGER_CORRUPT && has_bad_page(made)) {
    count_linked(made);
  }
  FG_TRY(status);
  if (ledger->store->is_damaged) { /* told only at the end, because all that was read may still be good */
    survey->problem = ledger->store->damage;
  }
  return survey->problem.status;
}

fg_status fg_survey_make(const char *path, fg_watch *watch, fg_survey *survey, fg_error *error) {
  static const fg_ledger_options any = {.group_ms = 0};
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_error unasked;
  surveyor made = {.survey = survey, .error = error == NULL ? &unasked : error};
  *survey = (fg_survey){.good_at = FG_NO_TIME, .problem = {.status = FG_OK}};
  made.ledger = fg_ledger_allocate(&any, &allocator);
  if (made.ledger == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = fg_store_open(path, FG_STORE_READ, &allocator, watch, &made.ledger->store, error);
  if (status == FG_OK) {
    made.error->status = FG_OK;
    survey_contents(&made);
    bool is_over = watch != NULL && watch->is_over;
    bool is_told = survey->problem.status == FG_OK || survey->problem.status == FG_LEDGER_CORRUPT ||
                   survey->problem.status == FG_LEDGER_FOREIGN;
    /* A failure of the disk or of memory says nothing about the ledger, nor does a survey that was stopped. */
    if (made.error->status == FG_OK && survey->problem.status != FG_OK && (is_over || !is_told)) {
      *made.error = survey->problem;
    }
    status = made.error->status;
  }
  if (made.ledger->account != NULL) {
    survey->offset = fg_zone_offset(fg_book_zone(fg_account_book(made.ledger->account)), survey->good_at);
  }
  sqlite3_finalize(made.snapshots);
  fg_ledger_close(made.ledger);
  return status;
}

void fg_survey_explain(const char *path, fg_error *error) {
  fg_survey survey;
  char told[sizeof error->message];
  char at[FG_TIME_TEXT_MAX] = "";
  if (strstr(error->message, "good up to") != NULL) {
    return;
  }
  bool is_known = fg_survey_make(path, NULL, &survey, NULL) == FG_OK && survey.commands > 0;
  if (is_known && survey.good_at != FG_NO_TIME) {
    fg_time_format(survey.good_at, &(fg_zone){.offset = survey.offset}, at);
  }
  snprintf(told, sizeof told, "%s", error->message);
  fg_fail(error, FG_LEDGER_CORRUPT, "", "%.150s; good up to command %lld%s%s", told,
          is_known ? (long long)survey.commands : 0, at[0] != '\0' ? " of " : "", at);
}
