#include <stdio.h>

#include "book_fields.h"
#include "price_model.h"
#include "../json/write.h"
#include "../base/tell.h"

static void tell_date(fg_teller *to, const char *key, fg_date date) {
  char text[11];
  fg_date_format(date, text);
  fg_tell_word(to, key, text);
}

/* -1 stands for no bound. */
static void tell_bound(fg_teller *to, const char *key, int64_t bound) {
  if (bound < 0) {
    fg_tell_null(to, key);
  } else {
    fg_tell_integer(to, key, bound);
  }
}

static void tell_price(fg_teller *to, const fg_tier *tier) {
  if (tier->sold) {
    fg_tell_amount(to, "price", tier->price);
  } else {
    fg_tell_null(to, "price");
  }
}

static void tell_schedule(fg_teller *to, const char *key, const fg_schedule *schedule) {
  const fg_price_operations *model = fg_price_model_of(schedule);
  fg_tell_begin_object(to, key);
  fg_tell_word(to, "model", fg_price_model_words[schedule->model]);
  if (model->has_tiers) {
    fg_tell_word(to, "edges", fg_edge_words[schedule->upper_inclusive]);
  }
  if (model->per_units) {
    fg_tell_integer(to, "per", schedule->per);
  }
  fg_tell_flag(to, "per_hours_of_month", schedule->per_hours_of_month);
  fg_tell_integer(to, "block", schedule->block);
  if (!model->has_tiers) {
    tell_price(to, &schedule->tiers[0]);
  } else {
    fg_tell_begin_list(to, "tiers");
    for (uint32_t i = 0; i < schedule->tier_count; i++) {
      fg_tell_begin_object(to, NULL);
      fg_tell_integer(to, "from", schedule->tiers[i].from);
      tell_price(to, &schedule->tiers[i]);
      fg_tell_end_object(to);
    }
    fg_tell_end_list(to);
  }
  fg_tell_text(to, "source", schedule->source);
  fg_tell_end_object(to);
}

static void tell_validity(fg_teller *to, fg_validity validity) {
  const char *word = fg_validity_words[validity.unit];
  if (validity.unit == FG_VALID_FOREVER || validity.unit == FG_VALID_THIS_MONTH) {
    fg_tell_word(to, "validity", word);
    return;
  }
  fg_tell_begin_object(to, "validity");
  fg_tell_integer(to, word, validity.count);
  fg_tell_end_object(to);
}

static void tell_grants(fg_teller *to, const fg_product *product) {
  fg_tell_begin_list(to, "grants");
  for (uint32_t i = 0; i < product->grant_count; i++) {
    const fg_grant_offer *grant = &product->grants[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", grant->id);
    fg_tell_integer(to, "quantity", grant->quantity);
    fg_tell_word(to, "issue", fg_issue_words[grant->issue]);
    tell_validity(to, grant->validity);
    fg_tell_text(to, "source", grant->source);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_packs(fg_teller *to, const fg_product *product) {
  fg_tell_begin_list(to, "packs");
  for (uint32_t i = 0; i < product->pack_count; i++) {
    const fg_pack_offer *pack = &product->packs[i];
    fg_tell_begin_object(to, NULL);
    fg_tell_text(to, "id", pack->id);
    fg_tell_word(to, "of", fg_pack_words[pack->of_materials]);
    fg_tell_integer(to, "units", pack->units);
    fg_tell_amount(to, "price", pack->price);
    tell_validity(to, pack->validity);
    fg_tell_text(to, "source", pack->source);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_sold(fg_teller *to, const char *key, const fg_schedule *schedule) {
  if (schedule == NULL) {
    fg_tell_null(to, key);
  } else {
    tell_schedule(to, key, schedule);
  }
}

static void tell_capacity(fg_teller *to, const fg_capacity_offer *capacity) {
  if (capacity == NULL) {
    fg_tell_null(to, "capacity");
    return;
  }
  fg_tell_begin_object(to, "capacity");
  fg_tell_text(to, "meter", capacity->meter);
  fg_tell_word(to, "kind", fg_capacity_kind_words[capacity->kind]);
  fg_tell_word(to, "mode", fg_capacity_mode_words[capacity->automatic]);
  tell_bound(to, "limit", capacity->limit);
  tell_bound(to, "max_held", capacity->max_held);
  tell_sold(to, "day", capacity->day);
  tell_sold(to, "month", capacity->month);
  fg_tell_text(to, "source", capacity->source);
  fg_tell_end_object(to);
}

static void tell_materials(fg_teller *to, const fg_materials_offer *materials) {
  if (materials == NULL) {
    fg_tell_null(to, "materials");
    return;
  }
  fg_tell_begin_object(to, "materials");
  fg_tell_integer(to, "free", materials->free);
  fg_tell_text(to, "source", materials->source);
  fg_tell_end_object(to);
}

static void tell_product(fg_teller *to, const fg_product *product) {
  fg_tell_begin_object(to, NULL);
  fg_tell_text(to, "id", product->id);
  fg_tell_text(to, "title", product->title);
  fg_tell_text(to, "meter", product->meter);
  fg_tell_text(to, "unit", product->unit);
  fg_tell_text(to, "source", product->source);
  tell_schedule(to, "price", &product->schedule);
  fg_tell_word(to, "tier_period", fg_period_words[product->period]);
  tell_grants(to, product);
  tell_packs(to, product);
  tell_capacity(to, product->capacity);
  tell_materials(to, product->materials);
  fg_tell_end_object(to);
}

static void tell_rounding(fg_teller *to, fg_rounding rounding) {
  if (rounding.mode == FG_ROUND_NONE) {
    fg_tell_word(to, "rounding", fg_rounding_words[FG_ROUND_NONE]);
    return;
  }
  fg_tell_begin_object(to, "rounding");
  fg_tell_integer(to, "digits", rounding.digits);
  fg_tell_word(to, "mode", fg_rounding_words[rounding.mode]);
  fg_tell_end_object(to);
}

static void tell_policy(fg_teller *to, const fg_policy *policy) {
  fg_tell_begin_object(to, "policy");
  for (int i = 0; i < FG_SWITCH_COUNT; i++) {
    fg_switch which = (fg_switch)i;
    const char *word = fg_policy_word(policy, which);
    if (fg_policy_is_number(which)) {
      fg_tell_integer(to, fg_policy_key(which), word[0] - '0');
    } else {
      fg_tell_word(to, fg_policy_key(which), word);
    }
  }
  fg_tell_end_object(to);
}

static void tell_sources(fg_teller *to, const fg_book *book) {
  fg_tell_begin_object(to, "sources");
  for (uint32_t i = 0; i < book->source_count; i++) {
    fg_tell_text(to, book->sources[2 * i].text, book->sources[2 * i + 1]);
  }
  fg_tell_end_object(to);
}

static void tell_amendments(fg_teller *to, const fg_book *book) {
  fg_tell_begin_list(to, "amendments");
  for (uint32_t i = 0; i < book->amendment_count; i++) {
    const fg_amendment *amendment = &book->amendments[i];
    const fg_product *product = &book->products[amendment->product];
    fg_tell_begin_object(to, NULL);
    tell_date(to, "announced", amendment->announced);
    tell_date(to, "effective", amendment->effective);
    fg_tell_text(to, "product", product->id);
    fg_tell_text(to, "grant", product->grants[amendment->grant].id);
    fg_tell_integer(to, "quantity", amendment->quantity);
    fg_tell_text(to, "source", amendment->source);
    fg_tell_end_object(to);
  }
  fg_tell_end_list(to);
}

static void tell_head(fg_teller *to, const fg_book *book) {
  unsigned size = (unsigned)(book->offset_minutes < 0 ? -book->offset_minutes : book->offset_minutes);
  char offset[16];
  snprintf(offset, sizeof offset, "%c%02u:%02u", book->offset_minutes < 0 ? '-' : '+', size / 60, size % 60);
  fg_tell_word(to, "format", FG_BOOK_FORMAT);
  fg_tell_text(to, "id", book->id);
  fg_tell_text(to, "title", book->title);
  fg_tell_text(to, "about", book->about);
  if (book->as_of == FG_NO_DATE) {
    fg_tell_null(to, "as_of");
  } else {
    tell_date(to, "as_of", book->as_of);
  }
  fg_tell_text(to, "currency", book->currency);
  fg_tell_integer(to, "minor_digits", book->minor_digits);
  fg_tell_word(to, "utc_offset", offset);
  tell_rounding(to, book->rounding);
  fg_tell_integer(to, "notice_days", book->notice_days);
  fg_tell_integer(to, "suspension_hours", book->suspension_hours);
  fg_tell_integer(to, "refund_days", book->refund_days);
  tell_policy(to, &book->policy);
  tell_sources(to, book);
}

fg_status fg_book_describe(const fg_book *book, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_tell_begin_object(&to, NULL);
  tell_head(&to, book);
  fg_tell_begin_list(&to, "products");
  for (uint32_t i = 0; i < book->product_count; i++) {
    tell_product(&to, &book->products[i]);
  }
  fg_tell_end_list(&to);
  tell_amendments(&to, book);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

fg_status fg_book_write(const fg_book *book, fg_text *json) {
  fg_text text = {.allocator = book->allocator};
  fg_json_writer writer = {.text = &text, .minor_digits = book->minor_digits, .offset_minutes = book->offset_minutes};
  fg_visitor visitor = fg_json_visitor(&writer);
  if (fg_book_describe(book, &visitor) != FG_OK) {
    fg_text_release(&text);
    return writer.status;
  }
  *json = text;
  return FG_OK;
}
