/* A real snapshot with bytes of it changed, as if its checksum had been made again. What is accepted is a state:
   commands on it end, whatever they answer, and what it became can be written and read again. */
#include "fuzz.h"

#include "json/write.h"
#include "account/snapshot.h"

enum { SNAPSHOTS = 8 };

static fg_text snapshots[2 * SNAPSHOTS]; ///< of the present format, then with all that follows from the rest

typedef struct step {
  fg_command_kind kind;
  const char *at, *product, *id, *name;
  int64_t quantity;
} step;

/* Every member of the state is in use at some step: calls in flight of both products and of two months, a regime after
   each kind of change, packs void and used up and refunded, corrections, capacity, materials, an unsettled month. */
static const step life[] = {
    {FG_DO_TOP_UP, "2024-11-01T00:00:00", NULL, NULL, NULL, 90000},
    {FG_DO_OPEN, "2024-11-05T10:00:00", "image", NULL, NULL, 0},
    {FG_DO_OPEN, "2024-11-05T10:00:00", "image-pro", NULL, NULL, 0},
    {FG_DO_CLAIM, "2024-11-05T10:00:00", "image-pro", NULL, "free-calls", 0},
    {FG_DO_BUY_PACK, "2024-11-05T10:00:00", "image", "p1", "calls-1k", 1},
    {FG_DO_CALL, "2024-11-05T10:00:01", "image", "c1", NULL, 7},
    {FG_DO_USE, "2024-11-05T10:00:02", "image", "u1", NULL, 1500},
    {FG_DO_GIVE_PACK, "2024-11-06T10:00:00", "image", "g1", "calls-1k", 1},
    {FG_DO_CALL, "2024-11-06T10:00:01", "image", "c2", NULL, 9},
    {FG_DO_USE, "2024-11-07T10:00:00", "image", NULL, NULL, 700},
    {FG_DO_ADJUST, "2024-11-08T10:00:00", "image", "a1", "counted twice", -300},
    {FG_DO_BUY_PACK, "2024-11-09T10:00:00", "image", "m1", "materials-10", 1},
    {FG_DO_ADD_MATERIALS, "2024-11-09T10:00:00", "image", "x1", NULL, 3},
    {FG_DO_CALL, "2024-11-10T10:00:00", "image-pro", "s1", NULL, 2},
    {FG_DO_BUY_PACK, "2024-11-10T10:00:00", "image", "p2", "calls-1k", 1},
    {FG_DO_USE, "2024-11-30T23:59:59", "image", NULL, NULL, 100},
    {FG_DO_CALL, "2024-12-01T10:00:00", "image", "c3", NULL, 5},
    {FG_DO_BUY_CAPACITY, "2024-12-01T11:00:00", "image", "q1", "qps", 5},
    {FG_DO_SET_MODE, "2024-12-01T11:00:00", "image", NULL, "qps", 0},
    {FG_DO_CALL, "2024-12-01T11:00:01", "image", "c4", NULL, 2},
    {FG_DO_COMMIT, "2024-12-02T10:00:00", NULL, "c1", NULL, 4},
    {FG_DO_SET_MODE, "2024-12-02T11:00:00", "image", NULL, "calls", 0},
    {FG_DO_USE, "2024-12-03T10:00:00", "image", NULL, NULL, 2500},
    {FG_DO_ADVANCE, "2024-12-20T10:00:00", NULL, NULL, NULL, 0},
};

/* What is done on a state that was read. */
static const step more[] = {
    {FG_DO_STATEMENT, NULL, NULL, NULL, NULL, 0},      {FG_DO_PREVIEW, NULL, NULL, NULL, NULL, 0},
    {FG_DO_REFUND, NULL, NULL, "p1", NULL, 0},         {FG_DO_REFUND, NULL, NULL, "p2", NULL, 0},
    {FG_DO_REFUND, NULL, NULL, "q1", NULL, 0},         {FG_DO_REFUND, NULL, NULL, "image/free-calls/2024-11", NULL, 0},
    {FG_DO_CALL, NULL, "image", "n1", NULL, 3},        {FG_DO_USE, NULL, "image", NULL, NULL, 1200},
    {FG_DO_ADJUST, NULL, "image", NULL, "again", -50}, {FG_DO_COMMIT, NULL, NULL, "c2", NULL, 2},
    {FG_DO_CANCEL, NULL, NULL, "c1", NULL, 0},         {FG_DO_CANCEL, NULL, NULL, "c3", NULL, 0},
    {FG_DO_CANCEL, NULL, NULL, "c4", NULL, 0},         {FG_DO_CANCEL, NULL, NULL, "s1", NULL, 0},
    {FG_DO_COMMIT, NULL, NULL, "n1", NULL, 30},        {FG_DO_REMOVE_MATERIALS, NULL, "image", NULL, NULL, 1},
    {FG_DO_WITHDRAW, NULL, NULL, NULL, NULL, 1},
};

static fg_string text_of(const char *text) { return (fg_string){text, text == NULL ? 0 : strlen(text)}; }

static fg_command command_of(const step *made, fg_time at) {
  fg_command command;
  fg_command_begin(&command, made->kind, at);
  command.product = text_of(made->product);
  command.id = text_of(made->id);
  command.pack = command.grant = command.mode = command.meter = command.reason = text_of(made->name);
  command.quantity = made->quantity;
  command.amount = (fg_money){0, (uint64_t)made->quantity * UINT64_C(1000000000000)};
  command.days = made->kind == FG_DO_BUY_CAPACITY ? 3 : 0;
  return command;
}

static fg_account *new_account(void) {
  static const fg_string policy[] = {{"settlement_day", 14}, {"3", 1}, {"pack_reach", 10}, {"whole_month", 11}};
  static const fg_funds nothing;
  const fg_account_options options = {.wallet = &nothing, .policy = policy, .policy_count = 2};
  fg_account *account = NULL;
  MUST(fg_account_new(facefusion(), &options, &account, NULL) == FG_OK);
  return account;
}

static void live(void) {
  fg_account *account = new_account();
  size_t steps = sizeof life / sizeof *life;
  for (size_t i = 0; i < steps; i++) {
    fg_time at = 0;
    MUST(fg_time_parse(life[i].at, strlen(life[i].at), EAST(480), &at) == FG_OK);
    fg_command command = command_of(&life[i], at);
    MUST(fg_account_apply(account, &command, NULL, NULL) == FG_OK);
    if (i >= steps - SNAPSHOTS) {
      fg_text *bytes = &snapshots[i - (steps - SNAPSHOTS)];
      fg_text *told = bytes + SNAPSHOTS;
      bytes->allocator = told->allocator = fg_allocator_or_default(NULL);
      MUST(fg_snapshot_write(account, bytes) == FG_OK);
      MUST(fg_snapshot_write_told(account, told) == FG_OK);
    }
  }
  fg_account_free(account);
}

static void tell(const fg_account *account) {
  fg_text text = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &text, .minor_digits = 2, .zone = EAST(480)};
  fg_visitor visitor = fg_json_visitor(&writer);
  MUST(fg_account_describe(account, &visitor) == FG_OK);
  MUST(fg_account_calls(account, &visitor) == FG_OK);
  fg_text_release(&text);
}

static void read_again(const fg_account *account) {
  fg_text bytes = {.allocator = fg_allocator_or_default(NULL)};
  fg_account *again = new_account();
  MUST(fg_snapshot_write(account, &bytes) == FG_OK);
  MUST(fg_snapshot_read(again, (fg_string){bytes.text, bytes.length}) == FG_OK);
  tell(again);
  fg_account_free(again);
  fg_text_release(&bytes);
}

static void live_on(fg_account *account) {
  tell(account);
  read_again(account);
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    fg_time now = fg_account_now(account) == FG_NO_TIME ? INT64_C(1733000000000000) : fg_account_now(account);
    fg_command command = command_of(&more[i], now + 1000);
    (void)!fg_account_apply(account, &command, NULL, NULL);
  }
  read_again(account);
  for (int month = 0; month < 3; month++) {
    fg_command command;
    fg_command_begin(&command, FG_DO_ADVANCE, fg_account_now(account) + INT64_C(32) * 86400 * 1000000);
    (void)!fg_account_apply(account, &command, NULL, NULL);
  }
  tell(account);
  read_again(account);
}

/* The first byte names the snapshot; then a place of two bytes and what to put there, three bytes each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (snapshots[0].text == NULL) {
    live();
  }
  size_t number = size == 0 ? 0 : data[0] % (2 * SNAPSHOTS);
  const fg_text *real = &snapshots[number];
  char *bytes = malloc(real->length);
  MUST(bytes != NULL);
  memcpy(bytes, real->text, real->length);
  for (size_t i = 1; i + 2 < size; i += 3) {
    bytes[(size_t)(data[i] << 8 | data[i + 1]) % real->length] = (char)data[i + 2];
  }
  fg_account *account = new_account();
  int format = number < SNAPSHOTS ? FG_SNAPSHOT_FORMAT : FG_SNAPSHOT_FORMAT_TOLD;
  fg_status status = fg_snapshot_read_of(account, format, (fg_string){bytes, real->length});
  MUST(status == FG_OK || status == FG_INVALID);
  if (status == FG_OK) {
    live_on(account);
  }
  fg_account_free(account);
  free(bytes);
  return 0;
}
