/* What embeds the library, in C or C++: replays a timeline, lets a call through the gate of an account in memory, and
   keeps one in a ledger: `consumer BOOK [LEDGER]`. Prints the version and the answer of the
   timeline; ends with the number of the step that failed. */
#include <faregate_ledger.h>
#include <faregate_timeline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fg_string text(const char *chars) {
  fg_string string = {chars, strlen(chars)};
  return string;
}

static fg_book *load_book(const char *path) {
  static char json[1 << 18];
  FILE *file = fopen(path, "rb");
  fg_book *book = NULL;
  size_t length = file == NULL ? 0 : fread(json, 1, sizeof json, file);
  if (file != NULL) {
    fclose(file);
  }
  return fg_book_load(json, length, NULL, &book, NULL) == FG_OK ? book : NULL;
}

static fg_status find_book(void *book, fg_string name, fg_book **found, fg_error *error) {
  (void)name;
  (void)error;
  *found = fg_book_retain((fg_book *)book);
  return FG_OK;
}

static bool replays(fg_book *book) {
  static const char timeline[] =
      "{\"book\": \"any\", \"commands\": ["
      "{\"at\": \"2024-11-05T10:00:00\", \"do\": \"open\", \"product\": \"image\"},"
      "{\"at\": \"2024-11-05T10:00:00\", \"do\": \"use\", \"product\": \"image\", \"quantity\": 90000},"
      "{\"at\": \"2024-12-02T00:00:00\", \"do\": \"advance\"}]}";
  fg_book_source books = {find_book, book};
  fg_text answer;
  fg_error error;
  if (fg_replay(timeline, sizeof timeline - 1, &books, NULL, NULL, &answer, &error) != FG_OK) {
    fprintf(stderr, "%s: %s\n", error.path, error.message);
    return false;
  }
  printf("%s\n%s\n", fg_version(), answer.text);
  fg_text_release(&answer);
  return true;
}

/* Opens the product, lets a call in and commits it. */
static bool passes(fg_handle *handle) {
  fg_command command;
  fg_pass pass;
  fg_command_begin(&command, FG_DO_OPEN, FG_NO_TIME);
  command.product = text("image");
  if (fg_handle_apply(handle, &command, NULL, NULL) != FG_OK) {
    return false;
  }
  fg_command_begin(&command, FG_DO_CALL, FG_NO_TIME);
  command.product = text("image");
  if (fg_handle_call(handle, &command, &pass, NULL, NULL) != FG_OK) {
    return false;
  }
  fg_command_begin(&command, FG_DO_COMMIT, FG_NO_TIME);
  bool committed = fg_pass_end(&pass, &command, NULL, NULL) == FG_OK;
  fg_pass_release(&pass);
  return committed;
}

static bool gates(fg_book *book) {
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  if (fg_account_new(book, NULL, &account, NULL) != FG_OK) {
    return false;
  }
  if (fg_handle_new(account, NULL, &handle, NULL) != FG_OK) {
    fg_account_free(account);
    return false;
  }
  bool passed = passes(handle);
  return fg_handle_close(handle, NULL) == FG_OK && passed;
}

static bool keeps(fg_book *book, const char *path) {
  fg_ledger_options options;
  fg_handle *handle = NULL;
  memset(&options, 0, sizeof options);
  options.book = book;
  if (fg_ledger_open(path, &options, &handle, NULL) != FG_OK) {
    return false;
  }
  bool passed = passes(handle);
  return fg_handle_close(handle, NULL) == FG_OK && passed;
}

int main(int count, char **words) {
  fg_book *book = count < 2 ? NULL : load_book(words[1]);
  int failed = book == NULL ? 1 : !replays(book) ? 2 : !gates(book) ? 3 : count > 2 && !keeps(book, words[2]) ? 4 : 0;
  fg_book_release(book);
  return failed;
}
