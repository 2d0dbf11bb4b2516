/* Notices of calls that nobody ended. */
#include "notice_board.h"

#include "../rules/holds.h"

void fg_notice_ask_for_uncertain(fg_notice_board *board) {
  const fg_account *account = board->account;
  const fg_call_filter *filter = board->context->uncertain;
  for (uint32_t i = 0; i < account->state.holds.count && filter != NULL; i++) {
    char made[FG_CALL_NAME_MAX];
    fg_string id = fg_hold_id(&account->state.holds.items[i], made);
    board->uncertain[i] = filter->wants(filter->context, id);
  }
}

/* Whether a call belongs to a notice: of uncertain calls, or of abandoned ones. A call past its time is told as
   abandoned even if it is uncertain, because only some handles know that it is uncertain, and all handles should tell
   the same. */
static bool is_told_as(const fg_notice_board *board, uint32_t place, bool uncertain) {
  const fg_state *state = &board->account->state;
  bool is_late = state->holds.items[place].deadline <= state->now;
  return uncertain ? !is_late && board->uncertain[place] : is_late;
}

static void tell_calls(fg_notice_board *board, fg_noticed *open, bool uncertain) {
  bool is_one = open->of == 1;
  const char *lost = is_one ? "was never ended by the program that made it"
                            : "were never ended by the program that made them";
  const char *late = is_one ? "is past its time" : "are past their time";
  open->code = uncertain ? FG_NOTICE_CALLS_UNCERTAIN : FG_NOTICE_CALLS_ABANDONED;
  fg_notice(board, open, "%s: %s %s since %s %s: %s %s as used until %s committed or canceled", open->product->id.text,
            fg_notice_units(open->of).text, is_one ? "call" : "calls", fg_notice_time(board->account, open->at).text,
            uncertain ? lost : late, fg_notice_units(open->units).text,
            open->units == 1 ? "unit counts" : "units count", is_one ? "it is" : "they are");
}

/* Tells of a product's calls that nobody ended: those past their time or, with `uncertain`, those that no handle has in
   hand. */
fg_status fg_notice_calls(fg_notice_board *board, uint32_t product, bool uncertain) {
  const fg_account *account = board->account;
  const fg_product *offered = &account->book->products[product];
  fg_noticed open = fg_empty_notice;
  char oldest[FG_CALL_NAME_MAX];
  open.units = open.of = 0;
  for (uint32_t i = 0; i < account->state.holds.count; i++) {
    const fg_hold *hold = &account->state.holds.items[i];
    if (hold->product != product || !is_told_as(board, i, uncertain)) {
      continue;
    }
    if (open.of++ == 0) { /* calls stand in order, so the first one found is the oldest */
      open.id = fg_hold_id(hold, oldest);
      open.at = hold->since;
    }
    FG_ASSERT(open.at <= hold->since);
    if (!fg_add_i64(open.units, hold->units, &open.units)) {
      return FG_OVERFLOW;
    }
  }
  if (open.of > 0) {
    open.product = offered;
    tell_calls(board, &open, uncertain);
  }
  return FG_OK;
}
