/* Accounts are made, forked and freed. */
#include "../state/command.h"
#include "../state/state.h"
#include "../rules/account_attributes.h"
#include "../rules/limits_in_force.h"
#include "../rules/wallet.h"

static fg_status read_wallet(fg_wallet *wallet, const fg_funds *funds, fg_error *error) {
  wallet->limited = funds != NULL;
  for (int fund = 0; fund < FG_FUND_COUNT && funds != NULL; fund++) {
    fg_amount there = fg_amount_of(funds->of[fund]);
    if (there < 0 || fg_wallet_add(wallet, (fg_fund)fund, there) != FG_OK) {
      return fg_fail(error, FG_INVALID, fg_fund_name((fg_fund)fund), "expected an amount from 0 to below 10^26");
    }
  }
  return FG_OK;
}

static fg_status read_keep_ids_days(fg_account *account, int64_t days, fg_error *error) {
  if (days < 0 || days > FG_KEEP_IDS_DAYS_MAX) {
    return fg_fail(error, FG_INVALID, "keep_ids_days", "expected 1 to %d days, or 0 to know all ids for ever",
                   FG_KEEP_IDS_DAYS_MAX);
  }
  account->ids.length = days * FG_DAY;
  return FG_OK;
}

static fg_status read_options(fg_account *account, const fg_account_options *options, fg_error *error) {
  FG_TRY(fg_within(error, read_wallet(&account->state.wallet, options->wallet, error), "wallet"));
  FG_TRY(fg_policy_set_pairs(&account->policy, options->policy, options->policy_count, error));
  FG_TRY(read_keep_ids_days(account, options->keep_ids_days, error));
  return fg_account_attributes_begin(account, &options->attributes, error);
}

/* Allocates the parts that every account has. After a failure fg_account_free can release the account. */
static fg_status allocate_parts(fg_account *account) {
  FG_TRY(fg_state_allocate(account, &account->state));
  account->history = fg_history_new(&account->allocator);
  return account->history == NULL ? FG_NO_MEMORY : FG_OK;
}

static fg_account *allocate_account(const fg_allocator *allocator, fg_book *book) {
  fg_account *account = fg_allocate(allocator, sizeof *account);
  if (account != NULL) {
    account->allocator = *allocator;
    account->encoded.allocator = *allocator;
    account->begun = fg_book_retain(book);
    account->policy = book->policy;
    account->void_at = FG_NO_TIME;
    account->counting = FG_COUNTING_NOW;
    fg_ids_begin(&account->ids, allocator, fg_hash_seed(account), 0);
    fg_account_take_whole(account, fg_book_retain(book), 0);
  }
  return account;
}

fg_status fg_account_new(fg_book *book, const fg_account_options *options, fg_account **account, fg_error *error) {
  static const fg_account_options none = {.keep_ids_days = 0};
  const fg_account_options *chosen = options == NULL ? &none : options;
  fg_allocator allocator = fg_allocator_or_default(chosen->allocator);
  fg_account *fresh = allocate_account(&allocator, book);
  if (fresh == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fresh->state.now = FG_NO_TIME;
  fresh->state.next_due = FG_NO_TIME;
  fresh->state.arrears_since = FG_NO_TIME;
  fg_status status = allocate_parts(fresh);
  status = status != FG_OK ? fg_refuse(error, status) : read_options(fresh, chosen, error);
  if (status != FG_OK) {
    fg_account_free(fresh);
    return status;
  }
  fg_limits_refresh(fresh, &fresh->state);
  *account = fresh;
  return FG_OK;
}

void fg_account_free(fg_account *account) {
  if (account == NULL) {
    return;
  }
  fg_allocator allocator = account->allocator;
  fg_state_release(account, &account->state);
  fg_history_release(account->history);
  fg_ids_release(&account->ids);
  fg_release(&allocator, account->asked, account->asked == NULL ? 0 : (account->asked[0] + 1) * sizeof *account->asked);
  FG_ARRAY_RELEASE(&allocator, &account->asked_for);
  FG_ARRAY_RELEASE(&allocator, &account->draws);
  FG_ARRAY_RELEASE(&allocator, &account->taken);
  FG_ARRAY_RELEASE(&allocator, &account->joined);
  FG_ARRAY_RELEASE(&allocator, &account->lines);
  FG_ARRAY_RELEASE(&allocator, &account->parts);
  FG_ARRAY_RELEASE(&allocator, &account->adjusted);
  fg_text_release(&account->encoded);
  fg_book_release(account->whole);
  fg_book_release(account->begun);
  fg_release(&allocator, account, sizeof *account);
}

fg_status fg_account_fork(const fg_account *account, fg_account **copy) {
  fg_account *fork = allocate_account(&account->allocator, account->begun);
  if (fork == NULL) {
    return FG_NO_MEMORY;
  }
  fork->policy = account->policy;
  fork->counting = account->counting;
  fg_account_take_whole(fork, fg_book_retain(account->whole), fg_edition_in_force(account));
  fg_status status = fg_state_copy(account, &account->state, &fork->state);
  if (status != FG_OK) {
    fg_account_free(fork);
    return status;
  }
  fork->history = fg_history_retain(account->history);
  fg_ids_share(&account->ids, &fork->ids);
  *copy = fork;
  return FG_OK;
}

fg_book *fg_account_book(const fg_account *account) { return account->whole; }

fg_book *fg_account_begun(const fg_account *account) { return account->begun; }

fg_time fg_account_now(const fg_account *account) { return account->state.now; }

size_t fg_account_bytes(const fg_account *account) {
  return sizeof *account + fg_state_bytes(account, &account->state) +
         (account->asked == NULL ? 0 : (account->asked[0] + 1) * sizeof *account->asked) +
         account->asked_for.room * sizeof *account->asked_for.items +
         account->draws.room * sizeof *account->draws.items + account->taken.room * sizeof *account->taken.items +
         account->joined.room * sizeof *account->joined.items + account->lines.room * sizeof *account->lines.items +
         account->parts.room * sizeof *account->parts.items + account->adjusted.room * sizeof *account->adjusted.items +
         account->encoded.room;
}
