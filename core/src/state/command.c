/* The table of commands with their fields, and how fields are filled in by name. */
#include "command.h"

#include "../book/book.h"
#include "attribute_list.h"
#include "command_check.h"

#include <stdio.h>

/* clang-format off */

/* The fields of each command. Each list ends with a row without a name, because C has no array without an element. A
   field of type MONEY must be above 0. */
#define MEMBER(member, TYPE, need, least, absent)                                                                      \
  {{#member, FG_FIELD_##TYPE, NEED_##need != NEED_OPTIONAL, NEED_##need == NEED_MADE_UP, least, absent},                \
   offsetof(fg_command, member)},
#define COMMAND(number, NAME, name, id, does, summary) static const fg_member fields_of_##NAME[] = {
#define NAME_FIELD(member, need, otherwise, help) MEMBER(member, NAME, need, 0, 0)
#define TEXT_FIELD(member, need, most, otherwise, help) MEMBER(member, TEXT, need, 0, 0)
#define QUANTITY_FIELD(member, need, least, absent, otherwise, help) MEMBER(member, QUANTITY, need, least, absent)
#define VALUE_FIELD(member, TYPE, need, otherwise, help)                                                               \
  MEMBER(member, TYPE, need, FG_FIELD_##TYPE == FG_FIELD_MONEY, 0)
#define END_COMMAND {{NULL, FG_FIELD_FLAG, false, false, 0, 0}, 0}};
#include "commands.def"

/* R9: the table of all commands by kind. It has none to freeze a pack in use. */
static const struct {
  const char *name;
  const fg_member *members;
  size_t count;
  fg_command_id id;
  int64_t quantity; ///< the command's quantity where a document leaves it out
} command_table[FG_COMMAND_COUNT] = {
#define COMMAND(number, NAME, name, id, does, summary)                                                                 \
  [FG_DO_##NAME] = {name, fields_of_##NAME, sizeof fields_of_##NAME / sizeof(fg_member) - 1, FG_##id, 0
#define QUANTITY_FIELD(member, need, least, absent, otherwise, help)                                                   \
                    + (offsetof(fg_command, member) == offsetof(fg_command, quantity) ? (absent) : 0)
#define END_COMMAND },
#include "commands.def"
};

/* clang-format on */

static const char *const fund_names[FG_FUND_COUNT] = {"gift", "income", "cash", "voucher"};

static bool is_command(fg_command_kind kind) { return (unsigned)kind < FG_COMMAND_COUNT; }

const char *fg_command_name(fg_command_kind kind) { return is_command(kind) ? command_table[kind].name : NULL; }

bool fg_command_kind_of(fg_string name, fg_command_kind *kind) {
  for (int i = 0; i < FG_COMMAND_COUNT; i++) {
    if (fg_string_is(name, command_table[i].name)) {
      *kind = (fg_command_kind)i;
      return true;
    }
  }
  return false;
}

const fg_field *fg_command_field(fg_command_kind kind, size_t index) {
  bool is_there = is_command(kind) && index < command_table[kind].count;
  return is_there ? &command_table[kind].members[index].field : NULL;
}

const fg_field *fg_command_field_named(fg_command_kind kind, fg_string name) {
  const fg_field *field;
  for (size_t i = 0; (field = fg_command_field(kind, i)) != NULL && !fg_string_is(name, field->name); i++) {
  }
  return field;
}

bool fg_command_takes_money(fg_command_kind kind, const char *name) {
  size_t length = strcspn(name, ".");
  const fg_field *field = fg_command_field_named(kind, (fg_string){name, length});
  return field != NULL && (field->type == FG_FIELD_MONEY || field->type == FG_FIELD_BUDGET ||
                           (name[length] == '.' && field->type == FG_FIELD_PAY) || strcmp(name, "campaign.price") == 0);
}

fg_command_id fg_command_id_of(fg_command_kind kind) { return command_table[kind].id; }

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

/* Memory is set through a pointer that GCC may not look through, because for a size that it knows it writes a string
   instruction, with which a usage from Python takes a fifth longer. */
static void *(*const volatile set_memory)(void *, int, size_t) = memset;

void fg_command_begin(fg_command *command, fg_command_kind kind, fg_time at) {
  set_memory(command, 0, sizeof *command);
  command->kind = kind;
  command->at = at;
  command->quantity = is_command(kind) ? command_table[kind].quantity : 0;
  command->start = FG_NO_DATE;
  command->effective = FG_NO_DATE;
  command->billable = true;
  command->campaign.refundable = true;
  command->fund = FG_CASH;
}

/* Finds a field by its name and marks it as given. The name of a part, such as "pay.cash", leads to the field of the
   whole object. */
static fg_status find_field(fg_command *command, const char *name, const fg_field **field, fg_error *error) {
  size_t length = strcspn(name, ".");
  bool is_part = name[length] != '\0';
  const fg_field *found = fg_command_field_named(command->kind, (fg_string){name, length});
  if (found == NULL) {
    return fg_fail(error, FG_INVALID, name, "%s has no such field",
                   is_command(command->kind) ? command_table[command->kind].name : "this");
  }
  uint32_t bit = UINT32_C(1) << ((const fg_member *)found - command_table[command->kind].members);
  if (is_part != (found->type == FG_FIELD_PAY || found->type == FG_FIELD_CAMPAIGN)) {
    return fg_fail(error, FG_INVALID, name, is_part ? "is not an object" : "expected an object");
  }
  if (!is_part && (command->given & bit) != 0) {
    return fg_fail(error, FG_INVALID, name, "is given twice");
  }
  command->given |= bit;
  *field = found;
  return FG_OK;
}

static const char *const expected[] = {
    [FG_FIELD_NAME] = "expected a string",
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
    [FG_FIELD_BOOK] = "expected a price book",
    [FG_FIELD_ATTRIBUTES] = "expected an object of names and texts or whole numbers",
};

fg_status fg_wrong_type(fg_error *error, const char *name, fg_field_type type) {
  return fg_fail(error, FG_INVALID, name, "%s", expected[type]);
}

fg_status fg_not_above_0(fg_error *error, const char *name) {
  return fg_fail(error, FG_INVALID, name, "expected an amount above 0");
}

fg_status fg_below_minimum(fg_error *error, const char *name, int64_t least) {
  return fg_fail(error, FG_INVALID, name, "expected at least %lld", (long long)least);
}

static fg_status parse_money(fg_string value, const char *name, fg_money *money, fg_error *error) {
  fg_status status = fg_money_parse(value.text, value.length, money);
  if (status == FG_OVERFLOW) {
    return fg_fail(error, FG_INVALID, name, "expected an amount below 10^26");
  }
  return status == FG_OK ? FG_OK : fg_wrong_type(error, name, FG_FIELD_MONEY);
}

static fg_status read_money(fg_string value, const char *name, fg_money *money, fg_error *error) {
  FG_TRY(parse_money(value, name, money, error));
  return money->high < 0 ? fg_fail(error, FG_INVALID, name, "expected an amount of at least 0") : FG_OK;
}

static fg_status set_quantity(fg_command *command, const fg_field *field, int64_t value, fg_error *error) {
  if (value < field->minimum) {
    return fg_below_minimum(error, field->name, field->minimum);
  }
  *(int64_t *)fg_field_place(command, field) = value;
  return FG_OK;
}

static fg_status set_signed(fg_command *command, const fg_field *field, int64_t value, fg_error *error) {
  if (!fg_is_signed_quantity(value)) {
    return fg_wrong_type(error, field->name, field->type);
  }
  *(int64_t *)fg_field_place(command, field) = value;
  return FG_OK;
}

/* Reads a quantity that may have a minus sign. */
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
    return strcmp(name, "campaign.refundable") == 0 ? fg_wrong_type(error, name, FG_FIELD_FLAG)
                                                    : fg_fail(error, FG_INVALID, name, "campaign has no such field");
  }
  command->campaign.given = command->campaign.has_price = true;
  return read_money(value, name, &command->campaign.price, error);
}

static fg_status set_amount(fg_command *command, const fg_field *field, fg_string value, fg_error *error) {
  fg_money amount;
  FG_TRY(parse_money(value, field->name, &amount, error));
  if (fg_amount_of(amount) < field->minimum) {
    return fg_not_above_0(error, field->name);
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
  case FG_FIELD_NAME:
  case FG_FIELD_TEXT: *(fg_string *)place = value; return FG_OK;
  case FG_FIELD_QUANTITY:
    if (!fg_quantity_parse(value, &quantity)) {
      return fg_wrong_type(error, name, FG_FIELD_QUANTITY);
    }
    return set_quantity(command, field, quantity, error);
  case FG_FIELD_SIGNED:
    return parse_signed(value, &quantity) ? set_signed(command, field, quantity, error)
                                          : fg_wrong_type(error, name, field->type);
  case FG_FIELD_MONEY: return set_amount(command, field, value, error);
  case FG_FIELD_DATE:
    return fg_date_parse(value.text, value.length, place) == FG_OK ? FG_OK : fg_wrong_type(error, name, field->type);
  case FG_FIELD_FUND: return fg_fund_of(value, place) ? FG_OK : fg_wrong_type(error, name, field->type);
  case FG_FIELD_PAY: return set_pay(command, name, value, error);
  case FG_FIELD_CAMPAIGN: return set_campaign_price(command, name, value, error);
  case FG_FIELD_BUDGET: return set_budget(command, field, value, error);
  case FG_FIELD_FLAG:
  case FG_FIELD_BOOK:
  case FG_FIELD_ATTRIBUTES: break;
  }
  return fg_wrong_type(error, name, field->type);
}

fg_status fg_command_set_integer(fg_command *command, const char *name, int64_t value, fg_error *error) {
  const fg_field *field = NULL;
  FG_TRY(find_field(command, name, &field, error));
  if (field->type == FG_FIELD_SIGNED) {
    return set_signed(command, field, value, error);
  }
  if (field->type != FG_FIELD_QUANTITY) {
    bool is_money = field->type == FG_FIELD_PAY || strcmp(name, "campaign.price") == 0;
    return fg_wrong_type(error, name, is_money ? FG_FIELD_MONEY : field->type);
  }
  return value < 0 ? fg_wrong_type(error, name, field->type) : set_quantity(command, field, value, error);
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
  return fg_wrong_type(error, name, field->type == FG_FIELD_PAY ? FG_FIELD_MONEY : field->type);
}

fg_status fg_command_set_null(fg_command *command, const char *name, fg_error *error) {
  const fg_field *field = NULL;
  FG_TRY(find_field(command, name, &field, error));
  if (field->type != FG_FIELD_BUDGET) {
    return fg_wrong_type(error, name, field->type);
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
    return fg_wrong_type(error, name, field->type);
  }
  *(field->type == FG_FIELD_PAY ? &command->pay.given : &command->campaign.given) = true;
  return FG_OK;
}

fg_status fg_command_set_book(fg_command *command, const char *name, fg_book *book, fg_error *error) {
  const fg_field *field = NULL;
  FG_TRY(find_field(command, name, &field, error));
  if (field->type != FG_FIELD_BOOK) {
    return fg_wrong_type(error, name, field->type);
  }
  *(fg_book **)fg_field_place(command, field) = book;
  return FG_OK;
}

fg_status fg_command_set_attributes(fg_command *command, const char *name, const fg_attribute *attributes, size_t count,
                                    fg_error *error) {
  const fg_field *field = NULL;
  const fg_attributes given = {attributes, count};
  FG_TRY(find_field(command, name, &field, error));
  if (field->type != FG_FIELD_ATTRIBUTES) {
    return fg_wrong_type(error, name, field->type);
  }
  FG_TRY(fg_attributes_check_form(&given, error));
  *(fg_attributes *)fg_field_place(command, field) = given;
  return FG_OK;
}

fg_status fg_check_period(const fg_command *command, fg_error *error) {
  if ((command->days > 0) != (command->months > 0)) {
    return FG_OK;
  }
  return command->days > 0 ? fg_fail(error, FG_INVALID, "months", "expected days or months, not both")
                           : fg_fail(error, FG_INVALID, "days", "days or months is missing");
}

/* Checks that a preview with usage names the product or event of that usage. */
fg_status fg_check_preview(const fg_command *command, fg_error *error) {
  bool is_of_something = command->product.text != NULL || !fg_preview_has_usage(command);
  return is_of_something ? FG_OK : fg_field_missing(error, "product");
}

fg_status fg_field_missing(fg_error *error, const char *name) { return fg_fail(error, FG_INVALID, name, "is missing"); }

fg_status fg_command_finish(const fg_command *command, fg_error *error) {
  const fg_field *field;
  for (size_t i = 0; (field = fg_command_field(command->kind, i)) != NULL; i++) {
    if (field->required && (command->given & (UINT32_C(1) << i)) == 0) {
      return fg_field_missing(error, field->name);
    }
  }
  switch (command->kind) {
  case FG_DO_BUY_CAPACITY: return fg_check_period(command, error);
  case FG_DO_PREVIEW: return fg_check_preview(command, error);
  default: return FG_OK;
  }
}

fg_status fg_command_suits(const fg_command *command, const fg_book *book, fg_error *error) {
  bool is_told_apart = book->format > 0;
  if (command->kind == FG_DO_SET && !is_told_apart) {
    return fg_fail(error, FG_INVALID, "do", "there is no such command in a book of format \"faregate-book/1\"");
  }
  return command->attributes.count == 0 || is_told_apart
             ? FG_OK
             : fg_fail(error, FG_INVALID, "attributes", "%s has no such field in a book of format \"faregate-book/1\"",
                       fg_command_name(command->kind));
}

fg_status fg_command_keep_texts(fg_command *command, fg_arena *arena, const fg_allocator *allocator) {
  const fg_field *field;
  for (size_t i = 0; (field = fg_command_field(command->kind, i)) != NULL; i++) {
    fg_string *text = fg_field_place(command, field);
    if (field->type == FG_FIELD_ATTRIBUTES) {
      FG_TRY(fg_attributes_keep(fg_field_place(command, field), arena, allocator));
    }
    if ((field->type == FG_FIELD_TEXT || field->type == FG_FIELD_NAME) && text->text != NULL) {
      *text = fg_string_copy(arena, allocator, *text);
      if (text->text == NULL) {
        return FG_NO_MEMORY;
      }
    }
  }
  return FG_OK;
}
