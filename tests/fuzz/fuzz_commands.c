/* Any values in the fields of commands, filled by hand as a host in C may fill them, and lives made of them. Each
   command is done, or refused with words, and leaves the account sound: what its state must keep is asserted after
   every one. */
#include "fuzz.h"
#include "faregate_timeline.h"

#include "state/state.h"

/* The input that is left; all that comes after it is 0. */
typedef struct bytes {
  const uint8_t *at, *end;
} bytes;

static uint8_t next(bytes *in) { return (uint8_t)(in->at < in->end ? *in->at++ : 0); }

/* Mostly small; the ends of the range and what is beside them; now and then any. */
static int64_t next_number(bytes *in) {
  uint8_t shape = next(in);
  uint64_t any = 0;
  switch (shape >> 5) {
  case 0: return shape & 31;
  case 1: return 100 * (shape & 31);
  case 2: return INT64_C(10000) * (shape & 31) + next(in);
  case 3: return -(shape & 31);
  case 4: return INT64_MAX - (shape & 31);
  case 5: return INT64_MIN + (shape & 31);
  default: break;
  }
  for (int i = 0; i < 8; i++) {
    any = any << 8 | next(in);
  }
  return (int64_t)any;
}

static fg_string next_text(bytes *in, const char *const *words, size_t count) {
  uint8_t choice = next(in);
  if (choice == 255) {
    size_t length = next(in) % 80;
    length = length < (size_t)(in->end - in->at) ? length : (size_t)(in->end - in->at);
    fg_string text = {(const char *)in->at, length};
    in->at += length;
    return text;
  }
  const char *word = words[choice % count];
  return (fg_string){word, word == NULL ? 0 : strlen(word)};
}
#define NEXT_TEXT(in, words) next_text((in), (words), sizeof(words) / sizeof *(words))

static fg_money next_money(bytes *in) {
  uint8_t shape = next(in);
  if (shape < 240) {
    return (fg_money){0, UINT64_C(1000000000000) * shape};
  }
  int64_t high = next_number(in);
  return (fg_money){high, (uint64_t)next_number(in)};
}

/* From no time to some years. */
static int64_t next_step(bytes *in) {
  static const int64_t units[] = {0, 1, 1000, 1000000, 60000000, 3600000000, 86400000000};
  uint8_t shape = next(in);
  return units[shape % 7] * (shape / 7);
}

static void fill_texts(bytes *in, fg_command *command) {
  static const char *const products[] = {"image", "image", "image", "image-pro", "video", NULL};
  static const char *const ids[] = {NULL, NULL, "a", "b", "c", "d", "e", "#1", "image/free-calls/2024-11", ""};
  static const char *const packs[] = {"calls-1k", "calls-10k", "materials-10", "calls", NULL};
  static const char *const words[] = {NULL, "free-calls", "calls", "qps", "concurrency", "x"};
  command->product = NEXT_TEXT(in, products);
  command->id = NEXT_TEXT(in, ids);
  command->pack = NEXT_TEXT(in, packs);
  command->grant = NEXT_TEXT(in, words);
  command->mode = command->meter = NEXT_TEXT(in, words);
  command->reason = command->ref = command->owner = NEXT_TEXT(in, words);
}

static void fill_money(bytes *in, fg_command *command) {
  uint8_t flags = next(in);
  command->fund = (fg_fund)(int8_t)next(in);
  command->amount = next_money(in);
  command->pay.given = (flags & 1) != 0;
  for (int fund = 0; fund < FG_FUND_COUNT && command->pay.given; fund++) {
    command->pay.funds.of[fund] = next_money(in);
  }
  command->campaign = (fg_campaign){.given = (flags & 2) != 0,
                                    .has_price = (flags & 4) != 0,
                                    .refundable = (flags & 8) == 0,
                                    .price = next_money(in)};
  command->day = (fg_budget){.given = (flags & 16) != 0, .limited = (flags & 32) == 0, .amount = next_money(in)};
  command->month = (fg_budget){.given = (flags & 64) != 0, .limited = (flags & 128) == 0, .amount = next_money(in)};
}

/* The first byte says which command, or any number beside them, and whether more is filled in than the usual. */
static fg_command next_command(bytes *in, fg_time now) {
  uint8_t first = next(in);
  fg_command command;
  fg_command_begin(&command, (fg_command_kind)(first % 32), now + next_step(in));
  fill_texts(in, &command);
  command.quantity = next_number(in);
  if (first >= 32 && first < 128) {
    command.call = (uint64_t)next_number(in);
    command.timeout_ms = next_number(in);
    command.days = next_number(in);
    command.months = next_number(in);
    command.start = (fg_date)next_number(in);
    command.effective = (fg_date)next_number(in);
  }
  if (first >= 64) {
    fill_money(in, &command);
  }
  if (first >= 192) {
    command.billable = next(in) % 2 == 0;
    command.attempt = (uint64_t)next_number(in);
    command.at = next_number(in);
  }
  return command;
}

static fg_account *new_account(uint8_t choice) {
  static const fg_string policy[] = {{"pack_reach", 10}, {"whole_month", 11}, {"settlement_day", 14},
                                     {"3", 1},           {"pack_order", 10},  {"smallest_left", 13}};
  static const fg_funds nothing;
  const fg_account_options options = {
      .wallet = choice & 1 ? &nothing : NULL, .policy = policy, .policy_count = (choice >> 1) % 4};
  fg_account *account = NULL;
  MUST(fg_account_new(facefusion(), &options, &account, NULL) == FG_OK);
  return account;
}

/* A life goes on in a fork of it as it does in itself. */
static fg_account *fork_of(fg_account *account) {
  fg_account *fork = NULL;
  MUST(fg_account_fork(account, &fork) == FG_OK);
  fg_account_free(account);
  return fork;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  bytes in = {data, data + size};
  uint8_t choice = next(&in);
  fg_account *account = new_account(choice);
  while (in.at < in.end) {
    fg_time now = fg_account_now(account) == FG_NO_TIME ? INT64_C(1730772000000000) : fg_account_now(account);
    fg_command command = next_command(&in, now);
    fg_outcome outcome;
    fg_error error = {0};
    fg_naming naming = choice & 8 ? FG_NUMBERED : FG_NAMED_BY_HOST;
    fg_status status = fg_account_apply_as(account, &command, naming, &outcome, &error);
    if (status == FG_OK) {
      MUST(outcome.kind == command.kind);
    } else {
      must_be_an_error(status, &error);
      MUST(fg_status_is_refusal(status) || status == FG_INVALID);
    }
    account = choice & 16 && command.kind == FG_DO_STATEMENT ? fork_of(account) : account;
  }
  fg_account_free(account);
  return 0;
}
