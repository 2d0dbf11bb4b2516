/* Saves the states of a biller's accounts as bytes, from which later bills go on. */
#include "../account/carried.h"
#include "biller.h"

/* Computes the digest of the book once for all accounts. */
static fg_status know_digest(fg_biller *biller) {
  if (!biller->has_digest) {
    FG_TRY(fg_carried_digest(fg_account_begun(biller->pattern), biller->digest));
    biller->has_digest = true;
  }
  return FG_OK;
}

fg_status fg_biller_state(fg_biller *biller, size_t index, fg_text *bytes) {
  const fg_account *account = biller->customers.items[index].account;
  /* The account was added with another book object of the same content. */
  if (fg_account_begun(account) != fg_account_begun(biller->pattern)) {
    return fg_account_save(account, bytes);
  }
  FG_TRY(know_digest(biller));
  return fg_carried_save(account, biller->digest, bytes);
}

fg_status fg_biller_resume(fg_biller *biller, fg_string name, fg_string bytes, fg_error *error) {
  fg_account *account = NULL;
  fg_status status = know_digest(biller);
  if (status != FG_OK) {
    return fg_refuse(error, status);
  }
  FG_TRY(
      fg_carried_load(fg_account_begun(biller->pattern), biller->digest, bytes, &biller->allocator, &account, error));
  status = fg_biller_enter(biller, name, account, error);
  if (status != FG_OK) {
    fg_account_free(account);
    return status;
  }
  fg_customer *customer = &biller->customers.items[biller->customers.count - 1];
  customer->invoiced_before = account->history->invoices_below + account->history->invoices.count;
  return FG_OK;
}
