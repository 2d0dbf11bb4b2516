#include "book_fields.h"
#include "price_model.h"

static const char *const schedule_fields[] = {"model", "edges",  "per", "per_hours_of_month", "block", "price",
                                              "tiers", "source", NULL};
static const char *const tier_fields[] = {"from", "price", NULL};

/* A month has 672, 696, 720 or 744 hours. */
enum { HOURS_OF_MONTH_MIN = 672, HOURS_OF_MONTH_MAX = 744, HOURS_OF_DAY = 24 };

static fg_status read_tier(const fg_book_reader *reader, const fg_json *value, void *item) {
  fg_tier *tier = item;
  FG_TRY(fg_json_fields(value, tier_fields, reader->error));
  FG_TRY(fg_read_units(reader, value, "from", FG_REQUIRED, 0, INT64_MAX, &tier->from));
  return fg_read_price(reader, value, "price", &tier->price, &tier->sold);
}

/* Fields that only the other models have: a value there would be ignored, so it is refused. */
static fg_status refuse_field(const fg_book_reader *reader, const fg_json *value, const char *key,
                              const fg_schedule *schedule) {
  if (fg_json_get(value, key) == NULL) {
    return FG_OK;
  }
  return fg_fail(reader->error, FG_INVALID, key, "a %s price has no such field", fg_price_model_words[schedule->model]);
}

static fg_status read_flat(const fg_book_reader *reader, const fg_json *value, fg_schedule *schedule) {
  FG_TRY(refuse_field(reader, value, "tiers", schedule));
  FG_TRY(refuse_field(reader, value, "edges", schedule));
  fg_tier *tier = fg_read_allocate(reader, sizeof *tier);
  if (tier == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(fg_read_price(reader, value, "price", &tier->price, &tier->sold));
  schedule->tiers = tier;
  schedule->tier_count = 1;
  return FG_OK;
}

static fg_status read_tiers(const fg_book_reader *reader, const fg_json *value, fg_schedule *schedule) {
  int edges = 0;
  fg_items tiers;
  FG_TRY(refuse_field(reader, value, "price", schedule));
  FG_TRY(fg_read_choice(reader, value, "edges", FG_OPTIONAL, fg_edge_words, &edges));
  FG_TRY(fg_read_items(reader, value, "tiers", FG_REQUIRED, sizeof(fg_tier), read_tier, &tiers));
  if (tiers.count > FG_TIERS_MAX) {
    return fg_fail(reader->error, FG_INVALID, "tiers", "expected at most %d tiers", FG_TIERS_MAX);
  }
  schedule->upper_inclusive = edges == 1;
  schedule->tiers = tiers.items;
  schedule->tier_count = tiers.count;
  return FG_OK;
}

/* Tiers are given by their lower edges alone, so that gaps and overlaps cannot be written. */
static fg_status check_edges(const fg_book_reader *reader, const fg_schedule *schedule) {
  int64_t most = schedule->per_hours_of_month ? INT64_MAX / HOURS_OF_MONTH_MAX : INT64_MAX;
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    int64_t from = schedule->tiers[i].from;
    const char *expected = NULL;
    if (i == 0 && from != 0) {
      expected = "expected 0: the first tier begins there";
    } else if (i > 0 && from <= schedule->tiers[i - 1].from) {
      expected = "expected more than the tier before";
    } else if (from > most) {
      expected = "expected less: times the hours of a month this passes 64 bits";
    } else if (from % schedule->block != 0) {
      expected = "expected a multiple of the block";
    }
    if (expected != NULL) {
      return fg_within(reader->error, fg_fail(reader->error, FG_INVALID, "from", "%s", expected), "tiers[%u]", i);
    }
  }
  return FG_OK;
}

/* Units come in whole blocks, and a month has any of its lengths. */
static bool divides_exactly(const fg_schedule *schedule, fg_amount price) {
  for (int hours = HOURS_OF_MONTH_MIN; hours <= HOURS_OF_MONTH_MAX; hours += HOURS_OF_DAY) {
    fg_price_view view = fg_price_view_of(schedule, hours);
    if (price % (view.per / fg_common_divisor(view.per, schedule->block)) != 0) {
      return false;
    }
  }
  return true;
}

static fg_status check_exact(const fg_book_reader *reader, const fg_schedule *schedule) {
  if (reader->book->rounding.mode != FG_ROUND_NONE) {
    return FG_OK;
  }
  for (uint32_t i = 0; i < schedule->tier_count; i++) {
    if (!divides_exactly(schedule, schedule->tiers[i].price)) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "price",
                                 "expected a price that divided by \"per\" has at most 12 decimals, "
                                 "or a rounding of the book");
      return fg_price_model_of(schedule)->has_tiers ? fg_within(reader->error, status, "tiers[%u]", i) : status;
    }
  }
  return FG_OK;
}

static fg_status read_schedule_fields(const fg_book_reader *reader, const fg_json *value, fg_schedule *schedule) {
  int model = 0;
  FG_TRY(fg_json_fields(value, schedule_fields, reader->error));
  FG_TRY(fg_read_choice(reader, value, "model", FG_REQUIRED, fg_price_model_words, &model));
  schedule->model = (fg_price_model)model;
  schedule->per = schedule->block = 1;
  schedule->source = fg_string_of("");
  if (!fg_price_model_of(schedule)->per_units) {
    /* its prices are for the whole quantity */
    FG_TRY(refuse_field(reader, value, "per", schedule));
  }
  FG_TRY(fg_read_flag(reader, value, "per_hours_of_month", &schedule->per_hours_of_month));
  int64_t most = schedule->per_hours_of_month ? INT64_MAX / HOURS_OF_MONTH_MAX : INT64_MAX;
  FG_TRY(fg_read_units(reader, value, "per", FG_OPTIONAL, 1, most, &schedule->per));
  FG_TRY(fg_read_units(reader, value, "block", FG_OPTIONAL, 1, INT64_MAX, &schedule->block));
  FG_TRY(fg_read_text(reader, value, "source", FG_OPTIONAL, &schedule->source));
  FG_TRY((fg_price_model_of(schedule)->has_tiers ? read_tiers : read_flat)(reader, value, schedule));
  FG_TRY(check_edges(reader, schedule));
  return check_exact(reader, schedule);
}

fg_status fg_read_schedule(const fg_book_reader *reader, const fg_json *object, const char *key, fg_need need,
                           const fg_schedule **schedule) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, object, key, need, &value));
  if (value == NULL) {
    return FG_OK;
  }
  fg_schedule *read = fg_read_allocate(reader, sizeof *read);
  if (read == NULL) {
    return FG_NO_MEMORY;
  }
  FG_TRY(fg_within(reader->error, read_schedule_fields(reader, value, read), "%s", key));
  *schedule = read;
  return FG_OK;
}
