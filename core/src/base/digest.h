/* SHA-256 (FIPS 180-4), by which it is known whether bytes are those that were written. */
#ifndef FG_DIGEST_H
#define FG_DIGEST_H

#include "base.h"

enum { FG_DIGEST_SIZE = 32, FG_DIGEST_BLOCK = 64 };

typedef struct fg_digest {
  uint32_t state[8];
  uint64_t length; ///< number of bytes added so far
  unsigned char block[FG_DIGEST_BLOCK];
} fg_digest;

void fg_digest_begin(fg_digest *digest);
void fg_digest_add(fg_digest *digest, const void *bytes, size_t length);
/* Adds a string after its length, so that bytes that follow cannot be taken for a part of it. */
void fg_digest_add_string(fg_digest *digest, fg_string string);
void fg_digest_add_i64(fg_digest *digest, int64_t value); ///< as eight bytes, the lowest first
void fg_digest_end(fg_digest *digest, unsigned char out[FG_DIGEST_SIZE]);

/* Writes bytes as hexadecimal digits with a final 0. */
void fg_digest_format(const unsigned char *bytes, size_t length, char *hex);

#endif
