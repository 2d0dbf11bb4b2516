/* SHA-256 (FIPS 180-4): tells whether bytes are the ones that were written. */
#ifndef FG_DIGEST_H
#define FG_DIGEST_H

#include "base.h"

enum { FG_DIGEST_SIZE = 32, FG_DIGEST_BLOCK = 64 };

typedef struct fg_digest {
  uint32_t state[8];
  uint64_t length; ///< bytes so far
  unsigned char block[FG_DIGEST_BLOCK];
} fg_digest;

void fg_digest_begin(fg_digest *digest);
void fg_digest_add(fg_digest *digest, const void *bytes, size_t length);
/* The length first, so that what follows cannot be taken for a part of it. */
void fg_digest_add_string(fg_digest *digest, fg_string string);
void fg_digest_add_i64(fg_digest *digest, int64_t value); ///< eight bytes, the lowest first
void fg_digest_end(fg_digest *digest, unsigned char out[FG_DIGEST_SIZE]);

/* Bytes in hexadecimal digits, with a final 0. */
void fg_digest_format(const unsigned char *bytes, size_t length, char *hex);

#endif
