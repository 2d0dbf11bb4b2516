/* SHA-256 against the examples of FIPS 180-4 and against another implementation of it, at the lengths where blocks and
   padding begin and end. */
#include "support.h"

#include "base/digest.h"

static void assert_hex(fg_digest *digest, const char *expected) {
  unsigned char bytes[FG_DIGEST_SIZE];
  char hex[2 * FG_DIGEST_SIZE + 1];
  fg_digest_end(digest, bytes);
  fg_digest_format(bytes, sizeof bytes, hex);
  assert_string_equal(hex, expected);
}

static void test_examples_of_the_standard(void **state) {
  (void)state;
  static const struct {
    const char *text, *hex;
  } examples[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    fg_digest digest;
    fg_digest_begin(&digest);
    fg_digest_add(&digest, examples[i].text, strlen(examples[i].text));
    assert_hex(&digest, examples[i].hex);
  }
  fg_digest digest;
  fg_digest_begin(&digest);
  for (int i = 0; i < 1000000; i++) {
    fg_digest_add(&digest, "a", 1);
  }
  assert_hex(&digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Byte number i of a message of n bytes is (7·i + n) mod 251; the digests are hashlib's. */
static void test_lengths_around_the_blocks(void **state) {
  (void)state;
  static const struct {
    size_t length;
    const char *hex;
  } cases[] = {
      {1, "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a"},
      {3, "6ab0dba1f4f1dfbb37b4f9eeb092c09fca4900ad32bdcd147d8dde35d6c87c35"},
      {55, "d604dc83c754bb5890ec011f3fa0552324cb1412205b5a5e83fd17cd4afe57ed"},
      {56, "0371e3fd4911ce4109ac9aaddc0ebdfe28431802ef70a966cb245da585f2a37e"},
      {57, "bdce47d7bad9c7849a36531ae5ac19e3c4413c87c20f5d00ccda7dcd7c57bdb1"},
      {63, "de8f546e5d44d4fb35d25af2748ed9b6644d200d56b6b0b6e71b095b44348dc6"},
      {64, "35eb8c80b4af970a05040dd151d5edad6172957c1ded27e521fdcf526178feb3"},
      {65, "c96988663bcd3779da5b1c0e499742ff48bf6148d5c044326ce3e5845a80e6ab"},
      {111, "dc842a996e8510ece743d33b46a3201593fe91e90f2140785ca4895c440369c1"},
      {119, "7fb3869648ad8420f2e1a20812a61ba45c3db01dc7b391d48c2a8c1d6f41be35"},
      {120, "9db2bb35e3e98f502b654e82f0051eebfa45015e36ed8c3a28d44586eff7372b"},
      {128, "086e64af3be4bef59202dea267776bbbbe6264ad9ff0b46345743fffc446238e"},
      {1000, "e66c6563e3797f84573ef7dfe3a460d5d579967297ef20150d89f0c6e358221e"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    unsigned char message[1000];
    for (size_t byte = 0; byte < cases[i].length; byte++) {
      message[byte] = (unsigned char)((7 * byte + cases[i].length) % 251);
    }
    for (size_t part = 1; part <= cases[i].length; part = part * 3 + 1) { /* whole, and in parts of any size */
      fg_digest digest;
      fg_digest_begin(&digest);
      for (size_t at = 0; at < cases[i].length; at += part) {
        fg_digest_add(&digest, message + at, cases[i].length - at < part ? cases[i].length - at : part);
      }
      assert_hex(&digest, cases[i].hex);
    }
  }
}

/* 5, -2, the text "abc", no text, and the empty text: eight bytes for each number and length, the lowest first;
   hashlib's digest of these bytes. */
static void test_numbers_and_strings(void **state) {
  (void)state;
  fg_digest digest;
  fg_digest_begin(&digest);
  fg_digest_add_i64(&digest, 5);
  fg_digest_add_i64(&digest, -2);
  fg_digest_add_string(&digest, string_of("abc"));
  fg_digest_add_string(&digest, (fg_string){NULL, 0});
  fg_digest_add_string(&digest, string_of(""));
  assert_hex(&digest, "27d36fb6b2d82238f33da5a4528eb4e7a5edce2937db028be583b437b251b3b5");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_examples_of_the_standard),
      cmocka_unit_test(test_lengths_around_the_blocks),
      cmocka_unit_test(test_numbers_and_strings),
  };
  return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
