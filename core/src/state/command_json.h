/* Commands as JSON, which a timeline and a ledger read and write alike. */
#ifndef FG_COMMAND_JSON_H
#define FG_COMMAND_JSON_H

#include "../../include/faregate_timeline.h"
#include "command.h"
#include "../json/read.h"
#include "../base/tell.h"

/* The price book that a document is for: the value is the book itself, or the name of one in `books`; if that is
   NULL, no name is known. The caller releases the book. FG_UNKNOWN_BOOK, FG_INVALID with path. */
fg_status fg_book_of_document(const fg_json *value, const fg_book_source *books, const fg_allocator *allocator,
                              fg_book **book, fg_error *error);

/* Reads commands one after another. The reader owns the attributes and the price book of the latest command, until it
   reads the next one or ends. */
typedef struct fg_command_reader {
  const fg_zone *zone;         ///< zone of civil times; not used if the caller reads times itself
  const fg_book_source *books; ///< finds price books by their names; NULL: a command cannot name one
  const fg_allocator *allocator;
  fg_book *book; ///< the latest command's book; NULL: it has none
  fg_attribute attributes[FG_ATTRIBUTES_MAX];
} fg_command_reader;
void fg_command_reader_end(fg_command_reader *reader);

/* Reads a command of a timeline, {"at", "do", …}. Its texts point into the value. FG_INVALID with path,
   FG_UNKNOWN_BOOK. */
fg_status fg_command_read(fg_command_reader *reader, const fg_json *value, fg_command *command, fg_error *error);

/* Reads the fields of a command that was begun, from an object that may have "at" and "do" as well. */
fg_status fg_command_read_fields(fg_command_reader *reader, const fg_json *object, fg_command *command,
                                 fg_error *error);

/* Reads an object of names, each with a text or a whole number, to `room`; the strings point into the object. It does
   not ask whether a book declares these attributes. FG_INVALID with path. */
fg_status fg_attributes_from_json(const fg_json *object, fg_attribute room[FG_ATTRIBUTES_MAX],
                                  fg_attributes *attributes, fg_error *error);

/* Tells the fields of a command that are set and differ from their defaults, without "at", "do" and the id. */
void fg_command_tell_fields(fg_teller *to, const fg_command *command);

#endif
