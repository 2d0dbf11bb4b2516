/* Division of 128-bit integers for machines of 32 bits, where the compiler's library has none. The functions have the
   names that clang calls there; all other arithmetic of 128 bits needs no function. */
#include "base.h"

#if UINTPTR_MAX <= UINT32_MAX

static int leading_zeros(fg_uint128 value) {
  uint64_t high = (uint64_t)(value >> 64);
  return high != 0 ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)value);
}

/* Divides by shifts and subtractions, one bit of the quotient at a time, or by the division of 64 bits if both numbers
   fit, which is the usual case. `below` is not 0. */
static fg_uint128 divide(fg_uint128 above, fg_uint128 below, fg_uint128 *rest) {
  fg_uint128 quotient = 0;
  if ((above >> 64) == 0 && (below >> 64) == 0) {
    *rest = (uint64_t)above % (uint64_t)below;
    return (uint64_t)above / (uint64_t)below;
  }
  if (above >= below) {
    int shift = leading_zeros(below) - leading_zeros(above);
    for (below <<= shift; shift >= 0; shift--, below >>= 1) {
      quotient <<= 1;
      if (above >= below) {
        above -= below;
        quotient |= 1;
      }
    }
  }
  *rest = above;
  return quotient;
}

static fg_uint128 size_of(fg_int128 value) { return value < 0 ? -(fg_uint128)value : (fg_uint128)value; }

/* Weak, because another library of the program may define the same functions. */
#define RUNTIME __attribute__((weak, visibility("hidden")))

fg_uint128 __udivti3(fg_uint128 above, fg_uint128 below);
fg_uint128 __umodti3(fg_uint128 above, fg_uint128 below);
fg_int128 __divti3(fg_int128 above, fg_int128 below);
fg_int128 __modti3(fg_int128 above, fg_int128 below);

RUNTIME fg_uint128 __udivti3(fg_uint128 above, fg_uint128 below) {
  fg_uint128 rest;
  return divide(above, below, &rest);
}

RUNTIME fg_uint128 __umodti3(fg_uint128 above, fg_uint128 below) {
  fg_uint128 rest;
  divide(above, below, &rest);
  return rest;
}

RUNTIME fg_int128 __divti3(fg_int128 above, fg_int128 below) {
  fg_uint128 rest;
  fg_uint128 quotient = divide(size_of(above), size_of(below), &rest);
  return (fg_int128)((above < 0) != (below < 0) ? -quotient : quotient);
}

/* The rest has the sign of the dividend, as C demands. */
RUNTIME fg_int128 __modti3(fg_int128 above, fg_int128 below) {
  fg_uint128 rest;
  divide(size_of(above), size_of(below), &rest);
  return (fg_int128)(above < 0 ? -rest : rest);
}

#endif
