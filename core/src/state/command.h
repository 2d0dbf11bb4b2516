/* Commands as data: which fields each has, how a value is read, when two are the same. */
#ifndef FG_COMMAND_H
#define FG_COMMAND_H

#include "../../include/faregate_timeline.h"
#include "../base/civil.h"
#include "../base/money.h"
#include "../base/status.h"

/* A field as all see it, and where in an fg_command its value is. Each fg_field there is begins one. */
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

/* FG_INVALID, with the field as path, if a field is missing or out of range however it was filled in. */
fg_status fg_command_check(const fg_command *command, fg_error *error);

/* True for the kinds whose `id` is their own: it makes them idempotent. The `id` of the others names an order. */
bool fg_command_owns_id(fg_command_kind kind);

/* True for purchases and gifts, which have an id also where none is given. */
static inline bool fg_command_orders(fg_command_kind kind) {
  return kind == FG_DO_BUY_PACK || kind == FG_DO_GIVE_PACK || kind == FG_DO_BUY_CAPACITY;
}

/* Whether it leaves out an id that its account may make up: that of a call, or of one that it ends by its number. */
static inline bool fg_command_leaves_id(const fg_command *command) {
  bool ends_call = command->kind == FG_DO_COMMIT || command->kind == FG_DO_CANCEL;
  return command->id.text == NULL && (ends_call ? command->call != 0 : command->kind == FG_DO_CALL);
}

/* Appends the fields, `at` and the own id left out, in a form that is equal for equal commands alone. */
fg_status fg_command_encode(const fg_command *command, fg_text *bytes);

/* "cash" of FG_CASH. */
const char *fg_fund_name(fg_fund fund);

#endif
