/* Usage: it is rated, drawn from grants and packs, and the rest goes to the bill (R7, R10, R17). */
#ifndef FG_USAGE_H
#define FG_USAGE_H

#include "../book/rating.h"
#include "cover.h"
#include "regimes.h"

/* How much of the rules a usage must ask. Frequent commands know this at compile time, so that their code has no
   branches for the rest. */
typedef enum fg_usage_way {
  FG_BY_RULES,      ///< the usage is rated, and counted in the bucket of its cell
  FG_PLAIN,         ///< the product is plain: the quantity is the units, and there is one bucket at a time
  FG_USUAL,         ///< plain, served and billed, and what grants and packs leave over is sold (fg_in_force.usual)
  FG_USUAL_BY_RULES ///< the same for a product that is not plain, but moves alone (fg_in_force.usual_by_rules)
} fg_usage_way;

/* Whether usage of this way must be rated first. */
static inline bool fg_usage_has_rules(fg_usage_way way) { return way == FG_BY_RULES || way == FG_USUAL_BY_RULES; }

/* Whether the product is served and billed, and sells what grants and packs leave over. */
static inline bool fg_usage_is_usual(fg_usage_way way) { return way == FG_USUAL || way == FG_USUAL_BY_RULES; }

static inline fg_usage_way fg_usage_way_of(const fg_account *account, uint32_t product) {
  return account->book->products[product].plain ? FG_PLAIN : FG_BY_RULES;
}

/* Whether a command's usage needs neither rules nor attributes to be rated. */
static inline bool fg_usage_is_plain(const fg_account *account, uint32_t product, const fg_command *command) {
  return account->book->products[product].plain && command->attributes.count == 0;
}

/* Rates `quantity` of a product of a book, with the attributes of the usage and of the account. Statuses of fg_rate;
   `error` may be NULL. */
fg_status fg_usage_rate_as(const fg_book *book, uint32_t product, fg_attributes usage, const fg_attributes *of_account,
                           fg_time at, int64_t quantity, fg_rating *rating, fg_error *error);

/* Whether a usage has to say how much of it there is: a call's commit may still say it. Earlier versions did not ask,
   and what they wrote into a ledger stays what it is. */
static inline bool fg_usage_asks_measure(const fg_account *account, const fg_command *command) {
  return command->kind != FG_DO_CALL && account->reread == NULL;
}

/* Rates the usage of a command. Statuses of fg_rate, and those of fg_require_measured where the command names the
   product and has to be measured (fg_usage_asks_measure); `error` may be NULL. */
FG_COLD fg_status fg_usage_rate_by_rules(const fg_account *account, uint32_t product, const fg_command *command,
                                         fg_rating *rating, fg_error *error);
static inline fg_status fg_usage_rate(const fg_account *account, uint32_t product, const fg_command *command,
                                      fg_rating *rating, fg_error *error) {
  *rating = (fg_rating){.units = command->quantity, .billable = true};
  return fg_usage_is_plain(account, product, command)
             ? FG_OK
             : fg_usage_rate_by_rules(account, product, command, rating, error);
}

/* Rates usage of a product that has rules. Usage without a price is not billed, so 0 stands for its price. */
static inline fg_status fg_usage_rate_asked(const fg_book *book, uint32_t product, fg_attributes usage,
                                            const fg_attributes *of_account, fg_time at, int64_t quantity,
                                            fg_rating *rating, fg_error *error) {
  FG_TRY(fg_rate(book, &book->products[product], usage, of_account, at, quantity, rating, error));
  if (FG_UNLIKELY(rating->price == FG_NO_PLACE)) {
    rating->price = 0;
  }
  return FG_OK;
}

/* Rates as fg_usage_rate does, where the way is known. */
static inline fg_status fg_usage_rate_on_way(const fg_account *account, uint32_t product, const fg_command *command,
                                             fg_usage_way way, fg_rating *rating) {
  if (way != FG_USUAL_BY_RULES) {
    *rating = (fg_rating){.units = command->quantity, .billable = true};
    return way == FG_BY_RULES ? fg_usage_rate_by_rules(account, product, command, rating, NULL) : FG_OK;
  }
  FG_TRY(fg_usage_rate_asked(account->book, product, command->attributes, account->state.attributes, command->at,
                             command->quantity, rating, NULL));
  return fg_usage_asks_measure(account, command) ? fg_require_measured(account->book, rating->lacks, NULL) : FG_OK;
}

/* Whether a usage can be recorded: FG_OVERFLOW, FG_NOT_SOLD, and what the service answers about units left over.
   `billable` says whether host and rules bill the usage. */
fg_status fg_usage_fits(const fg_account *account, const fg_state *state, uint32_t product, fg_rating rating,
                        bool billable, fg_usage_way way);

/* Records usage that was checked. Cannot fail, because there is room for its cell, and in `taken` for every lot of the
   service. */
fg_recorded fg_usage_record(const fg_account *account, fg_state *state, uint32_t product, fg_rating rating,
                            bool billable, fg_usage_way way, fg_taken *taken);

/* Whether usage of a product is noted in regimes, which it is only while a call is in flight. */
static inline bool fg_usage_is_kept(const fg_account *account, const fg_state *state, uint32_t product) {
  return FG_UNLIKELY(state->holds.count > 0) && fg_undo_is_kept(fg_state_group(account, state, product));
}

/* Makes room for what is taken from so many lots, in account->taken, and for the answer that tells it. A usage asks for
   the room of account->taken alone, so account->draws always has at least as much. */
FG_COLD fg_status fg_usage_reserve_taken(fg_account *account, uint32_t most);

/* Makes room for any usage of a product in the account's state or in a draft: for its cell, for the regimes, and for
   what it takes from lots. */
FG_COLD fg_status fg_usage_make_room(fg_account *account, fg_state *state, uint32_t product);
static inline fg_status fg_usage_reserve(fg_account *account, fg_state *state, uint32_t product, fg_usage_way way) {
  const fg_service *service = &state->services[product];
  bool has_room = way != FG_BY_RULES && state->holds.count == 0 && service->drawable.count <= account->taken.room &&
                  (way != FG_USUAL_BY_RULES || service->buckets.count < service->buckets.room);
  return FG_LIKELY(has_room) ? FG_OK : fg_usage_make_room(account, state, product);
}

/* Records usage as fg_usage_record does, with `taken` in account->taken. It is noted in the regimes if a call in flight
   may be undone, and in the order of counts. */
static inline fg_recorded fg_usage_take(fg_account *account, fg_state *state, uint32_t product, fg_rating rating,
                                        bool billable, fg_usage_way way) {
  FG_ASSERT(state->services[product].drawable.count <= account->taken.room);
  fg_recorded recorded = fg_usage_record(account, state, product, rating, billable, way, account->taken.items);
  if (fg_usage_is_kept(account, state, product)) {
    fg_undo_note(account, state, product, &recorded, account->taken.items);
  }
  if (way == FG_BY_RULES && fg_order_is_kept(account, product)) {
    fg_order_note_usage(account, state, product, &recorded);
  }
  return recorded;
}

/* Answer usage that was just recorded in account->taken, with its packs in account->draws. fg_usage_answer_more adds it
   to what was answered for the other products of an event; FG_OVERFLOW if all of them together cannot be counted. */
fg_status fg_usage_answer_more(const fg_account *account, const fg_recorded *recorded, fg_used *used);
void fg_usage_answer(const fg_account *account, const fg_recorded *recorded, fg_used *used);

/* Records, on a draft, usage that has happened already, so that no rule can refuse it. FG_OVERFLOW. */
fg_status fg_usage_happened(fg_account *account, fg_state *draft, uint32_t product, fg_rating rating,
                            fg_recorded *recorded);

#endif
