/* `verify`: a ledger is surveyed and, if it goes on from another one that is given, compared with that. */
#include "survey.h"

#include "../base/tell.h"
#include "load.h"
#include "open.h"
#include "predecessor.h"

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
  fg_status status = fg_survey_compare(of->made->account, of->made->snapshot_format, of->old->account, &same);
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
  FG_TRY(fg_survey_make(predecessor, watch, &survey, error));
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
  fg_status status = fg_survey_make(path, &watch, &survey, error);
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
