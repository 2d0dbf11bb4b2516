/* More calls than 32 bits count, and more ids than the log of one part has room for. */
#include "support.h"

#include "account/snapshot.h"
#include "state/call_names.h"

#define DAY "2024-11-05T10:00:00"

enum { KEPT_DAYS = 2 };
static const uint64_t EDGE = UINT64_C(1) << 32;

static fg_account *open_account(int64_t keep_ids_days) {
  fg_account_options options = {.keep_ids_days = keep_ids_days};
  fg_account *account = NULL;
  assert_int_equal(fg_account_new(facefusion, &options, &account, NULL), FG_OK);
  must(account, FG_DO_OPEN, DAY, "product=image");
  return account;
}

static fg_status call_at(fg_account *account, fg_time at, uint64_t *number) {
  fg_outcome outcome;
  fg_command call;
  fg_command_begin(&call, FG_DO_CALL, at);
  call.product = string_of("image");
  call.quantity = 1;
  fg_status status = fg_account_apply_as(account, &call, FG_NUMBERED, &outcome, NULL);
  *number = status == FG_OK ? outcome.is.used.call : 0;
  return status;
}

/* Ends a call by its number or, where `by_id`, by the id that the number makes. */
static fg_status end_at(fg_account *account, fg_command_kind kind, fg_time at, uint64_t number, bool by_id) {
  char made[FG_CALL_NAME_MAX];
  fg_command command;
  fg_command_begin(&command, kind, at);
  command.id = by_id ? fg_call_id(0, number, made) : (fg_string){NULL, 0};
  command.call = by_id ? 0 : number;
  return fg_account_apply(account, &command, NULL, NULL);
}

/* An account that has let so many calls through whose numbers it does not know any more. */
static fg_account *after_calls(uint64_t calls, int64_t keep_ids_days) {
  fg_account *account = open_account(keep_ids_days);
  account->ids.numbered = account->ids.named_below = calls;
  account->state.calls = calls;
  return account;
}

/* Ten calls, of which those in the middle have the numbers around 2^32: each ends once, in either way. */
static void check_ten_calls(fg_account *account) {
  for (uint64_t i = 1; i <= 10; i++) {
    uint64_t number = 0;
    assert_int_equal(call_at(account, fg_account_now(account) + FG_SECOND, &number), FG_OK);
    assert_true(number == EDGE - 5 + i);
  }
  const fg_time now = fg_account_now(account);
  for (uint64_t i = 1; i <= 10; i++) {
    const uint64_t number = EDGE - 5 + i;
    const fg_command_kind kind = i % 3 == 0 ? FG_DO_CANCEL : FG_DO_COMMIT;
    const fg_command_kind other = i % 3 == 0 ? FG_DO_COMMIT : FG_DO_CANCEL;
    assert_int_equal(end_at(account, kind, now, number, i % 2 == 0), FG_OK);
    assert_int_equal(end_at(account, kind, now, number, i % 2 == 1), FG_OK);
    assert_int_equal(end_at(account, other, now, number, false), FG_ALREADY_FINISHED);
    if (number > EDGE) { /* what its lower 32 bits would name */
      assert_int_equal(end_at(account, kind, now, number - EDGE, false), FG_UNKNOWN_ID);
    }
  }
  assert_int_equal(end_at(account, FG_DO_COMMIT, now, EDGE + 6, false), FG_UNKNOWN_ID);
}

static void test_numbers_go_on_past_32_bits(void **state) {
  (void)state;
  for (int64_t days = 0; days <= KEPT_DAYS; days += KEPT_DAYS) {
    fg_account *fork = NULL;
    fg_account *account = after_calls(EDGE - 5, days);
    assert_int_equal(fg_account_fork(account, &fork), FG_OK);
    check_ten_calls(account);
    check_ten_calls(fork);
    fg_account_free(fork);
    fg_account_free(account);
  }
}

/* A call in flight is in the snapshot by the id that its number makes; an account that is read from it counts on. */
static void test_a_snapshot_past_32_bits(void **state) {
  (void)state;
  const uint64_t numbers[] = {INT32_MAX, EDGE / 2, EDGE - 1, EDGE, EDGE + 1, INT64_MAX - 2};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    uint64_t number = 0;
    fg_account *account = after_calls(numbers[i] - 1, 0);
    const fg_time now = fg_account_now(account);
    assert_int_equal(call_at(account, now, &number), FG_OK);
    assert_true(number == numbers[i]);
    write_and_read(account);
    assert_int_equal(call_at(account, now, &number), FG_OK);
    assert_true(number == numbers[i] + 1);
    assert_int_equal(end_at(account, FG_DO_COMMIT, now, numbers[i], true), FG_OK);
    assert_int_equal(end_at(account, FG_DO_CANCEL, now, numbers[i] + 1, false), FG_OK);
    fg_account_free(account);
  }
}

/* One that was altered may say a number that no account has given. */
static void test_a_snapshot_of_no_number_is_refused(void **state) {
  (void)state;
  uint64_t number = 0;
  fg_account *account = open_account(0);
  fg_account *other = open_account(0);
  fg_text bytes = {.allocator = account->allocator};
  assert_int_equal(call_at(account, fg_account_now(account), &number), FG_OK);
  account->state.holds.items[0].number = (uint64_t)INT64_MAX + 1;
  assert_int_equal(fg_snapshot_write(account, &bytes), FG_OK);
  assert_int_equal(fg_snapshot_read(other, (fg_string){bytes.text, bytes.length}), FG_INVALID);
  assert_int_equal(call_at(other, fg_account_now(other), &number), FG_OK);
  assert_true(number == 1);
  fg_text_release(&bytes);
  fg_account_free(account);
  fg_account_free(other);
}

/* Gives the beginning alone of a block of the log. */
static void *give_beginnings(void *context, void *block, size_t size, size_t wanted) {
  (void)context;
  (void)size;
  if (wanted == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, wanted < 1 << 16 ? wanted : 64);
}

/* The entries of blocks have ids and numbers in turn. */
static fg_string id_of_block(char text[FG_CALL_NAME_MAX], int block) {
  return block % 2 == 1 ? fg_call_id(0, (uint64_t)block / 2 + 1, text)
                        : (fg_string){text, (size_t)snprintf(text, FG_CALL_NAME_MAX, "id-%d", block)};
}

/* Adds an entry that fills the next block of the log; its bytes say which it is. */
static void fill_block(fg_ids *ids, int block) {
  const int place = block % FG_LOG_BLOCKS;
  const size_t size = place < FG_LOG_DOUBLING ? (size_t)FG_LOG_FIRST << place : FG_LOG_EVEN;
  char text[FG_CALL_NAME_MAX];
  fg_entry_room room;
  fg_key key = {.number = fg_ids_next_number(ids)};
  if (block % 2 == 0) {
    fg_ids_key(ids, id_of_block(text, block), &key);
  }
  assert_int_equal(fg_ids_prepare(ids, &key, size - FG_VARINT_MAX - key.id.length, &room), FG_OK);
  memcpy(room.kept, &block, sizeof block);
  fg_ids_commit(ids, &room, room.entry + room.part->log.left);
}

static int kept_in(const fg_ids *ids, fg_key key) {
  fg_entry entry = fg_ids_find(ids, &key);
  int block = -1;
  assert_non_null(entry.bytes);
  memcpy(&block, fg_entry_kept(entry.bytes), sizeof block);
  return block;
}

/* Three parts, each full after some 4 GiB, of which the allocator has but the beginnings of blocks. */
static void test_a_full_log_goes_on_in_another(void **state) {
  (void)state;
  const fg_allocator allocator = {give_beginnings, NULL};
  enum { EACH = 3 * FG_LOG_BLOCKS };
  char text[FG_CALL_NAME_MAX];
  fg_ids ids;
  fg_ids_begin(&ids, &allocator, 1, 0);
  for (int i = 0; i < EACH; i++) {
    fill_block(&ids, i);
  }
  int parts = 0;
  for (const fg_id_part *part = ids.now; part != NULL; part = part->parent) {
    parts++;
  }
  assert_int_equal(parts, 3);
  for (int i = 0; i < EACH; i++) {
    fg_key key;
    fg_ids_key(&ids, id_of_block(text, i), &key);
    assert_int_equal(kept_in(&ids, key), i);
  }
  fg_ids_release(&ids);
}

static int64_t live_bytes;

static void *count_resize(void *context, void *block, size_t size, size_t wanted) {
  (void)context;
  void *resized = wanted == 0 ? NULL : realloc(block, wanted);
  if (wanted == 0) {
    free(block);
  }
  live_bytes += (int64_t)wanted - (int64_t)size;
  return resized;
}

/* A usage under an id of its own; answers how much less memory there is after it. */
static int64_t use(fg_account *account, fg_time at, int number) {
  char id[32];
  fg_command command;
  const int64_t before = live_bytes;
  fg_command_begin(&command, FG_DO_USE, at);
  command.product = string_of("image");
  command.quantity = 1;
  command.id = (fg_string){id, (size_t)snprintf(id, sizeof id, "use-%d", number)};
  assert_int_equal(fg_account_apply(account, &command, NULL, NULL), FG_OK);
  return before - live_bytes;
}

/* Where a stretch begins, what is forgotten is freed a little with each of the next commands or, of an account that has
   none, where the next stretch begins. */
static void test_many_ids_are_freed_by_and_by(void **state) {
  (void)state;
  enum { MANY = 60000, AFTER = 50, ONE_BLOCK = 1 << 20 };
  const fg_allocator counting = {count_resize, NULL};
  const fg_time begin = INT64_C(10016) * KEPT_DAYS * FG_DAY;
  fg_account_options options = {.keep_ids_days = KEPT_DAYS, .allocator = &counting};
  for (int is_quiet = 0; is_quiet < 2; is_quiet++) {
    fg_account *account = NULL;
    live_bytes = 0;
    assert_int_equal(fg_account_new(facefusion, &options, &account, NULL), FG_OK);
    fg_command open = {.kind = FG_DO_OPEN, .at = begin, .product = string_of("image")};
    assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
    const int64_t empty = live_bytes;
    for (int i = 0; i < MANY; i++) {
      assert_true(use(account, begin, i) <= 0);
    }
    const int64_t full = live_bytes - empty;
    assert_true(full > 3 * ONE_BLOCK / 2); /* some 2 MiB, by how the ids hash */
    (void)use(account, begin + KEPT_DAYS * FG_DAY, MANY);
    assert_true(live_bytes - empty >= full);
    for (int i = 0; i < (is_quiet ? 1 : AFTER); i++) {
      assert_in_range(use(account, begin + 2 * KEPT_DAYS * FG_DAY, MANY + 1 + i) + ONE_BLOCK, 0, 2 * ONE_BLOCK);
    }
    assert_true(is_quiet ? live_bytes - empty > full / 2 : live_bytes - empty < full / 50);
    (void)use(account, begin + 3 * KEPT_DAYS * FG_DAY, 2 * MANY);
    assert_true(live_bytes - empty < full / 50);
    fg_account_free(account);
    assert_true(live_bytes == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_numbers_go_on_past_32_bits),         cmocka_unit_test(test_a_snapshot_past_32_bits),
      cmocka_unit_test(test_a_snapshot_of_no_number_is_refused), cmocka_unit_test(test_a_full_log_goes_on_in_another),
      cmocka_unit_test(test_many_ids_are_freed_by_and_by),
  };
  return cmocka_run_group_tests_name("many_ids", tests, set_up_facefusion, tear_down_facefusion);
}
