#include "trial.h"

#include "aggregate.h"
#include "cells.h"
#include "cover.h"
#include "postpaid.h"
#include "usage.h"

fg_status fg_trial_of(const fg_account *account, const fg_command *use, fg_trial *trial) {
  int product = fg_book_product(account->book, use->product);
  *trial = (fg_trial){.use = use, .product = (uint32_t)product, .count = product != FG_NONE};
  if (product != FG_NONE) {
    return FG_OK;
  }
  int event = fg_book_event(account->book, use->product);
  if (event != FG_NONE) {
    trial->products = account->book->events[event].products;
    trial->count = account->book->events[event].product_count;
  }
  return event != FG_NONE ? FG_OK : FG_UNKNOWN_PRODUCT;
}

static uint32_t product_at(const fg_trial *trial, uint32_t place) {
  return trial->products == NULL ? trial->product : trial->products[place];
}

fg_status fg_trial_is_open(const fg_account *account, const fg_trial *trial) {
  bool is_open = true;
  for (uint32_t i = 0; i < trial->count; i++) {
    is_open = is_open && account->state.services[product_at(trial, i)].open;
  }
  return is_open ? FG_OK : FG_NOT_OPEN;
}

fg_string fg_trial_source(const fg_account *account, const fg_trial *trial) {
  return trial->count == 1 ? account->book->products[product_at(trial, 0)].schedule.source : fg_string_of("");
}

fg_status fg_trial_record(const fg_account *account, fg_state *copy, uint32_t product, fg_rating rating,
                          bool billable) {
  fg_taken few[8];
  uint32_t most = copy->services[product].drawable.count;
  fg_taken *taken = few;
  if (most > sizeof few / sizeof *few) {
    taken = fg_allocate(&account->allocator, most * sizeof *taken);
  }
  fg_status status = taken == NULL ? FG_NO_MEMORY : fg_cell_reserve(account, &copy->services[product], product);
  status = status == FG_OK ? fg_cover_reserve(account, copy, product) : status;
  if (status == FG_OK) {
    fg_usage_record(account, copy, product, rating, billable, fg_usage_way_of(account, product), taken);
  }
  if (taken != few) {
    fg_release(&account->allocator, taken, most * sizeof *taken);
  }
  return status;
}

/* What it adds to the event that is made now of what is kept. */
static fg_status keep_tried(const fg_account *account, fg_state *copy, uint32_t product, const fg_command *use) {
  fg_sampled sampled;
  FG_TRY(fg_aggregate_prepare(account, copy, product, use, &sampled));
  fg_aggregate_keep(account, copy, product, &sampled);
  return FG_OK;
}

static fg_status use_one(const fg_account *account, fg_state *copy, uint32_t product, const fg_command *use) {
  fg_rating rating;
  if (fg_aggregate_of(account, product) != NULL) {
    return keep_tried(account, copy, product, use);
  }
  FG_TRY(fg_usage_rate(account, product, use, &rating, NULL));
  copy->services[product].in_force.rest = (uint8_t)fg_postpaid_refusal(account, copy, product); /* suspended or not */
  FG_TRY(fg_usage_fits(account, copy, product, rating, use->billable, fg_usage_way_of(account, product)));
  return fg_trial_record(account, copy, product, rating, use->billable && rating.billable);
}

/* What its attributes say is asked of all its products before anything is drawn, as a usage does. */
fg_status fg_trial_use(const fg_account *account, fg_state *copy, const fg_trial *trial, fg_error *error) {
  uint16_t lacks = 0;
  for (uint32_t i = 0; i < trial->count; i++) {
    fg_rating rating;
    FG_TRY(fg_usage_rate(account, product_at(trial, i), trial->use, &rating, error));
    lacks = fg_event_lacks(lacks, i + 1, &rating);
  }
  FG_TRY(fg_require_measured(account->book, lacks, error));
  for (uint32_t i = 0; i < trial->count; i++) {
    FG_TRY(use_one(account, copy, product_at(trial, i), trial->use));
  }
  return FG_OK;
}
