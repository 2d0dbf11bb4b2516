#include "digest.h"

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, int by) { return word >> by | word << (32 - by); }

static uint32_t read_big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_big_endian(unsigned char *bytes, uint32_t word) {
  for (int i = 0; i < 4; i++) {
    bytes[i] = (unsigned char)(word >> (24 - 8 * i));
  }
}

/* FIPS 180-4, 6.2.2, step 1: makes the message schedule. */
static void expand(const unsigned char *block, uint32_t words[64]) {
  for (int i = 0; i < 16; i++) {
    words[i] = read_big_endian(block + 4 * i);
  }
  for (int i = 16; i < 64; i++) {
    uint32_t a = words[i - 15];
    uint32_t b = words[i - 2];
    words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + words[i - 7] +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
}

/* FIPS 180-4, 6.2.2, steps 2 to 4: works a block into the state. */
static void compress(uint32_t state[8], const unsigned char *block) {
  uint32_t words[64];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  expand(block, words);
  for (int i = 0; i < 64; i++) {
    uint32_t choice = (e & f) ^ (~e & g);
    uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + round_constants[i] + words[i];
    uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++) {
    state[i] += sums[i];
  }
}

void fg_digest_begin(fg_digest *digest) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(digest->state, initial, sizeof initial);
  digest->length = 0;
}

void fg_digest_add(fg_digest *digest, const void *bytes, size_t length) {
  const unsigned char *from = bytes;
  while (length > 0) {
    size_t used = digest->length % FG_DIGEST_BLOCK;
    size_t part = FG_DIGEST_BLOCK - used < length ? FG_DIGEST_BLOCK - used : length;
    memcpy(digest->block + used, from, part);
    digest->length += part;
    from += part;
    length -= part;
    if (used + part == FG_DIGEST_BLOCK) {
      compress(digest->state, digest->block);
    }
  }
}

void fg_digest_add_i64(fg_digest *digest, int64_t value) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++) {
    bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
  }
  fg_digest_add(digest, bytes, sizeof bytes);
}

void fg_digest_add_string(fg_digest *digest, fg_string string) {
  fg_digest_add_i64(digest, string.text == NULL ? -1 : (int64_t)string.length);
  if (string.length > 0) {
    fg_digest_add(digest, string.text, string.length);
  }
}

/* FIPS 180-4, 5.1.1: pads the message with a one bit, zeros, and its length in bits. */
void fg_digest_end(fg_digest *digest, unsigned char out[FG_DIGEST_SIZE]) {
  static const unsigned char padding[FG_DIGEST_BLOCK] = {0x80};
  uint64_t bits = digest->length * 8;
  unsigned char length[8];
  size_t used = digest->length % FG_DIGEST_BLOCK;
  fg_digest_add(digest, padding, (used < 56 ? 56 : 120) - used);
  write_big_endian(length, (uint32_t)(bits >> 32));
  write_big_endian(length + 4, (uint32_t)bits);
  fg_digest_add(digest, length, sizeof length);
  FG_ASSERT(digest->length % FG_DIGEST_BLOCK == 0);
  for (int i = 0; i < 8; i++) {
    write_big_endian(out + 4 * i, digest->state[i]);
  }
}

void fg_digest_format(const unsigned char *bytes, size_t length, char *hex) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; i++) {
    hex[2 * i] = digits[bytes[i] >> 4];
    hex[2 * i + 1] = digits[bytes[i] & 15];
  }
  hex[2 * length] = '\0';
}
