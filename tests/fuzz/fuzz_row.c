/* Any rows in a ledger whose chain is right: they are done, or refused as damage, and nothing else happens. A line of
   the input is a row: seconds after the one before, kind, id, fields and answer, with tabs between them. */
#include "store/system.h"

#include "fuzz.h"
#include "faregate_book.h"
#include "faregate_ledger.h"

#include "store/create.h"
#include "store/ledger.h"
#include "store/statements.h"
#include "store/tables.h"

#include <unistd.h>

static char path[64];
static fg_text book_text;

typedef struct maker {
  const char *at, *end; ///< the input that is left
  fg_ledger *ledger;
  fg_store store;
  fg_row row;
} maker;

static fg_string text_of(const char *text) { return (fg_string){text, strlen(text)}; }

/* Up to the mark or the end. */
static fg_string next_word(maker *made, char mark) {
  fg_string word = {made->at, 0};
  while (made->at < made->end && *made->at != mark && *made->at != '\n') {
    made->at++;
  }
  word.length = (size_t)(made->at - word.text);
  made->at += made->at < made->end && *made->at == mark ? 1 : 0;
  return word;
}

/* A whole number of a few digits; 0 where there is none. */
static int64_t number_of(fg_string word) {
  int64_t number = 0;
  for (size_t i = 0; i < word.length && i < 10 && word.text[i] >= '0' && word.text[i] <= '9'; i++) {
    number = 10 * number + (word.text[i] - '0');
  }
  return number;
}

static void put_row(maker *made, int64_t seconds, fg_string kind, fg_string id, fg_string command, fg_string outcome) {
  fg_row *row = &made->row;
  *row = (fg_row){.seq = row->seq + 1,
                  .at = row->at + seconds * 1000000,
                  .kind = kind,
                  .id = id,
                  .command = command,
                  .outcome = outcome,
                  .session = 1};
  fg_row_chain(made->ledger->chain, row, row->chain);
  memcpy(made->ledger->chain, row->chain, FG_CHAIN_SIZE);
  MUST(fg_row_insert(&made->ledger->statements, row) == SQLITE_OK);
}

static void put_good_rows(maker *made) {
  fg_string none = {NULL, 0};
  made->row.at = 1730772000000000;
  put_row(made, 0, text_of("open"), none, text_of("{\"product\":\"image\"}"), text_of("{}"));
  put_row(made, 1, text_of("use"), text_of("u1"), text_of("{\"product\":\"image\",\"quantity\":1500}"),
          text_of("{\"free\":1000,\"postpaid\":500}"));
  put_row(made, 1, text_of("call"), text_of("c1"), text_of("{\"product\":\"image\"}"), text_of("{\"postpaid\":1}"));
}

static fg_status fill(void *context, sqlite3 *database, fg_error *error) {
  maker *made = context;
  fg_ledger_birth birth = {
      .book = {book_text.text, book_text.length}, .account = text_of("{\"policy\":{}}"), .counting = FG_COUNTING_NOW};
  made->store = (fg_store){.path = path, .database = database};
  made->ledger->store = &made->store;
  MUST(fg_tables_create(database, path, &birth, error) == FG_OK);
  MUST(fg_statements_prepare(&made->ledger->statements, made->ledger->store, error) == FG_OK);
  fg_birth_chain(&birth, made->ledger->chain);
  put_good_rows(made);
  while (made->at < made->end) {
    fg_string seconds = next_word(made, '\t');
    fg_string kind = next_word(made, '\t');
    fg_string id = next_word(made, '\t');
    fg_string command = next_word(made, '\t');
    fg_string outcome = next_word(made, '\n');
    made->at += made->at < made->end ? 1 : 0;
    put_row(made, number_of(seconds), kind, id.length == 0 ? (fg_string){NULL, 0} : id, command, outcome);
  }
  fg_statements_release(&made->ledger->statements);
  return FG_OK;
}

static void make(const uint8_t *data, size_t size) {
  static const fg_ledger_options any = {.group_ms = 0};
  fg_allocator allocator = fg_allocator_or_default(NULL);
  char *text = malloc(size + 1);
  memcpy(text, data, size);
  text[size] = '\0';
  maker made = {.at = text, .end = text + size, .ledger = fg_ledger_allocate(&any, &allocator)};
  fg_store_maker maker = {.fill = fill, .context = &made};
  unlink(path);
  MUST(fg_store_create(path, &allocator, &maker, NULL) == FG_OK);
  fg_ledger_release(made.ledger);
  free(text);
}

static void must_be_damage(fg_status status, const fg_error *error) {
  must_be_an_error(status, error);
  MUST(status == FG_LEDGER_CORRUPT);
}

/* Ids that the rows may have used are looked for in them. */
static void ask(fg_handle *handle) {
  static const char *const ids[] = {"u1", "c1", "u2", "x"};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    for (int kind = FG_DO_BUY_PACK; kind < FG_COMMAND_COUNT; kind++) {
      fg_command command;
      fg_outcome outcome;
      fg_error error;
      fg_command_begin(&command, (fg_command_kind)kind, FG_NO_TIME);
      command.at = fg_account_now(fg_handle_account(handle));
      command.product = text_of("image");
      command.id = text_of(ids[i]);
      command.quantity = 1;
      fg_status status = fg_handle_apply(handle, &command, &outcome, &error);
      MUST(status == FG_OK || fg_status_is_refusal(status) || status == FG_LEDGER_CORRUPT || status == FG_INVALID);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fg_error error = {0};
  fg_handle *handle = NULL;
  if (path[0] == '\0') {
    MUST(fg_book_write(facefusion(), &book_text) == FG_OK);
    snprintf(path, sizeof path, "build/fuzz/row-%ld.db", (long)getpid());
  }
  make(data, size);
  fg_text out = {0};
  fg_sink sink = fg_text_sink(&out);
  fg_status status = fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &sink, &error);
  if (status != FG_OK) {
    must_be_damage(status, &error);
  }
  fg_text_release(&out);
  status = fg_ledger_open(path, NULL, &handle, &error);
  if (status != FG_OK) {
    must_be_damage(status, &error);
  } else {
    ask(handle);
    fg_handle_close(handle, NULL);
  }
  unlink(path);
  return 0;
}
