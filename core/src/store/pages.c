#include "pages.h"

/* Odd numbers without a pattern: digits of the golden ratio and of the square roots of 2, 3, 5 and 7. */
static const uint64_t stamp_keys[5] = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0x6a09e667f3bcc909),
                                       UINT64_C(0xbb67ae8584caa73b), UINT64_C(0x3c6ef372fe94f82b),
                                       UINT64_C(0xa54ff53a5f1d36f1)};

static uint64_t word_at(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/* Multiplies, and joins both halves of the product, so that every bit of either factor changes about half of the
   bits. */
static uint64_t fold(uint64_t a, uint64_t b) {
  fg_uint128 product = (fg_uint128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Computes the stamp of a page. It must be fast, because a whole ledger is read at every opening; it is no protection
   against forgery. Four sums are computed side by side, because the processor can do four multiplications at once. */
static uint64_t stamp_of(const unsigned char *page, int64_t number) {
  uint64_t lanes[4] = {stamp_keys[1], stamp_keys[2], stamp_keys[3], stamp_keys[4]};
  unsigned char rest[64] = {0};
  const size_t stamped = FG_PAGE_SIZE - FG_STAMP_SIZE;
  const size_t whole = stamped / sizeof rest * sizeof rest;
  memcpy(rest, page + whole, stamped - whole);
  for (size_t offset = 0; offset <= whole; offset += sizeof rest) {
    const unsigned char *block = offset == whole ? rest : page + offset;
    for (size_t lane = 0; lane < 4; lane++) {
      lanes[lane] = fold(lanes[lane] ^ word_at(block + 16 * lane), stamp_keys[0] ^ word_at(block + 16 * lane + 8));
    }
  }
  uint64_t stamp = fold((uint64_t)number ^ stamp_keys[0], stamp_keys[1]);
  for (size_t lane = 0; lane < 4; lane++) {
    stamp = fold(stamp ^ lanes[lane], stamp_keys[lane + 1]);
  }
  return stamp;
}

void fg_page_stamp(unsigned char page[FG_PAGE_SIZE], int64_t number) {
  uint64_t stamp = stamp_of(page, number);
  for (int i = 0; i < FG_STAMP_SIZE; i++) {
    page[FG_PAGE_SIZE - FG_STAMP_SIZE + i] = (unsigned char)(stamp >> (8 * i));
  }
}

bool fg_page_is_whole(const unsigned char page[FG_PAGE_SIZE], int64_t number) {
  return word_at(page + FG_PAGE_SIZE - FG_STAMP_SIZE) == stamp_of(page, number);
}

/* The page at 1 GiB, which SQLite uses for locks and never writes. */
enum { LOCK_PAGE = 0x40000000 / FG_PAGE_SIZE + 1 };

static bool is_in(const fg_page_set *set, int64_t number) {
  size_t low = 0;
  size_t high = set->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (set->numbers[middle] < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < set->count && set->numbers[low] == number;
}

int fg_pages_find_bad(fg_file file, fg_page_range range, const fg_page_set *in_log, fg_watch *watch,
                      unsigned char *room, int64_t *bad) {
  _Static_assert(LOCK_PAGE % FG_PAGES_AT_ONCE == 1, "it is the first of those that are read at once");
  *bad = 0;
  for (int64_t from = range.first, next; from <= range.last; from = next) {
    next = (from - 1) / FG_PAGES_AT_ONCE * FG_PAGES_AT_ONCE + FG_PAGES_AT_ONCE + 1;
    from = from == LOCK_PAGE ? from + 1 : from; /* Windows reads no byte that another has locked */
    if (watch != NULL && fg_watch_goes_on(watch) != FG_OK) {
      return ECANCELED;
    }
    size_t got = 0;
    size_t asked = (size_t)fg_max_i64(fg_min_i64(next, range.last + 1) - from, 0) * FG_PAGE_SIZE;
    int error = fg_system_read(file, room, asked, (from - 1) * FG_PAGE_SIZE, &got);
    if (error != 0) {
      return error;
    }
    for (size_t offset = 0; offset < asked; offset += FG_PAGE_SIZE) {
      int64_t number = from + (int64_t)(offset / FG_PAGE_SIZE);
      bool is_good = offset + FG_PAGE_SIZE <= got && fg_page_is_whole(room + offset, number);
      if (!is_good && !is_in(in_log, number)) {
        *bad = number;
        return 0;
      }
    }
  }
  return 0;
}
