/* Reads values of a usage log in the forms in which programs write them. */
#ifndef FG_EVENT_VALUES_H
#define FG_EVENT_VALUES_H

#include "biller.h"

/* fg_event_time and fg_event_quantity read a row. They return NULL, or in words what is wrong. A quantity is below 0
   only where the log has corrections. */
const char *fg_event_time(const fg_biller *biller, const fg_events *events, size_t row, fg_time *time);
const char *fg_event_quantity(const fg_events *events, size_t row, int64_t *quantity, fg_point *point);

/* Scales `value`, counted in `unit`, to an instant; false if that is outside of the calendar. */
bool fg_scale_time(int64_t value, fg_time_unit unit, fg_time *time);

/* Returns a text without the blanks around it: those of ASCII, U+00A0 and U+3000. A text of blanks alone becomes text
   NULL. */
fg_string fg_trim(fg_string text);

#endif
