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

/* Whether an account that was restored from a snapshot equals the expected one. What is read of an older format may say
   less than the commands do, so the statements are compared instead. */
static fg_status are_same(const fg_account *restored, int format, const fg_account *expected, bool *same) {
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
  status = status == FG_OK ? are_same(restored, format, ledger->account, same) : status;
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
  made->survey->commands = row->seq;
  made->survey->good_at = row->at;
  memcpy(made->survey->head, row->chain, FG_CHAIN_SIZE);
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

/* Loads the state that the ledger begins with, and checks what a successor keeps of its predecessor. */
static fg_status load_beginning(surveyor *made) {
  fg_error *problem = &made->survey->problem;
  FG_TRY(fg_ledger_load_beginning(made->ledger, problem));
  made->survey->commands = made->ledger->seq;
  made->survey->good_at = made->ledger->mark.at;
  fg_predecessor before;
  FG_TRY(fg_predecessor_read(made->ledger->store, &before, problem));
  return before.seq == 0 ? FG_OK : fg_predecessor_check_kept(made->ledger, &before, problem);
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
  FG_TRY(load_beginning(made));
  sqlite3_bind_int(made->snapshots, 1, FG_SNAPSHOT_FORMAT_FIRST);
  sqlite3_bind_int(made->snapshots, 2, FG_SNAPSHOT_FORMAT);
  sqlite3_bind_int64(made->snapshots, 3, ledger->seq);
  FG_TRY(next_snapshot(made));
  memcpy(survey->head, ledger->chain, FG_CHAIN_SIZE);
  FG_TRY(check_rows(made));
  FG_TRY(check_database(made));
  FG_TRY(fg_runs_check(ledger->store, &survey->problem));
  if (ledger->store->is_damaged) { /* told only at the end, because all that was read may still be good */
    survey->problem = ledger->store->damage;
  }
  return survey->problem.status;
}

/* Replays every command, and compares everything that is kept. FG_OK also if a problem was found. */
static fg_status make_survey(const char *path, fg_watch *watch, fg_survey *survey, fg_error *error) {
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
  bool is_known = make_survey(path, NULL, &survey, NULL) == FG_OK && survey.commands > 0;
  if (is_known) {
    fg_time_format(survey.good_at, &(fg_zone){.offset = survey.offset}, at);
  }
  snprintf(told, sizeof told, "%s", error->message);
  fg_fail(error, FG_LEDGER_CORRUPT, "", "%.150s; good up to command %lld%s%s", told,
          is_known ? (long long)survey.commands : 0, is_known ? " of " : "", at);
}

/* Two good ledgers of which the second says that it goes on from the first. */
typedef struct lineage {
  fg_ledger *old, *made;
  fg_predecessor before;
  sqlite3_stmt *find; ///< finds a row of the old ledger
} lineage;

static fg_status differ(const lineage *of, const char *what, fg_error *problem) {
  return fg_fail(problem, FG_LEDGER_CORRUPT, "", "%s does not begin where %s ends: %s", of->made->store->path,
                 of->old->store->path, what);
}

static fg_status compare_kept(const lineage *of, const fg_row *kept, fg_error *problem) {
  static const unsigned char nothing[FG_CHAIN_SIZE] = {0};
  unsigned char a[FG_CHAIN_SIZE];
  unsigned char b[FG_CHAIN_SIZE];
  fg_row row;
  sqlite3_reset(of->find);
  sqlite3_bind_int64(of->find, 1, kept->seq);
  int result = sqlite3_step(of->find);
  if (result != SQLITE_ROW) {
    return result == SQLITE_DONE ? differ(of, "it keeps a command that is not there", problem)
                                 : fg_store_fault(of->old->store, result, problem);
  }
  FG_TRY(fg_row_of(of->find, of->old->store->path, &row, problem));
  fg_row_chain(nothing, &row, a);
  fg_row_chain(nothing, kept, b);
  bool same = memcmp(a, b, FG_CHAIN_SIZE) == 0 && memcmp(row.chain, kept->chain, FG_CHAIN_SIZE) == 0;
  return same ? FG_OK : differ(of, "a command that it keeps is another", problem);
}

static fg_status compare_all_kept(lineage *of, fg_error *problem) {
  sqlite3_stmt *tail = of->made->statements.tail;
  fg_status status = FG_OK;
  sqlite3_bind_int64(tail, 1, 0);
  int result = sqlite3_step(tail);
  while (result == SQLITE_ROW && status == FG_OK && sqlite3_column_int64(tail, 0) <= of->before.seq) {
    fg_row row;
    status = fg_row_of(tail, of->made->store->path, &row, problem);
    status = status == FG_OK ? compare_kept(of, &row, problem) : status;
    result = status == FG_OK ? sqlite3_step(tail) : result;
  }
  sqlite3_reset(tail);
  return status == FG_OK && result != SQLITE_ROW && result != SQLITE_DONE
             ? fg_store_fault(of->made->store, result, problem)
             : status;
}

static fg_status compare_ends(lineage *of, fg_error *problem) {
  static const fg_ledger_options any = {.group_ms = 0};
  bool same = false;
  FG_TRY(fg_ledger_take_birth(of->old, &any, problem));
  FG_TRY(fg_ledger_take_birth(of->made, &any, problem));
  FG_TRY(fg_predecessor_read(of->made->store, &of->before, problem));
  FG_TRY(fg_ledger_load(of->old, problem));
  FG_TRY(fg_ledger_load_beginning(of->made, problem));
  if (of->before.seq != of->old->seq || memcmp(of->before.head, of->old->chain, FG_CHAIN_SIZE) != 0) {
    return differ(of, of->before.seq == 0 ? "it goes on from none" : "its first command follows another", problem);
  }
  fg_status status = are_same(of->made->account, of->made->snapshot_format, of->old->account, &same);
  if (status != FG_OK) {
    return fg_refuse(problem, status);
  }
  return same ? FG_OK : differ(of, "its state is another", problem);
}

static fg_status compare_lineage(lineage *of, fg_error *problem) {
  FG_TRY(compare_ends(of, problem));
  int result = sqlite3_prepare_v2(of->old->store->database, "SELECT " FG_ROW_COLUMNS " FROM commands WHERE seq = ?", -1,
                                  &of->find, NULL);
  if (result != SQLITE_OK) {
    return fg_store_fault(of->old->store, result, problem);
  }
  return compare_all_kept(of, problem);
}

static fg_status open_lineage(lineage *of, const char *path, const char *predecessor, fg_watch *watch,
                              fg_error *error) {
  static const fg_ledger_options any = {.group_ms = 0};
  fg_allocator allocator = fg_allocator_or_default(NULL);
  of->old = fg_ledger_allocate(&any, &allocator);
  of->made = of->old == NULL ? NULL : fg_ledger_allocate(&any, &allocator);
  if (of->made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  FG_TRY(fg_store_open(predecessor, FG_STORE_READ, &allocator, watch, &of->old->store, error));
  return fg_store_open(path, FG_STORE_READ, &allocator, watch, &of->made->store, error);
}

static fg_status check_lineage(const char *path, const char *predecessor, fg_watch *watch, fg_error *problem,
                               fg_error *error) {
  fg_survey survey;
  lineage of = {.find = NULL};
  FG_TRY(make_survey(predecessor, watch, &survey, error));
  if (survey.problem.status != FG_OK) {
    *problem = survey.problem;
    return FG_OK;
  }
  fg_status status = open_lineage(&of, path, predecessor, watch, error);
  if (status == FG_OK) {
    fg_status compared = fg_watch_answer(watch, compare_lineage(&of, problem), problem);
    bool is_interrupted = fg_status_class_of(compared) == FG_CLASS_INTERRUPTED;
    status = is_interrupted ? fg_refuse(error, compared) : FG_OK;
  }
  sqlite3_finalize(of.find);
  fg_ledger_close(of.old);
  fg_ledger_close(of.made);
  return status;
}

fg_status fg_ledger_verify(const char *path, const char *predecessor, const fg_listener *listener,
                           const fg_visitor *visitor, fg_error *error) {
  fg_survey survey;
  fg_watch watch;
  char head[2 * FG_CHAIN_SIZE + 1];
  fg_watch_listen(&watch, listener);
  fg_status status = make_survey(path, &watch, &survey, error);
  if (status == FG_OK && predecessor != NULL && survey.problem.status == FG_OK) {
    status = check_lineage(path, predecessor, &watch, &survey.problem, error);
  }
  FG_TRY(fg_watch_answer(&watch, status, error));
  fg_teller to = fg_teller_to(visitor);
  fg_chain_format(survey.head, head);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "path", path);
  fg_tell_flag(&to, "ok", survey.problem.status == FG_OK);
  fg_tell_integer(&to, "commands", survey.commands);
  fg_tell_integer(&to, "snapshots", survey.snapshots);
  fg_tell_word(&to, "head", head);
  if (survey.good_at == FG_NO_TIME) {
    fg_tell_null(&to, "good_at");
  } else {
    char at[FG_TIME_TEXT_MAX];
    fg_time_format(survey.good_at, &(fg_zone){.offset = survey.offset}, at);
    fg_tell_word(&to, "good_at", at);
  }
  if (survey.problem.status == FG_OK) {
    fg_tell_null(&to, "problem");
  } else {
    fg_tell_word(&to, "problem", survey.problem.message);
  }
  fg_tell_end_object(&to);
  status = fg_teller_status(&to);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}
