#include "command_json.h"

#include <stdio.h>

#include "../book/attributes.h"
#include "../book/book_json.h"
#include "../book/book_keys.h"

static fg_status set_value(fg_command *command, const char *name, const fg_json *value, fg_error *error) {
  switch (value->kind) {
  case FG_JSON_STRING: return fg_command_set_text(command, name, value->is.string, error);
  case FG_JSON_INTEGER: return fg_command_set_integer(command, name, value->is.integer, error);
  case FG_JSON_BOOLEAN: return fg_command_set_flag(command, name, value->is.boolean, error);
  case FG_JSON_NULL: return fg_command_set_null(command, name, error);
  default: return fg_json_not_allowed(error, name, value);
  }
}

fg_status fg_attributes_from_json(const fg_json *object, fg_attribute room[FG_ATTRIBUTES_MAX],
                                  fg_attributes *attributes, fg_error *error) {
  size_t count = 0;
  FG_TRY(fg_json_object(object, error));
  for (FG_EACH_MEMBER(object, member)) {
    bool is_number = member->value.kind == FG_JSON_INTEGER;
    if (!is_number && member->value.kind != FG_JSON_STRING) {
      return fg_fail(error, FG_INVALID, member->key, "expected a text or a whole number");
    }
    if (count == FG_ATTRIBUTES_MAX) {
      return fg_fail(error, FG_INVALID, "", "expected at most %d attributes", FG_ATTRIBUTES_MAX);
    }
    room[count++] = (fg_attribute){.name = fg_string_of(member->key),
                                   .text = fg_json_string(&member->value),
                                   .number = is_number ? member->value.is.integer : 0,
                                   .is_number = is_number};
  }
  *attributes = (fg_attributes){room, count};
  return FG_OK;
}

static fg_status set_attributes(fg_command *command, const char *name, const fg_json *value, fg_attribute *room,
                                fg_error *error) {
  fg_attributes attributes = {room, 0};
  FG_TRY(fg_within(error, fg_attributes_from_json(value, room, &attributes, error), "%s", name));
  return fg_command_set_attributes(command, name, attributes.items, attributes.count, error);
}

fg_status fg_book_of_document(const fg_json *value, const fg_book_source *books, const fg_allocator *allocator,
                              fg_book **book, fg_error *error) {
  if (fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_within(error, fg_book_read(value, allocator, book, error), "book");
  }
  if (!fg_json_is(value, FG_JSON_STRING)) {
    return fg_json_not_allowed(error, "book", value);
  }
  fg_string name = fg_json_string(value);
  if (books == NULL || books->find == NULL) {
    return fg_fail(error, FG_UNKNOWN_BOOK, "book", "no price books can be found by name here");
  }
  fg_status status = books->find(books->context, name, book, error);
  if (status == FG_UNKNOWN_BOOK) {
    fg_error_prefix(error, "book");
  }
  return fg_within(error, status, "book");
}

static fg_status set_book(fg_command_reader *reader, fg_command *command, const char *name, const fg_json *value,
                          fg_error *error) {
  FG_TRY(fg_book_of_document(value, reader->books, reader->allocator, &reader->book, error));
  return fg_command_set_book(command, name, reader->book, error);
}

static fg_status set_member(fg_command_reader *reader, fg_command *command, const char *name, const fg_json *value,
                            fg_error *error) {
  char part[128];
  const fg_field *field = fg_command_field_named(command->kind, fg_string_of(name));
  if (field != NULL && field->type == FG_FIELD_BOOK &&
      (fg_json_is(value, FG_JSON_OBJECT) || fg_json_is(value, FG_JSON_STRING))) {
    return set_book(reader, command, name, value, error);
  }
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return set_value(command, name, value, error);
  }
  if (field != NULL && field->type == FG_FIELD_ATTRIBUTES) {
    return set_attributes(command, name, value, reader->attributes, error);
  }
  FG_TRY(fg_command_set_object(command, name, error));
  for (FG_EACH_MEMBER(value, member)) {
    snprintf(part, sizeof part, "%.24s.%s", name, member->key);
    fg_cut_utf8(part, sizeof part);
    FG_TRY(set_value(command, part, &member->value, error));
  }
  return FG_OK;
}

static fg_status begin_from(const fg_json *value, const fg_zone *zone, fg_command *command, fg_error *error) {
  const fg_json *at = NULL;
  const fg_json *kind_name = NULL;
  fg_string text = {NULL, 0};
  fg_command_kind kind = FG_DO_ADVANCE;
  fg_time time = 0;
  if (!fg_json_is(value, FG_JSON_OBJECT)) {
    return fg_json_not_allowed(error, "", value);
  }
  FG_TRY(fg_json_require(value, "do", &kind_name, error));
  FG_TRY(fg_within(error, fg_json_text(kind_name, &text, error), "do"));
  if (!fg_command_kind_of(text, &kind)) {
    return fg_fail(error, FG_INVALID, "do", "there is no such command");
  }
  FG_TRY(fg_json_require(value, "at", &at, error));
  FG_TRY(fg_within(error, fg_json_text(at, &text, error), "at"));
  if (fg_time_parse(text.text, text.length, zone, &time) != FG_OK) {
    return fg_fail(error, FG_INVALID, "at", "expected a time such as \"2024-11-05T10:00:00\", from 1970 to 9999");
  }
  fg_command_begin(command, kind, time);
  return FG_OK;
}

void fg_command_reader_end(fg_command_reader *reader) {
  fg_book_release(reader->book);
  reader->book = NULL;
}

fg_status fg_command_read_fields(fg_command_reader *reader, const fg_json *object, fg_command *command,
                                 fg_error *error) {
  fg_command_reader_end(reader);
  for (FG_EACH_MEMBER(object, member)) {
    const char *name = member->key;
    if (strcmp(name, "at") != 0 && strcmp(name, "do") != 0) {
      FG_TRY(set_member(reader, command, name, &member->value, error));
    }
  }
  return FG_OK;
}

fg_status fg_command_read(fg_command_reader *reader, const fg_json *value, fg_command *command, fg_error *error) {
  FG_TRY(begin_from(value, reader->zone, command, error));
  FG_TRY(fg_command_read_fields(reader, value, command, error));
  FG_TRY(fg_command_finish(command, error));
  return fg_command_check(command, error);
}

static void tell_pay(fg_teller *to, const char *key, const fg_pay *pay) {
  if (!pay->given) {
    return;
  }
  fg_tell_begin_object(to, key);
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(pay->funds.of[fund]);
    if (part != 0) {
      fg_tell_amount(to, fg_fund_name((fg_fund)fund), part);
    }
  }
  fg_tell_end_object(to);
}

static void tell_campaign(fg_teller *to, const char *key, const fg_campaign *campaign) {
  if (!campaign->given) {
    return;
  }
  fg_tell_begin_object(to, key);
  if (campaign->has_price) {
    fg_tell_amount(to, "price", fg_amount_of(campaign->price));
  }
  if (!campaign->refundable) {
    fg_tell_flag(to, "refundable", false);
  }
  fg_tell_end_object(to);
}

static void tell_budget(fg_teller *to, const char *key, const fg_budget *budget) {
  if (budget->given && budget->limited) {
    fg_tell_amount(to, key, fg_amount_of(budget->amount));
  } else if (budget->given) {
    fg_tell_null(to, key);
  }
}

static void tell_given_attributes(fg_teller *to, const char *key, const fg_attributes *attributes) {
  if (attributes->count > 0) {
    fg_attributes_tell(to, key, attributes);
  }
}

static void tell_date_given(fg_teller *to, const char *key, fg_date date) {
  if (date != FG_NO_DATE) {
    fg_tell_optional_date(to, key, date);
  }
}

static void tell_field(fg_teller *to, const fg_command *command, const fg_field *field) {
  const void *place = fg_field_value(command, field);
  switch (field->type) {
  case FG_FIELD_NAME:
  case FG_FIELD_TEXT: {
    const fg_string *text = place;
    if (text->text != NULL && text != &command->id) {
      fg_tell_text(to, field->name, *text);
    }
    return;
  }
  case FG_FIELD_QUANTITY:
  case FG_FIELD_SIGNED: {
    int64_t value = *(const int64_t *)place;
    if (value != field->absent || field->required) {
      fg_tell_integer(to, field->name, value);
    }
    return;
  }
  case FG_FIELD_FLAG:
    if (!*(const bool *)place || field->required) { /* a flag is true by default, as `billable` is */
      fg_tell_flag(to, field->name, *(const bool *)place);
    }
    return;
  case FG_FIELD_MONEY: fg_tell_amount(to, field->name, fg_amount_of(*(const fg_money *)place)); return;
  case FG_FIELD_DATE: tell_date_given(to, field->name, *(const fg_date *)place); return;
  case FG_FIELD_FUND: fg_tell_word(to, field->name, fg_fund_name(*(const fg_fund *)place)); return;
  case FG_FIELD_PAY: tell_pay(to, field->name, place); return;
  case FG_FIELD_CAMPAIGN: tell_campaign(to, field->name, place); return;
  case FG_FIELD_BUDGET: tell_budget(to, field->name, place); return;
  case FG_FIELD_BOOK: {
    const fg_book *book = *(fg_book *const *)place;
    fg_form_tell(to, field->name, fg_book_form_of_book(), book, book);
    return;
  }
  case FG_FIELD_ATTRIBUTES: tell_given_attributes(to, field->name, place); return;
  }
}

void fg_command_tell_fields(fg_teller *to, const fg_command *command) {
  const fg_field *field;
  for (size_t i = 0; (field = fg_command_field(command->kind, i)) != NULL; i++) {
    tell_field(to, command, field);
  }
}
