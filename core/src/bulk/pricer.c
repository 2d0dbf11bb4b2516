#include "pricer.h"

#include "../base/status.h"

fg_status fg_pricer_begin(fg_pricer *by, const fg_book *book, const fg_schedule *schedule, const fg_price_input *input,
                          const fg_amount_rows *amounts, fg_error *error) {
  if (amounts->of.scale < 0 || amounts->of.scale > FG_MONEY_DECIMALS) {
    return fg_fail(error, FG_INVALID, "scale", "expected 0 to 12 decimals");
  }
  int scale = fg_schedule_scale(schedule, book->rounding, amounts->of.scale);
  by->book = book;
  by->schedule = schedule;
  by->input = *input;
  by->amounts = amounts;
  by->excess = (int64_t)fg_power_of_ten(scale - amounts->of.scale);
  fg_price_table_make(schedule, input, scale, &by->table);
  return FG_OK;
}

static fg_status store(const fg_amount_rows *amounts, int64_t excess, size_t row, fg_amount amount) {
  size_t place = row - amounts->first;
  if (amount % excess != 0) {
    return FG_INVALID;
  }
  amount /= excess;
  if (amounts->of.type == FG_AMOUNT_INT64) {
    ((int64_t *)amounts->of.values)[place] = (int64_t)amount;
    return amount > INT64_MAX ? FG_OVERFLOW : FG_OK;
  }
  memcpy((char *)amounts->of.values + place * sizeof amount, &amount, sizeof amount);
  return FG_OK;
}

/* Writes the amount of a row, given in units of the table's scale. FG_INVALID if the column has too few decimals for
   it. */
static fg_status store_scaled(const fg_pricer *by, size_t row, fg_amount amount) {
  return store(by->amounts, by->excess, row, amount);
}

fg_status fg_pricer_store_amount(const fg_pricer *by, size_t row, fg_amount amount) {
  return store(by->amounts, (int64_t)fg_power_of_ten(FG_MONEY_DECIMALS - by->amounts->of.scale), row, amount);
}

FG_COLD fg_status fg_pricer_blame(const fg_pricer *by, fg_status status, size_t row, bool unrounded, size_t *bad_row,
                                  fg_error *error) {
  *bad_row = row;
  if (unrounded) {
    fg_fail(error, status, "", "its amount has more than %d decimals", by->amounts->of.scale);
  } else if (status == FG_INVALID) {
    fg_fail(error, status, "", "expected 0 to 9223372036854775807");
  } else {
    fg_book_refuse(by->book, by->schedule->source, error, status);
  }
  fg_error_prefix(error, "%s[%zu]", by->name, row);
  return status;
}

/* Prices a row exactly, without the table. */
static fg_status price_without_table(fg_pricer *by, int64_t units, int64_t tier_units, size_t row, size_t *bad_row,
                                     fg_error *error) {
  fg_price_result result;
  by->input.units = units;
  by->input.tier_quantity = tier_units;
  if (units < 0) {
    return fg_pricer_blame(by, FG_INVALID, row, false, bad_row, error);
  }
  fg_status status = fg_price_compute(by->schedule, &by->input, &result);
  if (status != FG_OK) {
    return fg_pricer_blame(by, status, row, false, bad_row, error);
  }
  status = store_scaled(by, row, result.amount / fg_power_of_ten(FG_MONEY_DECIMALS - by->table.scale));
  return status == FG_OK ? FG_OK : fg_pricer_blame(by, status, row, status == FG_INVALID, bad_row, error);
}

fg_status fg_pricer_last(fg_pricer *by, int64_t units, int64_t tier_units, size_t row, size_t *bad_row,
                         fg_error *error) {
  int64_t amount = 0;
  bool is_fast = fg_price_table_last(&by->table, units, tier_units, &amount);
  return FG_LIKELY(is_fast && store_scaled(by, row, amount) == FG_OK)
             ? FG_OK
             : price_without_table(by, units, tier_units, row, bad_row, error);
}

static fg_status store_piece(const fg_pricer *by, const int64_t *fast, size_t first, size_t count, size_t *bad_row,
                             fg_error *error) {
  fg_int128 *wide = (fg_int128 *)by->amounts->of.values + (first - by->amounts->first);
  if (by->excess == 1 && by->amounts->of.type == FG_AMOUNT_INT128) {
    for (size_t i = 0; i < count; i++) {
      wide[i] = fast[i];
    }
    return FG_OK;
  }
  for (size_t i = 0; i < count; i++) {
    fg_status status = store_scaled(by, first + i, fast[i]);
    if (status != FG_OK) {
      return fg_pricer_blame(by, status, first + i, true, bad_row, error);
    }
  }
  return FG_OK;
}

fg_status fg_pricer_piece(fg_pricer *by, const int64_t *units, const int64_t *tier_units, const fg_integers *nulls,
                          size_t first, size_t count, size_t *bad_row, fg_error *error) {
  int64_t room[FG_PIECE];
  bool in_place = by->excess == 1 && by->amounts->of.type == FG_AMOUNT_INT64;
  int64_t *fast = in_place ? (int64_t *)by->amounts->of.values + (first - by->amounts->first) : room;
  if (fg_price_table_apply(&by->table, units, tier_units, count, fast)) {
    return in_place ? FG_OK : store_piece(by, fast, first, count, bad_row, error);
  }
  for (size_t i = 0; i < count; i++) {
    if (fg_integers_null(nulls, first + i)) {
      FG_TRY(store_scaled(by, first + i, 0));
    } else {
      FG_TRY(price_without_table(by, units[i], tier_units[i], first + i, bad_row, error));
    }
  }
  return FG_OK;
}
