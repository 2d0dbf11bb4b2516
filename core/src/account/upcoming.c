/* Tells what will happen by itself. A fork of the account lets its due events happen, and what each instant has changed
   is told, so that the rules of expiry, settlement, suspension and issue are not repeated here. */
#include "../../include/faregate_outlook.h"
#include "../state/state.h"
#include "../base/tell.h"
#include "../rules/budget.h"
#include "../rules/mode.h"
#include "../rules/due.h"
#include "../rules/deduction.h"
#include "../rules/wallet.h"
#include "describe.h"

enum { DAYS_MAX = 3653 }; ///< ten years: the longest outlook, which bounds the work

typedef enum event_kind {
#define EVENT(NAME, name, help) EVENT_##NAME,
#include "outlook.def"
} event_kind;

static const char *const event_names[] = {
#define EVENT(NAME, name, help) [EVENT_##NAME] = name,
#include "outlook.def"
};

/* The values of an event. A value that the event's kind does not have is told as null. */
typedef struct upcoming_event {
  event_kind kind;
  const fg_product *product; ///< NULL: of no product
  fg_string id;              ///< text NULL: no id
  int64_t units;             ///< -1: no units
  int64_t fraction;          ///< of units of a pool of money, in 10^-12 units
  bool has_amount;
  fg_amount amount;
  fg_string rule; ///< the rule or source behind the event; text NULL: none
} upcoming_event;

/* A fork that time passes for, and how it stood before the instant that is told. */
typedef struct outlook {
  fg_account *fork;
  fg_teller to;
  uint32_t lots, invoices;
  fg_amount day_used, month_used; ///< what was used of the budgets of the day and the month
  fg_switch_pending *switches;    ///< those that were pending, one for each choice of the book; NULL: it has none
} outlook;

/* Begins to tell an event. The caller tells what the event's kind has besides, and ends the object. */
static void begin_event(outlook *view, const upcoming_event *event) {
  fg_teller *to = &view->to;
  fg_string none = {NULL, 0};
  fg_tell_begin_object(to, NULL);
  fg_tell_time(to, "at", view->fork->state.now);
  fg_tell_word(to, "kind", event_names[event->kind]);
  fg_tell_optional_text(to, "product", event->product == NULL ? none : event->product->id);
  fg_tell_optional_text(to, "id", event->id);
  if (event->units < 0) {
    fg_tell_null(to, "units");
  } else {
    fg_tell_units(to, "units", event->units, event->fraction);
  }
  fg_tell_optional_amount(to, "amount", event->has_amount, event->amount);
  fg_tell_optional_text(to, "rule", event->rule);
}

/* Returns the name of a rule of the guide, or an empty text if the book does not cite it. */
static fg_string cited(const outlook *view, const char *rule) {
  fg_string named = fg_string_of(rule);
  return fg_book_cites(view->fork->book, named) ? named : (fg_string){NULL, 0};
}

static fg_string source_of(const fg_product *product, const fg_lot *lot) {
  bool is_free = lot->source == FG_SOURCE_FREE;
  return is_free ? product->grants[lot->offer].source : product->packs[lot->offer].source;
}

static void tell_lot_event(outlook *view, event_kind kind, const fg_lot *lot, int64_t units) {
  const fg_product *product = fg_book_owner(view->fork->book, lot->owner);
  const int64_t parts = fg_book_parts(view->fork->book, lot->owner);
  bool has_fraction = fg_fraction_of_parts(lot->units, parts) > 0; /* else only whole units are told */
  upcoming_event event = {.kind = kind,
                          .product = product,
                          .id = lot->id,
                          .units = units / parts,
                          .fraction = has_fraction ? fg_fraction_of_parts(units, parts) : 0,
                          .rule = source_of(product, lot)};
  begin_event(view, &event);
  fg_tell_end_object(&view->to);
}

/* Tells the lots that end and lose what is left of them (R1, R3, R6). */
static void tell_expiries(outlook *view) {
  const fg_state *state = &view->fork->state;
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    if (lot->expires == state->now && lot->left > 0 && !fg_lot_is_of_materials(view->fork, lot)) {
      bool is_free = lot->source == FG_SOURCE_FREE;
      tell_lot_event(view, is_free ? EVENT_GRANT_EXPIRES : EVENT_PACK_EXPIRES, lot, lot->left);
    }
  }
}

/* Tells that an order of capacity begins or ends, with the mode and the limit that hold from then on. After the last
   order these are those of R23 or R24. */
static void tell_order_event(outlook *view, event_kind kind, const fg_capacity_order *order) {
  const fg_account *fork = view->fork;
  const fg_capacity_place *place = &fork->book->capacities[order->place];
  const fg_product *product = &fork->book->products[place->product];
  int64_t limit = fork->state.windows[place->window].limit;
  upcoming_event event = {
      .kind = kind, .product = product, .id = order->id, .units = order->quantity, .rule = cited(view, "R19")};
  begin_event(view, &event);
  fg_tell_text(&view->to, "meter", place->offer->meter);
  fg_mode mode = fg_mode_of(fork, &fork->state, place->product);
  fg_tell_text(&view->to, "mode", fg_mode_name(fork, mode, place->product));
  fg_tell_optional_count(&view->to, "limit", limit);
  fg_tell_end_object(&view->to);
}

static void tell_orders(outlook *view) {
  const fg_state *state = &view->fork->state;
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    const fg_capacity_order *order = &state->capacity.items[i];
    if (!order->refunded && (order->until == state->now || order->from == state->now)) {
      tell_order_event(view, order->until == state->now ? EVENT_CAPACITY_ENDS : EVENT_CAPACITY_BEGINS, order);
    }
  }
}

/* Tells a settlement with the amount for the usage that there is by now (R14). */
static void tell_settlement(outlook *view) {
  const fg_history *history = view->fork->history;
  for (uint32_t i = view->invoices; i < history->invoices.count; i++) {
    const fg_invoice *invoice = &history->invoices.items[i];
    upcoming_event event = {.kind = EVENT_SETTLEMENT,
                            .units = -1,
                            .has_amount = true,
                            .amount = invoice->total,
                            .rule = cited(view, "R14")};
    begin_event(view, &event);
    fg_invoice_tell_period(&view->to, view->fork, invoice);
    fg_tell_optional_amount(&view->to, "balance_after", invoice->limited, invoice->balance_after);
    fg_tell_end_object(&view->to);
  }
}

/* Tells that a product is suspended; the amount is what the balance lacks (R26). */
static void tell_suspension(outlook *view, const fg_product *product) {
  upcoming_event event = {.kind = EVENT_SUSPENSION,
                          .product = product,
                          .units = -1,
                          .has_amount = true,
                          .amount = -fg_wallet_balance(&view->fork->state.wallet),
                          .rule = cited(view, "R26")};
  begin_event(view, &event);
  fg_tell_end_object(&view->to);
}

/* Tells the suspensions of an instant. A book without rules of arrears suspends all products together, which is told
   once. */
static void tell_suspensions(outlook *view) {
  const fg_account *fork = view->fork;
  bool by_product = fork->book->arrears_count > 0;
  bool is_told = false;
  for (uint32_t product = 0; product < fork->book->product_count && !is_told; product++) {
    const fg_service *service = &fork->state.services[product];
    if (service->stops == fork->state.now && (service->open || !by_product)) {
      tell_suspension(view, by_product ? &fork->book->products[product] : NULL);
      is_told = !by_product;
    }
  }
}

/* Tells the choices that have switched. */
static void tell_switches(outlook *view) {
  const fg_switch_pending *before = view->switches;
  const fg_book *book = view->fork->book;
  for (uint32_t i = 0; i < book->choice_count; i++) {
    if (before[i].at == view->fork->state.now) {
      upcoming_event event = {.kind = EVENT_CHOICE_SWITCHED,
                              .product = &book->products[before[i].product],
                              .id = book->choices[i].id,
                              .units = -1};
      begin_event(view, &event);
      fg_tell_end_object(&view->to);
    }
  }
}

static void tell_issues(outlook *view) {
  const fg_state *state = &view->fork->state;
  for (uint32_t i = view->lots; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    tell_lot_event(view, lot->source == FG_SOURCE_FREE ? EVENT_GRANT_ISSUED : EVENT_LOT_ISSUED, lot, lot->units);
  }
}

/* Tells that a budget that was used begins anew; the amount is what may be spent again. */
static void tell_renewal(outlook *view, event_kind kind, bool limited, fg_amount used, fg_amount used_now) {
  if (limited && used > 0 && used_now <= 0) {
    upcoming_event event = {.kind = kind, .units = -1, .has_amount = true, .amount = used};
    begin_event(view, &event);
    fg_tell_end_object(&view->to);
  }
}

static fg_status ask_budgets(const fg_account *fork, fg_amount *day, fg_amount *month) {
  const fg_caps *caps = &fork->state.caps;
  *day = *month = 0;
  return caps->day_limited || caps->month_limited ? fg_budget_used(fork, &fork->state, day, month) : FG_OK;
}

static fg_status remember(outlook *view) {
  const fg_state *state = &view->fork->state;
  view->lots = state->lots.count;
  view->invoices = view->fork->history->invoices.count;
  if (view->switches != NULL) {
    memcpy(view->switches, state->switches, view->fork->book->choice_count * sizeof *view->switches);
  }
  return ask_budgets(view->fork, &view->day_used, &view->month_used);
}

static fg_status live_next_instant(outlook *view) {
  fg_account *fork = view->fork;
  const fg_caps *caps = &fork->state.caps;
  fg_amount day_used = 0;
  fg_amount month_used = 0;
  FG_TRY(remember(view));
  FG_TRY(fg_due_happen(fork, &fork->state, fork->state.next_due));
  FG_TRY(ask_budgets(fork, &day_used, &month_used));
  tell_expiries(view);
  tell_orders(view);
  tell_settlement(view);
  tell_suspensions(view);
  tell_switches(view);
  tell_issues(view);
  tell_renewal(view, EVENT_BUDGET_DAY, caps->day_limited, view->day_used, day_used);
  tell_renewal(view, EVENT_BUDGET_MONTH, caps->month_limited, view->month_used, month_used);
  return fg_teller_status(&view->to);
}

/* Lets time pass up to an instant and tells its events; `until` becomes the instant that was reached. Amounts that
   overflow end the outlook, as the end of the calendar does. */
static fg_status live_until(outlook *view, fg_time *until, bool *complete) {
  fg_account *fork = view->fork;
  FG_TRY(fg_history_own(&fork->history));
  /* Few rounds: at most one for each day, and one for a suspension between two days. */
  while (fork->state.next_due <= *until) {
    fg_time before = fork->state.next_due - 1;
    fg_status status = live_next_instant(view);
    if (status == FG_OVERFLOW) {
      *until = before;
      *complete = false;
      return FG_OK;
    }
    FG_TRY(status);
  }
  return FG_OK;
}

static fg_status tell_upcoming(const fg_account *account, fg_time until, const fg_visitor *visitor) {
  outlook view = {.to = fg_teller_to(visitor)};
  size_t bytes = account->book->choice_count * sizeof *view.switches;
  fg_time now = account->state.now;
  fg_time horizon = now == FG_NO_TIME ? FG_NEVER : now + DAYS_MAX * FG_DAY;
  bool complete = until <= horizon;
  until = fg_min_i64(until, horizon);
  fg_tell_begin_object(&view.to, NULL);
  fg_tell_optional_time(&view.to, "from", now);
  fg_tell_begin_list(&view.to, "events");
  if (now != FG_NO_TIME) { /* nothing is due before an account has seen an instant */
    FG_TRY(fg_account_fork(account, &view.fork));
    view.switches = bytes == 0 ? NULL : fg_allocate(&account->allocator, bytes);
    fg_status status = bytes > 0 && view.switches == NULL ? FG_NO_MEMORY : live_until(&view, &until, &complete);
    fg_release(&account->allocator, view.switches, bytes);
    fg_account_free(view.fork);
    FG_TRY(status);
  }
  fg_tell_end_list(&view.to);
  fg_tell_optional_time(&view.to, "until", until);
  fg_tell_flag(&view.to, "complete", complete);
  fg_tell_end_object(&view.to);
  return fg_teller_status(&view.to);
}

fg_status fg_account_upcoming(const fg_account *account, fg_time until, const fg_visitor *visitor, fg_error *error) {
  fg_time now = account->state.now;
  if (until == FG_NO_TIME && now != FG_NO_TIME) {
    until = now + FG_UPCOMING_DEFAULT_DAYS * FG_DAY;
  } else if (until != FG_NO_TIME && !fg_time_is_shown(until, &account->book->zone)) {
    return fg_fail(error, FG_INVALID, "until", "expected an instant of the years 1970 to 9999");
  }
  if (until < now) {
    return fg_refuse_reversal(account, error);
  }
  fg_status status = tell_upcoming(account, until, visitor);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}
