/* Makes a ledger of a timeline: each command is applied and written. One that is refused ends the import. */
#include "archive.h"

#include <stdio.h>

#include "connection.h"
#include "create.h"
#include "fault.h"
#include "ledger.h"
#include "snapshots.h"
#include "tables.h"
#include "write.h"

#include "../json/scan.h"
#include "../account/account_json.h"

enum { BOOK, POLICY, WALLET, ATTRIBUTES, KEEP_IDS_DAYS, COMMANDS, MEMBERS };
static const char *const member_names[] = {"book", "policy", "wallet", "attributes", "keep_ids_days", "commands", NULL};

typedef struct importer {
  const fg_book_source *books;
  fg_string members[MEMBERS]; ///< members of the document, as text; see member_names
  char *path;
  fg_watch watch;
  fg_ledger *ledger;
  fg_store store; ///< the store of the file that is being made, which nobody else opens
} importer;

static fg_status not_json(const char *path, const char *expected, fg_error *error) {
  return fg_fail(error, FG_INVALID, path, "expected %s", expected);
}

/* Finds the member that a key names. An unknown one is refused in the words that a timeline refuses it in. */
static fg_status find_member(importer *made, const char *key, size_t *member, fg_error *error) {
  fg_json_member only = {.key = key};
  const fg_json object = {.kind = FG_JSON_OBJECT, .is.object = {&only, 1}};
  FG_TRY(fg_json_fields(&object, member_names, error));
  for (*member = 0; strcmp(key, member_names[*member]) != 0;) {
    (*member)++;
  }
  return made->members[*member].text == NULL ? FG_OK : fg_fail(error, FG_INVALID, key, "is given twice");
}

static fg_status read_key(importer *made, fg_json_scan *scan, size_t *member, fg_error *error) {
  fg_string text = {NULL, 0};
  fg_json_document key;
  if (!fg_json_scan_value(scan, &text) || !fg_json_scan_mark(scan, ':')) {
    return not_json("", "a field and ':'", error);
  }
  fg_status status = fg_json_parse(text, &made->ledger->allocator, &key, NULL);
  if (status == FG_OK && fg_json_is(&key.root, FG_JSON_STRING)) {
    status = find_member(made, key.root.is.string.text, member, error);
  } else {
    status = status == FG_NO_MEMORY ? fg_refuse(error, status) : not_json("", "a field and ':'", error);
  }
  fg_json_release(&key);
  return status;
}

/* Finds where the members of the document begin and end. Each is parsed only when it is used. */
static fg_status find_members(importer *made, fg_string json, fg_error *error) {
  fg_json_scan scan = fg_json_scan_begin(json);
  size_t member = 0;
  if (!fg_json_scan_mark(&scan, '{')) {
    return not_json("", "an object", error);
  }
  do {
    FG_TRY(read_key(made, &scan, &member, error));
    if (!fg_json_scan_value(&scan, &made->members[member])) {
      return not_json(member_names[member], "a value", error);
    }
  } while (fg_json_scan_mark(&scan, ','));
  if (!fg_json_scan_mark(&scan, '}') || !fg_json_scan_is_over(&scan)) {
    return not_json("", "',' or '}', and nothing after that", error);
  }
  for (size_t i = 0; i < MEMBERS; i++) {
    if (made->members[i].text == NULL && (i == BOOK || i == COMMANDS)) {
      return fg_fail(error, FG_INVALID, member_names[i], "is missing");
    }
  }
  return FG_OK;
}

static fg_status parse_member(const importer *made, size_t member, fg_json_document *document, fg_error *error) {
  fg_string text = made->members[member];
  return text.text == NULL ? FG_OK
                           : fg_within(error, fg_json_parse(text, &made->ledger->allocator, document, error), "%s",
                                       member_names[member]);
}

static const fg_json *given(const importer *made, const fg_json_document *documents, size_t member) {
  return made->members[member].text == NULL ? NULL : &documents[member].root;
}

static fg_status make_account(importer *made, const fg_json_document *documents, fg_error *error) {
  fg_book *book = NULL;
  fg_ledger *ledger = made->ledger;
  const fg_account_head head = {.wallet = given(made, documents, WALLET),
                                .policy = given(made, documents, POLICY),
                                .attributes = given(made, documents, ATTRIBUTES),
                                .keep_ids_days = given(made, documents, KEEP_IDS_DAYS)};
  FG_TRY(fg_book_of_document(&documents[BOOK].root, made->books, &ledger->allocator, &book, error));
  fg_status status = fg_account_read(head, book, &ledger->allocator, &ledger->account, error);
  fg_book_release(book);
  return status;
}

static fg_status begin_account(importer *made, fg_error *error) {
  fg_json_document documents[COMMANDS]; /* one for each member before the commands */
  memset(documents, 0, sizeof documents);
  fg_status status = parse_member(made, POLICY, &documents[POLICY], error);
  status = status == FG_OK ? parse_member(made, WALLET, &documents[WALLET], error) : status;
  status = status == FG_OK ? parse_member(made, ATTRIBUTES, &documents[ATTRIBUTES], error) : status;
  status = status == FG_OK ? parse_member(made, KEEP_IDS_DAYS, &documents[KEEP_IDS_DAYS], error) : status;
  status = status == FG_OK ? parse_member(made, BOOK, &documents[BOOK], error) : status;
  status = status == FG_OK ? make_account(made, documents, error) : status;
  for (size_t i = 0; i < COMMANDS; i++) {
    fg_json_release(&documents[i]);
  }
  return status;
}

static fg_status create_tables(importer *made, sqlite3 *database, fg_error *error) {
  fg_text book;
  fg_text head;
  fg_ledger *ledger = made->ledger;
  fg_status status = fg_ledger_write_birth(ledger->account, &book, &head);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  fg_ledger_birth birth = {
      .book = {book.text, book.length}, .account = {head.text, head.length}, .counting = FG_COUNTING_NOW};
  fg_birth_chain(&birth, ledger->chain);
  status = fg_tables_create(database, made->path, &birth, error);
  fg_text_release(&book);
  fg_text_release(&head);
  FG_TRY(status);
  ledger->account->archive = &ledger->archive;
  return fg_statements_prepare(&ledger->statements, ledger->store, error);
}

/* Turns a refusal into an error, because a ledger holds only accepted commands. */
static fg_status refused(fg_status status, const fg_error *refusal, fg_error *error) {
  return fg_status_is_refusal(status)
             ? fg_fail(error, FG_INVALID, "", "refused, %s: %.200s", fg_status_name(status), refusal->message)
             : fg_fail(error, status, refusal->path, "%s", refusal->message);
}

/* Applies and writes a command. For a question only the passing of time is written. */
static fg_status import_command(importer *made, fg_command *command, fg_error *error) {
  fg_ledger *ledger = made->ledger;
  fg_outcome outcome;
  fg_error refusal;
  fg_time before = fg_account_now(ledger->account);
  if (command->kind == FG_DO_PREVIEW || command->kind == FG_DO_STATEMENT) {
    fg_command_begin(command, FG_DO_ADVANCE, command->at);
  }
  ledger->reading = (fg_clock_reading){.wall = command->at}; /* no clock is read while a ledger is imported */
  fg_status status = fg_account_apply(ledger->account, command, &outcome, &refusal);
  if (status != FG_OK) {
    return refused(fg_archive_tell(ledger, status, &refusal), &refusal, error);
  }
  bool moves = command->kind != FG_DO_ADVANCE || before != command->at;
  return outcome.repeated || !moves ? FG_OK : fg_ledger_append(ledger, command, &outcome, error);
}

/* Commits and drops finished usage from memory after a snapshot, so that neither the log nor memory grows with the
   document. */
static fg_status commit_part(importer *made, fg_error *error) {
  fg_ledger *ledger = made->ledger;
  if (ledger->rows_in_memory < FG_SNAPSHOT_EVERY) {
    return FG_OK;
  }
  fg_status status = fg_ledger_drop_records(ledger);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  FG_TRY(fg_store_execute(made->store.database, made->path, "COMMIT", error));
  int result = sqlite3_wal_checkpoint_v2(made->store.database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  return result == SQLITE_OK ? fg_store_execute(made->store.database, made->path, "BEGIN", error)
                             : fg_store_sqlite_fault(made->store.database, result, made->path, error);
}

static fg_status read_command(importer *made, fg_string text, fg_error *error) {
  fg_json_document document;
  fg_command_reader commands = {
      .zone = fg_book_zone(made->ledger->account->book), .books = made->books, .allocator = &made->ledger->allocator};
  fg_command command;
  FG_TRY(fg_json_parse(text, &made->ledger->allocator, &document, error));
  fg_status status = fg_command_read(&commands, &document.root, &command, error);
  status = status == FG_OK ? import_command(made, &command, error) : status;
  fg_command_reader_end(&commands);
  fg_json_release(&document);
  return status == FG_OK ? commit_part(made, error) : status;
}

static fg_status read_commands(importer *made, fg_error *error) {
  fg_json_scan scan = {made->members[COMMANDS].text, made->members[COMMANDS].text + made->members[COMMANDS].length};
  fg_string text = {NULL, 0};
  if (!fg_json_scan_mark(&scan, '[')) {
    return not_json("commands", "a list", error);
  }
  if (fg_json_scan_mark(&scan, ']')) {
    return FG_OK;
  }
  for (size_t i = 0;; i++) {
    FG_TRY(fg_watch_or_stop(&made->watch, error));
    bool is_there = fg_json_scan_value(&scan, &text);
    fg_status status = is_there ? read_command(made, text, error) : not_json("", "a command", error);
    FG_TRY(fg_within(error, status, "commands[%zu]", i));
    if (fg_json_scan_mark(&scan, ']')) {
      return FG_OK;
    }
    if (!fg_json_scan_mark(&scan, ',')) {
      return not_json("commands", "',' or ']'", error);
    }
  }
}

static fg_status fill_from_document(void *context, sqlite3 *database, fg_error *error) {
  importer *made = context;
  made->store = (fg_store){.allocator = made->ledger->allocator, .path = made->path, .database = database};
  made->ledger->store = &made->store;
  fg_status status = create_tables(made, database, error);
  status = status == FG_OK ? read_commands(made, error) : status;
  fg_statements_release(&made->ledger->statements); /* must come before the file is closed */
  return status;
}

static fg_status import_document(importer *made, fg_string json, const char *path, fg_error *error) {
  fg_store_maker maker = {.fill = fill_from_document, .context = made, .watch = &made->watch};
  FG_TRY(find_members(made, json, error));
  FG_TRY(begin_account(made, error));
  return fg_store_create(path, &made->ledger->allocator, &maker, error);
}

fg_status fg_ledger_import(fg_string json, const fg_book_source *books, const char *path, const fg_allocator *allocator,
                           const fg_listener *listener, fg_error *error) {
  static const fg_ledger_options any = {.book = NULL};
  fg_allocator chosen = fg_allocator_or_default(allocator);
  fg_error unasked;
  if (fg_system_exists(path)) {
    return fg_store_system_fault(EEXIST, path, error);
  }
  importer *made = fg_allocate(&chosen, sizeof *made);
  size_t size = strlen(path) + 1;
  char *copy = made == NULL ? NULL : fg_allocate(&chosen, size);
  fg_ledger *ledger = copy == NULL ? NULL : fg_ledger_allocate(&any, &chosen);
  fg_status status = FG_NO_MEMORY;
  if (ledger != NULL) {
    memcpy(copy, path, size);
    *made = (importer){.books = books, .path = copy, .ledger = ledger};
    fg_watch_listen(&made->watch, listener);
    status = import_document(made, json, path, error == NULL ? &unasked : error);
    status = fg_watch_answer(&made->watch, status, error);
    fg_ledger_release(ledger);
  } else {
    fg_refuse(error, status);
  }
  fg_release(&chosen, copy, size);
  fg_release(&chosen, made, sizeof *made);
  return status;
}
