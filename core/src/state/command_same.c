/* Whether two commands are the same: their fields are compared as bytes that are equal for equal commands alone. */
#include "attribute_list.h"
#include "command.h"

/* Writes the lowest byte first on every machine, because snapshots hold orders in this form. */
static fg_status encode_number(int64_t number, size_t size, fg_text *text) {
  unsigned char bytes[sizeof number];
  for (size_t i = 0; i < size; i++) {
    bytes[i] = (unsigned char)((uint64_t)number >> 8 * i);
  }
  return fg_text_append(text, (const char *)bytes, size);
}

static fg_status encode_string(fg_string string, fg_text *text) {
  FG_TRY(encode_number(string.text == NULL ? -1 : (int64_t)string.length, sizeof(int64_t), text));
  return string.text == NULL ? FG_OK : fg_text_append(text, string.text, string.length);
}

static fg_status encode_money(fg_money money, fg_text *text) {
  FG_TRY(encode_number(money.high, sizeof money.high, text));
  return encode_number((int64_t)money.low, sizeof money.low, text);
}

/* Writes member by member, because the padding of a struct may hold anything. */
static fg_status encode_campaign(const fg_campaign *campaign, fg_text *text) {
  FG_TRY(encode_number(campaign->given, 1, text));
  FG_TRY(encode_number(campaign->has_price, 1, text));
  FG_TRY(encode_number(campaign->refundable, 1, text));
  return encode_money(campaign->price, text);
}

static fg_status encode_pay(const fg_pay *pay, fg_text *text) {
  FG_TRY(encode_number(pay->given, 1, text));
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    FG_TRY(encode_money(pay->funds.of[fund], text));
  }
  return FG_OK;
}

static fg_status encode_field(const fg_command *command, const fg_field *field, fg_text *text) {
  const void *place = fg_field_value(command, field);
  switch (field->type) {
  case FG_FIELD_NAME:
  case FG_FIELD_TEXT: /* the id is left out, because commands with the same id are compared */
    return place == &command->id ? FG_OK : encode_string(*(const fg_string *)place, text);
  case FG_FIELD_QUANTITY:
  case FG_FIELD_SIGNED: return encode_number(*(const int64_t *)place, sizeof(int64_t), text);
  case FG_FIELD_DATE: return encode_number(*(const fg_date *)place, sizeof(fg_date), text);
  case FG_FIELD_FLAG: return encode_number(*(const bool *)place, 1, text);
  case FG_FIELD_PAY: return encode_pay(place, text);
  case FG_FIELD_CAMPAIGN: return encode_campaign(place, text);
  case FG_FIELD_MONEY: return encode_money(*(const fg_money *)place, text);
  case FG_FIELD_FUND: return encode_number(*(const fg_fund *)place, sizeof(uint32_t), text);
  case FG_FIELD_ATTRIBUTES: return fg_attributes_append(place, text);
  case FG_FIELD_BOOK:
  case FG_FIELD_BUDGET: break; /* commands with a book or a budget have no id */
  }
  return FG_OK;
}

/* Makes room that is enough for most commands, because growing in small steps would take more memory. */
static fg_status make_room_for_most(fg_text *bytes) {
  enum { MOST = 127 };
  char *place = NULL;
  if (FG_LIKELY(bytes->room > 0)) {
    return FG_OK;
  }
  FG_TRY(fg_text_extend(bytes, MOST, &place));
  bytes->length = 0;
  return FG_OK;
}

fg_status fg_command_encode(const fg_command *command, fg_text *bytes) {
  FG_TRY(make_room_for_most(bytes));
  FG_TRY(encode_number(command->kind, 1, bytes));
  const fg_field *field;
  for (size_t i = 0; (field = fg_command_field(command->kind, i)) != NULL; i++) {
    FG_TRY(encode_field(command, field, bytes));
  }
  return FG_OK;
}

fg_status fg_command_is_same(const fg_command *a, const fg_command *b, fg_text *scratch, bool *is_same) {
  scratch->length = 0;
  FG_TRY(fg_command_encode(a, scratch));
  size_t length = scratch->length;
  FG_TRY(fg_command_encode(b, scratch));
  fg_string first = {scratch->text, length};
  *is_same = fg_string_equal(first, (fg_string){scratch->text + length, scratch->length - length});
  return FG_OK;
}
