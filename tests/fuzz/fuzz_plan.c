/* Any bytes as a forecast and as a plan for it: the first line is the one, the second, if there is one, the other. What
   is made can be told, and its timeline replays to the total that the plan tells. The same lines as a basket and its
   policy: what a quote tells of the months adds up to its total. */
#include <jansson.h>

#include "fuzz.h"
#include "faregate_timeline.h"
#include "faregate_whatif.h"

#include "json/write.h"

/* What was written, read; the text is released. */
static json_t *read_back(fg_text text) {
  json_t *value = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
  MUST(value != NULL);
  fg_text_release(&text);
  return value;
}

static json_t *told(fg_plan *plan) {
  fg_text text = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &text, .minor_digits = 2, .zone = EAST(480)};
  fg_visitor visitor = fg_json_visitor(&writer);
  MUST(fg_plan_describe(plan, &visitor) == FG_OK && writer.status == FG_OK);
  return read_back(text);
}

static json_t *replayed(const fg_plan *plan) {
  fg_text timeline = {0};
  fg_text answer = {0};
  fg_error error = {0};
  MUST(fg_plan_timeline(plan, &timeline) == FG_OK);
  MUST(fg_replay(timeline.text, timeline.length, NULL, NULL, NULL, &answer, &error) == FG_OK);
  fg_text_release(&timeline);
  return read_back(answer);
}

static void must_replay_to_its_total(fg_plan *plan) {
  json_t *plan_told = told(plan);
  json_t *life = replayed(plan);
  const char *total = json_string_value(json_object_get(plan_told, "total"));
  const json_t *spent = json_object_get(json_object_get(life, "statement"), "spent");
  const char *spent_in_all = json_string_value(json_object_get(spent, "total"));
  MUST(total != NULL && spent_in_all != NULL && strcmp(total, spent_in_all) == 0);
  json_decref(life);
  json_decref(plan_told);
}

static fg_money money_at(const json_t *object, const char *key) {
  fg_money money;
  const char *text = json_string_value(json_object_get(object, key));
  MUST(text != NULL && fg_money_parse(text, strlen(text), &money) == FG_OK);
  return money;
}

/* Adds up amounts of a list. */
static fg_money sum_of(const json_t *list) {
  fg_money sum = fg_money_zero();
  for (size_t i = 0; i < json_array_size(list); i++) {
    MUST(fg_money_add(sum, money_at(json_array_get(list, i), "amount"), &sum) == FG_OK);
  }
  return sum;
}

static void must_add_up(const json_t *quote) {
  const json_t *months = json_object_get(quote, "months");
  MUST(json_array_size(months) == 2);
  MUST(fg_money_compare(sum_of(months), money_at(quote, "total")) == 0);
  for (size_t i = 0; i < 2; i++) {
    const json_t *month = json_array_get(months, i);
    MUST(fg_money_compare(sum_of(json_object_get(month, "lines")), money_at(month, "amount")) == 0);
  }
}

static void quote_basket(fg_string content, fg_string policy) {
  fg_text text = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &text, .minor_digits = 2, .zone = EAST(480)};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_error error = {0};
  fg_basket basket = {.content = content, .policy = policy, .months = 2, .at = 20000 * 86400 * INT64_C(1000000)};
  for (int without_free = 0; without_free < 2; without_free++) {
    basket.without_free = without_free != 0;
    text.length = 0;
    writer.comma = false;
    fg_status status = fg_basket_quote(facefusion(), &basket, NULL, &visitor, &error);
    if (status != FG_OK) {
      must_be_an_error(status, &error);
      break;
    }
    json_t *quote = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
    MUST(quote != NULL);
    must_add_up(quote);
    json_decref(quote);
  }
  fg_text_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  const char *end = memchr(text, '\n', size);
  fg_string forecast = {text, end == NULL ? size : (size_t)(end - text)};
  fg_string way = {NULL, 0};
  fg_plan *plan = NULL;
  fg_error error = {0};
  if (end != NULL) {
    way = (fg_string){end + 1, size - forecast.length - 1};
  }
  quote_basket(forecast, way);
  fg_status status = fg_plan_make(facefusion(), &(fg_plan_query){.forecast = forecast, .plan = way}, NULL, &plan,
                                  &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
    MUST(plan == NULL);
    return 0;
  }
  must_replay_to_its_total(plan);
  fg_plan_free(plan);
  return 0;
}
