#include "exact_amount.h"

bool fg_exact_add(fg_exact *sum, fg_exact more) {
  if (sum->above == 0 && more.above == 0) {
    *sum = FG_EXACTLY(sum->whole);
    return fg_amount_add(sum->whole, more.whole, &sum->whole);
  }
  fg_exact made = *sum;
  fg_int128 left = 0;
  fg_int128 right = 0;
  fg_int128 common = fg_greatest_common_divisor(sum->below, more.below);
  if (!fg_multiply_i128(sum->above, more.below / common, &left) ||
      !fg_multiply_i128(more.above, sum->below / common, &right) ||
      !fg_multiply_i128(sum->below, more.below / common, &made.below)) {
    return false;
  }
  bool carries = left >= made.below - right;
  made.above = carries ? left - (made.below - right) : left + right;
  if (!fg_amount_add(sum->whole, more.whole, &made.whole) || !fg_amount_add(made.whole, carries, &made.whole)) {
    return false;
  }
  *sum = made.above == 0 ? FG_EXACTLY(made.whole) : made;
  return true;
}

bool fg_exact_subtract(fg_exact *sum, fg_exact less) {
  bool is_whole = less.above == 0;
  const fg_exact negative = {-less.whole - !is_whole, is_whole ? 0 : less.below - less.above, less.below};
  return fg_exact_add(sum, negative);
}

bool fg_exact_times(fg_exact amount, int64_t times, fg_exact *product) {
  fg_int128 above = 0;
  fg_int128 whole = 0;
  FG_ASSERT(times >= 0);
  if (!fg_multiply_i128(amount.whole, times, &whole) || !fg_multiply_i128(amount.above, times, &above)) {
    return false;
  }
  *product = (fg_exact){0, above % amount.below, amount.below};
  return fg_amount_add(whole, above / amount.below, &product->whole);
}
