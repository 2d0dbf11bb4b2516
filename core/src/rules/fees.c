#include "fees.h"

#include "line.h"
#include "offers.h"

static const fg_fee_offer *fee_of(const fg_account *account, uint32_t product, uint16_t edition, uint16_t fee) {
  const fg_product *offered = &fg_account_edition(account, edition)->products[product];
  return fee < offered->fee_count && !offered->fees[fee].withdrawn ? &offered->fees[fee] : NULL;
}

/* A fee of a product while it is counted. */
typedef struct counting {
  const fg_account *account;
  fg_service *service;
  uint32_t product;
  uint16_t fee;
  fg_period every;
} counting;

/* The count of a fee by one edition, added if it is missing. FG_NO_MEMORY. */
static fg_status fee_count_of(const counting *of, uint16_t edition, fg_fee_count **count) {
  fg_service *service = of->service;
  uint32_t place = service->fees.count;
  for (; place > 0; place--) {
    fg_fee_count *before = &service->fees.items[place - 1];
    if (before->fee == of->fee && before->edition == edition) {
      *count = before;
      return FG_OK;
    }
    if (before->fee < of->fee || (before->fee == of->fee && before->edition < edition)) {
      break;
    }
  }
  FG_TRY(FG_ARRAY_RESERVE(&of->account->allocator, &service->fees, 1));
  fg_fee_count *items = service->fees.items;
  memmove(items + place + 1, items + place, (service->fees.count - place) * sizeof *items);
  service->fees.count++;
  items[place] = (fg_fee_count){of->fee, edition, false, FG_EXACTLY(0), FG_EXACTLY(0)};
  *count = &items[place];
  return FG_OK;
}

/* Adds amount × part ÷ whole. The amount is split into a multiple of `whole` and a rest, so that only the rest is
   multiplied before the division. */
static fg_status add_part(fg_fee_count *count, fg_amount amount, int64_t part, int64_t whole) {
  FG_ASSERT(part >= 0 && part <= whole && whole > 0);
  fg_int128 rest = amount % whole * part;
  const fg_exact more = {amount / whole * part + rest / whole, rest % whole, whole};
  return fg_exact_add(&count->current, more) ? FG_OK : FG_OVERFLOW;
}

/* Counts a fee whole for a period. The edition at the period's begin says how much it is. */
static fg_status add_whole(const counting *of, fg_span period) {
  uint16_t edition = fg_account_edition_at(of->account, period.begin);
  const fg_fee_offer *fee = fee_of(of->account, of->product, edition, of->fee);
  fg_fee_count *count = NULL;
  if (fee == NULL) {
    return FG_OK;
  }
  FG_TRY(fee_count_of(of, edition, &count));
  count->current = FG_EXACTLY(fee->amount);
  count->is_whole = true;
  return FG_OK;
}

/* Counts a fee for the time from `from` to `until`, within one period, in which the product was open. */
static fg_status add_open(const counting *of, const fg_fee_offer *fee, fg_span period, fg_time from, fg_time until) {
  const fg_account *account = of->account;
  fg_fee_count *count = NULL;
  if (fee->prorate == FG_FEE_WHOLE) {
    return until > from || from > period.begin ? add_whole(of, period) : FG_OK;
  }
  if (fee->prorate == FG_FEE_BY_TIME) {
    FG_TRY(fee_count_of(of, fg_edition_in_force(account), &count));
    return add_part(count, fee->amount, until - from, period.end - period.begin);
  }
  fg_date days = fg_account_date(account, until) - fg_account_date(account, from);
  fg_date all = fg_account_date(account, period.end) - fg_account_date(account, period.begin);
  FG_TRY(fee_count_of(of, fg_edition_in_force(account), &count));
  return add_part(count, fee->amount, days, all);
}

static fg_status end_fee_period(const counting *of) {
  for (uint32_t i = 0; i < of->service->fees.count; i++) {
    fg_fee_count *count = &of->service->fees.items[i];
    if (count->fee == of->fee) {
      FG_TRY(fg_exact_add(&count->ended, count->current) ? FG_OK : FG_OVERFLOW);
      count->current = FG_EXACTLY(0);
      count->is_whole = false;
    }
  }
  return FG_OK;
}

/* Counts a fee from where it was counted last up to an instant. `fee` is NULL if the edition in force has no such fee
   any more; periods then end without more. */
static fg_status count_up_to(const counting *of, const fg_fee_offer *fee, fg_time at) {
  const fg_service *service = of->service;
  fg_time from = service->fees_until;
  while (true) {
    fg_span period = fg_period_at(of->every, service->opened, from, &of->account->book->zone);
    if (service->open && fee != NULL) {
      FG_TRY(add_open(of, fee, period, from, fg_min_i64(period.end, at)));
    }
    if (period.end > at) {
      return FG_OK;
    }
    FG_TRY(end_fee_period(of));
    from = period.end;
    if (from == at) {
      return FG_OK;
    }
  }
}

/* The fee as stated by some edition that has begun, for the length of its periods, which is the same in all
   editions. */
static const fg_fee_offer *any_fee(const fg_account *account, uint32_t product, uint16_t fee) {
  const fg_fee_offer *found = NULL;
  for (uint32_t edition = 0; edition <= fg_edition_in_force(account) && found == NULL; edition++) {
    found = fee_of(account, product, (uint16_t)edition, fee);
  }
  return found;
}

fg_status fg_fees_count(const fg_account *account, fg_state *draft, uint32_t product, fg_time at) {
  fg_service *service = &draft->services[product];
  uint32_t fee_count = account->book->products[product].fee_count;
  if (!service->was_open) {
    return FG_OK;
  }
  for (uint16_t i = 0; i < fee_count; i++) {
    const fg_fee_offer *fee = fee_of(account, product, fg_edition_in_force(account), i);
    const fg_fee_offer *any = fee != NULL ? fee : any_fee(account, product, i);
    if (any != NULL && !any->is_once) {
      const counting of = {account, service, product, i, any->every};
      FG_TRY(count_up_to(&of, fee, at));
    }
  }
  service->fees_until = at;
  return FG_OK;
}

fg_status fg_fees_open(const fg_account *account, fg_state *draft, uint32_t product, fg_time at) {
  fg_service *service = &draft->services[product];
  for (uint16_t i = 0; i < account->book->products[product].fee_count; i++) {
    const fg_fee_offer *fee = any_fee(account, product, i);
    if (fee != NULL && !fee->is_once && fee->prorate == FG_FEE_WHOLE) {
      const counting of = {account, service, product, i, fee->every};
      FG_TRY(add_whole(&of, fg_period_at(fee->every, service->opened, at, &account->book->zone)));
    }
  }
  return FG_OK;
}

fg_status fg_fees_count_all(const fg_account *account, fg_state *draft, fg_time at) {
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    FG_TRY(fg_fees_count(account, draft, product, at));
  }
  return FG_OK;
}

static bool fee_fits(const fg_account *account, const fg_state *state, uint16_t edition, const fg_fee_offer *fee) {
  return fg_offer_fits_in(fg_account_edition(account, edition), state, &fee->when, state->now);
}

/* A fee that is charged once for all has one period, which begins when the product is first opened: the edition in
   force then says how much it is. */
static uint16_t edition_of_once(const fg_account *account, const fg_service *service) {
  return fg_account_edition_at(account, service->opened);
}

/* The fee that is charged once for all and is due, because it was not charged yet and the account fits it; else
   NULL. */
static const fg_fee_offer *due_once(const fg_account *account, const fg_state *state, uint32_t product, uint16_t fee) {
  const fg_service *service = &state->services[product];
  if (!service->was_open) {
    return NULL;
  }
  uint16_t edition = edition_of_once(account, service);
  const fg_fee_offer *offer = fee_of(account, product, edition, fee);
  if (offer == NULL || !offer->is_once) {
    return NULL;
  }
  for (uint32_t i = 0; i < service->fees.count; i++) {
    if (service->fees.items[i].fee == fee && service->fees.items[i].is_whole) {
      return NULL;
    }
  }
  return fee_fits(account, state, edition, offer) ? offer : NULL;
}

/* A line of a fee while it is added up. */
typedef struct fee_line {
  fg_account *into;
  fg_invoice_line line;
  fg_exact amount;
} fee_line;

/* Notes in a part of a line the fraction by which the fee is multiplied. It stays 0 ÷ 0 if its numbers are too
   large. */
static void tell_times(fg_amount amount, fg_exact due, fg_invoice_part *part) {
  fg_int128 above = 0;
  fg_int128 below = 0;
  fg_int128 product = 0;
  if (!fg_multiply_i128(due.whole, due.below, &above) || !fg_multiply_i128(amount, due.below, &below) ||
      __builtin_add_overflow(above, due.above, &above)) {
    return;
  }
  fg_int128 divisor = fg_greatest_common_divisor(above, below);
  above /= divisor;
  below /= divisor;
  if (above <= INT64_MAX && below <= INT64_MAX && fg_multiply_i128(amount, above, &product)) {
    part->units = (int64_t)above;
    part->tier = (int64_t)below;
  }
}

/* Adds what is due of a fee by one edition to its line. */
static fg_status add_due(fee_line *sum, uint16_t edition, fg_amount amount, fg_exact due) {
  fg_invoice_part part = {.cell.edition = edition, .unit_price = amount};
  if (fg_exact_is_zero(due)) {
    return FG_OK;
  }
  tell_times(amount, due, &part);
  FG_TRY(fg_exact_add(&sum->amount, due) ? FG_OK : FG_OVERFLOW);
  FG_TRY(fg_line_keep_part(sum->into, &sum->line, &part));
  sum->line.cell = part.cell;
  sum->line.slice.unit_price = amount;
  return FG_OK;
}

static fg_status add_fee_line(const fg_account *account, const fg_state *state, uint32_t product, uint16_t fee,
                              fg_account *into, fg_amount *total) {
  const fg_service *service = &state->services[product];
  fee_line sum = {into, fg_line_begin(into, product, FG_LINE_FEE), FG_EXACTLY(0)};
  sum.line.fee = fee;
  for (uint32_t i = 0; i < service->fees.count; i++) {
    const fg_fee_count *count = &service->fees.items[i];
    const fg_fee_offer *offer = fee_of(account, product, count->edition, count->fee);
    if (count->fee == fee && fee_fits(account, state, count->edition, offer)) {
      FG_TRY(add_due(&sum, count->edition, offer->amount, count->ended));
    }
  }
  const fg_fee_offer *once = due_once(account, state, product, fee);
  if (once != NULL) {
    FG_TRY(add_due(&sum, edition_of_once(account, service), once->amount, FG_EXACTLY(once->amount)));
  }
  return sum.line.part_count == 0 ? FG_OK : fg_line_end(account, NULL, into, &sum.line, sum.amount, total);
}

fg_status fg_fees_add(const fg_account *account, const fg_state *state, uint32_t product, fg_account *into,
                      fg_amount *total) {
  for (uint16_t fee = 0; fee < account->book->products[product].fee_count; fee++) {
    FG_TRY(add_fee_line(account, state, product, fee, into, total));
  }
  return FG_OK;
}

static fg_status mark_once(const fg_account *account, fg_state *draft, uint32_t product, uint16_t fee) {
  fg_service *service = &draft->services[product];
  const counting of = {account, service, product, fee, {FG_EVERY_MONTH, 0}};
  fg_fee_count *count = NULL;
  FG_TRY(fee_count_of(&of, edition_of_once(account, service), &count));
  count->is_whole = true;
  return FG_OK;
}

fg_status fg_fees_settle(const fg_account *account, fg_state *draft, uint32_t product) {
  fg_service *service = &draft->services[product];
  uint32_t kept = 0;
  for (uint16_t fee = 0; fee < account->book->products[product].fee_count; fee++) {
    FG_TRY(due_once(account, draft, product, fee) != NULL ? mark_once(account, draft, product, fee) : FG_OK);
  }
  for (uint32_t i = 0; i < service->fees.count; i++) {
    fg_fee_count *count = &service->fees.items[i];
    count->ended = FG_EXACTLY(0);
    if (count->is_whole || !fg_exact_is_zero(count->current)) {
      service->fees.items[kept++] = *count;
    }
  }
  service->fees.count = kept;
  return FG_OK;
}
