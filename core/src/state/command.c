#include "command.h"

#include <stdio.h>

#define FIELD(member, type, required, minimum)                                                                         \
  { {#member, type, required, minimum, 0, 0}, offsetof(fg_command, member) }
#define SHORT_TEXT(member, required, maximum)                                                                          \
  { {#member, FG_FIELD_TEXT, required, 0, 0, maximum}, offsetof(fg_command, member) }
#define REQUIRED_TEXT(member) SHORT_TEXT(member, true, 0)
#define OPTIONAL_TEXT(member) SHORT_TEXT(member, false, 0)
#define REQUIRED_QUANTITY(member, minimum) FIELD(member, FG_FIELD_QUANTITY, true, minimum)
#define OPTIONAL_QUANTITY(member, minimum) FIELD(member, FG_FIELD_QUANTITY, false, minimum)
#define QUANTITY_OR(absent, minimum)                                                                                   \
  { {"quantity", FG_FIELD_QUANTITY, false, minimum, absent, 0}, offsetof(fg_command, quantity) }
#define OPTIONAL(member, type) FIELD(member, type, false, 0)

static const fg_member of_product[] = {REQUIRED_TEXT(product)};
static const fg_member of_claim[] = {REQUIRED_TEXT(product), REQUIRED_TEXT(grant)};
static const fg_member of_set_mode[] = {REQUIRED_TEXT(product), REQUIRED_TEXT(mode)};
static const fg_member of_buy_pack[] = {REQUIRED_TEXT(product),      REQUIRED_TEXT(pack),
                                        QUANTITY_OR(1, 1),           OPTIONAL_TEXT(id),
                                        OPTIONAL(pay, FG_FIELD_PAY), OPTIONAL(campaign, FG_FIELD_CAMPAIGN)};
static const fg_member of_give_pack[] = {REQUIRED_TEXT(product), REQUIRED_TEXT(pack), QUANTITY_OR(1, 1),
                                         OPTIONAL_TEXT(id)};
static const fg_member of_buy_capacity[] = {
    REQUIRED_TEXT(product),     REQUIRED_TEXT(meter),         REQUIRED_QUANTITY(quantity, 1),
    OPTIONAL_QUANTITY(days, 1), OPTIONAL_QUANTITY(months, 1), OPTIONAL(start, FG_FIELD_DATE),
    OPTIONAL_TEXT(id),          OPTIONAL(pay, FG_FIELD_PAY)};
static const fg_member of_use[] = {REQUIRED_TEXT(product), REQUIRED_QUANTITY(quantity, 0), OPTIONAL_TEXT(id),
                                   OPTIONAL(billable, FG_FIELD_FLAG)};
static const fg_member of_call[] = {REQUIRED_TEXT(product), QUANTITY_OR(1, 1), REQUIRED_TEXT(id), OPTIONAL_TEXT(owner),
                                    OPTIONAL_QUANTITY(timeout_ms, 1)};
static const fg_member of_id[] = {REQUIRED_TEXT(id)};
static const fg_member of_commit[] = {REQUIRED_TEXT(id), QUANTITY_OR(FG_ALL, 0), SHORT_TEXT(ref, false, 64)};
static const fg_member of_adjust[] = {REQUIRED_TEXT(product), FIELD(quantity, FG_FIELD_SIGNED, true, -INT64_MAX),
                                      SHORT_TEXT(reason, true, 200), OPTIONAL_TEXT(id)};
static const fg_member of_set_budget[] = {OPTIONAL(day, FG_FIELD_BUDGET), OPTIONAL(month, FG_FIELD_BUDGET)};
static const fg_member of_materials[] = {REQUIRED_TEXT(product), REQUIRED_QUANTITY(quantity, 1), OPTIONAL_TEXT(id)};
static const fg_member of_top_up[] = {FIELD(amount, FG_FIELD_MONEY, true, 1), OPTIONAL(fund, FG_FIELD_FUND),
                                      OPTIONAL_TEXT(id)};
static const fg_member of_withdraw[] = {FIELD(amount, FG_FIELD_MONEY, true, 1), OPTIONAL_TEXT(id)};
static const fg_member of_announce[] = {REQUIRED_TEXT(product), REQUIRED_TEXT(grant), REQUIRED_QUANTITY(quantity, 0),
                                        FIELD(effective, FG_FIELD_DATE, true, 0)};
static const fg_member of_preview[] = {OPTIONAL_TEXT(product)};

#define FIELDS(array)                                                                                                  \
  { array, sizeof(array) / sizeof *(array) }

/* R9: a pack in use cannot be frozen; no command does it. */
static const struct {
  const fg_member *members;
  size_t count;
} field_lists[FG_COMMAND_COUNT] = {
    [FG_DO_OPEN] = FIELDS(of_product),
    [FG_DO_CLOSE] = FIELDS(of_product),
    [FG_DO_CLAIM] = FIELDS(of_claim),
    [FG_DO_SET_MODE] = FIELDS(of_set_mode),
    [FG_DO_BUY_PACK] = FIELDS(of_buy_pack),
    [FG_DO_GIVE_PACK] = FIELDS(of_give_pack),
    [FG_DO_BUY_CAPACITY] = FIELDS(of_buy_capacity),
    [FG_DO_USE] = FIELDS(of_use),
    [FG_DO_CALL] = FIELDS(of_call),
    [FG_DO_COMMIT] = FIELDS(of_commit),
    [FG_DO_CANCEL] = FIELDS(of_id),
    [FG_DO_ADJUST] = FIELDS(of_adjust),
    [FG_DO_SET_BUDGET] = FIELDS(of_set_budget),
    [FG_DO_ADD_MATERIALS] = FIELDS(of_materials),
    [FG_DO_REMOVE_MATERIALS] = FIELDS(of_materials),
    [FG_DO_TOP_UP] = FIELDS(of_top_up),
    [FG_DO_WITHDRAW] = FIELDS(of_withdraw),
    [FG_DO_REFUND] = FIELDS(of_id),
    [FG_DO_ANNOUNCE] = FIELDS(of_announce),
    [FG_DO_PREVIEW] = FIELDS(of_preview),
};

static const char *const command_names[FG_COMMAND_COUNT] = {
#define COMMAND_NAME(NAME, name) name,
    FG_COMMAND_LIST(COMMAND_NAME)
#undef COMMAND_NAME
};

static const char *const fund_names[FG_FUND_COUNT] = {"gift", "income", "cash", "voucher"};

static bool is_command(fg_command_kind kind) { return (unsigned)kind < FG_COMMAND_COUNT; }

const char *fg_command_name(fg_command_kind kind) { return is_command(kind) ? command_names[kind] : NULL; }

bool fg_command_kind_of(fg_string name, fg_command_kind *kind) {
  for (int i = 0; i < FG_COMMAND_COUNT; i++) {
    if (fg_string_is(name, command_names[i])) {
      *kind = (fg_command_kind)i;
      return true;
    }
  }
  return false;
}

const fg_field *fg_command_field(fg_command_kind kind, size_t index) {
  bool is_there = is_command(kind) && index < field_lists[kind].count;
  return is_there ? &field_lists[kind].members[index].field : NULL;
}

bool fg_command_owns_id(fg_command_kind kind) {
  switch (kind) {
  case FG_DO_BUY_PACK:
  case FG_DO_GIVE_PACK:
  case FG_DO_BUY_CAPACITY:
  case FG_DO_USE:
  case FG_DO_CALL:
  case FG_DO_ADJUST:
  case FG_DO_ADD_MATERIALS:
  case FG_DO_REMOVE_MATERIALS:
  case FG_DO_TOP_UP:
  case FG_DO_WITHDRAW: return true;
  default: return false;
  }
}

bool fg_fund_of(fg_string name, fg_fund *fund) {
  for (int i = 0; i < FG_FUND_COUNT; i++) {
    if (fg_string_is(name, fund_names[i])) {
      *fund = (fg_fund)i;
      return true;
    }
  }
  return false;
}

const char *fg_fund_name(fg_fund fund) {
  FG_ASSERT((unsigned)fund < FG_FUND_COUNT);
  return fund_names[fund];
}

void fg_command_begin(fg_command *command, fg_command_kind kind, fg_time at) {
  memset(command, 0, sizeof *command);
  command->kind = kind;
  command->at = at;
  bool one = kind == FG_DO_BUY_PACK || kind == FG_DO_GIVE_PACK || kind == FG_DO_CALL;
  command->quantity = one ? 1 : kind == FG_DO_COMMIT ? FG_ALL : 0;
  command->start = FG_NO_DATE;
  command->effective = FG_NO_DATE;
  command->billable = true;
  command->campaign.refundable = true;
  command->fund = FG_CASH;
}

/* ------------------------------------------------------------------------------------------------ reading fields */

/* The field of a name, marked as given; an object's parts ("pay.cash") lead to the object. */
static fg_status find_field(fg_command *command, const char *name, const fg_field **field, fg_error *error) {
  size_t length = strcspn(name, ".");
  const fg_field *each;
  for (size_t i = 0; (each = fg_command_field(command->kind, i)) != NULL; i++) {
    if (strlen(each->name) != length || strncmp(each->name, name, length) != 0) {
      continue;
    }
    uint32_t bit = UINT32_C(1) << i;
    bool is_part = name[length] != '\0';
    if (is_part != (each->type == FG_FIELD_PAY || each->type == FG_FIELD_CAMPAIGN)) {
      return fg_fail(error, FG_INVALID, name, is_part ? "is not an object" : "expected an object");
    }
    if (!is_part && (command->given & bit) != 0) {
      return fg_fail(error, FG_INVALID, name, "is given twice");
    }
    command->given |= bit;
    *field = each;
    return FG_OK;
  }
  return fg_fail(error, FG_INVALID, name, "%s has no such field",
                 is_command(command->kind) ? command_names[command->kind] : "this");
}

static const char *const expected[] = {
    [FG_FIELD_TEXT] = "expected a string",
    [FG_FIELD_QUANTITY] = "expected an integer from 0 to 9223372036854775807",
    [FG_FIELD_SIGNED] = "expected an integer that is not 0, from -9223372036854775807 to 9223372036854775807",
    [FG_FIELD_MONEY] = "expected a decimal string such as \"12.50\", at most 12 decimals",
    [FG_FIELD_DATE] = "expected a date such as \"2024-11-05\", from 1970 to 9999",
    [FG_FIELD_FUND] = "expected cash, income, gift or voucher",
    [FG_FIELD_FLAG] = "expected true or false",
    [FG_FIELD_PAY] = "expected an object of funds and amounts",
    [FG_FIELD_CAMPAIGN] = "expected an object of price and refundable",
    [FG_FIELD_BUDGET] = "expected a decimal string such as \"12.50\", or null for no cap",
};

static fg_status wrong_type(fg_error *error, const char *name, fg_field_type type) {
  return fg_fail(error, FG_INVALID, name, "%s", expected[type]);
}

static fg_status below_minimum(fg_error *error, const fg_field *field) {
  if (field->type == FG_FIELD_MONEY) {
    return fg_fail(error, FG_INVALID, field->name, "expected an amount above 0");
  }
  return fg_fail(error, FG_INVALID, field->name, "expected at least %lld", (long long)field->minimum);
}

static fg_status parse_money(fg_string value, const char *name, fg_money *money, fg_error *error) {
  fg_status status = fg_money_parse(value.text, value.length, money);
  if (status == FG_OVERFLOW) {
    return fg_fail(error, FG_INVALID, name, "expected an amount below 10^26");
  }
  return status == FG_OK ? FG_OK : wrong_type(error, name, FG_FIELD_MONEY);
}

static fg_status read_money(fg_string value, const char *name, fg_money *money, fg_error *error) {
  FG_TRY(parse_money(value, name, money, error));
  return money->high < 0 ? fg_fail(error, FG_INVALID, name, "expected an amount of at least 0") : FG_OK;
}

static fg_status set_quantity(fg_command *command, const fg_field *field, int64_t value, fg_error *error) {
  if (value < field->minimum) {
    return below_minimum(error, field);
  }
  *(int64_t *)fg_field_place(command, field) = value;
  return FG_OK;
}

static bool is_signed_quantity(int64_t value) { return value != 0 && value >= -INT64_MAX; }

static fg_status set_signed(fg_command *command, const fg_field *field, int64_t value, fg_error *error) {
  if (!is_signed_quantity(value)) {
    return wrong_type(error, field->name, field->type);
  }
  *(int64_t *)fg_field_place(command, field) = value;
  return FG_OK;
}

/* A quantity, with a minus before it or without. */
static bool parse_signed(fg_string text, int64_t *value) {
  bool is_negative = text.length > 0 && text.text[0] == '-';
  fg_string digits = {text.text + is_negative, text.length - is_negative};
  bool is_parsed = fg_quantity_parse(digits, value);
  *value = is_parsed && is_negative ? -*value : *value;
  return is_parsed;
}

static fg_status set_pay(fg_command *command, const char *name, fg_string value, fg_error *error) {
  fg_fund fund = FG_CASH;
  if (!fg_fund_of(fg_string_of(name + strlen("pay.")), &fund)) {
    return fg_fail(error, FG_INVALID, name, "%s", expected[FG_FIELD_FUND]);
  }
  command->pay.given = true;
  return read_money(value, name, &command->pay.funds.of[fund], error);
}

static fg_status set_campaign_price(fg_command *command, const char *name, fg_string value, fg_error *error) {
  if (strcmp(name, "campaign.price") != 0) {
    return strcmp(name, "campaign.refundable") == 0 ? wrong_type(error, name, FG_FIELD_FLAG)
                                                    : fg_fail(error, FG_INVALID, name, "campaign has no such field");
  }
  command->campaign.given = command->campaign.has_price = true;
  return read_money(value, name, &command->campaign.price, error);
}

static fg_status set_amount(fg_command *command, const fg_field *field, fg_string value, fg_error *error) {
  fg_money amount;
  FG_TRY(parse_money(value, field->name, &amount, error));
  if (fg_amount_of(amount) < field->minimum) {
    return below_minimum(error, field);
  }
  *(fg_money *)fg_field_place(command, field) = amount;
  return FG_OK;
}

static fg_status set_budget(fg_command *command, const fg_field *field, fg_string value, fg_error *error) {
  fg_budget *budget = fg_field_place(command, field);
  fg_status status = read_money(value, field->name, &budget->amount, error);
  budget->given = budget->limited = status == FG_OK;
  return status;
}

fg_status fg_command_set_text(fg_command *command, const char *name, fg_string value, fg_error *error) {
  const fg_field *field = NULL;
  int64_t quantity = 0;
  FG_TRY(find_field(command, name, &field, error));
  void *place = fg_field_place(command, field);
  switch (field->type) {
  case FG_FIELD_TEXT: *(fg_string *)place = value; return FG_OK;
  case FG_FIELD_QUANTITY:
    if (!fg_quantity_parse(value, &quantity)) {
      return wrong_type(error, name, FG_FIELD_QUANTITY);
    }
    return set_quantity(command, field, quantity, error);
  case FG_FIELD_SIGNED:
    return parse_signed(value, &quantity) ? set_signed(command, field, quantity, error)
                                          : wrong_type(error, name, field->type);
  case FG_FIELD_MONEY: return set_amount(command, field, value, error);
  case FG_FIELD_DATE:
    return fg_date_parse(value.text, value.length, place) == FG_OK ? FG_OK : wrong_type(error, name, field->type);
  case FG_FIELD_FUND: return fg_fund_of(value, place) ? FG_OK : wrong_type(error, name, field->type);
  case FG_FIELD_PAY: return set_pay(command, name, value, error);
  case FG_FIELD_CAMPAIGN: return set_campaign_price(command, name, value, error);
  case FG_FIELD_BUDGET: return set_budget(command, field, value, error);
  case FG_FIELD_FLAG: break;
  }
  return wrong_type(error, name, field->type);
}

fg_status fg_command_set_integer(fg_command *command, const char *name, int64_t value, fg_error *error) {
  const fg_field *field = NULL;
  FG_TRY(find_field(command, name, &field, error));
  if (field->type == FG_FIELD_SIGNED) {
    return set_signed(command, field, value, error);
  }
  if (field->type != FG_FIELD_QUANTITY) {
    bool is_money = field->type == FG_FIELD_PAY || strcmp(name, "campaign.price") == 0;
    return wrong_type(error, name, is_money ? FG_FIELD_MONEY : field->type);
  }
  return value < 0 ? wrong_type(error, name, field->type) : set_quantity(command, field, value, error);
}

fg_status fg_command_set_flag(fg_command *command, const char *name, bool value, fg_error *error) {
  const fg_field *field = NULL;
  FG_TRY(find_field(command, name, &field, error));
  if (field->type == FG_FIELD_FLAG) {
    *(bool *)fg_field_place(command, field) = value;
    return FG_OK;
  }
  if (strcmp(name, "campaign.refundable") == 0) {
    command->campaign.given = true;
    command->campaign.refundable = value;
    return FG_OK;
  }
  return wrong_type(error, name, field->type == FG_FIELD_PAY ? FG_FIELD_MONEY : field->type);
}

fg_status fg_command_set_null(fg_command *command, const char *name, fg_error *error) {
  const fg_field *field = NULL;
  FG_TRY(find_field(command, name, &field, error));
  if (field->type != FG_FIELD_BUDGET) {
    return wrong_type(error, name, field->type);
  }
  *(fg_budget *)fg_field_place(command, field) = (fg_budget){.given = true, .limited = false};
  return FG_OK;
}

fg_status fg_command_set_object(fg_command *command, const char *name, fg_error *error) {
  char part[32];
  const fg_field *field = NULL;
  snprintf(part, sizeof part, "%.24s.", name);
  if (find_field(command, part, &field, NULL) != FG_OK) {
    FG_TRY(find_field(command, name, &field, error));
    return wrong_type(error, name, field->type);
  }
  *(field->type == FG_FIELD_PAY ? &command->pay.given : &command->campaign.given) = true;
  return FG_OK;
}

/* ------------------------------------------------------------------------------------------------ whole commands */

/* A capacity order is for days or for months (R19). */
static fg_status check_period(const fg_command *command, fg_error *error) {
  if (command->kind != FG_DO_BUY_CAPACITY || (command->days > 0) != (command->months > 0)) {
    return FG_OK;
  }
  return command->days > 0 ? fg_fail(error, FG_INVALID, "months", "expected days or months, not both")
                           : fg_fail(error, FG_INVALID, "days", "days or months is missing");
}

static fg_status missing(fg_error *error, const fg_field *field) {
  return fg_fail(error, FG_INVALID, field->name, "is missing");
}

fg_status fg_command_finish(const fg_command *command, fg_error *error) {
  const fg_field *field;
  for (size_t i = 0; (field = fg_command_field(command->kind, i)) != NULL; i++) {
    if (field->required && (command->given & (UINT32_C(1) << i)) == 0) {
      return missing(error, field);
    }
  }
  return check_period(command, error);
}

static bool is_civil_date(fg_date date) { return date >= 0 && date <= fg_date_of(9999, 12, 31); }

static fg_status check_pay(const fg_pay *pay, fg_error *error) {
  for (int fund = 0; fund < FG_FUND_COUNT; fund++) {
    fg_amount part = fg_amount_of(pay->funds.of[fund]);
    if (part < 0 || !fg_amount_fits(part)) {
      return wrong_type(error, "pay", FG_FIELD_MONEY);
    }
  }
  return FG_OK;
}

static fg_status check_campaign(const fg_campaign *campaign, fg_error *error) {
  fg_amount price = fg_amount_of(campaign->price);
  return price < 0 || !fg_amount_fits(price) ? wrong_type(error, "campaign.price", FG_FIELD_MONEY) : FG_OK;
}

static fg_status check_budget(const fg_budget *budget, const fg_field *field, fg_error *error) {
  fg_amount cap = fg_amount_of(budget->amount);
  return cap < 0 || !fg_amount_fits(cap) ? wrong_type(error, field->name, field->type) : FG_OK;
}

static bool is_id_field(const fg_field *field) {
  return ((const fg_member *)field)->offset == offsetof(fg_command, id);
}

static fg_status check_text(const fg_field *field, fg_string text, fg_error *error) {
  if (text.length == 0 && is_id_field(field)) {
    return fg_fail(error, FG_INVALID, field->name, "expected a string that is not empty");
  }
  if (field->maximum > 0 && text.length > field->maximum) {
    return fg_fail(error, FG_INVALID, field->name, "expected at most %zu bytes", field->maximum);
  }
  return fg_string_is_text(text) ? FG_OK : fg_fail(error, FG_INVALID, field->name, "expected UTF-8 without a 0");
}

static fg_status check_field(const fg_command *command, const fg_field *field, fg_error *error) {
  const void *place = fg_field_value(command, field);
  switch (field->type) {
  case FG_FIELD_TEXT: {
    const fg_string *text = place;
    if (text->text == NULL && field->required) {
      return missing(error, field);
    }
    return text->text == NULL ? FG_OK : check_text(field, *text, error);
  }
  case FG_FIELD_QUANTITY: {
    int64_t value = *(const int64_t *)place;
    bool absent = value == field->absent && !field->required;
    return value < field->minimum && !absent ? below_minimum(error, field) : FG_OK;
  }
  case FG_FIELD_SIGNED:
    return is_signed_quantity(*(const int64_t *)place) ? FG_OK : wrong_type(error, field->name, field->type);
  case FG_FIELD_MONEY: {
    fg_amount amount = fg_amount_of(*(const fg_money *)place);
    return amount < field->minimum || !fg_amount_fits(amount) ? below_minimum(error, field) : FG_OK;
  }
  case FG_FIELD_DATE: {
    fg_date date = *(const fg_date *)place;
    bool absent = date == FG_NO_DATE && !field->required;
    return absent || is_civil_date(date) ? FG_OK : wrong_type(error, field->name, field->type);
  }
  case FG_FIELD_FUND:
    return (unsigned)*(const fg_fund *)place < FG_FUND_COUNT ? FG_OK : wrong_type(error, field->name, field->type);
  case FG_FIELD_PAY: return check_pay(place, error);
  case FG_FIELD_CAMPAIGN: return check_campaign(place, error);
  case FG_FIELD_BUDGET: return check_budget(place, field, error);
  case FG_FIELD_FLAG: break;
  }
  return FG_OK;
}

fg_status fg_command_check(const fg_command *command, fg_error *error) {
  if (!is_command(command->kind)) {
    return fg_fail(error, FG_INVALID, "do", "there is no such command");
  }
  if (!fg_time_is_civil(command->at)) {
    return fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999");
  }
  for (size_t i = 0; i < field_lists[command->kind].count; i++) {
    FG_TRY(check_field(command, &field_lists[command->kind].members[i].field, error));
  }
  return check_period(command, error);
}

static fg_status encode_string(fg_string string, fg_text *bytes) {
  uint64_t length = string.text == NULL ? UINT64_MAX : string.length;
  FG_TRY(fg_text_append(bytes, (const char *)&length, sizeof length));
  return string.text == NULL ? FG_OK : fg_text_append(bytes, string.text, string.length);
}

static fg_status encode_bytes(const void *bytes, size_t size, fg_text *text) {
  return fg_text_append(text, bytes, size);
}

/* Member by member: the padding of a struct holds anything. */
static fg_status encode_campaign(const fg_campaign *campaign, fg_text *text) {
  const bool flags[] = {campaign->given, campaign->has_price, campaign->refundable};
  FG_TRY(encode_bytes(flags, sizeof flags, text));
  return encode_bytes(&campaign->price, sizeof campaign->price, text);
}

static fg_status encode_pay(const fg_pay *pay, fg_text *text) {
  FG_TRY(encode_bytes(&pay->given, sizeof pay->given, text));
  return encode_bytes(&pay->funds, sizeof pay->funds, text);
}

static fg_status encode_field(const fg_command *command, const fg_field *field, fg_text *text) {
  const void *place = fg_field_value(command, field);
  switch (field->type) {
  case FG_FIELD_TEXT: /* what is compared has the same id */
    return is_id_field(field) ? FG_OK : encode_string(*(const fg_string *)place, text);
  case FG_FIELD_QUANTITY:
  case FG_FIELD_SIGNED: return encode_bytes(place, sizeof(int64_t), text);
  case FG_FIELD_DATE: return encode_bytes(place, sizeof(fg_date), text);
  case FG_FIELD_FLAG: return encode_bytes(place, sizeof(bool), text);
  case FG_FIELD_PAY: return encode_pay(place, text);
  case FG_FIELD_CAMPAIGN: return encode_campaign(place, text);
  case FG_FIELD_MONEY: return encode_bytes(place, sizeof(fg_money), text);
  case FG_FIELD_FUND: return encode_bytes(place, sizeof(fg_fund), text);
  case FG_FIELD_BUDGET: break; /* of a command without an id */
  }
  return FG_OK;
}

fg_status fg_command_encode(const fg_command *command, fg_text *bytes) {
  const uint8_t kind = (uint8_t)command->kind;
  FG_TRY(encode_bytes(&kind, sizeof kind, bytes));
  for (size_t i = 0; i < field_lists[command->kind].count; i++) {
    FG_TRY(encode_field(command, &field_lists[command->kind].members[i].field, bytes));
  }
  return FG_OK;
}
