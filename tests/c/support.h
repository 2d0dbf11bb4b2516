/* What the C tests share: files, books by name, structured answers as JSON values, an allocator that can run out. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "faregate_book.h"
#include "faregate_timeline.h"

#define EAST(minutes) (&(fg_zone){.offset = (minutes)*INT64_C(60000000)}) ///< the zone of a fixed offset
#include "json/read.h"

#define FACEFUSION "tencent-facefusion"

/* The tests run in the root of the checkout. */
char *read_file(const char *path, size_t *length); ///< fails the test if it cannot; ends in a 0; the caller frees it
void write_file(const char *path, const char *bytes, size_t length);
json_t *load_json(const char *path); ///< fails the test if it cannot

fg_string string_of(const char *text);
fg_time at(const char *text); ///< an instant, civil time at +08:00
fg_money money(const char *text);

/* A shipped book; fails the test if there is none. The caller owns a reference. */
fg_book *load_book(const char *name);
fg_book *load_text(const char *json); ///< a book of this text
/* The shipped books by name, for fg_replay; `context` is an allocator or NULL. */
fg_status find_book(void *context, fg_string name, fg_book **book, fg_error *error);

/* For a group of tests that ask the same book: its set-up and tear-down. */
extern fg_book *facefusion;
int set_up_facefusion(void **state);
int tear_down_facefusion(void **state);

/* An account with `cash` in its wallet, NULL for unlimited funds, and one switch of its policy, NULL for none. */
fg_account *account_of(const char *book_name, const char *cash, const char *key, const char *value);

/* The same of a book of this text, without switches. A small one of format 2 begins with TOY and goes on with its
   rounding. */
fg_account *account_of_text(const char *json, const char *cash);
#define TOY                                                                                                            \
  "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "                     \
  "\"minor_digits\": 2, \"time_zone\": \"+08:00\", "

/* A visitor that builds a JSON value, for comparison; money and times become strings. */
typedef struct json_builder {
  json_t *root;
  json_t *stack[16];
  size_t depth;
  int minor_digits;
  const fg_zone *zone;
} json_builder;
fg_visitor build_json(json_builder *builder, const fg_book *book);
json_t *whole(const json_builder *builder); ///< what was told, which has ended; the caller owns it

json_t *statement_of(const fg_account *account); ///< the caller owns it
json_t *calls_of(const fg_account *account);     ///< those in flight; the caller owns it

/* The value a JSON pointer (RFC 6901) leads to, borrowed; NULL if it leads nowhere. */
const json_t *json_at(const json_t *document, const char *pointer);
void assert_text_at(const json_t *document, const char *pointer, const char *expected); ///< "null" for null
int64_t integer_in(const fg_account *account, const char *pointer);                     ///< of its statement
void assert_in_statement(const fg_account *account, const char *pointer, const char *expected);

bool are_same(const fg_command *a, const fg_command *b);
fg_status read_snapshot_of(const fg_account *from, fg_account *to); ///< what reading it into the other answers
/* The same with all that follows from the rest, which is compared. */
fg_status read_told_snapshot_of(const fg_account *from, fg_account *to);
void write_and_read(fg_account *account); ///< as its snapshot

/* Numbers of 0 … end - 1, the same in every run of a program; another state but 0 begins others. */
extern uint64_t random_state;
int64_t random_below(int64_t end);

/* Between the tests' JSON and the core's. A number with a fraction becomes 0.0: the core keeps no more of it. */
fg_json_document document_of(const json_t *value); ///< the caller releases it
json_t *json_of(const fg_json *value);             ///< the caller owns it

/* An allocator that counts and can fail. One at a time. */
typedef struct scarcity {
  long live;     ///< blocks not yet freed
  long asked;    ///< allocations and growths so far
  long fail_at;  ///< this one fails, counted from 1; 0: none
  bool for_good; ///< all after it fail as well
} scarcity;
extern scarcity memory;
fg_allocator scarce_allocator(void);

/* Fills a command from "name=value" words: command_of(FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=5").
   Text is borrowed from a buffer that holds until the next call. */
fg_command command_of(fg_command_kind kind, const char *instant, const char *fields);
/* Does such a command; `outcome` may be NULL. */
fg_status apply(fg_account *account, fg_command_kind kind, const char *instant, const char *fields,
                fg_outcome *outcome);
fg_outcome must(fg_account *account, fg_command_kind kind, const char *instant, const char *fields);

#endif
