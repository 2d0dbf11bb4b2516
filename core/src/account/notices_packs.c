/* Notices of packs that run out or end, and of usage that is postpaid by now. */
#include "notice_board.h"

#include <stdio.h>

#include "../rules/deduction.h"
#include "../rules/periods.h"
#include "../rules/preview.h"

static bool is_pack_in_time(const fg_notice_board *board, const fg_lot *lot, uint32_t product) {
  return lot->owner == product && lot->source != FG_SOURCE_FREE && !lot->refunded &&
         lot->expires > board->account->state.now && !fg_lot_is_of_materials(board->account, lot);
}

fg_status fg_notice_stock(fg_notice_board *board, uint32_t product) {
  const fg_state *state = &board->account->state;
  const fg_product *offered = &board->account->book->products[product];
  int64_t left = 0;
  int64_t units = 0; /* of packs with something left: one that is used up says nothing about the others */
  bool has_packs = false;
  for (uint32_t i = 0; i < state->lots.count; i++) {
    const fg_lot *lot = &state->lots.items[i];
    if (!is_pack_in_time(board, lot, product)) {
      continue;
    }
    has_packs = true;
    if (!fg_add_i64(left, lot->left, &left) || !fg_add_i64(units, lot->left > 0 ? lot->units : 0, &units)) {
      return FG_OVERFLOW;
    }
  }
  fg_noticed low = fg_empty_notice;
  low.product = offered;
  low.units = left;
  low.rule = "R7";
  if (has_packs && left == 0) {
    low.code = FG_NOTICE_PACKS_USED_UP;
    fg_notice(board, &low, "%s: no pack has %s left", offered->id.text, offered->meter.text);
  } else if ((fg_int128)left * 100 < (fg_int128)units * board->limits->pack_percent) {
    low.code = FG_NOTICE_PACKS_LOW;
    low.of = units;
    fg_notice(board, &low, "%s: %s of %s %s %s left in the packs", offered->id.text, fg_notice_units(low.units).text,
              fg_notice_units(low.of).text, offered->meter.text, fg_is_or_are(low.units));
  }
  return FG_OK;
}

/* R6: tells of packs that end soon, because what is left of them is lost then. */
void fg_notice_endings(fg_notice_board *board, uint32_t product) {
  const fg_account *account = board->account;
  const fg_product *offered = &account->book->products[product];
  fg_time soon = account->state.now + board->limits->pack_days * FG_DAY;
  for (uint32_t i = 0; i < account->state.lots.count; i++) {
    const fg_lot *lot = &account->state.lots.items[i];
    if (is_pack_in_time(board, lot, product) && lot->left > 0 && lot->expires <= soon) {
      fg_noticed ending = fg_empty_notice;
      ending.code = FG_NOTICE_PACK_ENDING;
      ending.product = offered;
      ending.id = lot->id;
      ending.units = lot->left;
      ending.of = lot->units;
      ending.at = lot->expires;
      ending.rule = "R6";
      fg_notice(board, &ending, "%s: %s %s%s of a pack %s %s lost at %s if %s not used before", offered->id.text,
                fg_notice_units(lot->left).text, fg_of_the(lot->left), offered->meter.text,
                offered->packs[lot->offer].id.text, fg_is_or_are(lot->left), fg_notice_time(account, lot->expires).text,
                lot->left == 1 ? "it is" : "they are");
    }
  }
}

static bool sells_packs(const fg_product *offered) {
  for (uint32_t i = 0; i < offered->pack_count; i++) {
    if (!offered->packs[i].of_materials) {
      return true;
    }
  }
  return offered->grant_count > 0;
}

/* Room for "2024-11" or, for another period than a month, "the period from 2024-11-05T00:00:00+08:00 on". */
enum { OPEN_PERIOD_MAX = FG_TIME_TEXT_MAX + 24 };
static void write_open_period(const fg_account *account, uint32_t product, char out[OPEN_PERIOD_MAX]) {
  fg_time begin = fg_settling_at(account, &account->state, product, account->state.now).begin;
  char text[FG_TIME_TEXT_MAX];
  if (account->book->products[product].settle.unit == FG_EVERY_MONTH) {
    fg_month_format(fg_account_month(account, begin), text);
    snprintf(out, OPEN_PERIOD_MAX, "%s", text);
  } else {
    fg_time_format(begin, &account->book->zone, text);
    snprintf(out, OPEN_PERIOD_MAX, "the period from %s on", text);
  }
}

/* Says that a product's usage is postpaid by now. A product without grants or packs is always postpaid, so no notice is
   made of it. */
fg_status fg_notice_postpaid(fg_notice_board *board, fg_account *fork, uint32_t product) {
  const fg_product *offered = &board->account->book->products[product];
  fg_noticed begun = fg_empty_notice;
  char period[OPEN_PERIOD_MAX];
  if (!sells_packs(offered)) {
    return FG_OK;
  }
  FG_TRY(fg_preview(fork, (int)product, NULL));
  begun.units = 0;
  for (uint32_t i = 0; i < fork->preview.line_count; i++) {
    const fg_invoice_line *line = &fork->preview.lines[i];
    begun.units += line->is_running ? line->charged : line->slice.units;
  }
  if (begun.units == 0) {
    return FG_OK;
  }
  begun.code = FG_NOTICE_POSTPAID_BEGUN;
  begun.product = offered;
  begun.has_amount = true;
  begun.amount = fork->preview.total;
  begun.rule = "R11";
  write_open_period(fork, product, period);
  fg_notice(board, &begun, "%s: %s %s%s of %s %s postpaid, %s %s so far", offered->id.text,
            fg_notice_units(begun.units).text, fg_of_the(begun.units), offered->meter.text, period,
            fg_is_or_are(begun.units), fg_notice_money(board->account, begun.amount).text,
            board->account->book->currency.text);
  return FG_OK;
}
