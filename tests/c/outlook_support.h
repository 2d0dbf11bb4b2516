/* Writes the entries of fg_account_upcoming and fg_account_notices as lines of text, without values that are null. */
#ifndef OUTLOOK_SUPPORT_H
#define OUTLOOK_SUPPORT_H

#include "support.h"
#include "faregate_outlook.h"

enum { LINES_MAX = 16384 };

/* Writes each entry as a line of "key=value" for these keys, separated by spaces; the first two values without a
   key. */
static inline void write_lines(const json_t *entries, const char *const *keys, char lines[LINES_MAX]) {
  size_t used = 0;
  lines[0] = '\0';
  for (size_t i = 0; i < json_array_size(entries); i++) {
    const json_t *entry = json_array_get(entries, i);
    for (const char *const *key = keys; *key != NULL; key++) {
      const json_t *value = json_object_get(entry, *key);
      const char *space = key == keys ? "" : " ";
      assert_non_null(value);
      assert_true(used < LINES_MAX - 512);
      if (json_is_integer(value)) {
        long long number = json_integer_value(value);
        used += (size_t)snprintf(lines + used, LINES_MAX - used, "%s%s=%lld", space, *key, number);
      } else if (json_is_string(value)) {
        bool is_name = key == keys || key == keys + 1; /* every entry has both, so that their keys can be left out */
        used += (size_t)snprintf(lines + used, LINES_MAX - used, "%s%s%s%s", space, is_name ? "" : *key,
                                 is_name ? "" : "=", json_string_value(value));
      }
    }
    used += (size_t)snprintf(lines + used, LINES_MAX - used, "\n");
  }
}

/* Writes the lines of write_lines() without the offset of the times, which is +08:00 in all of them. */
static inline void write_civil_lines(const json_t *entries, const char *const *keys, char lines[LINES_MAX]) {
  write_lines(entries, keys, lines);
  for (char *offset = strstr(lines, "+08:00"); offset != NULL; offset = strstr(lines, "+08:00")) {
    memmove(offset, offset + 6, strlen(offset + 6) + 1);
  }
}

/* A function that tells without changing the account: fg_account_upcoming or fg_account_notices, with their
   argument. */
typedef fg_status (*outlook)(const fg_account *account, const void *asked, const fg_visitor *visitor, fg_error *error);

/* Returns what `look` tells, as JSON, and checks that it changes nothing. The caller owns the result. */
static inline json_t *look_at(const fg_account *account, outlook look, const void *asked) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, fg_account_book(account));
  json_t *before = statement_of(account);
  assert_int_equal(look(account, asked, &visitor, NULL), FG_OK);
  json_t *after = statement_of(account);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  return whole(&builder);
}

static inline fg_status ask_upcoming(const fg_account *account, const void *until, const fg_visitor *visitor,
                                     fg_error *error) {
  return fg_account_upcoming(account, *(const fg_time *)until, visitor, error);
}

static inline json_t *upcoming_of(const fg_account *account, fg_time until) {
  return look_at(account, ask_upcoming, &until);
}

/* Lets each allocation of `look` fail in turn, and checks that it returns an error, leaks nothing and leaves the
   account as it was. The account must have scarce_allocator(). */
static inline void look_while_memory_is_short(const fg_account *account, outlook look, const void *asked) {
  json_t *before = statement_of(account);
  long live = memory.live;
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status != FG_OK; fail_at++) {
    json_builder builder;
    fg_visitor visitor = build_json(&builder, fg_account_book(account));
    fg_error error = {.status = FG_OK};
    memory.asked = 0;
    memory.fail_at = fail_at;
    status = look(account, asked, &visitor, &error);
    memory.fail_at = 0;
    assert_true(status == FG_OK ? fail_at > 5 : status == FG_NO_MEMORY && error.status == FG_NO_MEMORY);
    assert_int_equal(memory.live, live);
    json_decref(builder.root);
  }
  json_t *after = statement_of(account);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
}

static inline fg_account *scarce_account(void) {
  fg_allocator allocator = scarce_allocator();
  fg_book *book = load_book(FACEFUSION);
  fg_account *account = NULL;
  fg_account_options options = {.allocator = &allocator};
  assert_int_equal(fg_account_new(book, &options, &account, NULL), FG_OK);
  fg_book_release(book);
  return account;
}

#endif
