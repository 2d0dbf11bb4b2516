/* The statement of an account, and its calls in flight. */
#include "describe.h"

#include "../rules/aggregate_value.h"
#include "../rules/arrears.h"
#include "../rules/frozen_funds.h"
#include "../rules/mode.h"
#include "../rules/postpaid.h"
#include "../rules/holds.h"
#include "../rules/wallet.h"

static void tell_call(fg_teller *to, const fg_account *account, const fg_hold *hold, fg_string id) {
  fg_kept_call call = fg_record_call(hold->entry);
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "id", id);
  fg_tell_text(to, "product", call.event.text != NULL ? call.event : account->book->products[hold->product].id);
  fg_tell_integer(to, "quantity", call.quantity);
  fg_tell_optional_text(to, "owner", call.owner);
  fg_tell_time(to, "since", hold->since);
  fg_tell_optional_time(to, "deadline", hold->deadline);
  bool is_abandoned = hold->deadline <= account->state.now;
  fg_tell_word(to, "state", hold->unknown ? "unknown" : is_abandoned ? "abandoned" : "held");
  fg_tell_optional_text(to, "outcome", hold->unknown ? fg_record_ending(hold->entry).outcome : (fg_string){NULL, 0});
  fg_tell_end_object(to);
}

fg_status fg_account_tell_calls(const fg_account *account, const fg_call_filter *filter, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_list(&to, NULL);
  for (uint32_t i = 0; i < account->state.holds.count; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    char made[FG_CALL_NAME_MAX];
    fg_string id = fg_hold_id(hold, made);
    bool is_wanted = filter == NULL || filter->wants(filter->context, id);
    if (is_wanted && hold->part == 0) {
      tell_call(&to, account, hold, id);
    }
  }
  fg_tell_end_list(&to);
  return fg_teller_status(&to);
}

fg_status fg_account_calls(const fg_account *account, const fg_visitor *visitor) {
  return fg_account_tell_calls(account, NULL, visitor);
}

static const char *state_name(const fg_account *account) {
  const fg_state *state = &account->state;
  bool arrears = state->arrears_since != FG_NO_TIME;
  return state->violation                         ? "violation"
         : fg_arrears_stopped_any(account, state) ? "suspended"
         : arrears                                ? "arrears"
                                                  : "active";
}

static void tell_wallet(fg_teller *to, const fg_wallet *wallet) {
  static const fg_fund order[] = {FG_CASH, FG_INCOME, FG_GIFT, FG_VOUCHER};
  if (!wallet->limited) {
    fg_tell_null(to, "wallet");
    return;
  }
  fg_tell_begin_object(to, "wallet");
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    fg_tell_amount(to, fg_fund_name(order[i]), wallet->of[order[i]]);
  }
  fg_tell_amount(to, "balance", fg_wallet_balance(wallet));
  fg_tell_end_object(to);
}

static const char *lot_state(const fg_lot *lot, fg_time now) {
  return lot->refunded ? "refunded" : lot->left == 0 ? "used_up" : lot->expires <= now ? "void" : "active";
}

void fg_tell_lot_units(fg_teller *to, const char *key, const fg_account *account, const fg_lot *lot, int64_t parts) {
  int64_t unit = fg_book_parts(account->book, lot->owner);
  if (fg_book_is_pool(account->book, lot->owner)) {
    fg_int128 whole = parts / unit;
    char text[FG_MONEY_TEXT_MAX];
    fg_money_format(fg_money_of(whole * FG_UNIT + (fg_int128)(parts % unit) * FG_UNIT / unit), 0, text);
    fg_tell_word(to, key, text);
  } else {
    fg_tell_integer(to, key, parts);
  }
}

static void tell_lot(fg_teller *to, const fg_account *account, const fg_lot *lot) {
  static const char *const sources[] = {"free", "paid", "gift"};
  const fg_product *product = fg_book_owner(account->book, lot->owner);
  bool is_free = lot->source == FG_SOURCE_FREE;
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "id", lot->id);
  fg_tell_word(to, "source", sources[lot->source]);
  fg_tell_text(to, "pack", is_free ? product->grants[lot->offer].id : product->packs[lot->offer].id);
  fg_tell_lot_units(to, "units", account, lot, lot->units);
  fg_tell_lot_units(to, "left", account, lot, lot->left);
  fg_tell_time(to, "bought", lot->bought);
  fg_tell_optional_time(to, "expires", lot->expires);
  fg_tell_word(to, "state", lot_state(lot, account->state.now));
  fg_tell_end_object(to);
}

static void tell_lots(fg_teller *to, const char *key, const fg_account *account, uint32_t owner, bool free) {
  fg_tell_begin_list(to, key);
  for (uint32_t i = 0; i < account->state.lots.count; i++) {
    const fg_lot *lot = &account->state.lots.items[i];
    if (lot->owner == owner && (lot->source == FG_SOURCE_FREE) == free) {
      tell_lot(to, account, lot);
    }
  }
  fg_tell_end_list(to);
}

static void tell_held_capacity(fg_teller *to, const fg_account *account, uint32_t product) {
  fg_tell_begin_list(to, "capacity");
  for (uint32_t i = 0; i < account->state.capacity.count; i++) {
    const fg_capacity_order *order = &account->state.capacity.items[i];
    const fg_capacity_place *place = &account->book->capacities[order->place];
    if (place->product != product || order->refunded) {
      continue;
    }
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", order->id);
    fg_tell_text(to, "meter", place->offer->meter);
    fg_tell_integer(to, "quantity", order->quantity);
    fg_tell_time(to, "from", order->from);
    fg_tell_time(to, "until", order->until);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_limits(fg_teller *to, const fg_account *account, uint32_t product) {
  const fg_product *offered = &account->book->products[product];
  fg_tell_begin_object(to, "limits");
  for (uint32_t i = 0; i < offered->asked_count; i++) {
    int64_t limit = account->state.windows[offered->asked[i]].limit;
    if (limit >= 0) {
      fg_tell_integer(to, account->book->windows[offered->asked[i]]->id.text, limit);
    }
  }
  fg_tell_end_object(to);
}

static void tell_month(fg_teller *to, const fg_account *account, uint32_t product) {
  fg_usage month = fg_cells_of_month(account, &account->state, product);
  fg_tell_begin_object(to, "month");
  fg_tell_integer(to, "total", fg_usage_units(&month));
  fg_tell_integer(to, "free", month.free);
  fg_tell_integer(to, "packs", month.packs);
  fg_tell_integer(to, "postpaid", month.postpaid);
  fg_tell_integer(to, "unbilled", month.unbilled);
  fg_tell_integer(to, "uncertain", fg_holds_uncertain(account, product));
  fg_tell_end_object(to);
}

/* Tells what an aggregate has come to so far in the open period. */
static void tell_aggregate(fg_teller *to, const fg_account *account, uint32_t product) {
  const fg_service *service = &account->state.services[product];
  const fg_aggregate *aggregate = fg_aggregate_of(account, product);
  if (aggregate == NULL) {
    return;
  }
  fg_tell_begin_list(to, "aggregate");
  for (uint32_t i = 0; i < service->aggregated.count; i++) {
    const fg_aggregated *kept = &service->aggregated.items[i];
    int64_t units = 0;
    bool fits = fg_aggregate_now(account, &account->state, product, i, &units) == FG_OK;
    fg_tell_begin_object(to, NULL);
    fg_tell_optional_text(to, "value", kept->by);
    fg_tell_time(to, "from", service->aggregated_in.begin);
    fg_tell_optional_time(to, "until", service->aggregated_in.end);
    fg_tell_optional_count(to, "units", fits ? units : -1);
    fg_tell_optional_count(to, "held", aggregate->take == FG_TAKE_HELD ? kept->open : -1);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_service(fg_teller *to, const fg_account *account, uint32_t product) {
  const fg_service *service = &account->state.services[product];
  fg_mode mode = fg_mode_of(account, &account->state, product);
  fg_tell_begin_object(to, account->book->products[product].id.text);
  fg_tell_flag(to, "open", service->open);
  fg_tell_text(to, "mode", fg_mode_name(account, mode, product));
  if (account->book->products[product].postpaid != FG_POSTPAID_ALWAYS) {
    fg_tell_flag(to, "postpaid", fg_postpaid_refusal(account, &account->state, product) == FG_OK);
  }
  if (account->book->arrears_count > 0) {
    fg_tell_flag(to, "suspended", fg_arrears_stopped(&account->state, product));
  }
  tell_limits(to, account, product);
  tell_lots(to, "grants", account, product, true);
  tell_lots(to, "packs", account, product, false);
  tell_held_capacity(to, account, product);
  fg_tell_begin_object(to, "materials");
  fg_tell_integer(to, "held", service->materials_held);
  fg_tell_integer(to, "limit", service->materials_limit);
  fg_tell_end_object(to);
  tell_month(to, account, product);
  tell_aggregate(to, account, product);
  fg_tell_end_object(to);
}

/* Tells the pools; a book that has none has no such list in its statements. */
static void tell_pools(fg_teller *to, const fg_account *account) {
  const fg_book *book = account->book;
  if (book->pool_count == 0) {
    return;
  }
  fg_tell_begin_object(to, "pools");
  for (uint32_t owner = book->product_count; owner < fg_book_owner_count(book); owner++) {
    fg_tell_begin_object(to, fg_book_owner(book, owner)->id.text);
    fg_tell_text(to, "unit", fg_book_owner(book, owner)->unit);
    tell_lots(to, "grants", account, owner, true);
    tell_lots(to, "packs", account, owner, false);
    fg_tell_end_object(to);
  }
  fg_tell_end_object(to);
}

static void tell_spent(fg_teller *to, const fg_spent *spent) {
  fg_tell_begin_object(to, "spent");
  fg_tell_amount(to, "packs", spent->packs);
  fg_tell_amount(to, "materials", spent->materials);
  fg_tell_amount(to, "capacity", spent->capacity);
  fg_tell_amount(to, "postpaid", spent->postpaid);
  fg_tell_amount(to, "refunded", spent->refunded);
  fg_tell_amount(to, "total", spent->gross - spent->refunded);
  fg_tell_end_object(to);
}

static void tell_bundles(fg_teller *to, const fg_account *account) {
  fg_tell_begin_list(to, "bundles");
  for (uint32_t i = 0; i < account->state.bundles.count; i++) {
    const fg_bundle_order *order = &account->state.bundles.items[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", order->id);
    fg_tell_text(to, "bundle", account->book->bundles[order->bundle].id);
    fg_tell_time(to, "bought", order->bought);
    fg_tell_flag(to, "refunded", order->refunded);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

/* Tells the product that each choice will switch to. */
static void tell_choices(fg_teller *to, const fg_account *account) {
  fg_tell_begin_object(to, "choices");
  for (uint32_t i = 0; i < account->book->choice_count; i++) {
    const fg_switch_pending *pending = &account->state.switches[i];
    bool is_pending = pending->at != FG_NO_TIME;
    fg_tell_begin_object(to, account->book->choices[i].id.text);
    fg_tell_optional_text(to, "next", is_pending ? account->book->products[pending->product].id : (fg_string){NULL, 0});
    fg_tell_optional_time(to, "at", is_pending ? pending->at : FG_NO_TIME);
    fg_tell_end_object(to);
  }
  fg_tell_end_object(to);
}

static fg_status tell_frozen(fg_teller *to, const fg_account *account) {
  fg_amount frozen = 0;
  FG_TRY(fg_freeze_amount(account, &account->state, &frozen));
  fg_tell_optional_amount(to, "frozen", account->state.wallet.limited, frozen);
  return FG_OK;
}

fg_status fg_tell_statement(fg_teller *to, const char *key, const fg_account *account) {
  const fg_state *state = &account->state;
  fg_tell_begin_object(to, key);
  fg_tell_optional_time(to, "at", state->now);
  fg_tell_text(to, "currency", account->book->currency);
  fg_tell_word(to, "state", state_name(account));
  tell_wallet(to, &state->wallet);
  fg_tell_begin_object(to, "products");
  for (uint32_t product = 0; product < account->book->product_count; product++) {
    tell_service(to, account, product);
  }
  fg_tell_end_object(to);
  tell_pools(to, account);
  if (account->book->bundle_count > 0) {
    tell_bundles(to, account);
  }
  FG_TRY(fg_tell_invoices(to, "invoices", account));
  tell_spent(to, &state->spent);
  if (account->book->choice_count > 0) {
    tell_choices(to, account);
  }
  FG_TRY(account->book->freeze == NULL ? FG_OK : tell_frozen(to, account));
  fg_tell_end_object(to);
  return FG_OK;
}

fg_status fg_account_tell(const fg_account *account, const char *key, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  FG_TRY(fg_tell_statement(&to, key, account));
  return fg_teller_status(&to);
}

fg_status fg_account_describe(const fg_account *account, const fg_visitor *visitor) {
  return fg_account_tell(account, NULL, visitor);
}
