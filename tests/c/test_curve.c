/* Curves, cliffs and break-evens of small random price lists, against the cost of each quantity by itself. */
#include "support.h"
#include "faregate_whatif.h"

enum { MOST = 70 };
static const int64_t NOT_SOLD = -1;

typedef enum model { FLAT, VOLUME, GRADUATED, STAIRSTEP } model;

typedef struct price_list {
  model model;
  bool upper;
  int count;
  int64_t edges[4];
  int64_t prices[4]; ///< cents; NOT_SOLD: null
  int64_t block;
} price_list;

typedef struct way_to_pay {
  price_list list;
  int64_t free, pack_units, pack_price, packs;
  int64_t fixed; ///< above 0: the price of capacity, in cents
} way_to_pay;

static price_list draw_list(bool may_lack) {
  price_list list = {.model = (model)random_below(4), .block = random_below(3) > 0 ? 1 : 1 + random_below(4)};
  list.upper = list.model != FLAT && random_below(2);
  list.count = list.model == FLAT ? 1 : 1 + (int)random_below(4);
  int64_t edge = 0;
  for (int i = 0; i < list.count; i++) {
    list.edges[i] = edge;
    list.prices[i] = may_lack && i > 0 && random_below(6) == 0 ? NOT_SOLD : random_below(40);
    edge += list.block * (1 + random_below(20 / list.block));
  }
  return list;
}

static void write_list(const price_list *list, char *json, size_t size) {
  static const char *const names[] = {"flat", "volume", "graduated", "stairstep"};
  size_t length = (size_t)snprintf(json, size, "{\"model\": \"%s\", \"block\": %lld", names[list->model],
                                   (long long)list->block);
  if (list->model == FLAT) {
    snprintf(json + length, size - length, ", \"price\": \"0.%02lld\"}", (long long)list->prices[0]);
    return;
  }
  length += (size_t)snprintf(json + length, size - length, ", \"edges\": \"%s\", \"tiers\": [",
                             list->upper ? "upper" : "lower");
  for (int i = 0; i < list->count; i++) {
    char price[20] = "null";
    if (list->prices[i] != NOT_SOLD) {
      snprintf(price, sizeof price, "\"0.%02lld\"", (long long)list->prices[i]);
    }
    length += (size_t)snprintf(json + length, size - length, "%s{\"from\": %lld, \"price\": %s}", i == 0 ? "" : ", ",
                               (long long)list->edges[i], price);
  }
  snprintf(json + length, size - length, "]}");
}

/* In cents, unit by unit; NOT_SOLD if one of them is not. */
static int64_t charge(const price_list *list, int64_t units) {
  int64_t whole = (units + list->block - 1) / list->block * list->block;
  int tier = 0;
  for (int i = 1; i < list->count; i++) {
    tier = (list->upper ? whole > list->edges[i] : whole >= list->edges[i]) ? i : tier;
  }
  if (list->model != GRADUATED) {
    int64_t times = list->model == STAIRSTEP ? whole > 0 : whole;
    return whole > 0 && list->prices[tier] == NOT_SOLD ? NOT_SOLD : times == 0 ? 0 : times * list->prices[tier];
  }
  int64_t sum = 0;
  for (int64_t unit = 0; unit < whole; unit++) {
    int of = 0;
    for (int i = 1; i < list->count; i++) {
      of = unit >= list->edges[i] ? i : of;
    }
    if (list->prices[of] == NOT_SOLD) {
      return NOT_SOLD;
    }
    sum += list->prices[of];
  }
  return sum;
}

static int64_t cost(const way_to_pay *way, int64_t quantity) {
  int64_t charged = quantity > way->free ? quantity - way->free : 0;
  if (way->fixed > 0) {
    return way->fixed;
  }
  if (way->pack_units == 0) {
    return charge(&way->list, charged);
  }
  if (way->packs == 0) {
    return (charged + way->pack_units - 1) / way->pack_units * way->pack_price;
  }
  int64_t covered = way->packs * way->pack_units;
  int64_t rest = charge(&way->list, charged > covered ? charged - covered : 0);
  return rest == NOT_SOLD ? NOT_SOLD : way->packs * way->pack_price + rest;
}

static fg_book *book_of(const way_to_pay *way) {
  char list[600], json[2000];
  fg_book *book = NULL;
  fg_error error = {0};
  write_list(&way->list, list, sizeof list);
  snprintf(
      json, sizeof json,
      "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\", \"minor_digits\": 2,"
      "\"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": [{\"id\": \"p\", \"meter\": \"u\", \"price\": %s,"
      "\"packs\": [{\"id\": \"k\", \"units\": %lld, \"price\": \"0.%02lld\", \"validity\": \"permanent\"}],"
      "\"capacity\": {\"meter\": \"c\", \"kind\": \"rate\", \"mode\": \"manual\", \"month\": {\"model\": \"flat\","
      "\"price\": \"0.01\"}}}]}",
      list, (long long)(way->pack_units > 0 ? way->pack_units : 1), (long long)way->pack_price);
  if (fg_book_load(json, strlen(json), NULL, &book, &error) != FG_OK) {
    fail_msg("%s: %s\n%s", error.path, error.message, json);
  }
  return book;
}

static fg_way asked(const way_to_pay *way, const fg_book *book) {
  fg_way made = {.book = book, .product = string_of("p"), .free = way->free, .at = at("2024-11-05T10:00:00")};
  if (way->pack_units > 0) {
    made.pack = string_of("k");
    made.packs = way->packs;
  }
  if (way->fixed > 0) {
    made.capacity = way->fixed; /* at 0.01 each for a month */
    made.months = 1;
  }
  return made;
}

static way_to_pay draw_way(bool may_lack) {
  way_to_pay way = {.list = draw_list(may_lack), .free = random_below(2) == 0 ? 0 : random_below(12)};
  way.pack_price = random_below(90);
  switch (random_below(4)) {
  case 0: way.pack_units = 1 + random_below(9); break;
  case 1:
    way.pack_units = 1 + random_below(9);
    way.packs = 1 + random_below(3);
    break;
  case 2:
    if (!may_lack) {
      way.fixed = 1 + random_below(900);
    }
    break;
  default: break;
  }
  return way;
}

static int64_t number(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  assert_true(json_is_integer(value));
  return json_integer_value(value);
}

static int64_t cents(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  assert_non_null(text);
  int64_t value = 0;
  for (; *text != '\0'; text++) {
    value = *text == '.' ? value : value * 10 + (*text - '0');
  }
  return value;
}

/* Pieces go on from one another, leave out only what is not sold, and have the costs of their ends; between these the
   cost does not leave the line by more than a step of it. */
static void check_curve(const way_to_pay *way, const fg_book *book, int64_t most) {
  json_builder builder;
  fg_error error = {0};
  fg_visitor visitor = build_json(&builder, book);
  fg_way question = asked(way, book);
  fg_status status = fg_way_curve(&question, most, &visitor, &error);
  assert_int_equal(status, cost(way, most) == NOT_SOLD ? FG_NOT_SOLD : FG_OK);
  if (status != FG_OK) {
    json_decref(builder.root);
    return;
  }
  assert_int_equal(number(whole(&builder), "most"), most);
  assert_int_equal(number(builder.root, "free"), way->free);
  int64_t step = number(builder.root, "step");
  bool in_packs = way->pack_units > 0 && way->packs == 0;
  assert_int_equal(step, way->fixed > 0 ? 1 : in_packs ? way->pack_units : way->list.block);
  int64_t next = 0;
  size_t i = 0;
  json_t *piece = NULL;
  json_array_foreach(json_object_get(builder.root, "pieces"), i, piece) {
    int64_t from = number(piece, "from"), to = number(piece, "to");
    for (; next < from; next++) {
      assert_int_equal(cost(way, next), NOT_SOLD);
    }
    assert_true(from <= to && to <= most);
    assert_int_equal(cents(piece, "first"), cost(way, from));
    assert_int_equal(cents(piece, "last"), cost(way, to));
    int64_t rise = 0; /* of one step: the same all along */
    for (int64_t quantity = from; quantity + step <= to; quantity++) {
      int64_t risen = cost(way, quantity + step) - cost(way, quantity);
      assert_true(cost(way, quantity) != NOT_SOLD);
      assert_true(quantity == from || risen == rise || in_packs); /* packs begin after the free units, inside a piece */
      rise = risen;
    }
    next = to + 1;
  }
  for (; next <= most; next++) {
    assert_int_equal(cost(way, next), NOT_SOLD);
  }
  json_decref(builder.root);
}

/* A quantity lies on a cliff if and only if a larger one of its neighbourhood costs less; told is the next edge. */
static void check_cliffs(const way_to_pay *way, const fg_book *book, int64_t most) {
  json_builder builder;
  fg_error error = {0};
  fg_visitor visitor = build_json(&builder, book);
  fg_way question = asked(way, book);
  fg_status status = fg_way_cliffs(&question, most, &visitor, &error);
  assert_int_equal(status, cost(way, most) == NOT_SOLD ? FG_NOT_SOLD : FG_OK);
  bool on_cliff[MOST + 1] = {false};
  size_t i = 0;
  json_t *cliff = NULL;
  json_array_foreach(status == FG_OK ? whole(&builder) : NULL, i, cliff) {
    int64_t from = number(cliff, "from"), to = number(cliff, "to"), buy = number(cliff, "buy");
    int64_t amount = cents(cliff, "amount");
    assert_true(from <= to && to < buy && buy <= most);
    assert_int_equal(amount, cost(way, buy));
    assert_int_equal(cents(cliff, "instead_of"), cost(way, to));
    assert_int_equal(cents(cliff, "saves"), cost(way, to) - amount);
    assert_true(from == 0 || cost(way, from - 1) == NOT_SOLD || cost(way, from - 1) <= amount);
    for (int64_t quantity = from; quantity <= to; quantity++) {
      assert_true(cost(way, quantity) == NOT_SOLD || cost(way, quantity) > amount);
      on_cliff[quantity] = cost(way, quantity) != NOT_SOLD;
    }
  }
  if (status == FG_OK) {
    int64_t least = INT64_MAX; /* of what is larger */
    for (int64_t quantity = most; quantity >= 0; quantity--) {
      int64_t alone = cost(way, quantity);
      if (alone != NOT_SOLD) {
        assert_int_equal(on_cliff[quantity], alone > least);
        least = alone < least ? alone : least;
      }
    }
  }
  json_decref(builder.root);
}

static void test_curves_and_cliffs(void **state) {
  (void)state;
  for (int i = 0; i < 1500; i++) {
    way_to_pay way = draw_way(true);
    fg_book *book = book_of(&way);
    int64_t most = random_below(MOST + 1);
    check_curve(&way, book, most);
    check_cliffs(&way, book, most);
    fg_book_release(book);
  }
}

/* Stretches go on from one another, each of one sign all along and of another than the one before, if both are sold. */
static void test_break_evens(void **state) {
  (void)state;
  static const char *const words[] = {"a", "equal", "b"};
  for (int i = 0; i < 1500; i++) {
    bool may_lack = random_below(3) == 0;
    way_to_pay a = draw_way(may_lack), b = draw_way(may_lack);
    fg_book *books[2] = {book_of(&a), book_of(&b)};
    fg_way asked_a = asked(&a, books[0]), asked_b = asked(&b, books[1]);
    json_builder builder;
    fg_error error = {0};
    fg_visitor visitor = build_json(&builder, books[0]);
    bool sold = cost(&a, MOST) != NOT_SOLD && cost(&b, MOST) != NOT_SOLD;
    fg_status status = fg_break_even(&asked_a, &asked_b, MOST, &visitor, &error);
    assert_int_equal(status, sold ? FG_OK : FG_NOT_SOLD);
    size_t index = 0;
    json_t *stretch = NULL;
    int told[MOST + 1];
    for (int64_t quantity = 0; quantity <= MOST; quantity++) {
      told[quantity] = 2;
    }
    json_array_foreach(status == FG_OK ? whole(&builder) : NULL, index, stretch) {
      int64_t from = number(stretch, "from");
      assert_int_equal(cents(stretch, "a"), cost(&a, from));
      assert_int_equal(cents(stretch, "b"), cost(&b, from));
      for (int64_t quantity = from; quantity <= number(stretch, "to"); quantity++) {
        for (int sign = 0; sign < 3; sign++) {
          if (strcmp(json_string_value(json_object_get(stretch, "cheaper")), words[sign]) == 0) {
            assert_int_equal(told[quantity], 2);
            told[quantity] = sign - 1;
          }
        }
      }
      assert_true(from == 0 || told[from - 1] != told[from]);
    }
    for (int64_t quantity = 0; sold && quantity <= MOST; quantity++) {
      int64_t of_a = cost(&a, quantity), of_b = cost(&b, quantity);
      assert_int_equal(told[quantity], of_a == NOT_SOLD || of_b == NOT_SOLD ? 2 : (of_a > of_b) - (of_a < of_b));
    }
    json_decref(builder.root);
    fg_book_release(books[0]);
    fg_book_release(books[1]);
  }
}

/* -1 asks for far enough to see every tier: twice the last edge, and at least 100. */
static void test_how_far(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION);
  const struct {
    fg_way way;
    int64_t most;
  } cases[] = {
      {{.product = string_of("image")}, 20000000},
      {{.product = string_of("image"), .free = 1000}, 20001000},
      {{.product = string_of("image"), .meter = string_of("qps"), .months = 1}, 200},
      {{.product = string_of("image-pro"), .meter = string_of("concurrency"), .months = 1}, 100},
      {{.product = string_of("image"), .pack = string_of("calls-1k")}, 100},
      {{.product = string_of("image"), .pack = string_of("calls-1k"), .packs = 2}, 20002000},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    json_builder builder;
    fg_error error = {0};
    fg_visitor visitor = build_json(&builder, book);
    fg_way way = cases[i].way;
    way.book = book;
    assert_int_equal(fg_way_curve(&way, -1, &visitor, &error), FG_OK);
    assert_int_equal(number(builder.root, "most"), cases[i].most);
    json_decref(builder.root);
  }
  fg_book_release(book);
}

static void refuse(const fg_way *a, const fg_way *b, int64_t most, fg_status expected, const char *path) {
  fg_error error = {0};
  json_builder builder;
  fg_visitor visitor = build_json(&builder, a->book);
  fg_status status = b == NULL ? fg_way_curve(a, most, &visitor, &error) : fg_break_even(a, b, most, &visitor, &error);
  assert_int_equal(status, expected);
  assert_string_equal(error.path, path);
  json_decref(builder.root);
}

static void test_ways_that_cannot_be_asked_for(void **state) {
  (void)state;
  fg_book *book = load_book(FACEFUSION), *rounded = load_book("aws-lambda"), *hourly = load_book("aws-s3");
  fg_way good = {.book = book, .product = string_of("image")};
  struct {
    const char *path;
    int64_t *field;
  } counts[] = {{"free", &good.free},
                {"packs", &good.packs},
                {"capacity", &good.capacity},
                {"days", &good.days},
                {"months", &good.months}};
  for (int i = 0; i < 5; i++) {
    *counts[i].field = -1;
    refuse(&good, NULL, 10, FG_INVALID, counts[i].path);
    refuse(&good, &good, 10, FG_INVALID, counts[i].path);
    *counts[i].field = 0;
  }
  refuse(&good, NULL, -2, FG_INVALID, "most");
  refuse(&good, &good, -1, FG_INVALID, "most");
  fg_way capacity = {.book = book, .product = string_of("image"), .capacity = 5, .months = 1, .days = 1};
  refuse(&capacity, NULL, 10, FG_INVALID, "months");
  capacity.days = capacity.months = 0;
  refuse(&capacity, NULL, 10, FG_INVALID, "months");
  fg_way lambda = {.book = rounded, .product = string_of("requests")};
  refuse(&lambda, &lambda, 10, FG_INVALID, "a");
  refuse(&good, &lambda, 10, FG_INVALID, "b");
  lambda.capacity = 1;
  lambda.months = 1;
  refuse(&lambda, NULL, 10, FG_UNKNOWN_METER, "");
  fg_way storage = {.book = hourly, .product = string_of("standard"), .at = INT64_MAX};
  refuse(&storage, NULL, 10, FG_INVALID, "at");
  /* Two currencies, neither rounded. */
  const char *dollars = "{\"format\": \"faregate-book/1\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"USD\","
                        "\"minor_digits\": 2, \"utc_offset\": \"+08:00\", \"rounding\": \"none\", \"products\": ["
                        "{\"id\": \"p\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}]}";
  fg_book *other = NULL;
  assert_int_equal(fg_book_load(dollars, strlen(dollars), NULL, &other, NULL), FG_OK);
  fg_way abroad = {.book = other, .product = string_of("p")};
  refuse(&good, &abroad, 10, FG_INVALID, "b");
  fg_book_release(other);
  fg_book_release(hourly);
  fg_book_release(rounded);
  fg_book_release(book);
}

/* The curves of an event's products are memory; it is given back however the question ends. */
static void test_memory_runs_out(void **state) {
  (void)state;
  const char *event = "{\"format\": \"faregate-book/2\", \"id\": \"b\", \"title\": \"B\", \"currency\": \"EUR\","
                      "\"minor_digits\": 2, \"time_zone\": \"+00:00\", \"rounding\": \"none\", \"products\": ["
                      "{\"id\": \"p\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}},"
                      "{\"id\": \"q\", \"meter\": \"u\", \"price\": {\"model\": \"flat\", \"price\": \"1\"}}],"
                      "\"events\": [{\"id\": \"run\", \"products\": [\"p\", \"q\"]}]}";
  fg_allocator allocator = scarce_allocator();
  fg_book *book = NULL;
  memory = (scarcity){.fail_at = 0};
  assert_int_equal(fg_book_load(event, strlen(event), &allocator, &book, NULL), FG_OK);
  fg_way way = {.book = book, .product = string_of("run")};
  long live = memory.live;
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status != FG_OK; fail_at++) {
    json_builder builder;
    fg_error error = {0};
    fg_visitor visitor = build_json(&builder, book);
    memory.asked = 0;
    memory.fail_at = fail_at;
    status = fg_way_cliffs(&way, 10, &visitor, &error);
    assert_true(status == FG_OK ? fail_at > 2 : status == FG_NO_MEMORY && error.status == FG_NO_MEMORY);
    assert_int_equal(memory.live, live);
    json_decref(builder.root);
  }
  memory.fail_at = 0;
  fg_book_release(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_curves_and_cliffs), cmocka_unit_test(test_break_evens),
      cmocka_unit_test(test_how_far),           cmocka_unit_test(test_ways_that_cannot_be_asked_for),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests_name("curves", tests, NULL, NULL);
}
