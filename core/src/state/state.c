#include "state.h"

#include "../book/book.h"

const unsigned char fg_no_entry[1] = {0};

_Static_assert(FG_LIST_MAX <= UINT16_MAX, "a lot and a call have 16 bits for the place of a product or an offer");

/* The lists of a state, and those of its services and groups. The macros below do the same to each of them. */
#define STATE_LISTS(X, of)                                                                                             \
  X(of, lots) X(of, recurring) X(of, bundles) X(of, capacity) X(of, amendments) X(of, holds) X(of, adjustments)
#define SERVICE_LISTS(X, of)                                                                                           \
  X(of, buckets) X(of, slices) X(of, invoiced) X(of, fees) X(of, drawable) X(of, aggregated) X(of, highest)
#define GROUP_LISTS(X, of) X(of, regimes) X(of, parts) X(of, slices) X(of, order)

#define EMPTY(of, list) memset(&(of)->list, 0, sizeof(of)->list);
#define RELEASE(of, list) FG_ARRAY_RELEASE(&account->allocator, &(of)->list);
#define BYTES(of, list) +(of)->list.room * sizeof *(of)->list.items
#define SHARE(of, list) memcpy(&to->list, &(of)->list, sizeof to->list);
/* Fills an empty list of `to` with the items of the list of the same name in `of`. */
#define COPY(of, list)                                                                                                 \
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &to->list, (of)->list.count));                                          \
  if ((of)->list.count > 0) {                                                                                          \
    memcpy(to->list.items, (of)->list.items, (of)->list.count * sizeof *to->list.items);                               \
  }                                                                                                                    \
  to->list.count = (of)->list.count;

/* Gives an empty list of `to` the room of the list of the same name in `of`, as far as it is likely to be needed
   again. */
#define KEEP_ROOM(of, list)                                                                                            \
  FG_TRY(FG_ARRAY_RESERVE(&account->allocator, &to->list, room_to_keep((of)->list.count, (of)->list.room)));

/* How much of a list's room a copy keeps: a list that was emptied must not hold what its largest month took. */
static uint32_t room_to_keep(uint32_t count, uint32_t room) {
  const uint64_t most = 2 * (uint64_t)count + 4;
  return room < most ? room : (uint32_t)most;
}

/* Empties the lists of a draft without releasing them, because they belong to another state. */
static void disown_lists(fg_state *state) { STATE_LISTS(EMPTY, state); }

static void disown_block(fg_state *state) {
  state->services = NULL;
  state->groups = NULL;
  state->windows = NULL;
  state->switches = NULL;
  state->holdings = NULL;
  state->issued = NULL;
}

static void disown_arrays(fg_state *copy) {
  disown_lists(copy);
  disown_block(copy);
  copy->shares = false;
}

/* Where in its memory the arrays of a state are, of which it has an item per product, group, window, capacity, choice
   and grant of its book. They are one block, which begins with the services, because a draft is made for every command
   other than usage. */
typedef struct state_block {
  size_t groups, windows, holdings, switches, issued, size;
} state_block;

static size_t behind(size_t place, uint32_t count, size_t item_size) {
  const size_t align = _Alignof(max_align_t);
  return (place + count * item_size + align - 1) / align * align;
}

static state_block block_of(const fg_account *account) {
  const fg_book *book = account->book;
  const fg_state *state = &account->state; /* only the sizes of its items are used */
  state_block block;
  block.groups = behind(0, book->product_count, sizeof *state->services);
  block.windows = behind(block.groups, book->group_count, sizeof *state->groups);
  block.holdings = behind(block.windows, book->window_count, sizeof *state->windows);
  block.switches = behind(block.holdings, book->capacity_count, sizeof *state->holdings);
  block.issued = behind(block.switches, book->choice_count, sizeof *state->switches);
  block.size = behind(block.issued, account->offer_count, sizeof *state->issued);
  return block;
}

fg_status fg_state_allocate(const fg_account *account, fg_state *state) {
  const fg_book *book = account->book;
  const state_block block = block_of(account);
  char *bytes = fg_allocate(&account->allocator, block.size);
  if (bytes == NULL) {
    disown_block(state);
    return FG_NO_MEMORY;
  }
  state->services = (void *)bytes;
  state->groups = (void *)(bytes + block.groups);
  state->windows = (void *)(bytes + block.windows);
  state->holdings = (void *)(bytes + block.holdings);
  state->switches = book->choice_count == 0 ? NULL : (void *)(bytes + block.switches);
  state->issued = (void *)(bytes + block.issued);
  for (uint32_t i = 0; i < book->product_count; i++) {
    state->services[i].stops = FG_NO_TIME;
  }
  for (uint32_t i = 0; i < book->choice_count; i++) {
    state->switches[i].at = FG_NO_TIME;
  }
  return FG_OK;
}

static fg_status copy_services(const fg_account *account, const fg_state *state, fg_state *copy) {
  for (uint32_t i = 0; i < account->book->product_count; i++) {
    const fg_service *from = &state->services[i];
    fg_service *to = &copy->services[i];
    *to = *from;
    SERVICE_LISTS(EMPTY, to);
    /* Cells begin anew with each period, so that their lists would grow each time. */
    if (!account->book->products[i].plain) {
      SERVICE_LISTS(KEEP_ROOM, from);
    }
    SERVICE_LISTS(COPY, from);
  }
  return FG_OK;
}

static fg_status copy_groups(const fg_account *account, const fg_state *state, fg_state *copy) {
  for (uint32_t i = 0; i < account->book->group_count; i++) {
    const fg_product_group *from = &state->groups[i];
    fg_product_group *to = &copy->groups[i];
    *to = *from;
    GROUP_LISTS(EMPTY, to);
    GROUP_LISTS(COPY, from);
  }
  return FG_OK;
}

static fg_status copy_windows(const fg_account *account, const fg_state *state, fg_state *copy) {
  for (uint32_t i = 0; i < account->book->window_count; i++) {
    const fg_window *from = &state->windows[i];
    fg_window *to = &copy->windows[i];
    *to = *from;
    EMPTY(to, admissions);
    COPY(from, admissions);
  }
  return FG_OK;
}

static fg_status copy_holdings(const fg_account *account, const fg_state *state, fg_state *copy) {
  for (uint32_t i = 0; i < account->book->capacity_count; i++) {
    const fg_holding *from = &state->holdings[i];
    fg_holding *to = &copy->holdings[i];
    to->held = from->held;
    COPY(from, steps);
  }
  return FG_OK;
}

static fg_status copy_lists(const fg_account *account, const fg_state *state, fg_state *to) {
  STATE_LISTS(COPY, state);
  return FG_OK;
}

static fg_status copy_products(const fg_account *account, const fg_state *state, fg_state *copy) {
  FG_TRY(fg_state_allocate(account, copy));
  FG_TRY(copy_services(account, state, copy));
  FG_TRY(copy_groups(account, state, copy));
  FG_TRY(copy_windows(account, state, copy));
  FG_TRY(copy_holdings(account, state, copy));
  if (account->book->choice_count > 0) {
    memcpy(copy->switches, state->switches, account->book->choice_count * sizeof *state->switches);
  }
  memcpy(copy->issued, state->issued, account->offer_count * sizeof *state->issued);
  return FG_OK;
}

fg_status fg_state_copy(const fg_account *account, const fg_state *state, fg_state *copy) {
  *copy = *state;
  disown_arrays(copy);
  fg_status status = copy_products(account, state, copy);
  status = status == FG_OK ? copy_lists(account, state, copy) : status;
  if (status != FG_OK) {
    fg_state_release(account, copy);
  }
  return status;
}

static void share_lists(const fg_state *from, fg_state *to) { STATE_LISTS(SHARE, from); }

fg_status fg_state_draft(const fg_account *account, fg_state *draft) {
  *draft = account->state;
  disown_arrays(draft);
  fg_status status = copy_products(account, &account->state, draft);
  if (status != FG_OK) {
    fg_state_release(account, draft);
    return status;
  }
  share_lists(&account->state, draft);
  draft->shares = true;
  return FG_OK;
}

static void release_lists(const fg_account *account, fg_state *state) { STATE_LISTS(RELEASE, state); }

fg_status fg_state_own(const fg_account *account, fg_state *draft) {
  fg_state copy;
  if (!draft->shares) {
    return FG_OK;
  }
  disown_lists(&copy);
  fg_status status = copy_lists(account, draft, &copy);
  if (status != FG_OK) {
    release_lists(account, &copy);
    return status;
  }
  share_lists(&copy, draft);
  draft->shares = false;
  return FG_OK;
}

void fg_state_replace(fg_account *account, fg_state *draft) {
  FG_ASSERT(!account->state.shares);
  account->state.shares = draft->shares; /* lists that were shared belong to the draft now */
  fg_state_release(account, &account->state);
  account->state = *draft;
  account->state.shares = false;
}

void fg_state_release(const fg_account *account, fg_state *state) {
  const fg_book *book = account->book;
  for (uint32_t i = 0; state->services != NULL && i < book->product_count; i++) {
    SERVICE_LISTS(RELEASE, &state->services[i]);
  }
  for (uint32_t i = 0; state->groups != NULL && i < book->group_count; i++) {
    GROUP_LISTS(RELEASE, &state->groups[i]);
  }
  for (uint32_t i = 0; state->windows != NULL && i < book->window_count; i++) {
    RELEASE(&state->windows[i], admissions);
  }
  for (uint32_t i = 0; state->holdings != NULL && i < book->capacity_count; i++) {
    RELEASE(&state->holdings[i], steps);
  }
  fg_release(&account->allocator, state->services, block_of(account).size);
  if (!state->shares) {
    release_lists(account, state);
  }
  disown_arrays(state);
}

size_t fg_state_bytes(const fg_account *account, const fg_state *state) {
  const fg_book *book = account->book;
  size_t bytes = block_of(account).size;
  for (uint32_t i = 0; i < book->product_count; i++) {
    bytes += 0 SERVICE_LISTS(BYTES, &state->services[i]);
  }
  for (uint32_t i = 0; i < book->group_count; i++) {
    bytes += 0 GROUP_LISTS(BYTES, &state->groups[i]);
  }
  for (uint32_t i = 0; i < book->window_count; i++) {
    bytes += 0 BYTES(&state->windows[i], admissions);
  }
  for (uint32_t i = 0; i < book->capacity_count; i++) {
    bytes += 0 BYTES(&state->holdings[i], steps);
  }
  return bytes STATE_LISTS(BYTES, state);
}

uint32_t fg_offer_slot(const fg_book *book, uint32_t owner, uint32_t offer) {
  uint32_t slot = offer;
  for (uint32_t i = 0; i < owner; i++) {
    slot += fg_book_owner(book, i)->grant_count;
  }
  return slot;
}

fg_lot *fg_state_lot(const fg_state *state, fg_string id) {
  fg_lot *found = NULL;
  for (uint32_t i = 0; i < state->lots.count; i++) {
    fg_lot *lot = &state->lots.items[i];
    bool is_order = lot->source != FG_SOURCE_FREE;
    if ((found == NULL || is_order) && fg_string_equal(lot->id, id)) {
      found = lot;
    }
  }
  return found;
}

fg_capacity_order *fg_state_capacity_order(const fg_state *state, fg_string id) {
  int place = FG_PLACE_OF_ID(state->capacity.items, state->capacity.count, id);
  return place == FG_NONE ? NULL : &state->capacity.items[place];
}

fg_bundle_order *fg_state_bundle(const fg_state *state, fg_string id) {
  int place = FG_PLACE_OF_ID(state->bundles.items, state->bundles.count, id);
  return place == FG_NONE ? NULL : &state->bundles.items[place];
}

fg_bucket *fg_state_bucket(const fg_service *service, fg_time begin, fg_cell cell) {
  for (uint32_t i = service->buckets.count; i > 0; i--) {
    fg_bucket *bucket = &service->buckets.items[i - 1];
    if (bucket->begin == begin && fg_cell_is_same(bucket->cell, cell)) {
      return bucket;
    }
  }
  return NULL;
}

void fg_account_take_whole(fg_account *account, fg_book *whole, uint32_t edition) {
  fg_book_release(account->whole);
  account->whole = whole;
  account->book = fg_book_edition(whole, edition);
  account->offer_count = fg_offer_slot(whole, fg_book_owner_count(whole), 0) + 1;
}

fg_status fg_account_product(const fg_account *account, const fg_command *command, uint32_t *product) {
  if (command->product.text == NULL) {
    return FG_OK;
  }
  int found = fg_book_product(account->book, command->product);
  *product = found == FG_NONE ? 0 : (uint32_t)found;
  return found == FG_NONE ? FG_UNKNOWN_PRODUCT : FG_OK;
}

fg_status fg_account_owner(const fg_account *account, const fg_command *command, uint32_t *owner) {
  int found = fg_book_find_owner(account->book, command->product);
  *owner = found == FG_NONE ? 0 : (uint32_t)found;
  return found == FG_NONE ? FG_UNKNOWN_PRODUCT : FG_OK;
}

fg_status fg_refuse_reversal(const fg_account *account, fg_error *error) {
  char seen[FG_TIME_TEXT_MAX];
  fg_time_format(account->state.now, &account->book->zone, seen);
  return fg_fail(error, FG_TIME_REVERSAL, "", "earlier than what the account has already seen: %s", seen);
}
