/* The handle of a ledger: makes it for a new or an existing file, and reaches the account in it. */
#include "ledger.h"

#include "archive.h"
#include "create.h"
#include "fault.h"
#include "load.h"
#include "notes.h"
#include "open.h"
#include "runs.h"
#include "seal.h"
#include "snapshots.h"
#include "survey.h"
#include "tables.h"
#include "turn.h"
#include "write.h"

#include <stdlib.h>

enum { WAIT_MS = 5000 };

static fg_string text_of(const fg_text *text) { return (fg_string){text->text, text->length}; }

typedef struct birth_context {
  const char *path;
  fg_ledger_birth birth;
} birth_context;

static fg_status fill_tables(void *context, sqlite3 *database, fg_error *error) {
  const birth_context *made = context;
  return fg_tables_create(database, made->path, &made->birth, error);
}

static fg_status create(const char *path, const fg_ledger_options *options, const fg_allocator *allocator,
                        fg_error *error) {
  fg_text book;
  fg_text head;
  fg_account *account = NULL;
  if (options->book == NULL) {
    return fg_fail(error, FG_LEDGER_MISSING, "", "there is no ledger %s, and no price book to begin one with", path);
  }
  FG_TRY(fg_account_new(options->book, options->account, &account, error));
  fg_status status = fg_ledger_write_birth(account, &book, &head);
  fg_account_free(account);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  birth_context context = {path, {.book = text_of(&book), .account = text_of(&head), .counting = FG_COUNTING_NOW}};
  fg_store_maker maker = {.fill = fill_tables, .context = &context, .may_be_there = true};
  status = fg_store_create(path, allocator, &maker, error);
  fg_text_release(&book);
  fg_text_release(&head);
  return status;
}

/* Refuses a store that is damaged. A store that is opened for reading opens even so, because a survey reads how far it
   is good. */
static fg_status check_damage(const fg_store *store, fg_error *error) {
  if (store->is_damaged && error != NULL) {
    *error = store->damage;
  }
  return store->is_damaged ? FG_LEDGER_CORRUPT : FG_OK;
}

/* Loads the account. Called inside the store's lock. */
static fg_status open_inside_lock(fg_ledger *ledger, const fg_ledger_options *options, fg_error *error) {
  fg_store *store = ledger->store;
  FG_TRY(fg_ledger_take_birth(ledger, options, error));
  FG_TRY(options->read_only ? check_damage(store, error) : fg_seal_check(store, error));
  FG_TRY(fg_runs_check(store, error));
  FG_TRY(fg_ledger_load(ledger, error));
  FG_TRY(options->book == NULL ? FG_OK : fg_ledger_compare_book(ledger, options->book, error));
  return options->read_only ? FG_OK : fg_ledger_start_session(ledger, error);
}

/* Which pages are to be checked before the ledger is open. */
static fg_status read_check(fg_string word, fg_store_check *check, fg_error *error) {
  *check = word.text == NULL            ? FG_STORE_CHECK_BY_SIZE
           : fg_string_is(word, "used") ? FG_STORE_CHECK_USED
                                        : FG_STORE_CHECK_ALL;
  return *check != FG_STORE_CHECK_ALL || fg_string_is(word, "all")
             ? FG_OK
             : fg_fail(error, FG_INVALID, "check", "expected \"all\" or \"used\"");
}

/* Opens an existing ledger. It returns inside the lock, and has written nothing. */
static fg_status open_existing(const char *path, const fg_ledger_options *options, const fg_allocator *allocator,
                               fg_ledger **ledger, fg_error *error) {
  int64_t wait_ms = options->wait_ms == 0 ? WAIT_MS : options->wait_ms;
  fg_store_mode mode = options->read_only ? FG_STORE_READ : FG_STORE_WRITE;
  fg_store_check check = FG_STORE_CHECK_BY_SIZE;
  FG_TRY(read_check(options->check, &check, error));
  fg_ledger *fresh = fg_ledger_allocate(options, allocator);
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = fg_store_open_checking(path, mode, check, wait_ms, allocator, &fresh->store, error);
  if (status == FG_OK) {
    status = open_inside_lock(fresh, options, error);
  }
  if (status != FG_OK) {
    fg_ledger_close(fresh);
    return status;
  }
  *ledger = fresh;
  return FG_OK;
}

/* Gives up a ledger in a forked child process, because files, locks and thread belong to the parent. */
static fg_status abandon(fg_ledger *ledger, fg_error *error) {
  fg_checker_abandon(&ledger->checker);
  fg_saver_abandon(&ledger->saver);
  fg_store_abandon(ledger->store);
  fg_ledger_release(ledger);
  return fg_refuse(error, FG_LEDGER_FORKED);
}

static bool is_read_only(const fg_ledger *ledger) { return ledger->store->mode == FG_STORE_READ; }

static fg_status tell_lost(const fg_ledger *ledger, fg_error *error) {
  return fg_fail(error, FG_LEDGER_REPLACED, "",
                 "%s-wal was overwritten or cut off while it was open: command %lld is not there any more",
                 ledger->store->path, (long long)ledger->seq);
}

/* Ends the run. If the log lacks a row that this handle has seen, it is left as it is, and the next opening finds by
   the mark what is missing. */
static fg_status end_run(fg_ledger *ledger, fg_error *error) {
  bool has_kept = true;
  FG_TRY(fg_store_enter_to_close(ledger->store, error));
  FG_TRY(is_read_only(ledger) || ledger->is_behind ? FG_OK : fg_ledger_has_kept(ledger, &has_kept, error));
  if (!has_kept || ledger->is_lost) {
    return tell_lost(ledger, error);
  }
  fg_statements_release(&ledger->statements);
  fg_store_save_again(ledger->store);
  fg_runs_end(ledger->store, fg_account_now(ledger->account));
  return FG_OK;
}

static fg_status close_ledger(void *context, fg_error *error) {
  fg_ledger *ledger = context;
  if (ledger->process != fg_system_process()) {
    return abandon(ledger, error);
  }
  fg_checker_stop(&ledger->checker);
  fg_saver_stop(&ledger->saver);
  int result = fg_group_stop(&ledger->group);
  fg_status status = result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(NULL, result, ledger->store->path, error);
  /* If the lock cannot be entered, the ledger is closed all the same, and the log stays for the next handle. */
  fg_error fault;
  fg_status ended = end_run(ledger, &fault);
  fg_statements_release(&ledger->statements);
  /* The file was replaced, and the commands written to it are gone. */
  if (ended == FG_LEDGER_REPLACED && status == FG_OK) {
    status = ended;
    if (error != NULL) {
      *error = fault;
    }
  }
  fg_ledger_close(ledger);
  return status;
}

/* Brings the account up to date with the commands of all handles. */
static fg_status see_others(fg_ledger *ledger, fg_error *error) {
  bool has_kept = true;
  bool was_behind = ledger->is_behind;
  /* Until all rows are read, because the next entering will not tell again that others came. */
  ledger->is_behind = true;
  FG_TRY(was_behind ? FG_OK : fg_ledger_has_kept(ledger, &has_kept, error));
  ledger->is_lost = ledger->is_lost || (!has_kept && !is_read_only(ledger));
  if (ledger->is_lost) {
    return tell_lost(ledger, error);
  }
  fg_status status = was_behind || !has_kept ? fg_ledger_load(ledger, error) : fg_ledger_catch_up(ledger, error);
  ledger->is_behind = status != FG_OK;
  return status;
}

/* Waits for the lock, and reads what others have done. */
static fg_status enter(void *context, fg_error *error) {
  fg_ledger *ledger = context;
  bool others_came = false;
  if (ledger->process != fg_system_process()) {
    return fg_refuse(error, FG_LEDGER_FORKED);
  }
  FG_TRY(fg_checker_tell(&ledger->checker, error));
  FG_TRY(fg_store_enter(ledger->store, &others_came, error));
  fg_status status = FG_OK;
  if (ledger->rows_in_memory >= FG_SNAPSHOT_EVERY && !ledger->is_behind) {
    (void)!fg_ledger_drop_records(ledger); /* if memory is short, the records stay */
  }
  if (ledger->is_behind || others_came) {
    status = see_others(ledger, error);
  }
  if (status != FG_OK) {
    fg_store_leave(ledger->store);
  }
  return status;
}

static void leave(void *context) {
  fg_ledger *ledger = context;
  (void)fg_group_failure(&ledger->group); /* is noted there before the log forgets it */
  fg_store_save_again(ledger->store);
  fg_store_leave(ledger->store);
}

static bool is_question(fg_command_kind kind) { return kind == FG_DO_PREVIEW || kind == FG_DO_STATEMENT; }

/* Writes that time has passed, if something fell due by it. A refusal or a question writes no row of its own. */
static fg_status write_passing(fg_ledger *ledger, fg_time at, fg_time due_before, fg_error *error) {
  fg_command passing;
  fg_outcome outcome = {.kind = FG_DO_ADVANCE};
  if (fg_account_now(ledger->account) != at || at < due_before) {
    return FG_OK;
  }
  fg_command_begin(&passing, FG_DO_ADVANCE, at);
  return fg_ledger_write(ledger, &passing, &outcome, error);
}

static fg_status check_may_write(void *context, fg_error *error) {
  const fg_ledger *ledger = context;
  return is_read_only(ledger)
             ? fg_fail(error, FG_LEDGER_READ_ONLY, "", "%s was opened only to look", ledger->store->path)
             : FG_OK;
}

/* Asks a question of a handle that only reads. Events that fall due before it happen in memory alone, and are forgotten
   when the ledger is next looked at. */
static fg_status ask(fg_ledger *ledger, const fg_command *question, fg_outcome *outcome, fg_error *error) {
  ledger->is_behind = true;
  return fg_archive_tell(ledger, fg_account_apply(ledger->account, question, outcome, error), error);
}

/* Makes a repeated answer as durable as the first one was. The first may have been written by a handle that was killed
   before it synced the log, so the log is synced here. In a group its sync may have failed since. */
static fg_status sync_repeated(fg_ledger *ledger, fg_error *error) {
  fg_store *store = ledger->store;
  int result = store->is_log_foreign ? fg_vfs_sync_log(&store->vfs) : SQLITE_OK;
  store->is_log_foreign = result != SQLITE_OK;
  result = result == SQLITE_OK ? fg_group_failure(&ledger->group) : result;
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(NULL, result, store->path, error);
}

static fg_status apply(void *context, const fg_command *command, bool is_named, const fg_clock_reading *reading,
                       fg_outcome *outcome, fg_error *error) {
  fg_ledger *ledger = context;
  fg_time due_before = ledger->account->state.next_due;
  fg_time before = fg_account_now(ledger->account);
  fg_error fault;
  if (is_read_only(ledger)) {
    return ask(ledger, command, outcome, error);
  }
  ledger->reading = *reading;
  ledger->is_behind = true; /* in case writing fails */
  fg_naming naming = is_named ? FG_NAMED_BY_LIBRARY : FG_NAMED_BY_HOST;
  fg_status status = fg_account_apply_as(ledger->account, command, naming, outcome, error);
  if (fg_status_class_of(status) == FG_CLASS_LEDGER) {
    return fg_archive_tell(ledger, status, error);
  }
  bool moves = command->kind != FG_DO_ADVANCE || before != command->at;
  bool is_new = status == FG_OK && !is_question(command->kind) && !outcome->repeated && moves;
  fg_status written = is_new ? fg_ledger_write(ledger, command, outcome, &fault)
                             : write_passing(ledger, command->at, due_before, &fault);
  if (written == FG_OK && status == FG_OK && outcome->repeated) {
    written = sync_repeated(ledger, &fault);
  }
  ledger->is_behind = written != FG_OK;
  if (written != FG_OK) {
    if (error != NULL) {
      *error = fault;
    }
    return written;
  }
  return status;
}

static fg_status flush(void *context, fg_error *error) {
  fg_ledger *ledger = context;
  if (ledger->process != fg_system_process()) {
    return fg_refuse(error, FG_LEDGER_FORKED);
  }
  int result = fg_group_flush(&ledger->group);
  return result == SQLITE_OK ? FG_OK : fg_store_sqlite_fault(NULL, result, ledger->store->path, error);
}

static fg_status trust(void *context, fg_time at, fg_error *error) {
  FG_TRY(check_may_write(context, error));
  return fg_notes_trust(context, at, error);
}

static fg_status take(void *context, uint64_t attempt, fg_time at, fg_error *error) {
  FG_TRY(check_may_write(context, error));
  return fg_notes_resume(context, attempt, at, error);
}

static fg_status describe(const void *context, const fg_visitor *visitor) {
  const fg_ledger *ledger = context;
  char head[2 * FG_CHAIN_SIZE + 1];
  fg_teller to = fg_teller_to(visitor);
  fg_chain_format(ledger->chain, head);
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "path", ledger->store->path);
  fg_tell_integer(&to, "commands", ledger->seq);
  fg_tell_word(&to, "durability", ledger->group_ms > 0 ? "group" : "command");
  fg_tell_integer(&to, "group_ms", ledger->group_ms);
  fg_tell_integer(&to, "session", ledger->store->lock.session);
  fg_tell_word(&to, "head", head);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

static const fg_reach of_ledger = {
    enter, leave,    check_may_write, apply,       fg_notes_trusted, trust, fg_notes_is_elsewhere,
    take,  describe, flush,           close_ledger};

static fg_status check_milliseconds(const char *name, int64_t value, fg_error *error) {
  return value >= 0 && value <= FG_WAIT_MS_MAX
             ? FG_OK
             : fg_fail(error, FG_INVALID, name, "expected 0 to %lld milliseconds", (long long)FG_WAIT_MS_MAX);
}

static fg_status check_options(const fg_ledger_options *options, fg_error *error) {
  FG_TRY(check_milliseconds("group_ms", options->group_ms, error));
  FG_TRY(check_milliseconds("wait_ms", options->wait_ms, error));
  fg_store_check check;
  FG_TRY(read_check(options->check, &check, error));
  return fg_clock_check(options->clock, error);
}

/* Begins the run of a handle with a group when the ledger is opened, because no later command may wait for the disk. A
   failure is reported by the first command. The index of the log is dropped, because otherwise SQLite would begin the
   log anew with the first command, and sync it. */
static void begin_run(fg_ledger *ledger) {
  (void)fg_runs_begin(ledger->store, fg_account_now(ledger->account));
  fg_vfs_forget_log(&ledger->store->vfs);
}

/* Makes the handle before the ledger is accepted for writing, so that an opening that fails has changed nothing. */
static fg_status make_handle(fg_ledger *ledger, const fg_clock_options *clock, fg_handle **handle, fg_error *error) {
  fg_reached reached = {.reach = &of_ledger,
                        .context = ledger,
                        .account = ledger->account,
                        .session = (uint64_t)ledger->store->lock.session,
                        .offered = ledger->offered,
                        .mark = &ledger->mark};
  fg_status status = fg_handle_make(&reached, clock, handle, error);
  if (status != FG_OK) {
    close_ledger(ledger, NULL);
    return status;
  }
  int number = ledger->store->checks_used ? fg_checker_start(&ledger->checker, ledger->store) : 0;
  status = number == 0 ? FG_OK : fg_store_system_fault(number, ledger->store->path, error);
  if (status == FG_OK && !is_read_only(ledger)) {
    status = fg_store_accept(ledger->store, ledger->group_ms > 0, error);
  }
  if (status != FG_OK) {
    fg_handle_close(*handle, NULL);
    *handle = NULL;
    return status;
  }
  if (ledger->group.group_ms > 0) {
    begin_run(ledger);
    fg_saver_start(&ledger->saver, ledger->store, &ledger->group);
  }
  fg_store_leave(ledger->store);
  return FG_OK;
}

fg_status fg_ledger_open(const char *path, const fg_ledger_options *options, fg_handle **handle, fg_error *error) {
  static const fg_ledger_options none = {.group_ms = 0};
  const fg_ledger_options *chosen = options == NULL ? &none : options;
  fg_error fault;
  fg_error *told = error == NULL ? &fault : error;
  fg_ledger *ledger = NULL;
  fg_allocator allocator = fg_allocator_or_default(chosen->account == NULL ? NULL : chosen->account->allocator);
  FG_TRY(check_options(chosen, told));
  if (!chosen->read_only && !fg_system_exists(path)) {
    FG_TRY(create(path, chosen, &allocator, told));
  }
  fg_status status = open_existing(path, chosen, &allocator, &ledger, told);
  if (status == FG_LEDGER_CORRUPT) {
    fg_survey_explain(path, told);
  }
  return status == FG_OK ? make_handle(ledger, chosen->clock, handle, error) : status;
}
