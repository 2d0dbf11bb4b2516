/* Commands from JSON, in a timeline and in a ledger alike, and back to it. */
#ifndef FG_COMMAND_JSON_H
#define FG_COMMAND_JSON_H

#include "command.h"
#include "../json/read.h"
#include "../base/tell.h"

/* A command of the timeline, {"at", "do", …}. Text is borrowed from the value, attributes from `room`. FG_INVALID with
   path. */
fg_status fg_command_read(const fg_json *value, const fg_zone *zone, fg_attribute room[FG_ATTRIBUTES_MAX],
                          fg_command *command, fg_error *error);

/* The fields of a command that was begun, from an object that may also hold "at" and "do". */
fg_status fg_command_read_fields(const fg_json *object, fg_attribute room[FG_ATTRIBUTES_MAX], fg_command *command,
                                 fg_error *error);

/* An object of names and texts or whole numbers, borrowed, in `room`; what an account or a usage of a book declares is
   not asked. FG_INVALID with path. */
fg_status fg_attributes_from_json(const fg_json *object, fg_attribute room[FG_ATTRIBUTES_MAX],
                                  fg_attributes *attributes, fg_error *error);

/* Tells the fields that are there and not at their default, without "at" and "do". The id is left to the caller. */
void fg_command_tell_fields(fg_teller *to, const fg_command *command);

#endif
