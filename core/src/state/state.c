#include "state.h"

#include "../base/status.h"
#include "../book/book.h"

_Static_assert(FG_LIST_MAX <= UINT16_MAX, "a grant and a call have 16 bits for the place of a product or an offer");

/* Fills `copy`, an empty array, with the items of `from`. */
#define COPY_ARRAY(allocator, copy, from)                                                                              \
  do {                                                                                                                 \
    FG_TRY(FG_ARRAY_RESERVE((allocator), (copy), (from)->count));                                                      \
    if ((from)->count > 0) {                                                                                           \
      memcpy((copy)->items, (from)->items, (from)->count * sizeof *(from)->items);                                     \
    }                                                                                                                  \
    (copy)->count = (from)->count;                                                                                     \
  } while (0)

/* Lists that belong to another state must not be released with this one. */
static void disown_lists(fg_state *state) {
  memset(&state->grants, 0, sizeof state->grants);
  memset(&state->capacity, 0, sizeof state->capacity);
  memset(&state->amendments, 0, sizeof state->amendments);
  memset(&state->holds, 0, sizeof state->holds);
  memset(&state->adjustments, 0, sizeof state->adjustments);
}

static void disown_arrays(fg_state *copy) {
  disown_lists(copy);
  copy->shares = false;
  copy->services = NULL;
  copy->issued = NULL;
}

static fg_status copy_services(const fg_account *account, const fg_state *state, fg_state *copy) {
  const fg_allocator *allocator = &account->allocator;
  uint32_t count = account->book->product_count;
  copy->services = fg_allocate(allocator, count * sizeof *copy->services);
  if (copy->services == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < count; i++) {
    const fg_service *from = &state->services[i];
    fg_service *to = &copy->services[i];
    *to = *from;
    memset(&to->buckets, 0, sizeof to->buckets);
    memset(&to->drawable, 0, sizeof to->drawable);
    memset(&to->window, 0, sizeof to->window);
    memset(&to->steps, 0, sizeof to->steps);
    memset(&to->regimes, 0, sizeof to->regimes);
    memset(&to->parts, 0, sizeof to->parts);
    COPY_ARRAY(allocator, &to->buckets, &from->buckets);
    COPY_ARRAY(allocator, &to->drawable, &from->drawable);
    COPY_ARRAY(allocator, &to->window, &from->window);
    COPY_ARRAY(allocator, &to->steps, &from->steps);
    COPY_ARRAY(allocator, &to->regimes, &from->regimes);
    COPY_ARRAY(allocator, &to->parts, &from->parts);
  }
  return FG_OK;
}

static fg_status copy_lists(const fg_account *account, const fg_state *state, fg_state *copy) {
  const fg_allocator *allocator = &account->allocator;
  COPY_ARRAY(allocator, &copy->grants, &state->grants);
  COPY_ARRAY(allocator, &copy->capacity, &state->capacity);
  COPY_ARRAY(allocator, &copy->amendments, &state->amendments);
  COPY_ARRAY(allocator, &copy->holds, &state->holds);
  COPY_ARRAY(allocator, &copy->adjustments, &state->adjustments);
  return FG_OK;
}

static fg_status copy_products(const fg_account *account, const fg_state *state, fg_state *copy) {
  const fg_allocator *allocator = &account->allocator;
  FG_TRY(copy_services(account, state, copy));
  size_t issued_bytes = account->offer_count * sizeof *state->issued;
  copy->issued = fg_allocate(allocator, issued_bytes);
  if (copy->issued == NULL) {
    return FG_NO_MEMORY;
  }
  memcpy(copy->issued, state->issued, issued_bytes);
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

/* All of a state but what belongs to its products. */
static void share_lists(const fg_state *from, fg_state *to) {
  memcpy(&to->grants, &from->grants, sizeof to->grants);
  memcpy(&to->capacity, &from->capacity, sizeof to->capacity);
  memcpy(&to->amendments, &from->amendments, sizeof to->amendments);
  memcpy(&to->holds, &from->holds, sizeof to->holds);
  memcpy(&to->adjustments, &from->adjustments, sizeof to->adjustments);
}

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

static void release_lists(const fg_account *account, fg_state *state) {
  const fg_allocator *allocator = &account->allocator;
  FG_ARRAY_RELEASE(allocator, &state->grants);
  FG_ARRAY_RELEASE(allocator, &state->capacity);
  FG_ARRAY_RELEASE(allocator, &state->amendments);
  FG_ARRAY_RELEASE(allocator, &state->holds);
  FG_ARRAY_RELEASE(allocator, &state->adjustments);
}

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
  account->state.shares = draft->shares; /* what they share is the draft's now */
  fg_state_release(account, &account->state);
  account->state = *draft;
  account->state.shares = false;
}

void fg_state_release(const fg_account *account, fg_state *state) {
  const fg_allocator *allocator = &account->allocator;
  uint32_t count = account->book->product_count;
  for (uint32_t i = 0; state->services != NULL && i < count; i++) {
    FG_ARRAY_RELEASE(allocator, &state->services[i].buckets);
    FG_ARRAY_RELEASE(allocator, &state->services[i].drawable);
    FG_ARRAY_RELEASE(allocator, &state->services[i].window);
    FG_ARRAY_RELEASE(allocator, &state->services[i].steps);
    FG_ARRAY_RELEASE(allocator, &state->services[i].regimes);
    FG_ARRAY_RELEASE(allocator, &state->services[i].parts);
  }
  fg_release(allocator, state->services, count * sizeof *state->services);
  if (!state->shares) {
    release_lists(account, state);
  }
  fg_release(allocator, state->issued, account->offer_count * sizeof *state->issued);
  disown_arrays(state);
}

size_t fg_state_bytes(const fg_account *account, const fg_state *state) {
  size_t bytes = account->book->product_count * sizeof *state->services + account->offer_count * sizeof *state->issued;
  for (uint32_t i = 0; i < account->book->product_count; i++) {
    bytes += state->services[i].buckets.capacity * sizeof *state->services[i].buckets.items;
    bytes += state->services[i].drawable.capacity * sizeof *state->services[i].drawable.items;
    bytes += state->services[i].window.capacity * sizeof *state->services[i].window.items;
    bytes += state->services[i].steps.capacity * sizeof *state->services[i].steps.items;
    bytes += state->services[i].regimes.capacity * sizeof *state->services[i].regimes.items;
    bytes += state->services[i].parts.capacity * sizeof *state->services[i].parts.items;
  }
  return bytes + state->grants.capacity * sizeof *state->grants.items +
         state->capacity.capacity * sizeof *state->capacity.items +
         state->amendments.capacity * sizeof *state->amendments.items +
         state->holds.capacity * sizeof *state->holds.items +
         state->adjustments.capacity * sizeof *state->adjustments.items;
}

uint32_t fg_offer_slot(const fg_book *book, uint32_t product, uint32_t offer) {
  uint32_t slot = offer;
  for (uint32_t i = 0; i < product; i++) {
    slot += book->products[i].grant_count;
  }
  return slot;
}

fg_grant *fg_state_grant(const fg_state *state, fg_string id) {
  fg_grant *found = NULL;
  for (uint32_t i = 0; i < state->grants.count; i++) {
    fg_grant *grant = &state->grants.items[i];
    bool is_order = grant->source != FG_SOURCE_FREE;
    if ((found == NULL || is_order) && fg_string_equal(grant->id, id)) {
      found = grant;
    }
  }
  return found;
}

fg_capacity_order *fg_state_capacity_order(const fg_state *state, fg_string id) {
  for (uint32_t i = 0; i < state->capacity.count; i++) {
    if (fg_string_equal(state->capacity.items[i].id, id)) {
      return &state->capacity.items[i];
    }
  }
  return NULL;
}

fg_bucket *fg_state_bucket(const fg_service *service, fg_date begin) {
  for (uint32_t i = service->buckets.count; i > 0; i--) {
    if (service->buckets.items[i - 1].begin == begin) {
      return &service->buckets.items[i - 1];
    }
  }
  return NULL;
}

void fg_account_key(const fg_account *account, fg_string id, fg_key *key) {
  uint32_t number = fg_account_number(account, fg_call_names_number(&account->names, id));
  if (FG_LIKELY(number == 0)) {
    fg_key_make(key, id, account->history->seed);
  } else {
    *key = (fg_key){.id = id, .number = number};
  }
}

fg_status fg_account_product(const fg_account *account, const fg_command *command, uint32_t *product) {
  if (command->product.text == NULL) {
    return FG_OK;
  }
  int found = fg_book_product(account->book, command->product);
  *product = found == FG_NONE ? 0 : (uint32_t)found;
  return found == FG_NONE ? FG_UNKNOWN_PRODUCT : FG_OK;
}

fg_status fg_refuse_reversal(const fg_account *account, fg_error *error) {
  char seen[FG_TIME_TEXT_MAX];
  fg_time_format(account->state.now, account->book->offset_minutes, seen);
  return fg_fail(error, FG_TIME_REVERSAL, "", "earlier than what the account has already seen: %s", seen);
}
