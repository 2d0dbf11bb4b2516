/* Commands as data: which fields each has, how a value is read, when two are the same. */
#ifndef FG_COMMAND_H
#define FG_COMMAND_H

#include "civil.h"
#include "money.h"
#include "status.h"

/* The commands of a loop, which need no walk over the table of fields. What is only compared or looked up, a product or
   the id of a call in flight, may be any bytes: it is found or not. */
static inline bool fg_command_is_plain(const fg_command *command, bool makes_names) {
  bool has_id = command->id.text != NULL && command->id.length > 0;
  bool names_product = command->product.text != NULL;
  switch (command->kind) {
  case FG_DO_USE: return names_product && command->quantity >= 0 && command->id.text == NULL;
  case FG_DO_CALL:
    return names_product && command->quantity > 0 && command->timeout_ms == 0 && command->owner.text == NULL &&
           (has_id ? fg_string_is_text(command->id) : command->id.text == NULL && makes_names);
  case FG_DO_COMMIT:
  case FG_DO_CANCEL: return has_id || (command->id.text == NULL && makes_names && command->call != 0);
  default: return false;
  }
}

/* FG_INVALID, with the field as path, if a field is missing or out of range however it was filled in. */
fg_status fg_command_check(const fg_command *command, fg_error *error);

/* True for the kinds whose `id` is their own: it makes them idempotent. The `id` of the others names an order. */
bool fg_command_owns_id(fg_command_kind kind);

/* Appends the fields, `at` and the own id left out, in a form that is equal for equal commands alone. */
fg_status fg_command_encode(const fg_command *command, fg_text *bytes);

/* "cash" of FG_CASH. */
const char *fg_fund_name(fg_fund fund);

#endif
