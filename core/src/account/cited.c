#include "cited.h"

/* The source that a price cites; if it cites none, `offer`, the source of the offer that has this price. */
static fg_string own_source(const fg_schedule *schedule, fg_string offer) {
  return schedule != NULL && schedule->source.length > 0 ? schedule->source : offer;
}

static fg_string source_of_pack(const fg_product *owner, fg_string id) {
  int place = fg_product_pack(owner, id);
  return place == FG_NONE ? fg_string_of("") : own_source(owner->packs[place].by_number, owner->packs[place].source);
}

static fg_string source_of_grant(const fg_product *owner, fg_string id) {
  int place = fg_product_grant(owner, id);
  return place == FG_NONE ? fg_string_of("") : owner->grants[place].source;
}

static fg_string source_of_capacity(const fg_book *book, const fg_product *product, fg_string id, bool by_days) {
  int place = fg_product_capacity(book, product, id);
  if (place == FG_NONE) {
    return fg_string_of("");
  }
  const fg_capacity_offer *offer = book->capacities[place].offer;
  const fg_schedule *sold = by_days ? offer->day : offer->month;
  return own_source(sold != NULL ? sold : by_days ? offer->month : offer->day, offer->source);
}

static fg_string source_of_bundle(const fg_book *book, fg_string id) {
  int place = fg_book_bundle(book, id);
  return place == FG_NONE ? fg_string_of("") : book->bundles[place].source;
}

fg_string fg_command_source(const fg_account *account, const fg_command *command) {
  const fg_book *book = account->book;
  uint32_t owner = 0;
  if (command->kind == FG_DO_BUY_BUNDLE) {
    return source_of_bundle(book, command->bundle);
  }
  if (command->product.text == NULL || fg_account_owner(account, command, &owner) != FG_OK) {
    return fg_string_of("");
  }
  const fg_product *offered = fg_book_owner(book, owner);
  switch (command->kind) {
  case FG_DO_BUY_PACK:
  case FG_DO_GIVE_PACK: return source_of_pack(offered, command->pack);
  case FG_DO_CLAIM:
  case FG_DO_ANNOUNCE: return source_of_grant(offered, command->grant);
  case FG_DO_BUY_CAPACITY:
    return fg_book_is_pool(book, owner) ? fg_string_of("")
                                        : source_of_capacity(book, offered, command->meter, command->days > 0);
  default: return fg_book_is_pool(book, owner) ? fg_string_of("") : offered->schedule.source;
  }
}
