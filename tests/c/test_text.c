/* Strings: what counts as text wherever its characters lie, their order, what is appended to; and hashes that keep
   ids apart however alike they are. */
#include "support.h"

#include "state/ids.h"

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

enum { IDS = 1 << 16 };

/* As many places as ids: by chance the fullest place holds about 8, and 63 % of the places are taken. */
__attribute__((format(printf, 1, 0))) static void keeps_apart(const char *form, uint64_t seed) {
  static uint8_t low[IDS];
  static uint8_t high[IDS];
  int taken = 0;
  memset(low, 0, sizeof low);
  memset(high, 0, sizeof high);
  for (int i = 0; i < IDS; i++) {
    char id[64];
    int length = snprintf(id, sizeof id, form, i);
    fg_key key = fg_key_of((fg_string){id, (size_t)length}, seed);
    taken += low[key.hash % IDS]++ == 0;
    assert_true(low[key.hash % IDS] < 16);
    assert_true(++high[key.hash >> 16] < 16);
  }
  assert_true(taken > IDS * 6 / 10);
}

static void test_ids_that_are_alike_are_kept_apart(void **state) {
  (void)state;
  uint64_t seed = fg_hash_seed(state);
  keeps_apart("%d", seed);
  keeps_apart("%08d", seed);
  keeps_apart("use-%d", seed);
  keeps_apart("%04x----", seed);
  keeps_apart("c%07xc", seed);
  keeps_apart("call-a5d3f80c1b2e4d67-%016x", seed);
  keeps_apart("%08x-9a4b-4c1e-8f00-0123456789ab", seed);
}

static void test_equal_ids_have_equal_hashes(void **state) {
  (void)state;
  char bytes[80];
  for (size_t length = 0; length <= 40; length++) {
    uint32_t hash = 0;
    for (size_t offset = 0; offset < 9; offset++) {
      memset(bytes, (int)offset + '0', sizeof bytes);
      memset(bytes + offset, 'x', length);
      uint32_t found = fg_key_of((fg_string){bytes + offset, length}, 1).hash;
      assert_true(offset == 0 || found == hash);
      hash = found;
    }
  }
  assert_true(fg_key_of(string_of(""), 1).hash != fg_key_of(string_of("0"), 1).hash);
}

/* Who chose ids for one seed, here all with one hash in their 8 highest or lowest bits, has them spread by another: of
   1,000 in 4,096 places the fullest holds a few, and 62 if the seed made no difference, which leaves 16 places. A
   difference in the highest bit of a word is what plain products keep. */
static void test_ids_made_for_one_seed_are_spread_by_another(void **state) {
  (void)state;
  static const char *const forms[] = {"%08x", "name-%08x-of-a-customer"};
  for (int form = 0; form < 4; form++) {
    static uint8_t places[4096];
    int found = 0;
    memset(places, 0, sizeof places);
    for (uint32_t i = 0; found < 1000; i++) {
      char id[64];
      int length = snprintf(id, sizeof id, forms[form / 2], (unsigned)i);
      fg_string text = {id, (size_t)length};
      uint32_t hash = fg_key_of(text, 1).hash;
      uint32_t again = fg_key_of(text, UINT64_C(0x7F0012345678)).hash;
      if ((form % 2 == 0 ? hash >> 24 : hash & 255) == 7) {
        assert_true(++places[form % 2 == 0 ? again >> 20 : again & 4095] < 10);
        found++;
      }
    }
  }
  for (uint64_t seed = 1; seed < 1000; seed++) {
    const char a[16] = {'a', 0, 0, 0, 0, 0, 0, (char)0x80, 'b'};
    const char b[16] = {'a', 0, 0, 0, 0, 0, 0, 0, 'b'};
    assert_int_not_equal(fg_key_of((fg_string){a, 16}, seed).hash, fg_key_of((fg_string){b, 16}, seed).hash);
  }
}

/* The first and the last of each length, and their neighbours; a sequence that ends early, or goes on otherwise. */
static void test_the_ends_of_utf8(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    bool is_text;
  } cases[] = {
      {"\xc1\xbf", false},        {"\xc2\x80", true},          {"\xdf\xbf", true},          {"\xe0\x9f\xbf", false},
      {"\xe0\xa0\x80", true},     {"\xed\x9f\xbf", true},      {"\xed\xa0\x80", false},     {"\xed\xbf\xbf", false},
      {"\xee\x80\x80", true},     {"\xef\xbf\xbf", true},      {"\xf0\x8f\xbf\xbf", false}, {"\xf0\x90\x80\x80", true},
      {"\xf4\x8f\xbf\xbf", true}, {"\xf4\x90\x80\x80", false}, {"\xf5\x80\x80\x80", false}, {"\xc2\x7f", false},
      {"\xc2\xc0", false},        {"\xe0\xa0\x7f", false},     {"\xf0\x90\x80\xc0", false}, {"\xbf", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = strlen(cases[i].bytes);
    is_text_everywhere(cases[i].bytes, length, cases[i].is_text);
    assert_int_equal(fg_utf8_length(cases[i].bytes, cases[i].bytes + length), cases[i].is_text ? length : 0);
    if (cases[i].is_text) {
      is_text_everywhere(cases[i].bytes, length - 1, false);
    }
  }
}

static void test_equal_strings(void **state) {
  (void)state;
  static const char *const different[] = {"", "a", "aa", "ab", "abc", "b", "ba", "\xc3\xa9"};
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 8; j++) {
      assert_int_equal(fg_string_equal(string_of(different[i]), string_of(different[j])), i == j);
    }
  }
}

static void test_quantities(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t value; ///< -1: none
  } cases[] = {{"0", 0},
               {"7", 7},
               {"10", 10},
               {"9223372036854775807", INT64_MAX},
               {"9223372036854775808", -1},
               {"", -1},
               {"00", -1},
               {"01", -1},
               {"10000000000000000000", -1},
               {"92233720368547758070", -1},
               {"-1", -1},
               {"1/", -1},
               {"1:", -1},
               {" 1", -1},
               {"+1", -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t value = 5;
    assert_int_equal(fg_quantity_parse(string_of(cases[i].text), &value), cases[i].value >= 0);
    assert_true(cases[i].value < 0 || value == cases[i].value);
  }
}

/* A text grows by doubling, in the allocator it has or in the default one. */
static void test_texts_that_are_written_to(void **state) {
  (void)state;
  char expected[1200] = "";
  fg_text text = {.text = NULL};
  fg_text scarce = {.allocator = scarce_allocator()};
  memory = (scarcity){.fail_at = 0};
  fg_sink plain = fg_text_sink(&text), counted = fg_text_sink(&scarce);
  for (int i = 0; i < 100; i++) {
    const char *piece = i % 3 == 0 ? "" : i % 3 == 1 ? "ab" : "0123456789";
    strcat(expected, piece);
    assert_int_equal(plain.write(plain.context, piece, strlen(piece)), FG_OK);
    assert_int_equal(counted.write(counted.context, piece, strlen(piece)), FG_OK);
  }
  assert_string_equal(text.text, expected);
  assert_string_equal(scarce.text, expected);
  assert_int_equal(text.length, strlen(expected));
  assert_int_equal(memory.live, 1);
  assert_in_range(memory.asked, 2, 12); /* doubling: 396 bytes from at most a few */
  fg_text_release(&text);
  fg_text_release(&scarce);
  assert_int_equal(memory.live, 0);
  assert_null(scarce.text);
  char *place = NULL;
  assert_int_equal(fg_text_extend(&text, SIZE_MAX / 4, &place), FG_NO_MEMORY);
}

/* Only an id with a slash may look like one of the library's. */
static void test_slashes_in_ids(void **state) {
  (void)state;
  for (size_t length = 0; length <= 40; length++) {
    char id[48];
    for (size_t i = 0; i < sizeof id; i++) {
      id[i] = "azAZ09-_.#:0/"[(i * 5 + length) % 12]; /* '.' and '0' are beside the slash */
    }
    assert_false(fg_key_of((fg_string){id, length}, 1).has_slash);
    for (size_t place = 0; place < length; place++) {
      char kept = id[place];
      id[place] = '/';
      assert_true(fg_key_of((fg_string){id, length}, 1).has_slash);
      id[place] = (char)('/' + 0x80);
      assert_false(fg_key_of((fg_string){id, length}, 1).has_slash);
      id[place] = kept;
    }
    id[length] = '/'; /* behind its end */
    assert_false(fg_key_of((fg_string){id, length}, 1).has_slash);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text_is_text_wherever_it_lies),
      cmocka_unit_test(test_the_ends_of_utf8),
      cmocka_unit_test(test_equal_strings),
      cmocka_unit_test(test_quantities),
      cmocka_unit_test(test_texts_that_are_written_to),
      cmocka_unit_test(test_ids_that_are_alike_are_kept_apart),
      cmocka_unit_test(test_slashes_in_ids),
      cmocka_unit_test(test_equal_ids_have_equal_hashes),
      cmocka_unit_test(test_ids_made_for_one_seed_are_spread_by_another),
  };
  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
