/* Moves the state of an account to a larger book: products, limits and capacities are found by their ids, and keep what
   is counted of them. */
#include "adopt.h"

#include "../rules/arrears.h"

/* Finds the first window of a limit, by the limit's id, among the windows that count a product's usage. */
static uint32_t window_of(const fg_book *book, uint32_t product, fg_string id) {
  const fg_product *asked = &book->products[product];
  for (uint32_t i = 0; i < asked->asked_count; i++) {
    if (fg_string_equal(book->windows[asked->asked[i]]->id, id)) {
      return asked->asked[i];
    }
  }
  FG_ASSERT(false); /* every edition has the limits of those before it */
  return 0;
}

static uint32_t capacity_of(const fg_book *book, uint32_t product, fg_string id) {
  uint32_t place = book->products[product].first_capacity;
  while (!fg_string_equal(book->capacities[place].offer->meter, id)) {
    place++;
    FG_ASSERT(place < book->capacity_count);
  }
  return place;
}

#define MOVE(to, from) (*(to) = *(from), memset((from), 0, sizeof *(from)))

/* Moves the windows of one limit, which stand side by side. The larger book may have more windows for the limit. */
static uint32_t move_windows_of(const fg_book *was, uint32_t first, uint32_t place, fg_state *from, fg_state *to) {
  uint32_t end = first;
  for (; end < was->window_count && was->windows[end] == was->windows[first]; end++) {
    MOVE(&to->windows[place + end - first], &from->windows[end]);
  }
  return end;
}

/* Moves the windows of the limits that products share. They stand before those of the products, in the order of the
   book's list. */
static uint32_t move_shared_windows(const fg_book *was, const fg_book *is, fg_state *from, fg_state *to) {
  uint32_t first = 0;
  uint32_t place = 0;
  for (uint32_t i = 0; i < was->limit_count; i++) {
    while (is->windows[place] != &is->limits[i]) {
      place++;
    }
    first = move_windows_of(was, first, place, from, to);
  }
  return first;
}

static void move_windows(const fg_book *was, const fg_book *is, fg_state *from, fg_state *to) {
  uint32_t shared = move_shared_windows(was, is, from, to);
  for (uint32_t product = 0; product < was->product_count; product++) {
    if (was->products[product].cover != FG_NONE) {
      MOVE(&to->windows[is->products[product].cover], &from->windows[was->products[product].cover]);
    }
    for (uint32_t i = 0; i < was->products[product].asked_count; i++) {
      uint32_t first = was->products[product].asked[i];
      if (first >= shared) {
        move_windows_of(was, first, window_of(is, product, was->windows[first]->id), from, to);
      }
    }
  }
}

/* The number of an owner in the larger book. Pools are numbered after all products, so new products shift them. */
static uint32_t owner_in(const fg_book *was, const fg_book *is, uint32_t owner) {
  return fg_book_is_pool(was, owner) ? owner - was->product_count + is->product_count : owner;
}

int64_t fg_adopt_division(const fg_book *was, const fg_book *is, uint32_t owner) {
  int64_t before = fg_book_parts(was, owner);
  int64_t after = fg_book_parts(is, owner_in(was, is, owner));
  FG_ASSERT(after % before == 0); /* the larger book contains all editions of the smaller one */
  return after / before;
}

/* Converts what is left of lots, and what was drawn from them, to the smaller parts of the larger book. */
static void divide_lots(const fg_book *was, const fg_book *is, fg_state *from, fg_state *to) {
  for (uint32_t number = 0; number < was->group_count; number++) {
    for (uint32_t i = 0; i < from->groups[number].parts.count; i++) {
      fg_taken *part = &from->groups[number].parts.items[i];
      part->weight *= fg_adopt_division(was, is, to->lots.items[part->lot].owner);
    }
  }
  for (uint32_t product = 0; product < was->product_count; product++) {
    for (uint32_t i = 0; i < from->services[product].drawable.count; i++) {
      fg_drawable *drawable = &from->services[product].drawable.items[i];
      drawable->weight = fg_book_weight(is, owner_in(was, is, to->lots.items[drawable->lot].owner), product);
    }
  }
  for (uint32_t i = 0; i < to->lots.count; i++) {
    fg_lot *lot = &to->lots.items[i];
    int64_t division = fg_adopt_division(was, is, lot->owner);
    lot->units *= division;
    lot->left *= division;
    lot->rolled *= division;
    lot->owner = (uint16_t)owner_in(was, is, lot->owner);
  }
}

/* Joins a group to the one that it becomes part of. Groups that are joined have no calls in flight (check_groups), so
   none of their regimes is ever asked for again, and every regime to come may draw on the lots that there are. */
static void move_joined_group(const fg_book *is, uint32_t number, const fg_product_group *group, fg_state *to) {
  fg_product_group *joined = &to->groups[number];
  joined->regime = group->regime > joined->regime ? group->regime : joined->regime;
  joined->regime_over = true;
  for (uint32_t i = 0; i < to->lots.count; i++) {
    fg_lot *lot = &to->lots.items[i];
    lot->regime = fg_book_owner(is, lot->owner)->group == number ? 0 : lot->regime;
  }
}

/* Appends the order of counts of each group to that of its joined group. Before the adoption the groups counted apart,
   so it does not matter which of their units come first. */
static fg_status join_orders(const fg_account *after, const fg_book *was, const fg_state *from, fg_state *to) {
  uint32_t seen = 0;
  for (uint32_t product = 0; product < was->product_count; product++) {
    /* Empty if the group was moved as a whole. */
    const fg_product_group *group = &from->groups[was->products[product].group];
    fg_product_group *joined = &to->groups[after->book->products[product].group];
    bool is_first = was->products[product].group == seen; /* groups are numbered in the order of their first products */
    seen += is_first;
    if (is_first && group->order.count > 0) {
      FG_TRY(FG_ARRAY_RESERVE(&after->allocator, &joined->order, group->order.count));
      memcpy(joined->order.items + joined->order.count, group->order.items,
             group->order.count * sizeof *group->order.items);
      joined->order.count += group->order.count;
    }
  }
  return FG_OK;
}

static void move_groups(const fg_book *was, const fg_book *is, fg_state *from, fg_state *to) {
  uint32_t moved = 0;
  uint32_t moved_to = 0;
  for (uint32_t i = 0; moved < was->group_count; i++) {
    uint32_t number = is->products[i].group;
    if (was->products[i].group != moved) {
      continue;
    }
    if (number < moved_to) {
      move_joined_group(is, number, &from->groups[moved], to);
    } else {
      MOVE(&to->groups[number], &from->groups[moved]);
      moved_to = number + 1;
    }
    moved++;
  }
}

static void move_issues(const fg_book *was, const fg_book *is, const fg_state *from, fg_state *to) {
  for (uint32_t owner = 0; owner < fg_book_owner_count(was); owner++) {
    for (uint32_t offer = 0; offer < fg_book_owner(was, owner)->grant_count; offer++) {
      to->issued[fg_offer_slot(is, owner_in(was, is, owner), offer)] = from->issued[fg_offer_slot(was, owner, offer)];
    }
  }
}

static void move_capacities(const fg_book *was, const fg_book *is, fg_state *from, fg_state *to) {
  for (uint32_t i = 0; i < was->capacity_count; i++) {
    const fg_capacity_place *place = &was->capacities[i];
    MOVE(&to->holdings[capacity_of(is, place->product, place->offer->meter)], &from->holdings[i]);
  }
  for (uint32_t i = 0; i < to->capacity.count; i++) {
    const fg_capacity_place *place = &was->capacities[to->capacity.items[i].place];
    to->capacity.items[i].place = capacity_of(is, place->product, place->offer->meter);
  }
}

static void move_all(const fg_book *was, const fg_book *is, fg_state *from, fg_state *to) {
  divide_lots(was, is, from, to);
  for (uint32_t i = 0; i < was->product_count; i++) {
    MOVE(&to->services[i], &from->services[i]);
  }
  for (uint32_t i = 0; i < was->choice_count; i++) {
    to->switches[i] = from->switches[i];
  }
  move_groups(was, is, from, to);
  move_windows(was, is, from, to);
  move_issues(was, is, from, to);
  move_capacities(was, is, from, to);
}

fg_status fg_adopt_enlarge(const fg_account *account, const fg_account *after, fg_state *large) {
  fg_state copy;
  FG_TRY(fg_state_copy(account, &account->state, &copy));
  *large = copy;
  fg_status status = fg_state_allocate(after, large);
  if (status == FG_OK) {
    move_all(account->book, after->book, &copy, large);
    if (large->arrears_since != FG_NO_TIME) {
      fg_arrears_begin_if_owed(after, large, large->arrears_since); /* arrears of the products that are new */
    }
    copy.shares = true; /* the shared lists are those of the larger state */
    status = join_orders(after, account->book, &copy, large);
    if (status != FG_OK) {
      fg_state_release(after, large);
    }
  } else {
    large->shares = true;
    fg_state_release(after, large);
  }
  fg_state_release(account, &copy);
  return status;
}
