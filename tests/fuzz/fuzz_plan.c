/* Any bytes as a forecast and as a plan for it: the first line is the one, the second, if there is one, the other. What is
   made can be told, and its timeline replays to the total that the plan tells. */
#include <jansson.h>

#include "fuzz.h"
#include "faregate_timeline.h"
#include "faregate_whatif.h"

#include "json/write.h"

static json_t *told(fg_plan *plan) {
  fg_text text = {.allocator = fg_allocator_or_default(NULL)};
  fg_json_writer writer = {.text = &text, .minor_digits = 2, .offset_minutes = 480};
  fg_visitor visitor = fg_json_visitor(&writer);
  MUST(fg_plan_describe(plan, &visitor) == FG_OK && writer.status == FG_OK);
  json_t *value = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
  MUST(value != NULL);
  fg_text_release(&text);
  return value;
}

static json_t *replayed(const fg_plan *plan) {
  fg_text timeline = {0};
  fg_text answer = {0};
  fg_error error = {0};
  MUST(fg_plan_timeline(plan, &timeline) == FG_OK);
  MUST(fg_replay(timeline.text, timeline.length, NULL, NULL, &answer, &error) == FG_OK);
  json_t *value = json_loadb(answer.text, answer.length, JSON_REJECT_DUPLICATES, NULL);
  MUST(value != NULL);
  fg_text_release(&answer);
  fg_text_release(&timeline);
  return value;
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
  fg_status status = fg_plan_make(facefusion(), forecast, way, NULL, &plan, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
    MUST(plan == NULL);
    return 0;
  }
  must_replay_to_its_total(plan);
  fg_plan_free(plan);
  return 0;
}
