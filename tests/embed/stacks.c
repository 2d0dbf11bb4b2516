/* How much stack the library takes for what a host does with it, measured: `stacks BOOK FOLDER`. Each use runs in a
   thread whose stack was filled with a pattern, with everything that is called: SQLite, the C library, the system. Ends
   with 1 where a use takes more than docs/embedding.md says (tools/stacks.sh). */
#include <faregate_ledger.h>
#include <faregate_outlook.h>
#include <faregate_timeline.h>
#include <faregate_whatif.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { STACK = 1 << 20, PATTERN = 0xA5, KIB = 1024 };

static const fg_time day = INT64_C(86400000000);
static const fg_time begin = INT64_C(20000) * INT64_C(86400000000);
static char json[1 << 18];
static size_t json_length;
static char ledger_path[512], successor_path[512], copy_path[512];

static fg_string text(const char *chars) { return (fg_string){chars, strlen(chars)}; }

static void must(fg_status status, const fg_error *error, const char *what) {
  if (status != FG_OK) {
    fprintf(stderr, "stacks: %s: %s %s\n", what, fg_status_name(status), error->message);
    exit(2);
  }
}

static bool on_key(void *context, const char *key) { return context == NULL || key == NULL; }
static bool on_end(void *context) { return context == NULL; }
static bool on_text(void *context, const char *key, fg_string value) {
  return on_key(context, key) || value.length > 0;
}
static bool on_integer(void *context, const char *key, int64_t value) { return on_key(context, key) || value >= 0; }
static bool on_money(void *context, const char *key, fg_money value) { return on_key(context, key) || value.high >= 0; }
static bool on_flag(void *context, const char *key, bool value) { return on_key(context, key) || value; }
static const fg_visitor nobody = {NULL,       on_key,   on_end,     on_key,  on_end, on_text,
                                  on_integer, on_money, on_integer, on_flag, on_key, on_key};

static fg_book *load(void) {
  fg_error error = {0};
  fg_book *book = NULL;
  must(fg_book_load(json, json_length, NULL, &book, &error), &error, "book");
  return book;
}

/* A command of "image" with a quantity; -1: none. */
static void apply(fg_handle *handle, fg_command_kind kind, fg_time at, int64_t quantity) {
  fg_error error = {0};
  fg_outcome outcome;
  fg_command command;
  fg_command_begin(&command, kind, at);
  command.product = kind == FG_DO_ADVANCE ? (fg_string){NULL, 0} : text("image");
  if (quantity >= 0) {
    command.quantity = quantity;
  }
  must(fg_handle_apply(handle, &command, &outcome, &error), &error, "command");
}

/* Calls through the gate over two months with their settlements, and what a kiosk asks: outlook, notices, statement. */
static void live(fg_handle *handle) {
  fg_error error = {0};
  apply(handle, FG_DO_OPEN, begin, -1);
  for (int i = 0; i < 600; i++) {
    fg_command command;
    fg_pass pass;
    fg_command_begin(&command, FG_DO_CALL, begin + i * (day / 10));
    command.product = text("image");
    command.quantity = 5;
    must(fg_handle_call(handle, &command, &pass, NULL, &error), &error, "call");
    fg_command_begin(&command, i % 7 == 0 ? FG_DO_CANCEL : FG_DO_COMMIT, begin + i * (day / 10));
    must(fg_pass_end(&pass, &command, NULL, &error), &error, "end");
    fg_pass_release(&pass);
  }
  apply(handle, FG_DO_ADVANCE, begin + 100 * day, -1);
  must(fg_handle_upcoming(handle, FG_NO_TIME, &nobody, &error), &error, "upcoming");
  must(fg_handle_notices(handle, NULL, &nobody, &error), &error, "notices");
  must(fg_handle_statement(handle, &nobody, &error), &error, "statement");
}

static void use_prices(void) {
  fg_error error = {0};
  fg_book *book = load();
  fg_price_query query = {.product = text("image"), .meter = text("calls"), .quantity = 89000, .tier_quantity = -1};
  must(fg_book_price(book, &query, &nobody, &error), &error, "price");
  fg_book_release(book);
}

static void use_gate(void) {
  fg_error error = {0};
  fg_book *book = load();
  fg_account *account = NULL;
  fg_handle *handle = NULL;
  must(fg_account_new(book, NULL, &account, &error), &error, "account");
  must(fg_handle_new(account, NULL, &handle, &error), &error, "handle");
  live(handle);
  must(fg_handle_close(handle, &error), &error, "close");
  fg_book_release(book);
}

static void use_plan(void) {
  fg_error error = {0};
  fg_book *book = load();
  fg_plan *plan = NULL;
  fg_text timeline = {.text = NULL};
  fg_plan_query query = {.forecast = text("{\"product\": \"image\", \"start\": \"2025-01\", \"materials\": 30, "
                                          "\"calls\": [5000, 90000, 300000, 20000, 15000, 1200000]}")};
  must(fg_plan_make(book, &query, NULL, &plan, &error), &error, "plan");
  must(fg_plan_describe(plan, &nobody), &error, "plan told");
  must(fg_plan_timeline(plan, &timeline), &error, "plan as a timeline");
  fg_text_release(&timeline);
  fg_plan_free(plan);
  fg_book_release(book);
}

static void use_basket(void) {
  fg_error error = {0};
  fg_book *book = load();
  fg_basket basket = {.at = begin, .months = 12};
  basket.content = text("{\"image\": {\"calls\": 90000, \"packs\": {\"calls-10k\": 1}, \"materials\": 30}, "
                        "\"image-pro\": {\"calls\": 500, \"concurrency\": {\"quantity\": 2, \"months\": 3}}}");
  must(fg_basket_quote(book, &basket, NULL, &nobody, &error), &error, "basket");
  fg_book_release(book);
}

static void use_ledger(void) {
  fg_error error = {0};
  fg_handle *handle = NULL;
  fg_book *book = load();
  fg_ledger_options options = {.book = book, .group_ms = 1000};
  must(fg_ledger_open(ledger_path, &options, &handle, &error), &error, "open");
  live(handle);
  must(fg_handle_close(handle, &error), &error, "close");
  must(fg_ledger_open(ledger_path, NULL, &handle, &error), &error, "open again");
  must(fg_handle_statement(handle, &nobody, &error), &error, "statement");
  must(fg_handle_close(handle, &error), &error, "close again");
  fg_book_release(book);
}

static fg_status find_book(void *book, fg_string name, fg_book **found, fg_error *error) {
  (void)name;
  (void)error;
  *found = fg_book_retain(book);
  return FG_OK;
}

static void use_keeping(void) {
  fg_error error = {0};
  fg_book *book = load();
  fg_book_source books = {find_book, book};
  fg_text exported = {.allocator = {0}};
  must(fg_ledger_verify(ledger_path, NULL, NULL, &nobody, &error), &error, "verify");
  fg_sink sink = fg_text_sink(&exported);
  must(fg_ledger_export(ledger_path, (fg_string){NULL, 0}, NULL, NULL, &sink, &error), &error, "export");
  must(fg_ledger_import((fg_string){exported.text, exported.length}, &books, copy_path, NULL, NULL, &error), &error,
       "import");
  must(fg_ledger_compare(ledger_path, copy_path, NULL, &nobody, &error), &error, "compare");
  must(fg_ledger_seal(ledger_path, successor_path, -1, NULL, NULL, &error), &error, "seal");
  fg_text_release(&exported);
  fg_book_release(book);
}

/* What a host does, and the most that it may take by the document, in KiB. */
typedef struct stack_use {
  const char *name;
  void (*run)(void);
  size_t most;
} stack_use;

static const stack_use uses[] = {
    {"a book is loaded, a price asked for", use_prices, 20},
    {"calls, settlements, outlook, notices, a statement, in memory", use_gate, 20},
    {"a basket", use_basket, 32},
    {"the cheapest plan", use_plan, 20},
    {"the same calls in a ledger that is opened, used and closed", use_ledger, 32},
    {"a ledger is verified, exported, imported, compared, sealed", use_keeping, 36},
};

static void *run_use(void *use) {
  ((const stack_use *)use)->run();
  return NULL;
}

/* The part of the stack whose pattern is gone, in KiB. */
static size_t measure(const stack_use *use, unsigned char *stack) {
  pthread_attr_t attributes;
  pthread_t thread;
  size_t untouched = 0;
  memset(stack, PATTERN, STACK);
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, stack, STACK) != 0 ||
      pthread_create(&thread, &attributes, run_use, (void *)(uintptr_t)use) != 0 || pthread_join(thread, NULL) != 0) {
    fprintf(stderr, "stacks: no thread\n");
    exit(2);
  }
  pthread_attr_destroy(&attributes);
  while (untouched < STACK && stack[untouched] == PATTERN) {
    untouched++;
  }
  return (STACK - untouched + KIB - 1) / KIB;
}

int main(int count, char **words) {
  unsigned char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  FILE *book = count == 3 ? fopen(words[1], "rb") : NULL;
  int status = 0;
  if (stack == MAP_FAILED || book == NULL) {
    fprintf(stderr, "usage: stacks BOOK FOLDER\n");
    return 2;
  }
  json_length = fread(json, 1, sizeof json, book);
  fclose(book);
  snprintf(ledger_path, sizeof ledger_path, "%s/booth.db", words[2]);
  snprintf(successor_path, sizeof successor_path, "%s/booth-2.db", words[2]);
  snprintf(copy_path, sizeof copy_path, "%s/copy.db", words[2]);
  for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
    size_t took = measure(&uses[i], stack);
    printf("| %s | %zu | takes %zu\n", uses[i].name, uses[i].most, took);
    status = took > uses[i].most ? 1 : status;
  }
  return status;
}
