/* Commands as data: which fields each has, how a value is read, and when two commands are the same. */
#ifndef FG_COMMAND_H
#define FG_COMMAND_H

#include "../../include/faregate_timeline.h"
#include "../base/civil.h"
#include "../base/money.h"
#include "../base/status.h"

/* A field of a command as the interface shows it, and where in an fg_command its value is. Every fg_field that is shown
   is the first member of an fg_member. */
typedef struct fg_member {
  fg_field field;
  size_t offset;
} fg_member;

static inline const void *fg_field_value(const fg_command *command, const fg_field *field) {
  return (const char *)command + ((const fg_member *)field)->offset;
}
static inline void *fg_field_place(fg_command *command, const fg_field *field) {
  return (char *)command + ((const fg_member *)field)->offset;
}

/* What the id of a command means. */
typedef enum fg_command_id {
  FG_NO_ID,    ///< the command has no id, or one that names something else
  FG_OWN_ID,   ///< the command may have an id of its own, with which it is safe to repeat
  FG_ORDER_ID, ///< as FG_OWN_ID, and an id is made up if it has none: orders and given packs
  FG_CALL_ID   ///< the id of a call
} fg_command_id;
fg_command_id fg_command_id_of(fg_command_kind kind);

/* Whether the `id` of such a command is its own, which makes it idempotent. The `id` of other commands names an order
   or a call. */
static inline bool fg_command_owns_id(fg_command_kind kind) { return fg_command_id_of(kind) != FG_NO_ID; }
static inline bool fg_command_orders(fg_command_kind kind) { return fg_command_id_of(kind) == FG_ORDER_ID; }

/* Whether a preview is asked with a usage that has not happened. */
static inline bool fg_preview_has_usage(const fg_command *command) {
  return command->quantity != FG_ALL || command->attributes.count > 0;
}

/* Whether the command is a question, which by itself changes nothing. */
/* clang-format off */
static inline bool fg_command_asks(fg_command_kind kind) {
  enum { CHANGES, ASKS };
  switch (kind) {
#define COMMAND(number, NAME, name, id, does, summary) case FG_DO_##NAME: return does == ASKS;
#include "commands.def"
  default: return false;
  }
}
/* clang-format on */

/* Whether a command has no id but may get one: a call a new id, a commit or cancel with a call's number the id of that
   call. */
static inline bool fg_command_leaves_id(const fg_command *command) {
  bool ends_call = command->kind == FG_DO_COMMIT || command->kind == FG_DO_CANCEL;
  return command->id.text == NULL && (ends_call ? command->call != 0 : command->kind == FG_DO_CALL);
}

/* Whether a commit says how many units the call came to, by a quantity or by attributes that determine them. */
static inline bool fg_command_names_units(const fg_command *command) {
  return command->kind == FG_DO_COMMIT && (command->quantity != FG_ALL || command->attributes.count > 0);
}

/* Checks the fields of a command, however they were filled in. `numbers_calls`: a call may leave out its id.
   fg_command_check checks the instant too. FG_INVALID with the field as path, if it is missing or out of range. */
fg_status fg_command_check_fields(const fg_command *command, bool numbers_calls, fg_error *error);
fg_status fg_command_check(const fg_command *command, fg_error *error);

/* Refuses a field that books of this format do not know. FG_INVALID. */
fg_status fg_command_suits(const fg_command *command, const fg_book *book, fg_error *error);

/* Appends the fields of a command without `at` and `id`, as bytes that are equal for equal commands alone. */
fg_status fg_command_encode(const fg_command *command, fg_text *bytes);

/* Whether two commands are the same, apart from `at` and `id`. Every comparison of commands asks this. `scratch` is
   overwritten. */
fg_status fg_command_is_same(const fg_command *a, const fg_command *b, fg_text *scratch, bool *is_same);

/* Replaces texts and attributes, which the caller owns, by copies that last as long as the arena. */
fg_status fg_command_keep_texts(fg_command *command, fg_arena *arena, const fg_allocator *allocator);

/* The name of a fund, such as "cash". */
const char *fg_fund_name(fg_fund fund);

#endif
