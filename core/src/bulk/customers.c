#include "customers.h"

#include "../rules/product_bill.h"
#include "period_uses.h"

static uint32_t hash_name(const fg_biller *biller, fg_string name) { return fg_key_of(name, biller->seed).hash; }

static uint32_t slot_of(const fg_biller *biller, fg_string name, uint32_t hash) {
  uint32_t mask = biller->slot_count - 1;
  FG_ASSERT((biller->slot_count & mask) == 0 && biller->slot_count > biller->customers.count);
  uint32_t slot = hash & mask;
  for (; biller->slots[slot].customer != 0; slot = (slot + 1) & mask) {
    const fg_customer_slot *found = &biller->slots[slot];
    if (found->hash == hash && fg_string_equal(biller->customers.items[found->customer - 1].name, name)) {
      break;
    }
  }
  return slot;
}

/* Makes room for one more customer, such that at least half of the slots stay free. */
static fg_status reserve_customer(fg_biller *biller) {
  FG_TRY(FG_ARRAY_RESERVE(&biller->allocator, &biller->customers, 1));
  if (biller->slot_count > 2 * (biller->customers.count + 1)) {
    return FG_OK;
  }
  uint32_t slot_count = biller->slot_count == 0 ? 64 : 2 * biller->slot_count;
  fg_customer_slot *slots = fg_allocate(&biller->allocator, slot_count * sizeof *slots);
  if (slots == NULL) {
    return FG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < biller->slot_count; i++) {
    uint32_t slot = biller->slots[i].hash & (slot_count - 1);
    while (slots[slot].customer != 0) {
      slot = (slot + 1) & (slot_count - 1);
    }
    slots[slot] = biller->slots[i].customer != 0 ? biller->slots[i] : slots[slot];
  }
  fg_release(&biller->allocator, biller->slots, biller->slot_count * sizeof *slots);
  biller->slots = slots;
  biller->slot_count = slot_count;
  return FG_OK;
}

/* Adds a customer with an account or, if it is NULL, with a fork of the pattern. After a failure the account stays the
   caller's. */
static fg_status add_customer(fg_biller *biller, fg_string name, fg_account *account, uint32_t *index) {
  fg_customer fresh = {.account = account, .last = FG_NO_TIME};
  if (name.text == NULL || !fg_string_is_text(name)) {
    return FG_INVALID;
  }
  FG_TRY(reserve_customer(biller));
  fresh.name = fg_string_copy(&biller->names, &biller->allocator, name);
  if (fresh.name.text == NULL) {
    return FG_NO_MEMORY;
  }
  fresh.uses = fg_allocate(&biller->allocator, sizeof *fresh.uses);
  if (fresh.uses == NULL) {
    return FG_NO_MEMORY;
  }
  fg_status status = account == NULL ? fg_account_fork(biller->pattern, &fresh.account)
                                     : fg_product_uses_begin(account, fresh.uses);
  if (status != FG_OK) {
    fg_uses_free(&biller->allocator, fresh.uses);
    return status;
  }
  fresh.account->uses = fresh.uses;
  uint32_t hash = hash_name(biller, name);
  fg_customer_slot *slot = &biller->slots[slot_of(biller, name, hash)];
  FG_ASSERT(slot->customer == 0);
  *index = biller->customers.count;
  *slot = (fg_customer_slot){hash, *index + 1};
  biller->customers.items[biller->customers.count++] = fresh;
  return FG_OK;
}

static bool is_customer(const fg_biller *biller, fg_string name, uint32_t *index) {
  uint32_t found = biller->slot_count == 0 ? 0 : biller->slots[slot_of(biller, name, hash_name(biller, name))].customer;
  *index = found - 1;
  return found != 0;
}

fg_status fg_customer_find(fg_biller *biller, fg_string name, uint32_t *customer) {
  return is_customer(biller, name, customer) ? FG_OK : add_customer(biller, name, NULL, customer);
}

/* Finds the first customer whose name has a hash, nearly always the only one: index + 1; 0 if there is none. */
static uint32_t customer_with_hash(const fg_biller *biller, uint32_t hash) {
  uint32_t mask = biller->slot_count - 1;
  uint32_t slot = hash & mask;
  while (biller->slots[slot].customer != 0 && biller->slots[slot].hash != hash) {
    slot = (slot + 1) & mask;
  }
  return biller->slots[slot].customer;
}

void fg_customers_find_ahead(const fg_biller *biller, const fg_string *names, uint32_t count, uint32_t *found) {
  uint32_t hashes[FG_AHEAD];
  FG_ASSERT(count <= FG_AHEAD);
  memset(found, 0, count * sizeof *found);
  for (uint32_t i = 0; i < count && biller->slot_count > 0; i++) {
    hashes[i] = names[i].text == NULL ? 0 : hash_name(biller, names[i]);
    FG_PREFETCH(&biller->slots[hashes[i] & (biller->slot_count - 1)]);
  }
  for (uint32_t i = 0; i < count && biller->slot_count > 0; i++) {
    found[i] = names[i].text == NULL ? 0 : customer_with_hash(biller, hashes[i]);
    FG_PREFETCH(&biller->customers.items[found[i] == 0 ? 0 : found[i] - 1]);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (found[i] != 0) {
      FG_PREFETCH(biller->customers.items[found[i] - 1].name.text);
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    bool is_it = found[i] != 0 && fg_string_equal(biller->customers.items[found[i] - 1].name, names[i]);
    found[i] = is_it ? found[i] : 0;
  }
}

/* Whether a book has the same content as the biller's. Accounts from another process have a book object that was loaded
   there; many share one, so the last object that was found equal is remembered. */
static fg_status is_same_book(fg_biller *biller, fg_book *book, bool *same) {
  *same = book == biller->book || book == biller->twin;
  if (*same) {
    return FG_OK;
  }
  fg_text ours, theirs;
  FG_TRY(fg_book_write(biller->book, &ours));
  fg_status status = fg_book_write(book, &theirs);
  if (status == FG_OK) {
    *same = ours.length == theirs.length && memcmp(ours.text, theirs.text, ours.length) == 0;
    fg_text_release(&theirs);
  }
  fg_text_release(&ours);
  if (*same) {
    fg_book_release(biller->twin);
    biller->twin = fg_book_retain(book);
  }
  return status;
}

fg_status fg_biller_enter(fg_biller *biller, fg_string name, fg_account *account, fg_error *error) {
  uint32_t index = 0;
  bool same = false;
  fg_status known = is_same_book(biller, fg_account_begun(account), &same);
  if (known != FG_OK) {
    return fg_refuse(error, known);
  }
  if (name.text == NULL || !same) {
    return fg_fail(error, FG_INVALID, "accounts", "expected an account of the same book, under a name");
  }
  if (is_customer(biller, name, &index)) {
    return fg_refuse(error, FG_ID_CONFLICT);
  }
  fg_status status = add_customer(biller, name, account, &index);
  return status == FG_OK ? FG_OK : fg_refuse(error, status);
}
