/* Strings: what counts as text wherever its characters lie, and hashes that keep ids apart however alike they are. */
#include "support.h"

#include "history.h"

/* ---------------------------------------------------------------------------------------------------------- UTF-8 */

/* A sequence at every place among letters: read eight at a time or one by one, the answer is the same. */
static void is_text_everywhere(const char *sequence, size_t length, bool expected) {
  for (size_t before = 0; before <= 17; before++) {
    for (size_t after = 0; after <= 17; after++) {
      char bytes[64];
      memset(bytes, 'a', sizeof bytes);
      memcpy(bytes + before, sequence, length);
      fg_string string = {bytes, before + length + after};
      assert_int_equal(fg_string_is_text(string), expected);
    }
  }
}

static void test_text_is_text_wherever_it_lies(void **state) {
  (void)state;
  for (int byte = 0; byte < 256; byte++) {
    char sequence = (char)byte;
    is_text_everywhere(&sequence, 1, byte > 0 && byte < 0x80);
  }
  is_text_everywhere("\xc3\xa9", 2, true);
  is_text_everywhere("\xe8\xae\xa2", 3, true);
  is_text_everywhere("\xf0\x9f\x99\x82", 4, true);
  is_text_everywhere("\xe8\xae", 2, false);
  is_text_everywhere("\xc0\x80", 2, false);
  is_text_everywhere("\xed\xa0\x80", 3, false);
  is_text_everywhere("\x01\x00", 2, false);
  is_text_everywhere("", 0, true);
}

/* ---------------------------------------------------------------------------------------------------------- hashes */

enum { IDS = 1 << 16 };

/* As many places as ids: by chance the fullest place holds about 8, and 63 % of the places are taken. */
__attribute__((format(printf, 1, 0))) static void keeps_apart(const char *form) {
  static uint8_t low[IDS];
  static uint8_t high[IDS];
  int taken = 0;
  memset(low, 0, sizeof low);
  memset(high, 0, sizeof high);
  for (int i = 0; i < IDS; i++) {
    char id[64];
    int length = snprintf(id, sizeof id, form, i);
    fg_key key = fg_key_of((fg_string){id, (size_t)length});
    taken += low[key.hash % IDS]++ == 0;
    assert_true(low[key.hash % IDS] < 16);
    assert_true(++high[key.hash >> 16] < 16);
  }
  assert_true(taken > IDS * 6 / 10);
}

static void test_ids_that_are_alike_are_kept_apart(void **state) {
  (void)state;
  keeps_apart("%d");
  keeps_apart("%08d");
  keeps_apart("use-%d");
  keeps_apart("%04x----");
  keeps_apart("c%07xc");
  keeps_apart("call-a5d3f80c1b2e4d67-%016x");
  keeps_apart("%08x-9a4b-4c1e-8f00-0123456789ab");
}

static void test_equal_ids_have_equal_hashes(void **state) {
  (void)state;
  char bytes[80];
  for (size_t length = 0; length <= 40; length++) {
    uint32_t hash = 0;
    for (size_t offset = 0; offset < 9; offset++) {
      memset(bytes, (int)offset + '0', sizeof bytes);
      memset(bytes + offset, 'x', length);
      uint32_t found = fg_key_of((fg_string){bytes + offset, length}).hash;
      assert_true(offset == 0 || found == hash);
      hash = found;
    }
  }
  assert_true(fg_key_of(string_of("")).hash != fg_key_of(string_of("0")).hash);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text_is_text_wherever_it_lies),
      cmocka_unit_test(test_ids_that_are_alike_are_kept_apart),
      cmocka_unit_test(test_equal_ids_have_equal_hashes),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
