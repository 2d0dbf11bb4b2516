#include "book_keys.h"

#include "price_model.h"

/* The conditions that IF(…) names in book_keys.def. */
static bool has_tiers(const void *schedule) { return fg_price_model_of(schedule)->has_tiers; }
static bool has_one_price(const void *schedule) { return !has_tiers(schedule); }
static bool has_no_editions(const void *book) { return ((const fg_book *)book)->edition_count == 0; }
static bool has_per(const void *schedule) { return fg_price_model_of(schedule)->per_units; }
static bool is_held(const void *aggregate) { return ((const fg_aggregate *)aggregate)->take == FG_TAKE_HELD; }
static bool has_samples(const void *aggregate) { return !is_held(aggregate); }
static bool is_percentile(const void *aggregate) {
  return ((const fg_aggregate *)aggregate)->take == FG_TAKE_PERCENTILE;
}

/* clang-format off */
#define FORM(name, help) static const fg_book_key name##_keys[] = {
#define END(name, its_check)                                                                                           \
  };                                                                                                                   \
  static const fg_book_form name##_form = {name##_keys, sizeof name##_keys / sizeof *name##_keys, sizeof(THIS),        \
                                           its_check};
#define KEY(key, of_kind, member, ...)                                                                                 \
  {.name = key, .kind = &fg_kind_##of_kind, .offset = offsetof(THIS, member), .size = sizeof((THIS *)NULL)->member,    \
   __VA_ARGS__},
#define INCLUDE(form, decider, condition)                                                                              \
  {.of = &form##_form, .offset = offsetof(THIS, decider), .size = sizeof((THIS *)NULL)->decider, .belongs = condition},
#define SOURCE() KEY("source", text, source, TEXT(""), FOR_PEOPLE, HELP(""))
#define REQUIRED .required = true
#define RANGE(least, most) .low = least, .high = most
#define DEFAULT(value) .number = value
#define TEXT(value) .text = value
#define WORDS(...) .words = (const char *const[]){__VA_ARGS__, NULL}
#define MODELS .words = fg_price_model_words
#define LIST(member, form) .count_offset = offsetof(THIS, member), .of = &form##_form
#define FRACTION(member) .fraction_offset = offsetof(THIS, member)
#define OF(form) .of = &form##_form
#define IF(condition) .belongs = condition
#define SINCE(version) .since = version
#define NEEDED_UNTIL(version) .required_until = version
#define UNTIL(version) .until = version
#define FOR_PEOPLE .for_people = true
#define ALIGN(type) .withdrawn = offsetof(type, withdrawn)
#define FIXED .fixed = true
#define LASTS .lasts = true
#define IN_ORDER .in_order = true
#define HELP(text)
#include "book_keys.def"
/* clang-format on */
#undef FORM
#undef KEY
#undef SOURCE
#undef END
#undef REQUIRED
#undef RANGE
#undef DEFAULT
#undef TEXT
#undef WORDS
#undef MODELS
#undef LIST
#undef FRACTION
#undef OF
#undef IF
#undef SINCE
#undef NEEDED_UNTIL
#undef UNTIL
#undef FOR_PEOPLE
#undef ALIGN
#undef FIXED
#undef LASTS
#undef IN_ORDER
#undef INCLUDE
#undef HELP

const fg_book_form *fg_book_form_of_book(void) { return &book_form; }
const fg_book_form *fg_book_form_of_edition(void) { return &edition_form; }
const fg_book_form *fg_book_form_of_price_list(void) { return &price_list_form; }
