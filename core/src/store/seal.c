#include "seal.h"

#include <stdio.h>

#include "../account/idempotency.h"
#include "../account/snapshot.h"
#include "create.h"
#include "events.h"
#include "fault.h"
#include "load.h"
#include "open.h"
#include "predecessor.h"
#include "runs.h"
#include "snapshots.h"
#include "tables.h"

/* The state is that of the latest of three events, whose detail is the path of the successor: "sealed" before the
   successor gets its name, "succeeded" afterwards, "unsealed" if it could not get the name. */
typedef enum seal_state { OPEN, SEALED, SUCCEEDED } seal_state;

static fg_status read_seal(fg_store *store, seal_state *state, char successor[FG_PLACE_MAX], fg_error *error) {
  sqlite3_stmt *statement = NULL;
  bool found = false;
  int result = fg_event_latest(store->database, "'sealed', 'unsealed', 'succeeded'", &statement, &found);
  fg_string event = found ? fg_column_text(statement, 0) : (fg_string){NULL, 0};
  fg_string path = found ? fg_column_text(statement, 1) : (fg_string){NULL, 0};
  *state = !found || fg_string_is(event, "unsealed") ? OPEN : fg_string_is(event, "sealed") ? SEALED : SUCCEEDED;
  snprintf(successor, FG_PLACE_MAX, "%.*s", (int)path.length, path.text == NULL ? "" : path.text);
  sqlite3_finalize(statement);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(store, result, error);
}

static fg_status tell_sealed(const fg_store *store, seal_state state, const char *successor, fg_error *error) {
  return fg_fail(error, FG_LEDGER_SEALED, "", "%s is sealed %s %s%s", store->path,
                 state == SEALED ? "but" : "and goes on in", successor,
                 state == SEALED ? " was not finished: seal it again, under that name" : "");
}

fg_status fg_seal_check(fg_store *store, fg_error *error) {
  seal_state state = OPEN;
  char successor[FG_PLACE_MAX];
  FG_TRY(read_seal(store, &state, successor, error));
  return state == OPEN ? FG_OK : tell_sealed(store, state, successor, error);
}

/* Adds an event, and moves it into the database at once, as at the beginning of a run. */
static fg_status put_event(fg_store *store, const char *event, fg_time at, const char *detail, fg_error *error) {
  int result = fg_event_add(store->database, event, at, detail);
  if (result == SQLITE_OK) {
    result = fg_store_checkpoint(store, SQLITE_CHECKPOINT_PASSIVE);
  }
  return result == SQLITE_OK ? FG_OK : fg_store_fault(store, result, error);
}

/* The rows that a successor keeps: the last one, because the chain goes on from it; all rows of ids that stay known,
   because the end of a call means nothing without the call; and calls that have not ended, which the account knows. No
   answer tells that: a commit that says nothing of units may have ended its call, or not (R36). */
static const char kept_rows[] =
    "SELECT " FG_ROW_COLUMNS " FROM commands AS c"
    " WHERE seq = ?1 OR EXISTS (SELECT 1 FROM commands AS recent WHERE recent.id = c.id AND recent.at >= ?2)"
    " OR (\"do\" = 'call' AND faregate_holds(id) AND NOT EXISTS"
    " (SELECT 1 FROM commands AS later WHERE later.id = c.id AND later.seq > c.seq AND later.\"do\" = 'call'))"
    " ORDER BY seq";

/* Answers whether the account has a call in flight under an id. */
static void answer_holds(sqlite3_context *context, int count, sqlite3_value **values) {
  const fg_account *account = sqlite3_user_data(context);
  const unsigned char *text = sqlite3_value_text(values[0]);
  fg_string id = {(const char *)text, (size_t)sqlite3_value_bytes(values[0])};
  (void)count;
  if (text == NULL && sqlite3_value_type(values[0]) != SQLITE_NULL) {
    sqlite3_result_error_nomem(context);
  } else {
    sqlite3_result_int(context, text != NULL && fg_is_in_flight(account, id));
  }
}

/* Lets the statement over the kept rows ask the account. */
static fg_status teach_holds(const fg_ledger *old, fg_error *error) {
  int result = sqlite3_create_function(old->store->database, "faregate_holds", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                       old->account, answer_holds, NULL, NULL);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(old->store, result, error);
}

typedef struct sealer {
  fg_ledger *old;
  fg_ledger made; ///< only what is needed to insert rows
  fg_store made_store;
  fg_time since; ///< ids since then are kept
  fg_place successor;
  bool is_sealed;     ///< whether an earlier sealing, which was not finished, has sealed the ledger
  bool has_succeeded; ///< an earlier sealing was finished
  fg_watch watch;
} sealer;

static fg_status copy_row(void *context, const fg_row *row, fg_error *error) {
  sealer *sealing = context;
  int result = fg_row_insert(&sealing->made.statements, row);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(&sealing->made_store, result, error);
}

/* Reads the state that was written, because the successor has nothing else to begin with: what it could not read is
   refused before the old ledger is sealed. */
static fg_status check_state(const sealer *sealing, fg_error *error) {
  fg_ledger *old = sealing->old;
  fg_account *read = NULL;
  FG_TRY(fg_ledger_begin_account(old, old->account->begun, &read, error));
  fg_status status = fg_snapshot_read(read, (fg_string){sealing->made.snapshot.text, sealing->made.snapshot.length});
  fg_account_free(read);
  return status == FG_OK ? FG_OK
         : status != FG_INVALID
             ? fg_refuse(error, status)
             : fg_fail(error, FG_UNSUPPORTED, "",
                       "%s: a ledger cannot begin with these calls in flight; end them first", old->store->path);
}

static fg_status copy_state(sealer *sealing, fg_error *error) {
  fg_ledger *old = sealing->old;
  fg_row last = {.seq = old->seq, .session = old->store->lock.session};
  memcpy(last.chain, old->chain, FG_CHAIN_SIZE);
  sealing->made.snapshot.length = 0;
  fg_status status = fg_snapshot_write(old->account, &sealing->made.snapshot);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  FG_TRY(check_state(sealing, error));
  int result = fg_snapshot_insert(&sealing->made, &last);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(&sealing->made_store, result, error);
}

/* Copies the event that says that the clock is right, because it holds in the new ledger, too. */
static fg_status copy_trust(sealer *sealing, fg_error *error) {
  sqlite3_stmt *statement = NULL;
  bool found = false;
  int result = fg_event_latest(sealing->old->store->database, "'clock_trusted'", &statement, &found);
  if (found) {
    result = fg_event_add(sealing->made_store.database, "clock_trusted", sqlite3_column_int64(statement, 2),
                          (const char *)sqlite3_column_text(statement, 1));
  }
  sqlite3_finalize(statement);
  return result == SQLITE_OK ? FG_OK : fg_store_fault(sealing->old->store, result, error);
}

static fg_status create_successor_tables(sealer *sealing, sqlite3 *database, fg_text *predecessor, fg_error *error) {
  sqlite3_stmt *book = NULL;
  sqlite3_stmt *account = NULL;
  fg_store *old = sealing->old->store;
  unsigned char kept[FG_CHAIN_SIZE] = {0};
  fg_row_walk walk = {fg_predecessor_chain_kept, kept};
  fg_ledger_birth birth;
  FG_TRY(fg_row_walk_over(old, kept_rows, sealing->old->seq, sealing->since, &walk, error));
  fg_status status = fg_predecessor_write(sealing->old, kept, predecessor);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  birth.predecessor = (fg_string){predecessor->text, predecessor->length};
  birth.counting = sealing->old->counting;
  status = fg_meta_read(old, "book", &book, &birth.book, error);
  status = status == FG_OK ? fg_meta_read(old, "account", &account, &birth.account, error) : status;
  status = status == FG_OK ? fg_tables_create(database, sealing->successor.file, &birth, error) : status;
  sqlite3_finalize(book);
  sqlite3_finalize(account);
  return status;
}

static fg_status fill_successor(void *context, sqlite3 *database, fg_error *error) {
  sealer *sealing = context;
  fg_allocator allocator = sealing->old->allocator;
  fg_text predecessor = {.allocator = allocator};
  sealing->made_store = (fg_store){.allocator = allocator, .path = sealing->successor.file, .database = database};
  sealing->made = (fg_ledger){
      .allocator = allocator, .store = &sealing->made_store, .snapshot = {.allocator = allocator}};
  fg_status status = create_successor_tables(sealing, database, &predecessor, error);
  status = status == FG_OK ? fg_statements_prepare(&sealing->made.statements, &sealing->made_store, error) : status;
  fg_row_walk walk = {copy_row, sealing};
  if (status == FG_OK) {
    status = fg_row_walk_over(sealing->old->store, kept_rows, sealing->old->seq, sealing->since, &walk, error);
  }
  status = status == FG_OK ? copy_state(sealing, error) : status;
  status = status == FG_OK ? copy_trust(sealing, error) : status;
  fg_statements_release(&sealing->made.statements);
  fg_text_release(&sealing->made.snapshot);
  fg_text_release(&predecessor);
  return status;
}

/* Seals the old ledger when the new file is on the disk but has no name yet, so that the two never accept commands at
   the same time. */
static fg_status seal_old(void *context, fg_error *error) {
  sealer *sealing = context;
  fg_ledger *old = sealing->old;
  old->store->vfs.watch = NULL; /* from here on the sealing is not stopped, because another call would have to end it */
  return sealing->is_sealed ? FG_OK : put_event(old->store, "sealed", old->mark.at, sealing->successor.file, error);
}

static fg_status make_successor(sealer *sealing, fg_error *error) {
  fg_ledger *old = sealing->old;
  fg_store_maker maker = {.fill = fill_successor, .ready = seal_old, .context = sealing, .watch = &sealing->watch};
  FG_TRY(teach_holds(old, error));
  fg_status status = fg_store_create(sealing->successor.file, &old->allocator, &maker, error);
  if (status == FG_OK) {
    return put_event(old->store, "succeeded", old->mark.at, sealing->successor.file, error);
  }
  seal_state state = OPEN;
  char unasked[FG_PLACE_MAX];
  bool is_ours = !sealing->is_sealed && read_seal(old->store, &state, unasked, NULL) == FG_OK && state == SEALED;
  if (is_ours && !fg_system_exists(sealing->successor.file)) {
    /* If this fails too, the ledger stays sealed, and the next opening says how to go on. */
    (void)!put_event(old->store, "unsealed", old->mark.at, sealing->successor.file, NULL);
  }
  return status;
}

/* Whether the file at the successor's path goes on from this ledger. */
static fg_status find_successor(sealer *sealing, bool *is_there, fg_error *error) {
  fg_store *store = NULL;
  fg_predecessor before;
  *is_there = false;
  FG_TRY(
      fg_store_open(sealing->successor.file, FG_STORE_READ, &sealing->old->allocator, &sealing->watch, &store, error));
  fg_status status = fg_tables_check(store, error);
  status = status == FG_OK ? fg_predecessor_read(store, &before, error) : status;
  *is_there = status == FG_OK && before.seq == sealing->old->seq &&
              memcmp(before.head, sealing->old->chain, FG_CHAIN_SIZE) == 0;
  fg_store_close(store);
  return status;
}

/* Finds out whether the ledger was sealed before. A sealing that was interrupted is finished, under the same name. One
   that was finished gets the same answer again, because the caller may have been interrupted before it came; under
   another name it is refused. */
static fg_status look_at_seal(sealer *sealing, bool *is_done, fg_error *error) {
  seal_state state = OPEN;
  char successor[FG_PLACE_MAX];
  fg_store *old = sealing->old->store;
  *is_done = false;
  FG_TRY(read_seal(old, &state, successor, error));
  sealing->is_sealed = state == SEALED;
  sealing->has_succeeded = state == SUCCEEDED;
  bool is_there = fg_system_exists(sealing->successor.file);
  bool is_same = state != OPEN && strcmp(successor, sealing->successor.file) == 0;
  if (is_same && is_there) {
    FG_TRY(find_successor(sealing, is_done, error));
  }
  if (*is_done) {
    return FG_OK;
  }
  if (state == SUCCEEDED || (state == SEALED && !is_same)) {
    return tell_sealed(old, state, successor, error);
  }
  return is_there ? fg_store_system_fault(EEXIST, sealing->successor.file, error) : FG_OK;
}

static fg_status open_old(fg_ledger *old, fg_error *error) {
  static const fg_ledger_options any = {.group_ms = 0};
  FG_TRY(fg_ledger_take_birth(old, &any, error));
  FG_TRY(fg_runs_check(old->store, error));
  FG_TRY(fg_ledger_load(old, error));
  FG_TRY(fg_ledger_start_session(old, error));
  FG_TRY(fg_store_accept(old->store, false, error));
  if (!fg_lock_is_alone(&old->store->lock)) {
    return fg_fail(error, FG_LEDGER_LOCKED, "", "%s is open in another handle: close it before it is sealed",
                   old->store->path);
  }
  return old->seq > 0 ? FG_OK : fg_fail(error, FG_INVALID, "path", "%s has no command to seal", old->store->path);
}

enum { DEFAULT_DAYS = 92, HUNDRED_YEARS = FG_KEEP_IDS_DAYS_MAX };

static fg_status seal_inside(sealer *sealing, int64_t keep_ids_days, fg_error *error) {
  fg_ledger *old = sealing->old;
  bool is_done = false;
  FG_TRY(open_old(old, error));
  FG_TRY(look_at_seal(sealing, &is_done, error));
  sealing->since = old->mark.at - (keep_ids_days < 0 ? DEFAULT_DAYS : keep_ids_days) * FG_DAY;
  if (keep_ids_days < 0 && old->account->ids.length != 0) { /* what the account knows it goes on knowing */
    sealing->since = fg_min_i64(sealing->since, fg_ids_known_from(&old->account->ids));
  }
  if (is_done) {
    return sealing->has_succeeded ? FG_OK
                                  : put_event(old->store, "succeeded", old->mark.at, sealing->successor.file, error);
  }
  return make_successor(sealing, error);
}

static fg_status seal(sealer *sealing, const char *path, int64_t keep_ids_days, const fg_allocator *allocator,
                      fg_error *error) {
  static const fg_ledger_options any = {.group_ms = 0};
  fg_ledger *old = fg_ledger_allocate(&any, allocator);
  if (old == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  sealing->old = old;
  fg_status status = fg_store_open(path, FG_STORE_WRITE, allocator, &sealing->watch, &old->store, error);
  if (status == FG_OK) {
    status = seal_inside(sealing, keep_ids_days, error);
    old->store->vfs.watch = NULL; /* a sealing that was stopped leaves the ledger closed as any other */
    fg_statements_release(&old->statements);
    fg_runs_end(old->store, old->mark.at);
  }
  fg_ledger_close(old);
  return status;
}

fg_status fg_ledger_seal(const char *path, const char *successor, int64_t keep_ids_days, const fg_allocator *allocator,
                         const fg_listener *listener, fg_error *error) {
  fg_allocator chosen = fg_allocator_or_default(allocator);
  if (keep_ids_days > HUNDRED_YEARS) {
    return fg_fail(error, FG_INVALID, "keep_ids_days", "expected days, at most a hundred years");
  }
  sealer *sealing = fg_allocate(&chosen, sizeof *sealing);
  if (sealing == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = fg_place_resolve(successor, &sealing->successor, error);
  fg_watch_listen(&sealing->watch, listener);
  if (status == FG_OK) {
    status = fg_watch_answer(&sealing->watch, seal(sealing, path, keep_ids_days, &chosen, error), error);
  }
  fg_release(&chosen, sealing, sizeof *sealing);
  return status;
}
