/* A build with FAREGATE_NO_LEDGER, linked without SQLite: the core prices, and each function of the ledger says that
   there is none and changes nothing. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "faregate_ledger.h"

static char book_text[1 << 20];

static fg_book *load_book(void) {
  FILE *file = fopen("books/tencent-facefusion.json", "rb");
  assert(file != NULL);
  size_t length = fread(book_text, 1, sizeof book_text, file);
  fclose(file);
  fg_book *book = NULL;
  assert(fg_book_load(book_text, length, NULL, &book, NULL) == FG_OK);
  return book;
}

static void assert_left_out(fg_status status, fg_error *error) {
  assert(status == FG_LEDGER_LEFT_OUT && error->status == FG_LEDGER_LEFT_OUT);
  assert(strstr(error->message, "has no ledger") != NULL);
  *error = (fg_error){.status = FG_OK};
}

int main(void) {
  const char *path = "build/no-ledger/booth.db";
  fg_string none = {"{}", 2};
  fg_error error = {.status = FG_OK};
  fg_book *book = load_book();
  fg_ledger_options options = {.book = book};
  fg_handle *handle = NULL;
  assert_left_out(fg_ledger_open(path, &options, &handle, &error), &error);
  assert(handle == NULL);
  assert_left_out(fg_ledger_open(path, NULL, &handle, &error), &error);
  assert_left_out(fg_ledger_verify(path, NULL, NULL, &(fg_visitor){NULL}, &error), &error);
  assert_left_out(fg_ledger_export(path, none, NULL, NULL, &(fg_sink){NULL, NULL}, &error), &error);
  assert_left_out(fg_ledger_check_target(path, &error), &error);
  assert_left_out(fg_ledger_import(none, NULL, path, NULL, NULL, &error), &error);
  assert_left_out(fg_ledger_seal(path, "build/no-ledger/next.db", 92, NULL, NULL, &error), &error);
  assert_left_out(fg_ledger_compare(path, path, NULL, &(fg_visitor){NULL}, &error), &error);
  assert(fopen(path, "rb") == NULL);

  fg_account *account = NULL; /* the rest of the core is there */
  fg_command command;
  fg_outcome outcome;
  assert(fg_account_new(book, NULL, &account, NULL) == FG_OK);
  fg_command_begin(&command, FG_DO_OPEN, 0);
  command.product = (fg_string){"image", 5};
  assert(fg_account_apply(account, &command, &outcome, NULL) == FG_OK);
  assert(fg_account_now(account) == 0);
  fg_account_free(account);
  fg_book_release(book);
  puts("no-ledger in C: 1 passed, 0 failed");
  return 0;
}
