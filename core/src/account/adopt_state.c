/* The state of an account when its book gets editions with more in it: what there is keeps what it has, by its id. */
#include "adopt.h"

#include "../rules/arrears.h"

/* The first window of a limit by its id, among those that a product is asked by. */
static uint32_t window_of(const fg_book *book, uint32_t product, fg_string id) {
  const fg_product *asked = &book->products[product];
  for (uint32_t i = 0; i < asked->asked_count; i++) {
    if (fg_string_equal(book->windows[asked->asked[i]]->id, id)) {
      return asked->asked[i];
    }
  }
  FG_ASSERT(false); /* every edition has what those before it had */
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

/* Moves the windows of one limit, which stand together; in the larger book it may have more. */
static uint32_t move_windows_of(const fg_book *was, uint32_t first, uint32_t place, fg_state *from, fg_state *to) {
  uint32_t end = first;
  for (; end < was->window_count && was->windows[end] == was->windows[first]; end++) {
    MOVE(&to->windows[place + end - first], &from->windows[end]);
  }
  return end;
}

/* Limits of the book have their windows before those of the products, in the order of the list. */
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

/* Pools come after all products. */
static uint32_t owner_in(const fg_book *was, const fg_book *is, uint32_t owner) {
  return fg_book_is_pool(was, owner) ? owner - was->product_count + is->product_count : owner;
}

int64_t fg_adopt_division(const fg_book *was, const fg_book *is, uint32_t owner) {
  int64_t before = fg_book_parts(was, owner);
  int64_t after = fg_book_parts(is, owner_in(was, is, owner));
  FG_ASSERT(after % before == 0); /* all editions that there were are among those that there are */
  return after / before;
}

/* Counts what is left of lots, and what was drawn from them, in the parts of the larger book. */
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
      drawable->weight *= fg_adopt_division(was, is, to->lots.items[drawable->lot].owner);
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

/* Groups that become one have no calls in flight (check_groups): no regime of theirs is ever asked for again. Nor have
   they pools (check_pools). */
static void move_joined_group(const fg_book *is, uint32_t number, const fg_product_group *group, fg_state *to) {
  fg_product_group *joined = &to->groups[number];
  joined->regime = group->regime > joined->regime ? group->regime : joined->regime;
  joined->regime_over = true;
  for (uint32_t i = 0; i < to->lots.count; i++) {
    fg_lot *lot = &to->lots.items[i];
    lot->regime = fg_book_owner(is, lot->owner)->group == number ? 0 : lot->regime;
  }
}

/* Counts of groups that become one are still apart, so it does not matter which came first. */
static fg_status join_orders(const fg_account *after, const fg_book *was, const fg_state *from, fg_state *to) {
  uint32_t seen = 0;
  for (uint32_t product = 0; product < was->product_count; product++) {
    const fg_product_group *group = &from->groups[was->products[product].group]; /* empty, if it was moved */
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

/* Groups are numbered in the order of their first products. */
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
      fg_arrears_begin_if_owed(after, large, large->arrears_since); /* of the products that are new */
    }
    copy.shares = true; /* the lists are those of the larger one */
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
