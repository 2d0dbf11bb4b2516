/* The checks of commands' fields, which the compiler makes from the rows of commands.def. */
#ifndef FG_COMMAND_CHECK_H
#define FG_COMMAND_CHECK_H

#include "attribute_list.h"
#include "command.h"

enum { NEED_REQUIRED, NEED_OPTIONAL, NEED_MADE_UP };

/* Fill an error with what was expected of a field, and answer FG_INVALID. */
FG_COLD fg_status fg_field_missing(fg_error *error, const char *name);
FG_COLD fg_status fg_field_empty(fg_error *error, const char *name);
FG_COLD fg_status fg_below_minimum(fg_error *error, const char *name, int64_t least);
FG_COLD fg_status fg_not_above_0(fg_error *error, const char *name);
FG_COLD fg_status fg_wrong_type(fg_error *error, const char *name, fg_field_type type);

static inline bool fg_is_signed_quantity(int64_t value) { return value != 0 && value >= -INT64_MAX; }

/* Checks that a field has a value that its type allows. A text may have `most` bytes, 0: any number. */
FG_COLD fg_status fg_no_text(fg_error *error, const char *name, size_t length, size_t most);
static inline fg_status fg_check_text(fg_string text, size_t most, const char *name, fg_error *error) {
  bool fits = most == 0 || text.length <= most;
  return FG_LIKELY(fits && fg_string_is_text(text)) ? FG_OK : fg_no_text(error, name, text.length, most);
}
fg_status fg_check_value(const void *place, fg_field_type type, bool required, const char *name, fg_error *error);
/* Checks a field. The fields of usage are mostly valid without a closer look, which is decided inline. */
FG_ALWAYS_INLINE fg_status fg_check_field(const void *place, fg_field_type type, bool required, const char *name,
                                          fg_error *error) {
  bool is_good = type == FG_FIELD_FLAG || (type == FG_FIELD_ATTRIBUTES && ((const fg_attributes *)place)->count == 0);
  return FG_LIKELY(is_good)            ? FG_OK
         : type == FG_FIELD_ATTRIBUTES ? fg_attributes_check_form(place, error)
                                       : fg_check_value(place, type, required, name, error);
}

/* R19: checks that a capacity order is either for days or for months. */
fg_status fg_check_period(const fg_command *command, fg_error *error);
fg_status fg_check_preview(const fg_command *command, fg_error *error);

static inline fg_status fg_command_check_instant(const fg_command *command, fg_error *error) {
  bool is_civil = fg_time_is_civil(command->at);
  return FG_LIKELY(is_civil) ? FG_OK
                             : fg_fail(error, FG_INVALID, "at", "expected an instant of the years 1970 to 9999");
}

/* Checks that a field is there, and that an id is not empty. A call may lack its id where it gets a number instead, and
   so may a commit or cancel of such a call. */
#define FG_CHECK_PRESENCE(member, need)                                                                                \
  if (FG_UNLIKELY(command->member.text == NULL)) {                                                                     \
    bool may_lack = fg_command_leaves_id(command) && (numbers_calls || command->kind != FG_DO_CALL);                   \
    if (NEED_##need != NEED_OPTIONAL && !(may_lack && &command->member == &command->id)) {                             \
      return fg_field_missing(error, #member);                                                                         \
    }                                                                                                                  \
  } else if (FG_UNLIKELY(&command->member == &command->id && command->member.length == 0)) {                           \
    return fg_field_empty(error, #member);                                                                             \
  }

/* Checks as fg_command_check_fields does, inlined, so that a caller that knows the kind makes only the comparisons for
   that kind. */
FG_ALWAYS_INLINE fg_status fg_command_check_as(fg_command_kind kind, const fg_command *command, bool numbers_calls,
                                               fg_error *error) {
  switch (kind) {
#define COMMAND(number, NAME, name, id, does, summary) case FG_DO_##NAME:
#define NAME_FIELD(member, need, otherwise, help) FG_CHECK_PRESENCE(member, need)
#define TEXT_FIELD(member, need, most, otherwise, help)                                                                \
  FG_CHECK_PRESENCE(member, need)                                                                                      \
  if (command->member.text != NULL) {                                                                                  \
    FG_TRY(fg_check_text(command->member, most, #member, error));                                                      \
  }
#define QUANTITY_FIELD(member, need, least, absent, otherwise, help)                                                   \
  if (FG_UNLIKELY(command->member < (least) && (NEED_##need == NEED_REQUIRED || command->member != (absent)))) {       \
    return fg_below_minimum(error, #member, least);                                                                    \
  }
#define VALUE_FIELD(member, TYPE, need, otherwise, help)                                                               \
  FG_TRY(fg_check_field(&command->member, FG_FIELD_##TYPE, NEED_##need == NEED_REQUIRED, #member, error));
#define CHECKS(expression) FG_TRY(expression);
#define END_COMMAND return FG_OK;
#include "commands.def"
  default: return fg_fail(error, FG_INVALID, "do", "there is no such command");
  }
}

#endif
