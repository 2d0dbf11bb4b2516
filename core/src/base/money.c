#include "money.h"

const fg_rounding fg_unrounded = {FG_ROUND_NONE, FG_MONEY_DECIMALS, 0};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Reads `count` digits into `*value`; false if there is anything else. Past 10^26 the value no longer grows, because it
   is an overflow whatever digits follow. */
static bool read_digits(const char *text, size_t count, fg_amount *value) {
  for (size_t i = 0; i < count; i++) {
    if (!is_digit(text[i])) {
      return false;
    }
    if (*value < FG_AMOUNT_END / FG_UNIT) {
      *value = *value * 10 + (text[i] - '0');
    }
  }
  return count > 0;
}

fg_status fg_amount_parse(const char *text, size_t length, fg_amount *amount) {
  bool negative = length > 0 && text[0] == '-';
  const char *digits = text + negative;
  size_t left = length - negative;
  const char *point = left == 0 ? NULL : memchr(digits, '.', left);
  size_t whole_length = point == NULL ? left : (size_t)(point - digits);
  fg_amount whole = 0;
  fg_amount fraction = 0;
  bool leading_zero = whole_length > 1 && digits[0] == '0';
  if (leading_zero || !read_digits(digits, whole_length, &whole)) {
    return FG_INVALID;
  }
  if (point != NULL) {
    size_t decimals = left - whole_length - 1;
    if (decimals > FG_MONEY_DECIMALS || !read_digits(point + 1, decimals, &fraction)) {
      return FG_INVALID;
    }
    for (size_t i = decimals; i < FG_MONEY_DECIMALS; i++) {
      fraction *= 10;
    }
  }
  if (whole >= FG_AMOUNT_END / FG_UNIT) {
    return FG_OVERFLOW;
  }
  fg_amount size = whole * FG_UNIT + fraction;
  *amount = negative ? -size : size;
  return FG_OK;
}

fg_status fg_money_parse(const char *text, size_t length, fg_money *money) {
  fg_amount amount = 0;
  FG_TRY(fg_amount_parse(text, length, &amount));
  *money = fg_money_of(amount);
  return FG_OK;
}

size_t fg_money_format(fg_money money, int minor_digits, char out[FG_MONEY_TEXT_MAX]) {
  fg_amount amount = fg_amount_of(money);
  fg_uint128 size = amount < 0 ? -(fg_uint128)amount : (fg_uint128)amount;
  bool is_short = size <= UINT64_MAX; /* the usual case, in which a much cheaper division of 64 bits is enough */
  uint64_t fraction = is_short ? (uint64_t)size % (uint64_t)FG_UNIT : (uint64_t)(size % FG_UNIT);
  fg_uint128 whole = is_short ? (uint64_t)size / (uint64_t)FG_UNIT : size / FG_UNIT;
  char reversed[FG_MONEY_TEXT_MAX];
  size_t count = 0;
  bool significant = false;
  for (int decimal = fraction == 0 ? minor_digits : FG_MONEY_DECIMALS; decimal > 0; decimal--) {
    int digit = (int)(fraction % 10);
    fraction /= 10;
    significant = significant || digit != 0 || decimal <= minor_digits;
    if (significant) {
      reversed[count++] = (char)('0' + digit);
    }
  }
  if (count > 0) {
    reversed[count++] = '.';
  }
  for (; whole > UINT64_MAX; whole /= 10) {
    reversed[count++] = (char)('0' + (int)(whole % 10));
  }
  uint64_t rest = (uint64_t)whole;
  do {
    reversed[count++] = (char)('0' + (int)(rest % 10));
    rest /= 10;
  } while (rest > 0);
  if (amount < 0) {
    reversed[count++] = '-';
  }
  FG_ASSERT(count < FG_MONEY_TEXT_MAX);
  for (size_t i = 0; i < count; i++) {
    out[i] = reversed[count - 1 - i];
  }
  out[count] = '\0';
  return count;
}

fg_money fg_money_zero(void) { return fg_money_of(0); }

int fg_money_compare(fg_money a, fg_money b) {
  fg_amount left = fg_amount_of(a);
  fg_amount right = fg_amount_of(b);
  return left < right ? -1 : left > right;
}

/* Adds amounts that come from outside and may be any bits: what is no amount is refused first. */
static fg_status add_checked(fg_amount a, fg_amount b, fg_money *out) {
  fg_amount sum = 0;
  if (!fg_amount_fits(a) || !fg_amount_fits(b) || !fg_amount_add(a, b, &sum)) {
    return FG_OVERFLOW;
  }
  *out = fg_money_of(sum);
  return FG_OK;
}

fg_status fg_money_add(fg_money a, fg_money b, fg_money *sum) {
  return add_checked(fg_amount_of(a), fg_amount_of(b), sum);
}

fg_status fg_money_subtract(fg_money a, fg_money b, fg_money *difference) {
  fg_amount taken = fg_amount_of(b);
  return fg_amount_fits(taken) ? add_checked(fg_amount_of(a), -taken, difference) : FG_OVERFLOW;
}

fg_status fg_money_multiply(fg_money a, int64_t factor, fg_money *product) {
  fg_int128 exact = 0;
  if (!fg_amount_fits(fg_amount_of(a)) || !fg_multiply_i128(fg_amount_of(a), factor, &exact) ||
      !fg_amount_fits(exact)) {
    return FG_OVERFLOW;
  }
  *product = fg_money_of(exact);
  return FG_OK;
}

static bool rounds_up(fg_int128 quotient, fg_int128 remainder, fg_int128 divisor, fg_rounding_mode mode) {
  fg_int128 rest = divisor - remainder;
  switch (mode) {
  case FG_ROUND_HALF_UP: return remainder >= rest;
  case FG_ROUND_HALF_EVEN: return remainder > rest || (remainder == rest && quotient % 2 != 0);
  case FG_ROUND_UP: return remainder > 0;
  case FG_ROUND_NONE:
  case FG_ROUND_DOWN:
  case FG_ROUNDING_COUNT: break;
  }
  return false;
}

/* The rounded amount of so many steps. `is_above` says whether the exact amount was above 0, in which case `least`
   holds. FG_OVERFLOW. */
static fg_status take_steps(fg_int128 steps, bool is_above, fg_rounding rounding, fg_amount *amount) {
  fg_amount step = fg_rounding_step(rounding);
  steps = is_above && steps < rounding.least ? rounding.least : steps;
  if (steps >= FG_AMOUNT_END / step) {
    return FG_OVERFLOW;
  }
  *amount = steps * step;
  return FG_OK;
}

int fg_amount_decimals(fg_amount amount) {
  int decimals = FG_MONEY_DECIMALS;
  for (; decimals > 0 && amount % 10 == 0; decimals--) {
    amount /= 10;
  }
  return decimals;
}

fg_status fg_amount_rate(fg_amount price, int64_t units, int64_t per, fg_rounding rounding, fg_amount *amount) {
  fg_amount step = fg_rounding_step(rounding);
  fg_int128 exact = 0;
  FG_ASSERT(price >= 0 && units >= 0 && per > 0);
  if (!fg_multiply_i128(price, units, &exact)) {
    return FG_OVERFLOW;
  }
  fg_int128 divisor = (fg_int128)per * step;
  fg_int128 quotient = exact / divisor;
  if (rounds_up(quotient, exact % divisor, divisor, rounding.mode)) {
    quotient += 1;
  }
  return take_steps(quotient, exact > 0, rounding, amount);
}

fg_status fg_amount_round(fg_amount amount, fg_int128 rest, fg_int128 divisor, fg_rounding rounding,
                          fg_amount *rounded) {
  fg_amount step = fg_rounding_step(rounding);
  fg_int128 quotient = amount / step;
  FG_ASSERT(amount >= 0 && rest >= 0 && rest < divisor);
  /* Half of a step above 1 is whole, so it is enough to know whether there is a rest: that counts as half of one. */
  if (step == 1) {
    quotient += rounds_up(quotient, rest, divisor, rounding.mode);
  } else {
    quotient += rounds_up(quotient, 2 * (amount % step) + (rest > 0), 2 * step, rounding.mode);
  }
  return take_steps(quotient, amount > 0 || rest > 0, rounding, rounded);
}
