/* Support for all C tests: files, books by name, structured answers as JSON values, and an allocator that can run
   out. */
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

/* Paths are relative to the root of the checkout, in which the tests run. */
char *read_file(const char *path, size_t *length); ///< fails the test if it cannot; ends in a 0; the caller frees it
void write_file(const char *path, const char *bytes, size_t length);
json_t *load_json(const char *path); ///< fails the test if it cannot

fg_string string_of(const char *text);
fg_time at(const char *text); ///< the instant of a text; a time without an offset is at +08:00
fg_money money(const char *text);

/* Loads a shipped book; fails the test if there is none of this name. The caller owns a reference. */
fg_book *load_book(const char *name);
fg_book *load_text(const char *json); ///< loads a book from its JSON; the caller owns a reference
/* Finds a shipped book by its name, for fg_replay; `context` is an fg_allocator or NULL. */
fg_status find_book(void *context, fg_string name, fg_book **book, fg_error *error);

/* The Face Fusion book for a group of tests, with the set-up and the tear-down of the group. */
extern fg_book *facefusion;
int set_up_facefusion(void **state);
int tear_down_facefusion(void **state);
/* Finds that book by its name, and no other. */
extern const fg_book_source facefusion_source;

/* Makes an account with `cash` in its wallet (NULL: unlimited funds) and one switch of its policy (`key` NULL:
   none). */
fg_account *account_of(const char *book_name, const char *cash, const char *key, const char *value);

/* Makes an account with `cash` from the JSON of a book. TOY is the beginning of a small book of format 2, which a test
   goes on with from `rounding` on. */
fg_account *account_of_text(const char *json, const char *cash);
#define TOY                                                                                                            \
  "{\"format\": \"faregate-book/2\", \"id\": \"toy\", \"title\": \"Toy\", \"currency\": \"EUR\", "                     \
  "\"minor_digits\": 2, \"time_zone\": \"+08:00\", "

/* A visitor that builds a JSON value, so that a test can compare it; money and times become strings. */
typedef struct json_builder {
  json_t *root;
  json_t *stack[16];
  size_t depth;
  int minor_digits;
  const fg_zone *zone;
} json_builder;
fg_visitor build_json(json_builder *builder, const fg_book *book);
json_t *whole(const json_builder *builder); ///< the value that was built, complete; the caller owns it

json_t *statement_of(const fg_account *account); ///< the caller owns it
json_t *calls_of(const fg_account *account);     ///< the calls in flight; the caller owns them

/* The value that a JSON pointer (RFC 6901) leads to, borrowed from `document`; NULL if it leads nowhere. */
const json_t *json_at(const json_t *document, const char *pointer);
void assert_text_at(const json_t *document, const char *pointer, const char *expected); ///< "null": JSON null
int64_t integer_in(const fg_account *account, const char *pointer);                     ///< in the statement
void assert_in_statement(const fg_account *account, const char *pointer, const char *expected);

bool are_same(const fg_command *a, const fg_command *b);
fg_status read_snapshot_of(const fg_account *from, fg_account *to); ///< the status of reading it into `to`
/* Reads a snapshot like read_snapshot_of(), but one with derived values in it too, which reading compares. */
fg_status read_told_snapshot_of(const fg_account *from, fg_account *to);
void write_and_read(fg_account *account); ///< writes the account's snapshot and reads it again

/* How much a test looks at: `full`, or `few` where FAREGATE_SHORT is set. */
int or_in_short(int full, int few);
/* Leaves out a test that no smaller case can be made of, where FAREGATE_SHORT is 2, as it is under valgrind: it takes
   fifty times as long there. */
void skip_if_slow(void);

/* Random integers from 0 to end - 1. They are the same in every run of a program; setting the state to another value
   but 0 begins another sequence. */
extern uint64_t random_state;
int64_t random_below(int64_t end);

/* Convert between the JSON of the tests (jansson) and that of the core. A number with a fraction becomes 0.0, because
   the core does not keep its value. */
fg_json_document document_of(const json_t *value); ///< the caller releases it
json_t *json_of(const fg_json *value);             ///< the caller owns it

/* An allocator that counts its allocations and can fail. There is only one of it. */
typedef struct scarcity {
  long live;     ///< blocks not yet freed
  long asked;    ///< allocations and growths so far
  long fail_at;  ///< the number of the allocation that fails, counted from 1; 0: none
  bool for_good; ///< whether all allocations after that fail as well
} scarcity;
extern scarcity memory;
fg_allocator scarce_allocator(void);

/* Makes a command of "name=value" words: command_of(FG_DO_USE, "2024-11-05T10:00:00", "product=image quantity=5"). Its
   texts are borrowed from a buffer that is overwritten by the next call. */
fg_command command_of(fg_command_kind kind, const char *instant, const char *fields);
/* Applies a command as command_of() makes it; `outcome` may be NULL. */
fg_status apply(fg_account *account, fg_command_kind kind, const char *instant, const char *fields,
                fg_outcome *outcome);
fg_outcome must(fg_account *account, fg_command_kind kind, const char *instant, const char *fields);

#endif
