/* Statuses and the error a caller may ask for. */
#ifndef FG_STATUS_H
#define FG_STATUS_H

#include "base.h"

/* The rule of the Face Fusion guide behind a status; empty: none. */
fg_string fg_status_rule(fg_status status);

/* Puts `prefix` before the path of an error: "quantity" becomes "commands[3].quantity". */
FG_COLD void fg_error_prefix(fg_error *error, const char *format, ...) FG_PRINTF(2, 3);
/* Answers `status`; if it is FG_INVALID, puts the prefix before the path. */
fg_status fg_within(fg_error *error, fg_status status, const char *format, ...) FG_PRINTF(3, 4);

/* Cuts text that filled its buffer back to a whole UTF-8 character. */
void fg_cut_utf8(char *text, size_t size);

#endif
