/* Exports a ledger, with those that it goes on from, as one timeline that replays to the same account. It is sent in
   pieces. */
#include "load.h"

#include <stdio.h>

#include "open.h"
#include "predecessor.h"
#include "system.h"
#include "tables.h"

#include "../state/call_names.h"
#include "../json/write.h"

/* The members of a JSON object, without its braces. */
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

enum { PIECE = 1 << 16 }; ///< bytes that are collected and then sent, so that memory does not grow

/* Where an export ends: with the command of this number or the last one at this instant, whichever comes first. */
typedef struct limit {
  int64_t seq;
  fg_time at;
} limit;

enum { LINE_MAX_LEDGERS = 128 };

typedef struct exporter {
  fg_ledger *line[LINE_MAX_LEDGERS];      ///< the ledger, the one that it goes on from, and so on
  int64_t begins_after[LINE_MAX_LEDGERS]; ///< the number of the last command of the one it goes on from, or 0
  size_t count;
  limit until;
  fg_watch watch;
  bool is_over;                 ///< the end of the export is reached
  char names[FG_CALL_NAME_MAX]; ///< prefix, in the timeline, of calls that a handle named; see choose_names
  char again[FG_CALL_NAME_MAX]; ///< prefix of ids that were forgotten and then used again; see name_of
  fg_text name;                 ///< an id that is put together from a prefix
  fg_text text;                 ///< text that is not sent yet
  const fg_sink *sink;
  const fg_zone *zone;
} exporter;

static fg_status send(exporter *made, size_t at_least) {
  if (made->text.length < at_least || made->text.length == 0) {
    return FG_OK;
  }
  size_t length = made->text.length;
  made->text.length = 0;
  return made->sink->write(made->sink->context, made->text.text, length);
}

static const char reserved[] = "#call-";

static bool is_made_up(fg_string id) {
  return id.length > sizeof reserved - 1 && memcmp(id.text, reserved, sizeof reserved - 1) == 0;
}

static int find_prefix(sqlite3 *database, const char *select, const char *prefix, bool *has) {
  char end[FG_CALL_NAME_MAX];
  size_t length = strlen(prefix);
  sqlite3_stmt *statement = NULL;
  memcpy(end, prefix, length + 1);
  end[length - 1]++; /* the first text that is after all those with the prefix */
  int result = sqlite3_prepare_v2(database, select, -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_text(statement, 1, prefix, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, end, -1, SQLITE_STATIC);
    result = sqlite3_step(statement);
  }
  *has = result == SQLITE_ROW;
  sqlite3_finalize(statement);
  return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static bool is_damage(int result) { return result == SQLITE_IOERR_DATA || (result & 0xff) == SQLITE_CORRUPT; }

/* Where the index of ids is damaged the rows are read, as far as they can be: those behind are not exported either. */
static int has_ids(sqlite3 *database, const char *prefix, bool *has) {
  int result = find_prefix(database, "SELECT 1 FROM commands WHERE id >= ? AND id < ? LIMIT 1", prefix, has);
  if (!is_damage(result)) {
    return result;
  }
  result = find_prefix(database, "SELECT 1 FROM commands NOT INDEXED WHERE id >= ? AND id < ? LIMIT 1", prefix, has);
  return is_damage(result) ? SQLITE_OK : result;
}

/* Chooses a prefix that no id in the ledgers begins with: "call-", or else "call2-", and so on. */
static fg_status choose_prefix(exporter *made, const char *word, char prefix[FG_CALL_NAME_MAX], fg_error *error) {
  bool has = true;
  for (int i = 1; has; i++) {
    snprintf(prefix, FG_CALL_NAME_MAX, i == 1 ? "%s-" : "%s%d-", word, i);
    has = false;
    for (size_t number = 0; number < made->count && !has; number++) {
      int result = has_ids(made->line[number]->store->database, prefix, &has);
      if (result != SQLITE_OK) {
        return fg_store_fault(made->line[number]->store, result, error);
      }
    }
  }
  return FG_OK;
}

static fg_status choose_names(exporter *made, fg_error *error) {
  FG_TRY(choose_prefix(made, "call", made->names, error));
  return choose_prefix(made, "again", made->again, error);
}

/* What one of the ledgers says of an id: its own rows use it, it keeps rows with it from its predecessor, it is the id
   of an order. */
typedef struct id_life {
  bool is_used, is_kept, is_order;
} id_life;

static int find_life_of(sqlite3 *database, const char *select, int64_t begins_after, fg_string id, id_life *life) {
  sqlite3_stmt *statement = NULL;
  *life = (id_life){.is_used = false};
  int result = sqlite3_prepare_v2(database, select, -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_text64(statement, 1, id.text, id.length, SQLITE_STATIC, SQLITE_UTF8);
    result = sqlite3_step(statement);
  }
  for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
    bool is_own = sqlite3_column_int64(statement, 0) > begins_after;
    life->is_used = life->is_used || is_own;
    life->is_kept = life->is_kept || !is_own;
    life->is_order = life->is_order || sqlite3_column_int(statement, 1) != 0;
  }
  sqlite3_finalize(statement);
  return result;
}

static fg_status read_life(fg_ledger *ledger, int64_t begins_after, fg_string id, id_life *life, fg_error *error) {
  static const char *const selects[] = {
      "SELECT seq, \"do\" IN ('buy_pack', 'give_pack', 'buy_capacity') FROM commands WHERE id = ?",
      "SELECT seq, \"do\" IN ('buy_pack', 'give_pack', 'buy_capacity') FROM commands NOT INDEXED WHERE id = ?"};
  sqlite3 *database = ledger->store->database;
  int result = find_life_of(database, selects[0], begins_after, id, life);
  if (is_damage(result)) { /* as in has_ids */
    result = find_life_of(database, selects[1], begins_after, id, life);
    result = is_damage(result) ? SQLITE_DONE : result;
  }
  return result == SQLITE_DONE ? FG_OK : fg_store_fault(ledger->store, result, error);
}

/* Counts in how many of the ledgers, from the oldest to the one at index `number`, an id was new. In a successor an id
   can be new again if the successor does not keep its rows, unless it is that of an order. */
static fg_status count_births(exporter *made, size_t number, fg_string id, unsigned *births, fg_error *error) {
  bool is_order = false;
  *births = 0;
  for (size_t older = made->count; older-- > number;) {
    id_life life = {.is_used = false};
    FG_TRY(read_life(made->line[older], made->begins_after[older], id, &life, error));
    *births += life.is_used && !life.is_kept && !is_order;
    is_order = is_order || life.is_order;
  }
  return FG_OK;
}

static fg_status join_name(fg_text *name, const char *prefix, fg_string id) {
  name->length = 0;
  FG_TRY(fg_text_append(name, prefix, strlen(prefix)));
  return fg_text_append(name, id.text, id.length);
}

/* The id of a command in the timeline. Ids with # belong to the library, so a call that a handle named "#call-3-1"
   becomes "call-3-1". A timeline forgets ids by its `keep_ids_days` alone, so "photo", used again in a successor that
   had forgotten it, becomes "again-1-photo"; under its own name it might be answered as repeated, or refused. */
static fg_status name_of(exporter *made, size_t number, fg_string id, fg_string *name, fg_error *error) {
  unsigned births = 0;
  char prefix[FG_CALL_NAME_MAX + 16];
  bool may_be_forgotten = id.text != NULL && id.text[0] != '#' && number + 1 < made->count;
  *name = id;
  if (id.text != NULL && is_made_up(id)) {
    id = (fg_string){id.text + sizeof reserved - 1, id.length - (sizeof reserved - 1)};
    snprintf(prefix, sizeof prefix, "%s", made->names);
  } else {
    FG_TRY(may_be_forgotten ? count_births(made, number, id, &births, error) : FG_OK);
    if (births < 2) {
      return FG_OK;
    }
    snprintf(prefix, sizeof prefix, "%s%u-", made->again, births - 1);
  }
  if (join_name(&made->name, prefix, id) != FG_OK) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  *name = (fg_string){made->name.text, made->name.length};
  return FG_OK;
}

/* Appends {"at":…,"do":…,"id":…,…}. The closing brace is written by hand, after the fields, which the row has as
   text. */
static fg_status append_command(exporter *made, const fg_row *row, fg_string id) {
  fg_text *text = &made->text;
  fg_json_writer writer = {.text = text, .zone = made->zone};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  FG_TRY(row->seq > 1 ? fg_text_append(text, ",\n", 2) : fg_text_append(text, "\n", 1));
  fg_tell_begin_object(&to, NULL);
  fg_tell_time(&to, "at", row->at);
  fg_tell_text(&to, "do", row->kind);
  if (id.text != NULL) {
    fg_tell_text(&to, "id", id);
  }
  FG_TRY(writer.status);
  FG_TRY(append_members(text, row->command));
  return fg_text_append(text, "}", 1);
}

/* Checks that a row follows from the row before it, and that its texts fit into a timeline. */
static fg_status check_exported(fg_ledger *ledger, const fg_row *row, fg_error *error) {
  unsigned char chain[FG_CHAIN_SIZE];
  fg_row_chain(ledger->chain, row, chain);
  bool follows = row->seq == ledger->seq + 1 && memcmp(chain, row->chain, FG_CHAIN_SIZE) == 0;
  if (!follows || !fg_time_is_civil(row->at) || !is_object(row->command)) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: command %lld is missing or altered; good up to command %lld",
                   ledger->store->path, (long long)ledger->seq + 1, (long long)ledger->seq);
  }
  ledger->seq = row->seq;
  memcpy(ledger->chain, chain, FG_CHAIN_SIZE);
  return FG_OK;
}

static fg_status send_row(exporter *made, size_t number, const fg_row *row, fg_error *error) {
  fg_string id;
  FG_TRY(check_exported(made->line[number], row, error));
  FG_TRY(name_of(made, number, row->id, &id, error));
  fg_status status = append_command(made, row, id);
  status = status == FG_OK ? send(made, PIECE) : status;
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

/* Sends the rows of a ledger, except those that it keeps of its predecessor. */
static fg_status send_rows(exporter *made, size_t number, fg_error *error) {
  fg_ledger *ledger = made->line[number];
  sqlite3_stmt *tail = ledger->statements.tail;
  fg_status status = FG_OK;
  int result = SQLITE_DONE;
  made->is_over = made->until.seq <= ledger->seq;
  sqlite3_bind_int64(tail, 1, ledger->seq);
  while (status == FG_OK && !made->is_over && (result = sqlite3_step(tail)) == SQLITE_ROW) {
    fg_row row;
    status = fg_row_of(tail, ledger->store->path, &row, error);
    made->is_over = status != FG_OK || row.at > made->until.at;
    status = made->is_over ? status : send_row(made, number, &row, error);
    made->is_over = made->is_over || row.seq >= made->until.seq;
  }
  if (status == FG_OK && result != SQLITE_ROW && result != SQLITE_DONE) {
    status = fg_store_fault(ledger->store, result, error);
  }
  sqlite3_reset(tail);
  return status;
}

static fg_status open_next(exporter *made, const char *path, fg_error *error) {
  static const fg_ledger_options any = {.group_ms = 0};
  if (made->count == LINE_MAX_LEDGERS) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: more than %d ledgers go on from each other", path,
                   LINE_MAX_LEDGERS);
  }
  fg_ledger *ledger = fg_ledger_allocate(&any, &made->text.allocator);
  if (ledger == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  made->line[made->count++] = ledger;
  FG_TRY(fg_store_open(path, FG_STORE_READ, &made->text.allocator, &made->watch, &ledger->store, error));
  return fg_ledger_take_birth(ledger, &any, error);
}

/* Opens a ledger and its predecessors. Each of these must lie beside its successor, under the name that it had when it
   was sealed. */
static fg_status open_line(exporter *made, const char *path, fg_error *error) {
  fg_predecessor before;
  FG_TRY(open_next(made, path, error));
  for (;;) {
    char name[2 * FG_PLACE_MAX];
    char directory[FG_PLACE_MAX];
    fg_ledger *ledger = made->line[made->count - 1];
    FG_TRY(fg_predecessor_read(ledger->store, &before, error));
    if (before.seq == 0) {
      return fg_ledger_load_birth(ledger, error);
    }
    ledger->seq = before.seq;
    made->begins_after[made->count - 1] = before.seq;
    memcpy(ledger->chain, before.head, FG_CHAIN_SIZE);
    fg_place_directory(&ledger->store->place, directory);
    snprintf(name, sizeof name, "%s/%s", directory, before.name);
    FG_TRY(open_next(made, name, error));
  }
}

static void close_line(exporter *made) {
  while (made->count > 0) {
    fg_ledger_close(made->line[--made->count]);
  }
}

/* Sends the rows of all ledgers, the oldest first, and checks that each ledger begins where the one before ends. */
static fg_status send_line(exporter *made, fg_error *error) {
  const fg_ledger *before = NULL;
  for (size_t number = made->count; number-- > 0 && !made->is_over; before = made->line[number]) {
    const fg_ledger *ledger = made->line[number];
    if (before != NULL && (before->seq != ledger->seq || memcmp(before->chain, ledger->chain, FG_CHAIN_SIZE) != 0)) {
      return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s does not begin where %s ends", ledger->store->path,
                     before->store->path);
    }
    FG_TRY(send_rows(made, number, error));
  }
  return FG_OK;
}

/* Appends what comes before the commands in {"book": …, "policy": …, "wallet": …, "commands": […]}. */
static fg_status append_birth(exporter *made, fg_error *error) {
  fg_store *store = made->line[made->count - 1]->store;
  sqlite3_stmt *book = NULL;
  sqlite3_stmt *account = NULL;
  fg_text *text = &made->text;
  fg_ledger_birth birth;
  fg_status status = fg_meta_read(store, "book", &book, &birth.book, error);
  status = status == FG_OK ? fg_meta_read(store, "account", &account, &birth.account, error) : status;
  if (status == FG_OK && !is_object(birth.account)) {
    status = fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: what it was begun with (account) is altered", store->path);
  } else if (status == FG_OK) {
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

/* Reads where an export ends: an empty text, a command's number, or an instant. */
static fg_status read_limit(fg_string text, const fg_zone *zone, limit *until, fg_error *error) {
  *until = (limit){INT64_MAX, INT64_MAX};
  bool is_read = text.text == NULL || fg_quantity_parse(text, &until->seq) ||
                 fg_time_parse(text.text, text.length, zone, &until->at) == FG_OK;
  return is_read ? FG_OK
                 : fg_fail(error, FG_INVALID, "until",
                           "expected the number of a command or a time such as \"2024-11-05T10:00:00\"");
}

static fg_status export_contents(exporter *made, const char *path, fg_string until, fg_error *error) {
  FG_TRY(open_line(made, path, error));
  made->zone = fg_book_zone(fg_account_book(made->line[0]->account));
  FG_TRY(read_limit(until, made->zone, &made->until, error));
  FG_TRY(choose_names(made, error));
  FG_TRY(append_birth(made, error));
  FG_TRY(send_line(made, error));
  fg_status status = fg_text_append(&made->text, "\n]}\n", 4);
  status = status == FG_OK ? send(made, 1) : status;
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}

fg_status fg_ledger_export(const char *path, fg_string until, const fg_allocator *allocator,
                           const fg_listener *listener, const fg_sink *sink, fg_error *error) {
  const fg_allocator used = fg_allocator_or_default(allocator);
  exporter made = {.sink = sink, .name = {.allocator = used}, .text = {.allocator = used}};
  fg_watch_listen(&made.watch, listener);
  fg_status status = export_contents(&made, path, until, error);
  close_line(&made);
  fg_text_release(&made.name);
  fg_text_release(&made.text);
  return fg_watch_answer(&made.watch, status, error);
}

fg_status fg_ledger_check_target(const char *path, fg_error *error) {
  static const char database[] = "SQLite format 3"; /* every file of SQLite begins so, with the final 0 */
  char whole[FG_SYSTEM_PATH_MAX];
  char begin[sizeof database];
  fg_file file = FG_NO_FILE;
  size_t got = 0;
  bool is_open = fg_system_resolve(path, whole) == 0 && fg_system_is_plain(whole) &&
                 fg_system_open(whole, FG_OPEN_READ, &file) == 0;
  bool is_database = is_open && fg_system_read(file, begin, sizeof begin, 0, &got) == 0 && got == sizeof begin &&
                     memcmp(begin, database, sizeof begin) == 0;
  fg_system_abandon_locked(&file);
  return is_database ? fg_fail(error, FG_LEDGER_EXISTS, "",
                               "%s is a ledger or another database: an export must not replace it", path)
                     : FG_OK;
}
