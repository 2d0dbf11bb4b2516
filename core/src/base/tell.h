/* Tells a visitor key by key. Once the visitor has stopped, nothing more is told, so that a caller asks for that only
   once, at the end. */
#ifndef FG_TELL_H
#define FG_TELL_H

#include "civil.h"
#include "money.h"

typedef struct fg_teller {
  const fg_visitor *visitor;
  bool stopped;
  fg_status failed; ///< why it stopped, unless the visitor asked for that
  /* Keys that are for people alone are left out, so that only what decides an amount or an instant is told. */
  bool rating_only;
} fg_teller;

static inline fg_teller fg_teller_to(const fg_visitor *visitor) {
  fg_teller teller = {.visitor = visitor};
  return teller;
}
static inline fg_status fg_teller_status(const fg_teller *teller) {
  return teller->failed != FG_OK ? teller->failed : teller->stopped ? FG_STOPPED : FG_OK;
}
/* Ends the telling with a status. */
static inline void fg_tell_fail(fg_teller *to, fg_status status) {
  to->failed = to->failed == FG_OK ? status : to->failed;
  to->stopped = true;
}

static inline void fg_tell_begin_object(fg_teller *to, const char *key) {
  to->stopped = to->stopped || !to->visitor->begin_object(to->visitor->context, key);
}
static inline void fg_tell_end_object(fg_teller *to) {
  to->stopped = to->stopped || !to->visitor->end_object(to->visitor->context);
}
static inline void fg_tell_begin_list(fg_teller *to, const char *key) {
  to->stopped = to->stopped || !to->visitor->begin_list(to->visitor->context, key);
}
static inline void fg_tell_end_list(fg_teller *to) {
  to->stopped = to->stopped || !to->visitor->end_list(to->visitor->context);
}
static inline void fg_tell_text(fg_teller *to, const char *key, fg_string value) {
  to->stopped = to->stopped || !to->visitor->text(to->visitor->context, key, value);
}
static inline void fg_tell_texts(fg_teller *to, const char *key, const fg_string *texts, uint32_t count) {
  fg_tell_begin_list(to, key);
  for (uint32_t i = 0; i < count; i++) {
    fg_tell_text(to, NULL, texts[i]);
  }
  fg_tell_end_list(to);
}
static inline void fg_tell_word(fg_teller *to, const char *key, const char *word) {
  fg_tell_text(to, key, fg_string_of(word));
}
static inline void fg_tell_integer(fg_teller *to, const char *key, int64_t value) {
  to->stopped = to->stopped || !to->visitor->integer(to->visitor->context, key, value);
}
static inline void fg_tell_amount(fg_teller *to, const char *key, fg_amount value) {
  to->stopped = to->stopped || !to->visitor->money(to->visitor->context, key, fg_money_of(value));
}
/* Tells units as a whole number; where they have a fraction, in 10^-12 units, as an amount. */
static inline void fg_tell_units(fg_teller *to, const char *key, int64_t units, int64_t fraction) {
  if (fraction == 0) {
    fg_tell_integer(to, key, units);
  } else {
    fg_tell_amount(to, key, units * FG_UNIT + fraction);
  }
}
static inline void fg_tell_time(fg_teller *to, const char *key, fg_time value) {
  to->stopped = to->stopped || !to->visitor->time(to->visitor->context, key, value);
}
static inline void fg_tell_flag(fg_teller *to, const char *key, bool value) {
  to->stopped = to->stopped || !to->visitor->flag(to->visitor->context, key, value);
}
static inline void fg_tell_null(fg_teller *to, const char *key) {
  to->stopped = to->stopped || !to->visitor->null(to->visitor->context, key);
}
/* Tells a null that a book says, which is not the same as a key left out. */
static inline void fg_tell_said_null(fg_teller *to, const char *key) {
  const fg_visitor *visitor = to->visitor;
  to->stopped = to->stopped ||
                !(visitor->said_null != NULL ? visitor->said_null : visitor->null)(visitor->context, key);
}

/* The following functions tell null if there is no value. */
static inline void fg_tell_optional_text(fg_teller *to, const char *key, fg_string value) {
  if (value.text == NULL) {
    fg_tell_null(to, key);
  } else {
    fg_tell_text(to, key, value);
  }
}
static inline void fg_tell_optional_date(fg_teller *to, const char *key, fg_date date) { ///< FG_NO_DATE: no value
  char text[11];
  if (date == FG_NO_DATE) {
    fg_tell_null(to, key);
  } else {
    fg_date_format(date, text);
    fg_tell_word(to, key, text);
  }
}
static inline void fg_tell_optional_time(fg_teller *to, const char *key, fg_time time) {
  if (time == FG_NO_TIME || time == FG_NEVER) {
    fg_tell_null(to, key);
  } else {
    fg_tell_time(to, key, time);
  }
}
static inline void fg_tell_optional_amount(fg_teller *to, const char *key, bool is_there, fg_amount value) {
  if (is_there) {
    fg_tell_amount(to, key, value);
  } else {
    fg_tell_null(to, key);
  }
}
static inline void fg_tell_optional_count(fg_teller *to, const char *key, int64_t value) { ///< below 0: no value
  if (value < 0) {
    fg_tell_null(to, key);
  } else {
    fg_tell_integer(to, key, value);
  }
}

#endif
