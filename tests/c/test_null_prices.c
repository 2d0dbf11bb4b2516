/* A price of null refuses what would have to be charged at it, and nothing else: everywhere the same, in every model,
   and no account is ever locked by one. */
#include "support.h"
#include "faregate_whatif.h"

static char book_text[4096];
static const char *pack_validity = "\"permanent\"";

/* A book of one product, `p`, that counts `u` at this schedule; `more` is of the product, ", \"tier_period\": …". */
static const char *book_of(const char *schedule, const char *policy, const char *more) {
  snprintf(
      book_text, sizeof book_text,
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\","
      "\"policy\": {%s},"
      "\"products\": [{\"id\": \"p\", \"meter\": \"u\", \"price\": %s,"
      "\"packs\": [{\"id\": \"ten\", \"units\": 10, \"price\": \"3\", \"validity\": %s}]%s}]}",
      policy, schedule, pack_validity, more);
  return book_text;
}

/* The answer to a timeline of this book: `commands` is a list without its brackets. */
static json_t *lived(const char *book, const char *commands) {
  char document[8192];
  fg_text text = {0};
  fg_error error = {0};
  int length = snprintf(document, sizeof document, "{\"book\": %s, \"commands\": [%s]}", book, commands);
  if (fg_replay(document, (size_t)length, NULL, NULL, NULL, &text, &error) != FG_OK) {
    fail_msg("%s: %s", error.path, error.message);
  }
  json_t *answer = json_loadb(text.text, text.length, 0, NULL);
  fg_text_release(&text);
  return answer;
}

static void assert_integer(const json_t *answer, const char *pointer, int64_t expected) {
  assert_non_null(json_at(answer, pointer));
  assert_int_equal(json_integer_value(json_at(answer, pointer)), expected);
}

/* "ok" or the codes of the outcomes, one letter each: `.` is ok, `n` not_sold. */
static void assert_outcomes(const json_t *answer, const char *expected) {
  const json_t *outcomes = json_at(answer, "/outcomes");
  assert_int_equal(json_array_size(outcomes), strlen(expected));
  for (size_t i = 0; expected[i] != '\0'; i++) {
    const char *error = json_string_value(json_object_get(json_array_get(outcomes, i), "error"));
    const char *wanted = expected[i] == '.' ? NULL : "not_sold";
    if (wanted == NULL ? error != NULL : error == NULL || strcmp(error, wanted) != 0) {
      fail_msg("outcome %zu is %s", i, error == NULL ? "ok" : error);
    }
  }
}

#define TOTAL "\"tier_basis\": \"total\""
#define WHOLE_MONTH "\"pack_reach\": \"whole_month\""
#define AT(day, command) "{\"at\": \"2024-11-" day "T12:00\", " command "}"
#define IN_DECEMBER(command) "{\"at\": \"2024-12-02T12:00\", " command "}"
#define OPEN AT("01", "\"do\": \"open\", \"product\": \"p\"")
#define PACK "\"do\": \"give_pack\", \"product\": \"p\", \"pack\": \"ten\""
#define USE(quantity) "\"do\": \"use\", \"product\": \"p\", \"quantity\": " quantity
#define PREVIEW "\"do\": \"preview\""
#define LINE "/statement/invoices/0/lines/0"

/* Sold in packs alone. Once the packs are used up usage is refused, and the month settles at nothing. */
static void what_packs_cover_needs_no_price(void **state) {
  (void)state;
  static const char *const schedules[] = {"{\"model\": \"flat\", \"price\": null}",
                                          "{\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": null}]}",
                                          "{\"model\": \"graduated\", \"tiers\": [{\"from\": 0, \"price\": null}]}",
                                          "{\"model\": \"stairstep\", \"tiers\": [{\"from\": 0, \"price\": null}]}"};
  static const char *const periods[] = {"", ", \"tier_period\": \"day\""};
  for (size_t i = 0; i < 8; i++) {
    json_t *answer = lived(
        book_of(schedules[i / 2], i % 2 ? TOTAL : "", periods[i % 2]),
        OPEN "," AT("02", PACK) "," AT("03", USE("8")) "," AT("03", USE("3")) "," AT("04", USE("2")) "," AT(
            "04", USE("0")) "," AT("04", PREVIEW) "," IN_DECEMBER(PACK) "," IN_DECEMBER(USE("10")));
    assert_outcomes(answer, "...n.....");
    assert_text_at(answer, "/statement/invoices/0/total", "0.00");
    assert_integer(answer, LINE "/units", 0);
    assert_text_at(answer, LINE "/unit_price", "0.00");
    assert_null(json_at(answer, LINE "/unpriced"));
    json_decref(answer);
  }
}

/* 5 postpaid, then 10 of a pack: in all 15, which have no price. The 10 need none, the 5 have happened: at the price
   below. */
static void what_has_happened_takes_the_price_below(void **state) {
  (void)state;
  static const struct {
    const char *model, *amount, *explanation;
  } cases[] = {{"volume", "7.50", "(15 − 10 packs) × 1.50 (unpriced) (tier of 15) = 7.50"},
               {"graduated", "7.50", "(15 − 10 packs) × 1.50 (unpriced) (tier of 15) = 7.50"},
               {"stairstep", "1.50", "1.50 (unpriced) for all (15 − 10 packs) (tier of 15) = 1.50"}};
  for (size_t i = 0; i < 3; i++) {
    char schedule[256];
    snprintf(schedule, sizeof schedule,
             "{\"model\": \"%s\", \"tiers\": [{\"from\": 0, \"price\": \"1.50\"},"
             "{\"from\": 10, \"price\": null}]}",
             cases[i].model);
    json_t *answer = lived(book_of(schedule, TOTAL, ""),
                           OPEN "," AT("02", USE("5")) "," AT("03", PACK) "," AT("03", USE("10")) "," AT(
                               "04", USE("1")) "," AT("04", PREVIEW) "," IN_DECEMBER(USE("1")));
    assert_outcomes(answer, "....n..");
    assert_text_at(answer, "/outcomes/5/invoice/total", cases[i].amount);
    assert_text_at(answer, "/statement/invoices/0/total", cases[i].amount);
    assert_integer(answer, LINE "/units", 5);
    assert_integer(answer, LINE "/unpriced", 5);
    assert_integer(answer, LINE "/tier", 10);
    assert_text_at(answer, LINE "/unit_price", "1.50");
    assert_text_at(answer, LINE "/explanation", cases[i].explanation);
    json_decref(answer);
  }
}

/* Of a day's units, which alone count: 9 have no price, 12 and 19 have one at 2, 21 at 1. */
static void a_null_price_below_others_is_one(void **state) {
  (void)state;
  const char *schedule = "{\"model\": \"volume\", \"tiers\": [{\"from\": 0, \"price\": null},"
                         "{\"from\": 10, \"price\": \"2\"}, {\"from\": 20, \"price\": \"1\"}]}";
  json_t *answer = lived(book_of(schedule, "", ", \"tier_period\": \"day\""),
                         OPEN "," AT("02", USE("9")) "," AT("02", USE("12")) "," AT("02", USE("7")) "," AT(
                             "03", USE("1")) "," AT("03", USE("21")) "," IN_DECEMBER(USE("1")));
  assert_outcomes(answer, ".n..n.n");
  assert_text_at(answer, "/statement/invoices/0/lines/0/explanation", "19 × 2.00 = 38.00");
  assert_text_at(answer, "/statement/invoices/0/lines/1/explanation", "21 × 1.00 = 21.00");
  json_decref(answer);
  /* The pack of the 5th covers 10 of the 12 that were postpaid: the 2 left have no price, and none below it. */
  answer = lived(book_of(schedule, WHOLE_MONTH, ""),
                 OPEN "," AT("02", USE("12")) "," AT("05", PACK) "," IN_DECEMBER("\"do\": \"advance\""));
  assert_outcomes(answer, "....");
  assert_text_at(answer, LINE "/explanation", "(12 − 10 packs) × 0.00 (unpriced) = 0.00");
  assert_integer(answer, LINE "/unpriced", 2);
  json_decref(answer);
}

/* Slices of 10 at 1, of 10 without a price, of all beyond at 0.50. Usage is refused if a unit of its own would fall in
   the middle one; 10 of a pack carry the 10 before them there, and what comes then is sold again. */
static void a_slice_without_a_price_refuses_its_own_units(void **state) {
  (void)state;
  const char *schedule = "{\"model\": \"graduated\", \"tiers\": [{\"from\": 0, \"price\": \"1\"},"
                         "{\"from\": 10, \"price\": null}, {\"from\": 20, \"price\": \"0.50\"}]}";
  json_t *answer = lived(
      book_of(schedule, TOTAL, ""),
      OPEN "," AT("02", USE("10")) "," AT("02", USE("1")) "," AT("02", USE("15")) "," AT("03", PACK) "," AT(
          "03", USE("10")) "," AT("04", USE("5")) "," IN_DECEMBER("\"do\": \"advance\""));
  assert_outcomes(answer, "..nn....");
  assert_text_at(answer, "/statement/invoices/0/lines/0/explanation",
                 "10 (of 25 − 10 packs) × 1.00 (unpriced) (tier of 25) = 10.00");
  assert_text_at(answer, "/statement/invoices/0/lines/1/explanation",
                 "5 (of 25 − 10 packs) × 0.50 (tier of 25) = 2.50");
  assert_integer(answer, "/statement/invoices/0/lines/0/unpriced", 10);
  assert_null(json_at(answer, "/statement/invoices/0/lines/1/unpriced"));
  assert_text_at(answer, "/statement/invoices/0/total", "12.50");
  json_decref(answer);
}

enum { MOST = 70 };

/* A book of one schedule, some of whose tiers have no price, and what it says of each quantity. */
typedef struct drawn_book {
  fg_book *book;
  bool sold[MOST + 1];
  double cost[MOST + 1]; ///< exact: quarters
} drawn_book;

static fg_price_query query_of(int64_t quantity, int64_t tier_quantity) {
  fg_price_query query = {.product = string_of("p"),
                          .meter = string_of("u"),
                          .quantity = quantity,
                          .tier_quantity = tier_quantity,
                          .at = at("2024-11-01T00:00:00")};
  return query;
}

static bool is_priced(const fg_book *book, int64_t quantity, int64_t tier_quantity, double *amount) {
  fg_price_query query = query_of(quantity, tier_quantity);
  json_builder builder;
  fg_visitor visitor = build_json(&builder, book);
  fg_error error;
  fg_status status = fg_book_price(book, &query, &visitor, &error);
  assert_true(status == FG_OK || status == FG_NOT_SOLD);
  if (status == FG_OK) {
    *amount = strtod(json_string_value(json_at(builder.root, "/amount")), NULL);
    json_decref(builder.root);
  }
  return status == FG_OK;
}

static const char *draw_schedule(void) {
  static char text[1024];
  static const char *const models[] = {"volume", "graduated", "stairstep"};
  int64_t block = random_below(3) == 0 ? 1 + random_below(4) : 1;
  int64_t count = 1 + random_below(4);
  int length = snprintf(text, sizeof text, "{\"model\": \"%s\", \"edges\": \"%s\", \"block\": %d, \"tiers\": [",
                        models[random_below(3)], random_below(2) ? "upper" : "lower", (int)block);
  int64_t from = 0;
  for (int64_t i = 0; i < count; i++) {
    char price[32] = "null";
    if (random_below(3) > 0) {
      snprintf(price, sizeof price, "\"%.2f\"", (double)random_below(12) / 4);
    }
    length += snprintf(text + length, sizeof text - (size_t)length, "%s{\"from\": %d, \"price\": %s}", i > 0 ? "," : "",
                       (int)from, price);
    from += block * (1 + random_below(12));
  }
  snprintf(text + length, sizeof text - (size_t)length, "]}");
  return text;
}

static drawn_book draw_book(const char *policy) {
  drawn_book drawn = {.book = load_text(book_of(draw_schedule(), policy, ""))};
  for (int64_t quantity = 0; quantity <= MOST; quantity++) {
    drawn.sold[quantity] = is_priced(drawn.book, quantity, -1, &drawn.cost[quantity]);
  }
  return drawn;
}

static int64_t integer_at(const json_t *object, const char *key) {
  return json_integer_value(json_object_get(object, key));
}
static double amount_at(const json_t *object, const char *key) {
  return strtod(json_string_value(json_object_get(object, key)), NULL);
}

/* The pieces hold all that is sold and nothing else. */
static void check_curve(const drawn_book *drawn, const fg_way *way, int64_t most) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, drawn->book);
  bool told[MOST + 1] = {false};
  assert_int_equal(fg_way_curve(way, most, &visitor, NULL), FG_OK);
  const json_t *pieces = json_at(builder.root, "/pieces");
  for (size_t i = 0; i < json_array_size(pieces); i++) {
    const json_t *piece = json_array_get(pieces, i);
    int64_t from = integer_at(piece, "from");
    int64_t to = integer_at(piece, "to");
    assert_true(to <= most);
    assert_true(drawn->cost[from] == amount_at(piece, "first") && drawn->cost[to] == amount_at(piece, "last"));
    for (int64_t quantity = from; quantity <= to; quantity++) {
      told[quantity] = true;
      assert_true(drawn->cost[quantity] >= drawn->cost[from] && drawn->cost[quantity] <= drawn->cost[to]);
    }
  }
  for (int64_t quantity = 0; quantity <= most; quantity++) {
    assert_int_equal(told[quantity], drawn->sold[quantity]);
  }
  json_decref(builder.root);
}

/* A cliff wherever a sold quantity costs more than the next one sold, and as far back as all cost more than that. */
static void check_cliffs(const drawn_book *drawn, const fg_way *way, int64_t most) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, drawn->book);
  int64_t last = 0;
  size_t count = 0;
  assert_int_equal(fg_way_cliffs(way, most, &visitor, NULL), FG_OK);
  for (int64_t quantity = 1; quantity <= most; quantity++) {
    if (!drawn->sold[quantity]) {
      continue;
    }
    if (drawn->cost[last] > drawn->cost[quantity]) {
      const json_t *cliff = json_array_get(builder.root, count++);
      assert_int_equal(integer_at(cliff, "to"), last);
      assert_int_equal(integer_at(cliff, "buy"), quantity);
      assert_true(amount_at(cliff, "amount") == drawn->cost[quantity]);
      assert_true(amount_at(cliff, "saves") == drawn->cost[last] - drawn->cost[quantity]);
      int64_t from = last;
      for (int64_t before = last; before >= 0 && (!drawn->sold[before] || drawn->cost[before] > drawn->cost[quantity]);
           before--) {
        from = drawn->sold[before] ? before : from;
      }
      assert_int_equal(integer_at(cliff, "from"), from);
    }
    last = quantity;
  }
  assert_int_equal(json_array_size(builder.root), count);
  json_decref(builder.root);
}

/* Against a pack of 10 at 3, each stretch of what both sell. */
static void check_break_even(const drawn_book *drawn, const fg_way *way, int64_t most) {
  json_builder builder;
  fg_visitor visitor = build_json(&builder, drawn->book);
  fg_way packs = *way;
  packs.pack = string_of("ten");
  assert_int_equal(fg_break_even(way, &packs, most, &visitor, NULL), FG_OK);
  int64_t next = 0;
  for (size_t i = 0; i < json_array_size(builder.root); i++) {
    const json_t *stretch = json_array_get(builder.root, i);
    const char *cheaper = json_string_value(json_object_get(stretch, "cheaper"));
    for (; next < integer_at(stretch, "from"); next++) {
      assert_false(drawn->sold[next]);
    }
    for (; next <= integer_at(stretch, "to"); next++) {
      double of_packs = 3.0 * (double)((next + 9) / 10);
      assert_true(drawn->sold[next]);
      assert_string_equal(cheaper, drawn->cost[next] < of_packs ? "a" : drawn->cost[next] > of_packs ? "b" : "equal");
    }
  }
  assert_int_equal(next, most + 1);
  json_decref(builder.root);
}

/* How many books are drawn, of `all`: under valgrind each takes its time. */
static int rounds(int all) { return or_in_short(all, all / 10); }

static void price_curve_cliffs_and_break_even_agree(void **state) {
  (void)state;
  for (int round = 0; round < rounds(2000); round++) {
    drawn_book drawn = draw_book("");
    fg_way way = {.book = drawn.book, .product = string_of("p"), .at = at("2024-11-01T00:00:00")};
    json_builder builder;
    fg_visitor visitor = build_json(&builder, drawn.book);
    for (int64_t most = 0; most <= MOST; most += 1 + random_below(20)) {
      if (drawn.sold[most]) {
        check_curve(&drawn, &way, most);
        check_cliffs(&drawn, &way, most);
        check_break_even(&drawn, &way, most);
      } else {
        assert_int_equal(fg_way_curve(&way, most, &visitor, NULL), FG_NOT_SOLD);
        assert_int_equal(fg_way_cliffs(&way, most, &visitor, NULL), FG_NOT_SOLD);
        assert_int_equal(fg_break_even(&way, &way, most, &visitor, NULL), FG_NOT_SOLD);
      }
    }
    assert_int_equal(fg_way_curve(&way, -1, &visitor, NULL), FG_OK);
    json_decref(builder.root);
    fg_book_release(drawn.book);
  }
}

/* Usage is refused exactly where the price list has no price for what it would be charged. */
static void use_agrees_with_price(void **state) {
  (void)state;
  for (int round = 0; round < rounds(500); round++) {
    fg_book *book = load_text(book_of(draw_schedule(), TOTAL, ""));
    fg_account *account = NULL;
    int64_t packs = 0;
    int64_t total = 0;
    assert_int_equal(fg_account_new(book, NULL, &account, NULL), FG_OK);
    fg_command open = command_of(FG_DO_OPEN, "2024-11-01T00:00:00", "product=p");
    assert_int_equal(fg_account_apply(account, &open, NULL, NULL), FG_OK);
    for (int i = 0; i < 20; i++) {
      char fields[64];
      double ignored = 0;
      fg_money amount;
      int64_t quantity = random_below(15);
      if (random_below(4) == 0) {
        fg_command gift = command_of(FG_DO_GIVE_PACK, "2024-11-01T00:00:00", "product=p pack=ten");
        assert_int_equal(fg_account_apply(account, &gift, NULL, NULL), FG_OK);
        packs += 10;
      }
      int64_t charged = quantity > packs ? quantity - packs : 0;
      bool is_sold = is_priced(book, charged, total + quantity, &ignored);
      snprintf(fields, sizeof fields, "product=p quantity=%d", (int)quantity);
      fg_command use = command_of(FG_DO_USE, "2024-11-01T00:00:00", fields);
      fg_status expected = is_sold ? FG_OK : FG_NOT_SOLD;
      assert_int_equal(fg_account_marginal(account, string_of("p"), quantity, (fg_attributes){NULL, 0}, &amount, NULL),
                       expected);
      assert_int_equal(fg_account_apply(account, &use, NULL, NULL), expected);
      packs -= is_sold ? quantity - charged : 0;
      total += is_sold ? quantity : 0;
    }
    fg_command later = command_of(FG_DO_ADVANCE, "2025-02-01T00:00:00", "");
    assert_int_equal(fg_account_apply(account, &later, NULL, NULL), FG_OK);
    fg_account_free(account);
    fg_book_release(book);
  }
}

/* Of all numbers of packs bought at the beginning of two months, the cheapest; below 0: nothing serves. */
static double cheapest_by_trial(const drawn_book *drawn, bool lasts, int64_t first, int64_t second) {
  double least = -1;
  for (int64_t a = 0; a <= 7; a++) {
    for (int64_t b = 0; b <= 7; b++) {
      int64_t left = lasts && 10 * a > first ? 10 * a - first : 0;
      int64_t owed = first > 10 * a ? first - 10 * a : 0;
      int64_t later = second > left + 10 * b ? second - left - 10 * b : 0;
      if (drawn->sold[owed] && drawn->sold[later]) {
        double cost = 3.0 * (double)(a + b) + drawn->cost[owed] + drawn->cost[later];
        least = least < 0 || cost < least ? cost : least;
      }
    }
  }
  return least;
}

static void cheapest_agrees_with_trial(void **state) {
  (void)state;
  for (int round = 0; round < rounds(1500); round++) {
    bool lasts = round % 2 == 0;
    pack_validity = lasts ? "\"permanent\"" : "{\"months\": 1}";
    drawn_book drawn = draw_book("");
    int64_t first = random_below(36);
    int64_t second = random_below(36);
    double least = cheapest_by_trial(&drawn, lasts, first, second);
    char forecast[128];
    fg_plan *plan = NULL;
    fg_error error;
    snprintf(forecast, sizeof forecast, "{\"product\": \"p\", \"start\": \"2025-01\", \"calls\": [%d, %d]}", (int)first,
             (int)second);
    fg_string none = {NULL, 0};
    fg_status status = fg_plan_make(drawn.book, &(fg_plan_query){.forecast = string_of(forecast), .plan = none}, NULL,
                                    &plan, &error);
    if (status != FG_OK) {
      fail_msg("%s: %s at %s: %s", book_text, forecast, error.path, error.message);
    }
    json_builder builder;
    fg_visitor visitor = build_json(&builder, drawn.book);
    assert_int_equal(fg_plan_describe(plan, &visitor), FG_OK);
    if (amount_at(builder.root, "total") != least) {
      fail_msg("%s: %s: %f, not %f", book_text, forecast, amount_at(builder.root, "total"), least);
    }
    json_decref(builder.root);
    fg_plan_free(plan);
    fg_book_release(drawn.book);
  }
  pack_validity = "\"permanent\"";
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_packs_cover_needs_no_price),
      cmocka_unit_test(what_has_happened_takes_the_price_below),
      cmocka_unit_test(a_null_price_below_others_is_one),
      cmocka_unit_test(a_slice_without_a_price_refuses_its_own_units),
      cmocka_unit_test(price_curve_cliffs_and_break_even_agree),
      cmocka_unit_test(use_agrees_with_price),
      cmocka_unit_test(cheapest_agrees_with_trial),
  };
  return cmocka_run_group_tests_name("null prices", tests, NULL, NULL);
}
