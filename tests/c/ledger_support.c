#define _DEFAULT_SOURCE /* mkdtemp */
#include "ledger_support.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef _WIN32
#include <direct.h>
#include <io.h>
#define mkdir(name, mode) _mkdir(name)
static char *mkdtemp(char *name) { return _mktemp(name) != NULL && mkdir(name, 0777) == 0 ? name : NULL; }
#endif

static char directory[64];

const char *ledger_path(const char *name) {
  static char paths[8][512];
  static unsigned turn;
  char *path = paths[turn++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", directory, name);
  return path;
}

static void empty_directory(void) {
  DIR *opened = opendir(directory);
  assert_non_null(opened);
  for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
    const char *path = ledger_path(entry->d_name);
    if (entry->d_name[0] != '.' && unlink(path) != 0) {
      assert_int_equal(rmdir(path), 0);
    }
  }
  closedir(opened);
}

int make_ledger_directory(void **state) {
  (void)state;
  if (directory[0] == '\0') {
    mkdir("build/ledgers", 0777);
    snprintf(directory, sizeof directory, "build/ledgers/XXXXXX");
    assert_non_null(mkdtemp(directory));
  }
  return 0;
}

int drop_ledger_directory(void **state) {
  (void)state;
  empty_directory();
  assert_int_equal(rmdir(directory), 0);
  directory[0] = '\0';
  return 0;
}

bool file_exists(const char *path) { return access(path, F_OK) == 0; }

long file_size(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

void copy_file(const char *from, const char *to) {
  size_t length = 0;
  char *bytes = read_file(from, &length);
  write_file(to, bytes, length);
  free(bytes);
}

void copy_ledger(const char *from, const char *to) {
  static const char *const suffixes[] = {"", "-wal", "-mark"};
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    char beside_from[600];
    char beside_to[600];
    snprintf(beside_from, sizeof beside_from, "%s%s", from, suffixes[i]);
    snprintf(beside_to, sizeof beside_to, "%s%s", to, suffixes[i]);
    unlink(beside_to); /* a file written over is written to the disk when it is closed, which takes its time */
    if (file_exists(beside_from)) {
      copy_file(beside_from, beside_to);
    }
  }
}

uint64_t picture_of_files(void) {
  uint64_t sum = 0;
  DIR *opened = opendir(directory);
  assert_non_null(opened);
  for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
    char path[600];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    assert_int_equal(stat(path, &status), 0);
    if (!S_ISREG(status.st_mode) || access(path, R_OK) != 0) {
      continue;
    }
#ifdef _WIN32
    uint64_t hash = (uint64_t)status.st_mtime;
#else
    uint64_t hash = (uint64_t)status.st_mtim.tv_sec * 1000000007U + (uint64_t)status.st_mtim.tv_nsec;
#endif
    size_t length = 0;
    char *bytes = read_file(path, &length);
    for (size_t i = 0; i < length; i++) {
      hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    for (const char *at = entry->d_name; *at != '\0'; at++) {
      hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    }
    free(bytes);
    sum += hash;
  }
  closedir(opened);
  return sum;
}

fg_handle *open_ledger(const char *path, int64_t group_ms) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  fg_book *book = load_book(FACEFUSION);
  fg_ledger_options options = {.book = book, .group_ms = group_ms};
  fg_status status = fg_ledger_open(path, &options, &ledger, &error);
  fg_book_release(book);
  if (status != FG_OK) {
    fail_msg("%s: %s: %s", path, fg_status_name(status), error.message);
  }
  return ledger;
}

json_t *statement_in(const char *path) {
  fg_handle *ledger = NULL;
  fg_error error = {0};
  if (fg_ledger_open(path, NULL, &ledger, &error) != FG_OK) {
    fail_msg("%s", error.message);
  }
  json_t *statement = statement_of(fg_handle_account(ledger));
  close_ledger(ledger);
  return statement;
}

void close_ledger(fg_handle *ledger) {
  fg_error error = {0};
  if (fg_handle_close(ledger, &error) != FG_OK) {
    fail_msg("close: %s", error.message);
  }
}

fg_status try_to_open(const char *path, fg_error *error) {
  fg_handle *ledger = NULL;
  fg_error unasked = {0};
  fg_status status = fg_ledger_open(path, NULL, &ledger, error == NULL ? &unasked : error);
  if (status == FG_OK) {
    close_ledger(ledger);
  }
  return status;
}

fg_status apply_to(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields, const char *id,
                   fg_outcome *outcome) {
  fg_command command = command_of(kind, instant, fields);
  if (id != NULL) {
    command.id = string_of(id);
  }
  fg_error error = {0};
  fg_status status = fg_handle_apply(ledger, &command, outcome, &error);
  assert_true(status == FG_OK || error.status == status);
  return status;
}

void must_apply(fg_handle *ledger, fg_command_kind kind, const char *instant, const char *fields, const char *id) {
  fg_status status = apply_to(ledger, kind, instant, fields, id, NULL);
  if (status != FG_OK) {
    fail_msg("%s %s: %s", fg_command_name(kind), fields, fg_status_name(status));
  }
}

fg_status use_one(fg_handle *ledger, int64_t second, const char *id, fg_outcome *outcome) {
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, at("2024-11-05T10:00:00") + second * 1000000);
  command.product = string_of("image");
  command.quantity = 1;
  command.id = string_of(id);
  return fg_handle_apply(ledger, &command, outcome, NULL);
}

void fill_ledger(const char *path, int uses) {
  fg_handle *ledger = open_ledger(path, 1000);
  must_apply(ledger, FG_DO_OPEN, "2024-11-05T10:00:00", "product=image", NULL);
  for (int i = 1; i <= uses; i++) {
    char id[16];
    snprintf(id, sizeof id, "u%d", i);
    assert_int_equal(use_one(ledger, i, id, NULL), FG_OK);
  }
  close_ledger(ledger);
}

void leave_killed(const char *path) {
  char other[600];
  snprintf(other, sizeof other, "%s-alive", path);
  fill_ledger(other, 3);
  fg_handle *ledger = open_ledger(other, 0);
  assert_int_equal(use_one(ledger, 10, "last", NULL), FG_OK);
  copy_ledger(other, path);
  close_ledger(ledger);
  assert_int_equal(unlink(other), 0);
}

int64_t command_count(const fg_handle *ledger) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(fg_handle_account(ledger)));
  assert_int_equal(fg_handle_describe(ledger, &visitor), FG_OK);
  int64_t count = json_integer_value(json_object_get(builder.root, "commands"));
  json_decref(builder.root);
  return count;
}

json_t *verify(const char *path) { return verify_both(path, NULL); }

json_t *verify_both(const char *path, const char *predecessor) {
  json_builder builder;
  fg_error error = {0};
  fg_book *book = load_book(FACEFUSION);
  fg_visitor visitor = build_json(&builder, book);
  fg_book_release(book);
  if (fg_ledger_verify(path, predecessor, NULL, &visitor, &error) != FG_OK) {
    fail_msg("verify: %s", error.message);
  }
  return builder.root;
}

void assert_good(const char *path) {
  json_t *told = verify(path);
  if (!json_is_true(json_object_get(told, "ok"))) {
    fail_msg("%s", json_string_value(json_object_get(told, "problem")));
  }
  json_decref(told);
}

fg_text export_ledger(const char *path, const char *until) {
  fg_text timeline = {0};
  fg_error error = {0};
  fg_sink sink = fg_text_sink(&timeline);
  fg_string limit = {until, until == NULL ? 0 : strlen(until)};
  if (fg_ledger_export(path, limit, NULL, NULL, &sink, &error) != FG_OK) {
    fail_msg("export: %s", error.message);
  }
  return timeline;
}

json_t *exported_statement(const char *path) {
  fg_text timeline = export_ledger(path, NULL);
  fg_text answer = {0};
  fg_error error = {0};
  if (fg_replay(timeline.text, timeline.length, NULL, NULL, NULL, &answer, &error) != FG_OK) {
    fail_msg("replay: %s: %s", error.path, error.message);
  }
  json_t *document = json_loadb(answer.text, answer.length, 0, NULL);
  json_t *statement = json_incref(json_object_get(document, "statement"));
  json_decref(document);
  fg_text_release(&timeline);
  fg_text_release(&answer);
  return statement;
}
