#include "answered.h"

void fg_biller_detail(fg_biller *biller) { biller->detailed = true; }

/* Keeps the draws of an outcome. The ids of packs are not copied, because the account keeps these texts. */
static fg_status keep_draws(fg_bill_part *part, const fg_used *used, fg_answered *fresh) {
  FG_TRY(FG_ARRAY_RESERVE(&part->biller->allocator, &part->drawn, (uint32_t)used->pack_count));
  fresh->first_draw = part->drawn.count;
  fresh->draw_count = used->pack_count;
  for (size_t i = 0; i < used->pack_count; i++) {
    part->drawn.items[part->drawn.count++] = used->packs[i];
    fresh->packs += used->packs[i].units;
  }
  return FG_OK;
}

/* Keeps the units of each product of an event. Usage of a product has no such parts. */
static fg_status keep_event_parts(fg_bill_part *part, const fg_customer *customer, fg_answered *fresh) {
  FG_TRY(FG_ARRAY_RESERVE(&part->biller->allocator, &part->event_parts, part->units.count));
  fresh->first_part = part->event_parts.count;
  fresh->part_count = part->units.count;
  for (uint32_t i = 0; i < part->units.count; i++) {
    const fg_event_units *units = &part->units.items[i];
    part->event_parts.items[part->event_parts.count++] = (fg_event_part){
        .product = customer->account->whole->products[units->product].id,
        .free = units->free,
        .packs = units->packs,
        .postpaid = units->postpaid,
        .unbilled = units->unbilled};
  }
  return FG_OK;
}

fg_status fg_answered_add(fg_bill_part *part, const fg_customer *customer, const fg_command *command, size_t place,
                          int64_t row, const fg_outcome *outcome) {
  bool is_correction = command->kind == FG_DO_ADJUST;
  const fg_used *used = is_correction ? &outcome->is.adjusted.used : &outcome->is.used;
  int sign = is_correction ? -1 : 1;
  fg_answered fresh = {.place = place,
                       .row = row,
                       .account = customer->name,
                       .product = command->product,
                       .id = command->id,
                       .at = command->at,
                       .quantity = command->quantity,
                       .free = sign * used->free,
                       .postpaid = sign * used->postpaid,
                       .unbilled = sign * used->unbilled};
  FG_ASSERT(!is_correction || outcome->is.adjusted.takes_off);
  if (is_correction) {
    fresh.packs = -outcome->is.adjusted.packs;
  } else {
    FG_TRY(keep_draws(part, used, &fresh));
    FG_TRY(keep_event_parts(part, customer, &fresh));
  }
  FG_TRY(FG_ARRAY_RESERVE(&part->biller->allocator, &part->answered, 1));
  part->answered.items[part->answered.count++] = fresh;
  return FG_OK;
}

static int compare_answered(const void *a, const void *b) {
  return fg_compare_i64(((const fg_answered *)a)->row, ((const fg_answered *)b)->row);
}

void fg_answered_sort(fg_biller *biller) {
  fg_bill_part *all = &biller->parts[0];
  FG_ARRAY_SORT(&all->answered, compare_answered);
}

const fg_event_part *fg_biller_event_parts(const fg_biller *biller) { return biller->parts[0].event_parts.items; }

const fg_answered *fg_biller_answered(const fg_biller *biller, size_t *count, const fg_draw **draws) {
  *count = biller->parts[0].answered.count;
  *draws = biller->parts[0].drawn.items;
  return biller->parts[0].answered.items;
}
