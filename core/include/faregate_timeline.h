/*
 * faregate: commands set field by field, by the names that the timeline gives them (docs/timeline.md), and whole
 * timelines in JSON. For what reads commands from text: bindings, command lines, tests.
 */
#ifndef FAREGATE_TIMELINE_H
#define FAREGATE_TIMELINE_H

#include "faregate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------ fields */

/* Finds a fund by its name, such as "cash"; false if there is none. */
FG_API bool fg_fund_of(fg_string name, fg_fund *fund);

typedef enum fg_field_type {
  FG_FIELD_NAME, ///< a text that names something that exists
  FG_FIELD_TEXT,
  FG_FIELD_QUANTITY, ///< an integer or a decimal string of one
  FG_FIELD_SIGNED,   ///< a quantity that may be below 0, but not 0
  FG_FIELD_MONEY,    ///< a decimal string
  FG_FIELD_DATE,     ///< "2024-11-05"
  FG_FIELD_FUND,     ///< "cash", "income", "gift" or "voucher"
  FG_FIELD_FLAG,
  FG_FIELD_PAY,       ///< an object of fund and money, whose parts are set as "pay.cash" and so on
  FG_FIELD_CAMPAIGN,  ///< an object: "campaign.price", "campaign.refundable"
  FG_FIELD_BUDGET,    ///< a decimal string, or null for no cap
  FG_FIELD_BOOK,      ///< a price book, set by fg_command_set_book; in a document its name or all of it
  FG_FIELD_ATTRIBUTES ///< an object: name to text or whole number; set by fg_command_set_attributes
} fg_field_type;

typedef struct fg_field {
  const char *name;
  fg_field_type type;
  bool required;
  bool made_up;    ///< required, but may be left out if the account names its calls
  int64_t minimum; ///< for a quantity, in units; for money 1 means above 0
  int64_t absent;  ///< for a quantity that may be left out, the value that says so
} fg_field;

/* The field of a command at an index, from 0 in the order of the timeline contract; NULL after the last. */
FG_API const fg_field *fg_command_field(fg_command_kind kind, size_t index);
/* The field of a command with a name; NULL if there is none. */
FG_API const fg_field *fg_command_field_named(fg_command_kind kind, fg_string name);
/* Whether a field, or a part of one such as "pay.cash", holds an amount of money. */
FG_API bool fg_command_takes_money(fg_command_kind kind, const char *field);

/* These set a field by its name, checked for form and range. FG_INVALID with the field as path: unknown to this
   command, given twice, of another type, malformed, out of range. Text is borrowed until the command has been
   applied. */
FG_API FG_MUST_CHECK fg_status fg_command_set_text(fg_command *command, const char *field, fg_string value,
                                                   fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_command_set_integer(fg_command *command, const char *field, int64_t value,
                                                      fg_error *error);
FG_API FG_MUST_CHECK fg_status fg_command_set_flag(fg_command *command, const char *field, bool value, fg_error *error);
/* Sets a price book, which is borrowed until the command has been applied. */
FG_API FG_MUST_CHECK fg_status fg_command_set_book(fg_command *command, const char *field, fg_book *book,
                                                   fg_error *error);
/* Sets a field to null, which lifts a budget; FG_INVALID for any other field. */
FG_API FG_MUST_CHECK fg_status fg_command_set_null(fg_command *command, const char *field, fg_error *error);
/* Says that an object field ("pay", "campaign") is present, so that an empty one counts as given. */
FG_API FG_MUST_CHECK fg_status fg_command_set_object(fg_command *command, const char *field, fg_error *error);
/* Sets the attributes of a command, which are borrowed as texts are. FG_INVALID also for more than FG_ATTRIBUTES_MAX,
   an empty name, or a name that comes twice. */
FG_API FG_MUST_CHECK fg_status fg_command_set_attributes(fg_command *command, const char *field,
                                                         const fg_attribute *attributes, size_t count, fg_error *error);
/* Checks that all fields were set that the command needs. FG_INVALID. */
FG_API FG_MUST_CHECK fg_status fg_command_finish(const fg_command *command, fg_error *error);

/* ---------------------------------------------------------------------------------------------------- timeline */

/* Finds a shipped book by name for fg_replay; the caller gets its reference. */
typedef struct fg_book_source {
  fg_status (*find)(void *context, fg_string name, fg_book **book, fg_error *error);
  void *context;
} fg_book_source;

/* Replays a timeline (JSON), and writes its outcomes and statement (JSON) to `answer`, which the caller releases.
   FG_INVALID, FG_UNKNOWN_BOOK: the document cannot be read; error->path says where. Once statements and previews have
   taken FG_TIMELINE_LISTS_MAX bytes, the outcome of the next one is overflow. FG_STOPPED. */
#define FG_TIMELINE_LISTS_MAX 67108864
FG_API FG_MUST_CHECK fg_status fg_replay(const char *json, size_t length, const fg_book_source *books,
                                         const fg_allocator *allocator, const fg_listener *listener, fg_text *answer,
                                         fg_error *error);

#ifdef __cplusplus
}
#endif

#endif
