/* Commands from JSON, in a timeline and in a ledger alike, and back to it. */
#ifndef FG_COMMAND_JSON_H
#define FG_COMMAND_JSON_H

#include "../../include/faregate_timeline.h"
#include "command.h"
#include "../json/read.h"
#include "../base/tell.h"

/* The price book that a document is about: one that the value is, or the one of its name, for the caller to release.
   `books` NULL: none has a name. FG_UNKNOWN_BOOK, FG_INVALID with path. */
fg_status fg_book_of_document(const fg_json *value, const fg_book_source *books, const fg_allocator *allocator,
                              fg_book **book, fg_error *error);

/* Reads commands one after the other. What the latest has of attributes and price book is the reader's: they hold until
   the next is read, or the reader ends. */
typedef struct fg_command_reader {
  const fg_zone *zone;         ///< of civil times; not asked where times are read by the caller
  const fg_book_source *books; ///< NULL: a price book is no name
  const fg_allocator *allocator;
  fg_book *book; ///< NULL before the first command
  fg_attribute attributes[FG_ATTRIBUTES_MAX];
} fg_command_reader;
void fg_command_reader_end(fg_command_reader *reader);

/* A command of the timeline, {"at", "do", …}. Text is borrowed from the value. FG_INVALID with path,
   FG_UNKNOWN_BOOK. */
fg_status fg_command_read(fg_command_reader *reader, const fg_json *value, fg_command *command, fg_error *error);

/* The fields of a command that was begun, from an object that may also hold "at" and "do". */
fg_status fg_command_read_fields(fg_command_reader *reader, const fg_json *object, fg_command *command,
                                 fg_error *error);

/* An object of names and texts or whole numbers, borrowed, in `room`; what an account or a usage of a book declares is
   not asked. FG_INVALID with path. */
fg_status fg_attributes_from_json(const fg_json *object, fg_attribute room[FG_ATTRIBUTES_MAX],
                                  fg_attributes *attributes, fg_error *error);

/* Tells the fields that are there and not at their default, without "at" and "do". The id is left to the caller. */
void fg_command_tell_fields(fg_teller *to, const fg_command *command);

#endif
