/* What is kept under ids: every id is found again, however many there are and however alike their hashes, over forks
   and when memory is short in the middle. */
#include "support.h"

#include "state/history.h"
#include "state/ids.h"

static void test_what_a_log_keeps_stays_where_it_is(void **state) {
  (void)state;
  enum { PIECES = 4000 };
  static uint32_t positions[PIECES];
  static unsigned char *places[PIECES];
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_log log = {.next = 0};
  for (uint32_t i = 0; i < PIECES; i++) {
    uint32_t size = i % 97 == 5 ? 3 * FG_LOG_FIRST : 1 + i % 40;
    assert_int_equal(fg_log_reserve(&log, &allocator, size), FG_OK);
    positions[i] = log.next;
    places[i] = fg_log_at(&log, log.next);
    memset(places[i], (int)(i % 251), size);
    fg_log_add(&log, size);
  }
  for (uint32_t i = 0; i < PIECES; i++) {
    uint32_t size = i % 97 == 5 ? 3 * FG_LOG_FIRST : 1 + i % 40;
    assert_true(positions[i] != 0);
    assert_ptr_equal(fg_log_at(&log, positions[i]), places[i]);
    assert_int_equal(places[i][0], i % 251);
    assert_int_equal(places[i][size - 1], i % 251);
  }
  fg_log_release(&log, &allocator);
}

/* Blocks that double, skipped ones among them, blocks that do not, and additions larger than these. */
static void test_large_additions_to_a_log(void **state) {
  (void)state;
  static const uint32_t sizes[] = {3 * FG_LOG_FIRST, 1,       FG_LOG_EVEN / 2 + 1, 7,  FG_LOG_EVEN + 1, 9,
                                   FG_LOG_EVEN,      1 << 20, 3 * FG_LOG_EVEN,     11, FG_LOG_EVEN - 1, 13};
  enum { PIECES = sizeof sizes / sizeof *sizes };
  for (uint32_t first = 0; first < PIECES; first++) {
    uint32_t positions[PIECES];
    unsigned char *places[PIECES];
    memory = (scarcity){.fail_at = 0};
    fg_allocator allocator = scarce_allocator();
    fg_log log = {.next = 0};
    for (uint32_t i = 0; i < PIECES; i++) {
      const uint32_t size = sizes[(first + i) % PIECES];
      assert_int_equal(fg_log_reserve(&log, &allocator, size), FG_OK);
      assert_true(log.left >= size && log.next >= FG_LOG_FIRST);
      positions[i] = log.next;
      places[i] = fg_log_at(&log, log.next);
      places[i][0] = places[i][size - 1] = (unsigned char)(i + 1);
      fg_log_add(&log, size);
    }
    for (uint32_t i = 0; i < PIECES; i++) {
      const uint32_t size = sizes[(first + i) % PIECES];
      assert_ptr_equal(fg_log_at(&log, positions[i]), places[i]);
      assert_true(places[i][0] == i + 1 && places[i][size - 1] == i + 1);
    }
    fg_log_release(&log, &allocator);
    assert_int_equal(memory.live, 0);
  }
}

static void test_a_log_refuses_what_no_block_holds(void **state) {
  (void)state;
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_log log = {.next = 0};
  assert_int_equal(fg_log_reserve(&log, &allocator, SIZE_MAX), FG_NO_MEMORY);
  assert_int_equal(fg_log_reserve(&log, &allocator, 8), FG_OK);
  fg_log_release(&log, &allocator);
}

static bool is_position(const void *context, uint32_t position) { return *(const uint32_t *)context == position; }

static void add(fg_index *index, const fg_allocator *allocator, uint32_t hash, uint32_t position) {
  fg_slot *slot = fg_index_seek(index, hash, is_position, &position);
  if (slot == NULL) {
    assert_int_equal(fg_index_make_room(index, allocator, hash), FG_OK);
    slot = fg_index_seek(index, hash, is_position, &position);
  }
  assert_non_null(slot);
  assert_int_equal(slot->position, 0);
  *slot = (fg_slot){hash, position};
}

/* `hash_of` names the hash of the n-th thing. */
static void finds_all(uint32_t count, uint32_t (*hash_of)(uint32_t n)) {
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_index index = {.pages = NULL};
  for (uint32_t n = 1; n <= count; n++) {
    add(&index, &allocator, hash_of(n), n);
  }
  for (uint32_t n = 1; n <= count; n++) {
    const fg_slot *slot = fg_index_seek(&index, hash_of(n), is_position, &n);
    assert_non_null(slot);
    assert_int_equal(slot->position, n);
  }
  uint32_t missing = count + 1;
  const fg_slot *slot = fg_index_seek(&index, hash_of(missing), is_position, &missing);
  assert_true(slot == NULL || slot->position == 0);
  fg_index_release(&index, &allocator);
}

static uint32_t spread_out(uint32_t n) { return n * UINT32_C(2654435769) ^ n >> 7; }
static uint32_t all_alike(uint32_t n) { return n * 0 + UINT32_C(0xDEADBEEF); }
static uint32_t low_bits_alike(uint32_t n) { return n << 12 | 5; }
static uint32_t high_bits_alike(uint32_t n) { return UINT32_C(0xABC00000) | n % 4096; }
static uint32_t one_by_one(uint32_t n) { return n; }

static void test_the_index_finds_what_was_added(void **state) {
  (void)state;
  const uint32_t thrift = (uint32_t)or_in_short(1, 20);
  finds_all(300000 / thrift, spread_out);
  finds_all(5000 / thrift, all_alike);
  finds_all(20000 / thrift, low_bits_alike);
  finds_all(20000 / thrift, high_bits_alike);
  finds_all(100000 / thrift, one_by_one);
}

static fg_key key_of_number(uint32_t number, char text[24]) {
  int length = snprintf(text, 24, "id-%u", (unsigned)number);
  return fg_key_of((fg_string){text, (size_t)length}, 1);
}

static fg_status keep(fg_ids *ids, uint32_t number) {
  char text[24];
  fg_entry_room room;
  fg_key key = key_of_number(number, text);
  fg_status status = fg_ids_prepare(ids, &key, FG_VARINT_MAX, &room);
  if (status == FG_OK) {
    fg_ids_commit(ids, &room, fg_varint_write(room.kept, number));
  }
  return status;
}

static bool has(const fg_ids *ids, uint32_t number) {
  char text[24];
  uint64_t kept = 0;
  fg_key key = key_of_number(number, text);
  fg_entry entry = fg_ids_find(ids, &key);
  if (entry.bytes == NULL) {
    return false;
  }
  (void)fg_varint_read(fg_entry_kept(entry.bytes), NULL, &kept);
  assert_int_equal(kept, number);
  return true;
}

/* What cannot be kept is not there, and everything before it still is. */
static void test_memory_runs_out_anywhere(void **state) {
  (void)state;
  enum { IDS = 4000 };
  bool failed = true;
  for (long nth = 1; failed; nth++) {
    memory = (scarcity){.fail_at = nth, .for_good = true};
    fg_allocator allocator = scarce_allocator();
    fg_ids ids;
    fg_ids_begin(&ids, &allocator, 1, 0);
    uint32_t number = 0;
    failed = false;
    while (number < IDS && !failed) {
      failed = keep(&ids, number) != FG_OK;
      number += !failed;
    }
    for (uint32_t i = 0; i < number; i++) {
      assert_true(has(&ids, i));
    }
    assert_false(has(&ids, number));
    memory.fail_at = 0;
    assert_int_equal(keep(&ids, number), FG_OK);
    assert_true(has(&ids, number));
    fg_ids_release(&ids);
    assert_int_equal(memory.live, 0);
  }
}

static void test_forks_share_what_was_before(void **state) {
  (void)state;
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_ids trunk;
  fg_ids branch;
  fg_ids_begin(&trunk, &allocator, 1, 0);
  assert_int_equal(keep(&trunk, 1), FG_OK);
  fg_ids_share(&trunk, &branch);
  assert_int_equal(keep(&trunk, 2), FG_OK);
  assert_int_equal(keep(&branch, 3), FG_OK);
  assert_true(has(&trunk, 1) && has(&trunk, 2) && !has(&trunk, 3));
  assert_true(has(&branch, 1) && !has(&branch, 2) && has(&branch, 3));
  fg_ids_release(&trunk);
  fg_ids_release(&branch);
}

static void test_invoices_are_counted_over_forks(void **state) {
  (void)state;
  const fg_allocator allocator = fg_allocator_or_default(NULL);
  const fg_invoice invoice = {.line_count = 0};
  fg_history *history = fg_history_new(&allocator);
  history->invoices_below = FG_INVOICES_MAX - 2;
  assert_int_equal(fg_history_add_invoice(history, &invoice), FG_OK);
  fg_history *other = fg_history_retain(history);
  assert_int_equal(fg_history_own(&history), FG_OK);
  assert_int_equal(fg_history_add_invoice(history, &invoice), FG_OK);
  assert_int_equal(fg_history_add_invoice(history, &invoice), FG_OVERFLOW);
  fg_history_release(history);
  fg_history_release(other);
}

static void test_numbers_of_any_size(void **state) {
  (void)state;
  for (unsigned bit = 0; bit < 64; bit++) {
    for (int around = -1; around <= 1; around++) {
      uint64_t number = (UINT64_C(1) << bit) + (uint64_t)(int64_t)around;
      unsigned char bytes[FG_VARINT_MAX];
      uint64_t read = 0;
      const unsigned char *end = fg_varint_write(bytes, number);
      assert_ptr_equal(fg_varint_read(bytes, end, &read), end);
      assert_true(read == number);
      assert_null(fg_varint_read(bytes, end - 1, &read));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_a_log_keeps_stays_where_it_is), cmocka_unit_test(test_large_additions_to_a_log),
      cmocka_unit_test(test_a_log_refuses_what_no_block_holds),  cmocka_unit_test(test_the_index_finds_what_was_added),
      cmocka_unit_test(test_memory_runs_out_anywhere),           cmocka_unit_test(test_forks_share_what_was_before),
      cmocka_unit_test(test_invoices_are_counted_over_forks),    cmocka_unit_test(test_numbers_of_any_size),
  };
  return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
