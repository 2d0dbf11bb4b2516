/* Statuses, and the error that a caller may ask for. */
#ifndef FG_STATUS_H
#define FG_STATUS_H

#include "base.h"

/* The rule of the Face Fusion guide that a status rests on; empty: none. */
fg_string fg_status_rule(fg_status status);

/* Puts a prefix before the path of an error: "quantity" becomes "commands[3].quantity". */
FG_COLD void fg_error_prefix(fg_error *error, const char *format, ...) FG_PRINTF(2, 3);
/* Answers `status`. If it is FG_INVALID, the prefix is put before the path of the error. */
fg_status fg_within(fg_error *error, fg_status status, const char *format, ...) FG_PRINTF(3, 4);

/* Removes the part of a UTF-8 character at the end of a text that filled its buffer. */
void fg_cut_utf8(char *text, size_t size);

#endif
