#include "book_json.h"

#include "book_fields.h"
#include "policy_json.h"
#include "terms.h"

enum { HOURS_MAX = 8784, OFFSET_MAX = 14 * 60 };

static const char *const book_fields[] = {"format",
                                          "id",
                                          "title",
                                          "about",
                                          "as_of",
                                          "currency",
                                          "minor_digits",
                                          "utc_offset",
                                          "rounding",
                                          "notice_days",
                                          "suspension_hours",
                                          "refund_days",
                                          "policy",
                                          "sources",
                                          "products",
                                          "amendments",
                                          NULL};
static const char *const rounding_fields[] = {"digits", "mode", NULL};
static const char *const amendment_fields[] = {"announced", "effective", "product", "grant",
                                               "quantity",  "source",    NULL};

static fg_status load_amended_grant(const fg_book_reader *reader, const fg_json *value, fg_amendment *amendment) {
  fg_string id = fg_string_of("");
  FG_TRY(fg_read_name(reader, value, "product", &id));
  int product = fg_book_product(reader->book, id);
  if (product == FG_NONE) {
    return fg_fail(reader->error, FG_INVALID, "product", "expected the id of a product of this book");
  }
  FG_TRY(fg_read_name(reader, value, "grant", &id));
  int grant = fg_product_grant(&reader->book->products[product], id);
  if (grant == FG_NONE) {
    return fg_fail(reader->error, FG_INVALID, "grant", "expected the id of a grant of this product");
  }
  amendment->product = (uint32_t)product;
  amendment->grant = (uint32_t)grant;
  return FG_OK;
}

static fg_status load_amendment(const fg_book_reader *reader, const fg_json *value, void *item) {
  fg_amendment *amendment = item;
  FG_TRY(fg_json_fields(value, amendment_fields, reader->error));
  FG_TRY(fg_read_date(reader, value, "announced", FG_REQUIRED, &amendment->announced));
  FG_TRY(fg_read_date(reader, value, "effective", FG_REQUIRED, &amendment->effective));
  if (!fg_notice_is_given(reader->book, amendment->announced, amendment->effective)) {
    return fg_fail(reader->error, FG_INVALID, "effective", "expected a date at least %d days after \"announced\" (R5)",
                   reader->book->notice_days);
  }
  FG_TRY(load_amended_grant(reader, value, amendment));
  FG_TRY(fg_read_units(reader, value, "quantity", FG_REQUIRED, 0, INT64_MAX, &amendment->quantity));
  amendment->source = fg_string_of("");
  return fg_read_text(reader, value, "source", FG_OPTIONAL, &amendment->source);
}

/* In the order they take effect, and one for a grant at a time: the last that has begun is the one that holds. */
static fg_status check_amendment_order(const fg_book_reader *reader, const fg_amendment *amendments, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    bool rising = amendments[i].effective >= amendments[i - 1].effective;
    bool alone = true;
    for (uint32_t j = i; rising && j > 0 && amendments[j - 1].effective == amendments[i].effective; j--) {
      alone = alone &&
              (amendments[j - 1].product != amendments[i].product || amendments[j - 1].grant != amendments[i].grant);
    }
    if (!rising || !alone) {
      fg_status status = fg_fail(reader->error, FG_INVALID, "effective", "expected %s",
                                 rising ? "one amendment of a grant at a date"
                                        : "a date that is not before that of the amendment above");
      return fg_within(reader->error, status, "amendments[%u]", i);
    }
  }
  return FG_OK;
}

static fg_status load_rounding(const fg_book_reader *reader, const fg_json *root, fg_rounding *rounding) {
  const fg_json *value = NULL;
  int mode = 0;
  int64_t digits = 0;
  FG_TRY(fg_read_field(reader, root, "rounding", FG_REQUIRED, &value));
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_read_choice(reader, root, "rounding", FG_REQUIRED, (const char *const[]){"none", NULL}, &mode);
  }
  fg_status status = fg_json_fields(value, rounding_fields, reader->error);
  if (status == FG_OK) {
    status = fg_read_count(reader, value, "digits", FG_REQUIRED, 0, FG_MONEY_DECIMALS, &digits);
  }
  if (status == FG_OK) {
    status = fg_read_choice(reader, value, "mode", FG_REQUIRED, fg_rounding_words + FG_ROUND_HALF_UP, &mode);
  }
  rounding->mode = (fg_rounding_mode)(FG_ROUND_HALF_UP + mode);
  rounding->digits = (int)digits;
  return fg_within(reader->error, status, "rounding");
}

static fg_status load_policy(const fg_book_reader *reader, const fg_json *root, fg_policy *policy) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, root, "policy", FG_OPTIONAL, &value));
  return value == NULL ? FG_OK : fg_within(reader->error, fg_policy_read(value, policy, reader->error), "policy");
}

static fg_status load_sources(const fg_book_reader *reader, const fg_json *root, fg_book *book) {
  const fg_json *value = NULL;
  FG_TRY(fg_read_field(reader, root, "sources", FG_OPTIONAL, &value));
  if (value == NULL) {
    return FG_OK;
  }
  if (!fg_json_is(value, FG_JSON_OBJECT) || value->is.object.count > FG_LIST_MAX) {
    return fg_fail(reader->error, FG_INVALID, "sources", "expected an object of at most %d texts", FG_LIST_MAX);
  }
  fg_string *sources = fg_read_allocate(reader, 2 * value->is.object.count * sizeof *sources);
  if (sources == NULL) {
    return FG_NO_MEMORY;
  }
  for (FG_EACH_MEMBER(value, at)) {
    fg_string text;
    fg_string *pair = &sources[2 * book->source_count++];
    FG_TRY(fg_within(reader->error, fg_json_text(&at->value, &text, reader->error), "sources.%s", at->key));
    FG_TRY(fg_keep_string(reader, fg_string_of(at->key), &pair[0]));
    FG_TRY(fg_keep_string(reader, text, &pair[1]));
  }
  book->sources = sources;
  return FG_OK;
}

static fg_status load_currency(const fg_book_reader *reader, const fg_json *root, fg_book *book) {
  int64_t minor_digits = 0;
  FG_TRY(fg_read_text(reader, root, "currency", FG_REQUIRED, &book->currency));
  bool valid = book->currency.length == 3;
  for (size_t i = 0; i < 3 && valid; i++) {
    valid = book->currency.text[i] >= 'A' && book->currency.text[i] <= 'Z';
  }
  if (!valid) {
    return fg_fail(reader->error, FG_INVALID, "currency", "expected three capitals such as \"CNY\"");
  }
  FG_TRY(fg_read_count(reader, root, "minor_digits", FG_REQUIRED, 0, FG_MONEY_DECIMALS, &minor_digits));
  book->minor_digits = (int)minor_digits;
  return FG_OK;
}

/* -1 for anything but two digits. */
static int two_digits(const char *text) {
  bool digits = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
  return digits ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

static fg_status load_offset(const fg_book_reader *reader, const fg_json *root, int *minutes) {
  fg_string text = fg_string_of("");
  FG_TRY(fg_read_text(reader, root, "utc_offset", FG_REQUIRED, &text));
  bool formed = text.length == 6 && (text.text[0] == '+' || text.text[0] == '-') && text.text[3] == ':';
  int hour = formed ? two_digits(text.text + 1) : -1;
  int minute = formed ? two_digits(text.text + 4) : -1;
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > OFFSET_MAX) {
    return fg_fail(reader->error, FG_INVALID, "utc_offset", "expected an offset from \"-14:00\" to \"+14:00\"");
  }
  *minutes = (text.text[0] == '-' ? -1 : 1) * (hour * 60 + minute);
  return FG_OK;
}

/* What a book leaves out is read as in the first book: the numbers of R5, R26 and R29. */
static fg_status load_periods(const fg_book_reader *reader, const fg_json *root, fg_book *book) {
  int64_t notice_days = 30;
  int64_t suspension_hours = 24;
  int64_t refund_days = 7;
  FG_TRY(fg_read_count(reader, root, "notice_days", FG_OPTIONAL, 0, FG_DAYS_MAX, &notice_days));
  FG_TRY(fg_read_count(reader, root, "suspension_hours", FG_OPTIONAL, 0, HOURS_MAX, &suspension_hours));
  FG_TRY(fg_read_count(reader, root, "refund_days", FG_OPTIONAL, 0, FG_DAYS_MAX, &refund_days));
  book->notice_days = (int32_t)notice_days;
  book->suspension_hours = (int32_t)suspension_hours;
  book->refund_days = (int32_t)refund_days;
  return FG_OK;
}

static fg_status load_head(const fg_book_reader *reader, const fg_json *root, fg_book *book) {
  int format = 0;
  FG_TRY(fg_json_fields(root, book_fields, reader->error));
  FG_TRY(fg_read_choice(reader, root, "format", FG_REQUIRED, (const char *const[]){FG_BOOK_FORMAT, NULL}, &format));
  FG_TRY(fg_read_name(reader, root, "id", &book->id));
  FG_TRY(fg_read_text(reader, root, "title", FG_REQUIRED, &book->title));
  book->about = fg_string_of("");
  FG_TRY(fg_read_text(reader, root, "about", FG_OPTIONAL, &book->about));
  book->as_of = FG_NO_DATE;
  FG_TRY(fg_read_date(reader, root, "as_of", FG_OPTIONAL, &book->as_of));
  FG_TRY(load_currency(reader, root, book));
  FG_TRY(load_offset(reader, root, &book->offset_minutes));
  FG_TRY(load_rounding(reader, root, &book->rounding));
  FG_TRY(load_periods(reader, root, book));
  FG_TRY(load_policy(reader, root, &book->policy));
  return load_sources(reader, root, book);
}

static fg_status load_book(const fg_book_reader *reader, const fg_json *root) {
  fg_book *book = reader->book;
  fg_items products;
  fg_items amendments;
  FG_TRY(load_head(reader, root, book));
  FG_TRY(fg_read_items(reader, root, "products", FG_REQUIRED, sizeof(fg_product), fg_read_product, &products));
  FG_TRY(fg_read_distinct(reader, "products", &products, sizeof(fg_product)));
  book->products = products.items;
  book->product_count = products.count;
  FG_TRY(fg_read_items(reader, root, "amendments", FG_OPTIONAL, sizeof(fg_amendment), load_amendment, &amendments));
  FG_TRY(check_amendment_order(reader, amendments.items, amendments.count));
  book->amendments = amendments.items;
  book->amendment_count = amendments.count;
  return FG_OK;
}

fg_status fg_book_read(const fg_json *root, const fg_allocator *allocator, fg_book **book, fg_error *error) {
  fg_allocator memory = fg_allocator_or_default(allocator);
  fg_book *made = fg_allocate(&memory, sizeof *made);
  if (made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  made->allocator = memory;
  made->shared = 1;
  fg_book_reader reader = {made, error};
  fg_status status = load_book(&reader, root);
  if (status != FG_OK) {
    fg_book_release(made);
    return status;
  }
  *book = made;
  return FG_OK;
}

fg_status fg_book_load(const char *json, size_t length, const fg_allocator *allocator, fg_book **book,
                       fg_error *error) {
  fg_json_document document;
  FG_TRY(fg_json_parse((fg_string){json, length}, allocator, &document, error));
  fg_status status = fg_book_read(&document.root, allocator, book, error);
  fg_json_release(&document);
  return status;
}
