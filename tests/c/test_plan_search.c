/* The cheapest plan against hundreds of others of the same forecast, on small books: none is cheaper, and the one that
   is told costs what it is said to. What a plan costs is told by an account that lives it. */
#include "support.h"
#include "faregate_whatif.h"
#include "whatif/cheapest_months.h"
#include "whatif/forecast.h"
#include "whatif/packs_on_sale.h"

enum { MONTHS = 3, TWOS = 3, SEVENS = 2 };

/* In cents; -1 if the plan is refused. `orders` not NULL: becomes a list of what it orders. */
static int64_t cost_of(fg_book *book, const char *forecast, const char *way, json_t **orders, fg_error *error) {
  fg_plan *plan = NULL;
  fg_string given = {way, way == NULL ? 0 : strlen(way)};
  if (fg_plan_make(book, &(fg_plan_query){.forecast = string_of(forecast), .plan = given}, NULL, &plan, error) !=
      FG_OK) {
    return -1;
  }
  json_builder builder;
  fg_visitor visitor = build_json(&builder, book);
  assert_int_equal(fg_plan_describe(plan, &visitor), FG_OK);
  const char *total = json_string_value(json_at(builder.root, "/total"));
  int64_t cents = 0;
  for (; *total != '\0'; total++) {
    cents = *total == '.' ? cents : cents * 10 + (*total - '0');
  }
  if (orders != NULL) {
    *orders = json_incref(json_object_get(builder.root, "orders"));
  }
  json_decref(builder.root);
  fg_plan_free(plan);
  return cents;
}

static const char *const validities[] = {"\"permanent\"",   "{\"years\": 1}", "{\"months\": 1}",
                                         "{\"months\": 2}", "{\"days\": 20}", "\"month\""};

static void draw_book(char *json, size_t size) {
  static const char *const models[] = {"volume", "graduated"};
  bool once = random_below(3) == 0;
  const char *same = validities[random_below(6)];
  const char *other = random_below(4) == 0 ? validities[random_below(6)] : same;
  snprintf(
      json, size,
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
      "\"price\": {\"model\": \"%s\", \"tiers\": [{\"from\": 0, \"price\": \"%lld.50\"},"
      "{\"from\": %lld, \"price\": \"%lld.25\"}]},"
      "\"grants\": [{\"id\": \"g\", \"quantity\": %lld, \"issue\": \"monthly\", \"validity\": \"month\"}%s],"
      "\"packs\": [{\"id\": \"two\", \"units\": 2, \"price\": \"%lld\", \"validity\": %s},"
      "{\"id\": \"seven\", \"units\": 7, \"price\": \"%lld\", \"validity\": %s}]}]}",
      models[random_below(2)], (long long)(2 + random_below(3)), (long long)(3 + random_below(6)),
      (long long)random_below(4), (long long)(1 + random_below(3)),
      once ? ", {\"id\": \"o\", \"quantity\": 3, \"issue\": \"claim\", \"validity\": {\"months\": 2}}" : "",
      (long long)(1 + random_below(5)), same, (long long)(4 + random_below(12)), other);
}

static int draw_held(char *json, size_t size) {
  static const char *const expiries[] = {"2025-02-01", "2025-03-01", "2025-03-16", "2025-06-01"};
  static const char *const purchases[] = {"2024-03-01", "2024-06-01", "2024-12-31"};
  int count = (int)random_below(3);
  size_t length = (size_t)snprintf(json, size, ", \"opening\": {\"packs\": [");
  for (int i = 0; i < count; i++) {
    length += (size_t)snprintf(json + length, size - length,
                               "%s{\"units\": %lld, \"bought\": \"%s\", \"expires\": \"%s\"}", i == 0 ? "" : ", ",
                               (long long)(1 + random_below(6)), purchases[random_below(3)], expiries[random_below(4)]);
  }
  snprintf(json + length, size - length, "]}");
  return count;
}

static void draw_forecast(char *json, size_t size) {
  static const char *const policies[] = {"\"pack_order\": \"expiry\"",        "\"pack_order\": \"purchase\"",
                                         "\"pack_order\": \"smallest_left\"", "\"tier_basis\": \"total\"",
                                         "\"tier_basis\": \"after_free\"",    "\"pack_expiry\": \"anniversary_start\""};
  char held[400];
  draw_held(held, sizeof held);
  snprintf(json, size,
           "{\"product\": \"p\", \"start\": \"2025-01\", \"calls\": [%lld, %lld, %lld], \"policy\": {%s}%s}",
           (long long)random_below(11), (long long)random_below(11), (long long)random_below(8),
           policies[random_below(6)], held);
}

/* Up to two packs of 2 and one of 7, in every month. */
static int64_t cheapest_of_many(fg_book *book, const char *forecast) {
  int64_t least = INT64_MAX;
  int ways = 1;
  for (int i = 0; i < MONTHS; i++) {
    ways *= TWOS * SEVENS;
  }
  for (int way = 0; way < ways; way++) {
    char orders[1000];
    size_t length = (size_t)snprintf(orders, sizeof orders, "{\"orders\": [");
    int rest = way;
    int given = 0;
    for (int month = 1; month <= MONTHS; month++) {
      int counts[2] = {rest % TWOS, rest / TWOS % SEVENS};
      rest /= TWOS * SEVENS;
      for (int kind = 0; kind < 2; kind++) {
        if (counts[kind] > 0) {
          length += (size_t)snprintf(orders + length, sizeof orders - length,
                                     "%s{\"month\": \"2025-0%d\", \"pack\": \"%s\", \"quantity\": %d}",
                                     given++ == 0 ? "" : ", ", month, kind == 0 ? "two" : "seven", counts[kind]);
        }
      }
    }
    snprintf(orders + length, sizeof orders - length, "]}");
    fg_error error = {0};
    int64_t cost = cost_of(book, forecast, orders, NULL, &error);
    if (cost < 0) {
      fail_msg("%s: %s\n%s\n%s", error.path, error.message, forecast, orders);
    }
    least = cost < least ? cost : least;
  }
  return least;
}

static int64_t cost_of_orders(fg_book *book, const char *forecast, const json_t *orders) {
  fg_error error = {0};
  json_t *way = json_pack("{s: []}", "orders");
  size_t i = 0;
  const json_t *order = NULL;
  json_array_foreach(orders, i, order) {
    json_array_append_new(json_object_get(way, "orders"),
                          json_pack("{s: O, s: O, s: O}", "month", json_object_get(order, "month"), "pack",
                                    json_object_get(order, "pack"), "quantity", json_object_get(order, "quantity")));
  }
  char *text = json_dumps(way, 0);
  int64_t cost = cost_of(book, forecast, text, NULL, &error);
  free(text);
  json_decref(way);
  return cost;
}

/* The first pass of a search that may end early, which looks for what costs less than `limit`; FG_PLAN_NEVER if it
   finds nothing. */
static fg_amount first_pass(fg_book *book, const char *forecast, fg_amount limit) {
  const fg_plan_query query = {.forecast = string_of(forecast)};
  fg_plan_watch watch;
  fg_plan_choice known = {.cost = limit};
  fg_plan_model *model = calloc(1, sizeof *model);
  fg_label_search *search = calloc(1, sizeof *search);
  bool all[FG_PLAN_PACKS_MAX];
  memset(all, true, sizeof all);
  fg_plan_watch_begin(&watch, &query);
  model->allocator = fg_allocator_or_default(NULL);
  model->base = book;
  model->watch = &watch;
  assert_int_equal(fg_plan_read(model, book, query.forecast, NULL), FG_OK);
  search->model = model;
  search->work_most = INT64_MAX;
  search->pack_count = fg_plan_allowed_packs(model, all, search->packs);
  fg_labels_find_drops(search);
  assert_int_equal(fg_plan_choice_begin(model, &known), FG_OK);
  known.cost = limit;
  assert_int_equal(fg_plan_find_bound(model, search->packs, search->pack_count, &known, 1 << 16, &search->bound),
                   FG_OK);
  assert_int_equal(fg_labels_pass(search, limit, FG_LABEL_BEAM), FG_OK);
  const fg_amount found = search->is_found ? search->best : FG_PLAN_NEVER;
  fg_labels_release(search);
  fg_plan_release(model);
  free(search);
  free(model);
  return found;
}

/* Every unit costs 7 in every pack, so any packs that come to the demand are as good, and a pass has thousands of ways
   to get there, none better than another. What it thins out must leave some. */
static void test_the_first_pass_keeps_some_of_equals(void **state) {
  (void)state;
  static const char json[] =
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\","
      "\"price\": {\"model\": \"flat\", \"price\": \"100\"}, \"packs\": ["
      "{\"id\": \"a\", \"units\": 101, \"price\": \"707\", \"validity\": \"permanent\"},"
      "{\"id\": \"b\", \"units\": 103, \"price\": \"721\", \"validity\": \"permanent\"},"
      "{\"id\": \"c\", \"units\": 107, \"price\": \"749\", \"validity\": \"permanent\"}]}]}";
  static const char forecast[] = "{\"product\": \"p\", \"start\": \"2025-01\", \"calls\": [60013]}";
  const fg_amount least = 60013 * 7 * FG_UNIT;
  fg_book *book = NULL;
  assert_int_equal(fg_book_load(json, sizeof json - 1, NULL, &book, NULL), FG_OK);
  assert_true(first_pass(book, forecast, least + 1) == least);
  assert_true(first_pass(book, forecast, least) == FG_PLAN_NEVER);
  fg_book_release(book);
}

static void test_no_packs_are_cheaper(void **state) {
  (void)state;
  int tried = 0, refused = 0;
  const int runs = or_in_short(500, 5);
  while (tried < runs) {
    char json[2000], forecast[1000];
    fg_error error = {0};
    draw_book(json, sizeof json);
    draw_forecast(forecast, sizeof forecast);
    fg_book *book = load_text(json);
    json_t *orders = NULL;
    int64_t cheapest = cost_of(book, forecast, NULL, &orders, &error);
    if (cheapest < 0) {
      assert_int_equal(error.status, FG_INVALID); /* what the search cannot honour it says */
      assert_non_null(strstr(error.message, "cannot honour"));
      refused++;
    } else {
      int64_t least = cheapest_of_many(book, forecast);
      if (cheapest > least) {
        fail_msg("%lld, but %lld is possible: %s\n%s", (long long)cheapest, (long long)least, forecast, json);
      }
      assert_int_equal(cost_of_orders(book, forecast, orders), cheapest);
      json_decref(orders);
      tried++;
    }
    fg_book_release(book);
  }
  assert_true(refused < 4 * runs);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_first_pass_keeps_some_of_equals),
      cmocka_unit_test(test_no_packs_are_cheaper),
  };
  return cmocka_run_group_tests_name("plan search", tests, NULL, NULL);
}
