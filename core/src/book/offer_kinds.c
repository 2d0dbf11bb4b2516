/* The kinds of values that only grants and packs have: how long they are valid, how often they are issued, in which
   order they are drawn on, and at what price. */
#include "book_json.h"
#include "book_keys.h"

/* A length of time in a book: a word, or an object of one count such as {"days": 30}. */
typedef struct length_word {
  const char *word;
  int64_t most; ///< most that the count may be; 0: the length is a word without a count
  int since;    ///< first version of the format that has the word; 0: all have it
} length_word;

static const length_word validity_words[FG_VALIDITY_COUNT] = {
    [FG_VALID_FOREVER] = {"permanent", 0, 0},         [FG_VALID_DAYS] = {"days", FG_DAYS_MAX, 0},
    [FG_VALID_MONTHS] = {"months", FG_MONTHS_MAX, 0}, [FG_VALID_YEARS] = {"years", 100, 0},
    [FG_VALID_THIS_MONTH] = {"month", 0, 0},          [FG_VALID_HOURS] = {"hours", FG_HOURS_MAX, 2},
    [FG_VALID_SECONDS] = {"seconds", INT32_MAX, 2},   [FG_VALID_PERIOD] = {"period", 0, 2},
};

static const length_word period_words[FG_PERIOD_UNITS] = {
    [FG_EVERY_MONTH] = {"month", 0, 0},         [FG_EVERY_DAY] = {"day", 0, 0},
    [FG_EVERY_WEEK] = {"week", 0, 0},           [FG_EVERY_YEAR] = {"year", 0, 0},
    [FG_EVERY_HOUR] = {"hour", 0, 0},           [FG_EVERY_MONTHS] = {"months", FG_MONTHS_MAX, 0},
    [FG_EVERY_DAYS] = {"days", FG_DAYS_MAX, 0}, [FG_EVERY_HOURS] = {"hours", FG_HOURS_MAX, 0},
};

/* Finds which of the words a value is, and its count. FG_INVALID with `expected`, after the word `also` that may stand
   there as well (NULL: none), or with what is wrong with the count. */
static fg_status read_length(const fg_book_reader *reader, const fg_json *value, const length_word *words,
                             int word_count, const char *also, const char *expected, int *found, int32_t *count) {
  fg_string word = fg_json_string(value);
  const fg_json_member *only = fg_json_first_member(value);
  for (*found = 0; *found < word_count; ++*found) {
    const length_word *each = &words[*found];
    if (each->since > reader->book->format + 1) {
      continue;
    }
    if (each->most == 0 && word.text != NULL && fg_string_is(word, each->word)) {
      return FG_OK;
    }
    if (each->most > 0 && only != NULL && only->next == NULL && strcmp(only->key, each->word) == 0) {
      int64_t number = 0;
      fg_status status = fg_json_integer(&only->value, 1, each->most, &number, reader->error);
      *count = (int32_t)number;
      return fg_within(reader->error, status, "%s", each->word);
    }
  }
  return also == NULL ? fg_fail(reader->error, FG_INVALID, "", "expected %s", expected)
                      : fg_fail(reader->error, FG_INVALID, "", "expected \"%s\", %s", also, expected);
}

static void tell_length(fg_teller *to, const char *key, const length_word *word, int32_t count) {
  if (word->most == 0) {
    fg_tell_word(to, key, word->word);
    return;
  }
  fg_tell_begin_object(to, key);
  fg_tell_integer(to, word->word, count);
  fg_tell_end_object(to);
}

static fg_status read_validity(const fg_book_reader *reader, const fg_json *value, fg_validity *validity) {
  static const char *const expected[] = {
      "\"permanent\", \"month\" or an object of one of \"days\", \"months\" and \"years\"",
      "\"permanent\", \"month\", \"period\" or an object of one of \"seconds\", \"hours\", \"days\", \"months\" and \"years\""};
  int unit = 0;
  FG_TRY(read_length(reader, value, validity_words, FG_VALIDITY_COUNT, NULL, expected[reader->book->format > 0], &unit,
                     &validity->count));
  validity->unit = (fg_validity_unit)unit;
  return FG_OK;
}

static fg_status key_validity_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  return read_validity(reader, value, fg_key_place(key, object));
}

static void tell_validity(fg_teller *to, const char *key, fg_validity validity) {
  tell_length(to, key, &validity_words[validity.unit], validity.count);
}

static void key_validity_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  tell_validity(to, key->name, *(const fg_validity *)fg_key_value(key, object));
}

static fg_status read_period(const fg_book_reader *reader, const fg_json *value, const char *also, fg_period *period) {
  int unit = 0;
  FG_TRY(read_length(reader, value, period_words, FG_PERIOD_UNITS, also,
                     "\"hour\", \"day\", \"week\", \"month\", \"year\" or an object of one of \"hours\", \"days\" and "
                     "\"months\"",
                     &unit, &period->count));
  period->unit = (fg_period_unit)unit;
  return FG_OK;
}

fg_status fg_value_word_or_period(const fg_book_reader *reader, const fg_json *value, const char *word, bool *is_word,
                                  fg_period *period) {
  fg_string text = fg_json_string(value);
  *is_word = text.text != NULL && fg_string_is(text, word);
  return *is_word ? FG_OK : read_period(reader, value, word, period);
}

static fg_status key_period_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                 void *object) {
  return read_period(reader, value, NULL, fg_key_place(key, object));
}

void fg_tell_period(fg_teller *to, const char *key, fg_period period) {
  tell_length(to, key, &period_words[period.unit], period.count);
}

void fg_tell_word_or_period(fg_teller *to, const char *key, const char *word, bool is_word, fg_period period) {
  if (is_word) {
    fg_tell_word(to, key, word);
  } else {
    fg_tell_period(to, key, period);
  }
}

static void key_period_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  (void)book;
  fg_tell_period(to, key->name, *(const fg_period *)fg_key_value(key, object));
}

/* Tells how long a pack is valid, or null: a pack that comes lot by lot has no validity of its own. */
static void key_pack_validity_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  if (((const fg_pack_offer *)object)->recurrence != NULL) {
    fg_tell_null(to, key->name);
  } else {
    key_validity_tell(to, key, book, object);
  }
}

const fg_key_kind fg_kind_validity = {key_validity_read, key_validity_tell};
const fg_key_kind fg_kind_pack_validity = {key_validity_read, key_pack_validity_tell};
const fg_key_kind fg_kind_period = {key_period_read, key_period_tell};

static const char *const issue_words[] = {"monthly", "opening", "claim", NULL};

/* Reads {"every": period, "for": validity}, of which both are required. */
static fg_status read_recurrence(const fg_book_reader *reader, const fg_json *value, fg_recurrence *recurrence) {
  static const char *const fields[] = {"every", "for", NULL};
  const fg_json *every = NULL;
  const fg_json *lasts = NULL;
  FG_TRY(fg_json_fields(value, fields, reader->error));
  FG_TRY(fg_json_require(value, "every", &every, reader->error));
  FG_TRY(fg_within(reader->error, read_period(reader, every, NULL, &recurrence->every), "every"));
  FG_TRY(fg_json_require(value, "for", &lasts, reader->error));
  FG_TRY(fg_within(reader->error, read_validity(reader, lasts, &recurrence->lasts), "for"));
  return recurrence->lasts.unit != FG_VALID_PERIOD
             ? FG_OK
             : fg_fail(reader->error, FG_INVALID, "for", "expected longer than a period: nothing would recur");
}

static void tell_recurrence(fg_teller *to, const char *key, const fg_recurrence *recurrence) {
  fg_tell_begin_object(to, key);
  fg_tell_period(to, "every", recurrence->every);
  tell_validity(to, "for", recurrence->lasts);
  fg_tell_end_object(to);
}

/* Reads how an offer recurs into a struct of its own. Where the book says nothing, the member that points to that
   struct stays NULL. */
static fg_status key_recurrence_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                     void *object) {
  void **place = fg_key_place(key, object);
  FG_TRY(fg_book_allocate(reader, sizeof(fg_recurrence), place));
  return read_recurrence(reader, value, *place);
}

static void key_recurrence_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_recurrence *recurrence = *(fg_recurrence *const *)fg_key_value(key, object);
  (void)book;
  if (recurrence == NULL) {
    fg_tell_null(to, key->name);
  } else {
    tell_recurrence(to, key->name, recurrence);
  }
}

const fg_key_kind fg_kind_recurrence = {key_recurrence_read, key_recurrence_tell};

/* Reads how a grant is issued: a word or, from format 2 on, an object. */
static fg_status key_issue_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                void *object) {
  fg_grant_offer *offer = object;
  bool may_recur = reader->book->format > 0;
  int64_t choice = FG_ISSUE_RECURRING;
  (void)key;
  if (may_recur && fg_json_is(value, FG_JSON_OBJECT)) {
    offer->issue = FG_ISSUE_RECURRING;
    return read_recurrence(reader, value, &offer->recurrence);
  }
  fg_status status = fg_value_choice(reader, value, issue_words, &choice);
  offer->issue = (fg_grant_issue)choice;
  return status == FG_OK || !may_recur
             ? status
             : fg_fail(reader->error, FG_INVALID, "",
                       "expected \"monthly\", \"opening\", \"claim\" or an object of \"every\" and \"for\"");
}

static void key_issue_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_grant_offer *offer = object;
  (void)book;
  if (offer->issue == FG_ISSUE_RECURRING) {
    tell_recurrence(to, key->name, &offer->recurrence);
  } else {
    fg_tell_word(to, key->name, issue_words[offer->issue]);
  }
}

const fg_key_kind fg_kind_issue = {key_issue_read, key_issue_tell};

static const char *const criteria[] = {"expiry", "bought", "left", "units", NULL};

static fg_status key_criteria_read(const fg_book_reader *reader, const fg_book_key *key, const fg_json *value,
                                   void *object) {
  fg_pack_order *order = fg_key_place(key, object);
  if (!fg_json_is(value, FG_JSON_LIST)) {
    return fg_fail(reader->error, FG_INVALID, "", "expected a list, not %s", fg_json_kind_name(value));
  }
  for (FG_EACH_ELEMENT(value, element)) {
    int64_t criterion = 0;
    FG_TRY(fg_within(reader->error, fg_value_choice(reader, element, criteria, &criterion), "[%u]", order->count));
    for (uint32_t i = 0; i < order->count; i++) {
      if (order->by[i] == criterion) {
        fg_status status = fg_fail(reader->error, FG_INVALID, "", "expected each criterion once");
        return fg_within(reader->error, status, "[%u]", order->count);
      }
    }
    order->by[order->count++] = (uint8_t)criterion;
  }
  return order->count > 0 ? FG_OK : fg_fail(reader->error, FG_INVALID, "", "expected at least one criterion");
}

static void key_criteria_tell(fg_teller *to, const fg_book_key *key, const fg_book *book, const void *object) {
  const fg_pack_order *order = fg_key_value(key, object);
  (void)book;
  if (order->count == 0) {
    fg_tell_null(to, key->name);
    return;
  }
  fg_tell_begin_list(to, key->name);
  for (uint32_t i = 0; i < order->count; i++) {
    fg_tell_word(to, NULL, criteria[order->by[i]]);
  }
  fg_tell_end_list(to);
}

const fg_key_kind fg_kind_criteria = {key_criteria_read, key_criteria_tell};
