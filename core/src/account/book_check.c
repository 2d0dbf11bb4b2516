/* Checks a price book: lists all its faults or, where it has none, prices and replays its examples. */
#include "../book/book_json.h"
#include "../book/quote_event.h"
#include "../state/command_json.h"
#include "account_json.h"

typedef struct check {
  const fg_json *root;
  fg_book *book; ///< NULL until the book was read
  fg_book_faults *faults;
  fg_error *error;
} check;

static fg_status price_of(const check *run, const fg_example_query *asked, fg_amount *total) {
  const fg_book *book = run->book;
  fg_date date = asked->at != FG_NO_DATE ? asked->at : book->as_of;
  fg_price_query query = {.product = asked->product,
                          .meter = asked->meter,
                          .quantity = asked->quantity,
                          .tier_quantity = asked->tier_quantity,
                          .days = fg_max_i64(asked->days, 0),
                          .months = fg_max_i64(asked->months, 0),
                          .attributes = asked->attributes,
                          .at = date == FG_NO_DATE ? FG_NO_TIME : fg_date_begin(date, &book->zone)};
  fg_status status = fg_quote_amount(book, &query, total, run->error);
  if (status != FG_OK) {
    fg_error_prefix(run->error, "price");
  }
  return status;
}

static fg_status live(const check *run, fg_account *account, const fg_json *commands) {
  fg_command_reader reader = {.zone = &run->book->zone, .allocator = &run->faults->allocator};
  fg_command command;
  fg_outcome outcome;
  fg_status status = FG_OK;
  size_t i = 0;
  for (FG_EACH_ELEMENT(commands, element)) {
    status = fg_command_read(&reader, element, &command, run->error);
    status = status == FG_OK ? fg_account_apply(account, &command, &outcome, run->error) : status;
    if (status != FG_OK) {
      fg_error_prefix(run->error, "commands[%zu]", i);
      break;
    }
    i++;
  }
  fg_command_reader_end(&reader);
  return status;
}

static fg_status spending_of(const check *run, const fg_json *commands, fg_amount *total) {
  fg_account *account = NULL;
  FG_TRY(fg_account_read((fg_account_head){.policy = NULL}, run->book, &run->faults->allocator, &account, run->error));
  fg_status status = live(run, account, commands);
  *total = account->state.spent.gross - account->state.spent.refunded;
  fg_account_free(account);
  return status;
}

static fg_status compare(const check *run, fg_amount printed, fg_amount computed) {
  char wanted[FG_MONEY_TEXT_MAX];
  char own[FG_MONEY_TEXT_MAX];
  if (printed == computed) {
    return FG_OK;
  }
  fg_money_format(fg_money_of(printed), run->book->minor_digits, wanted);
  fg_money_format(fg_money_of(computed), run->book->minor_digits, own);
  return fg_fail(run->error, FG_INVALID, "total", "expected %s, computed %s", wanted, own);
}

static fg_status prove(const check *run, uint32_t which) {
  const fg_example *example = &run->book->examples[which];
  fg_amount computed = 0;
  fg_status status = example->price != NULL ? price_of(run, example->price, &computed)
                                            : spending_of(run, example->commands, &computed);
  status = status == FG_OK ? compare(run, example->total, computed) : status;
  if (status == FG_OK || status == FG_NO_MEMORY) {
    return status;
  }
  fg_error_prefix(run->error, "examples[%u]", which);
  fg_book_fault fault = {.offset = fg_json_follow(run->root, run->error->path)->offset};
  return fg_book_faults_add(run->faults, fault, run->error);
}

static fg_status check_root(check *run) {
  FG_TRY(fg_book_read_all(run->root, run->faults, &run->book, run->error));
  for (uint32_t i = 0; run->book != NULL && i < run->book->example_count; i++) {
    FG_TRY(prove(run, i));
  }
  return FG_OK;
}

/* A text that is not JSON has one fault, the first, because nothing after it can be read. */
static fg_status check_text(fg_string text, fg_book_faults *faults, fg_error *error) {
  fg_json_document document;
  fg_book_fault fault = {0};
  fg_status status = fg_json_parse_until(text, &faults->allocator, NULL, &document, &fault.offset, error);
  if (status == FG_INVALID) {
    return fg_book_faults_add(faults, fault, error);
  }
  FG_TRY(status);
  check run = {.root = &document.root, .faults = faults, .error = error};
  status = check_root(&run);
  fg_book_release(run.book);
  fg_json_release(&document);
  return status == FG_STOPPED ? FG_OK : status;
}

fg_status fg_book_check(const char *json, size_t length, const fg_allocator *allocator, const fg_visitor *visitor,
                        fg_error *error) {
  fg_allocator memory = fg_allocator_or_default(allocator);
  fg_book_faults *faults = fg_allocate(&memory, sizeof *faults);
  if (faults == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  faults->allocator = memory;
  fg_error found = {.status = FG_OK};
  fg_string text = {json, length};
  fg_status status = check_text(text, faults, &found);
  status = status == FG_OK ? fg_book_faults_tell(faults, text, visitor) : status;
  fg_arena_release(&faults->arena, &memory);
  fg_release(&memory, faults, sizeof *faults);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}
