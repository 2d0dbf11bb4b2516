/* Values of a usage log in the forms in which programs write them. */
#ifndef FG_EVENT_VALUES_H
#define FG_EVENT_VALUES_H

#include "biller.h"

/* The instant and the quantity of a row: NULL, or what is wrong, in words. A quantity is below 0 only where the log has
   corrections. */
const char *fg_event_time(const fg_biller *biller, const fg_events *events, size_t row, fg_time *time);
const char *fg_event_quantity(const fg_events *events, size_t row, int64_t *quantity, fg_point *point);

/* `value` counted in `unit`; false where it is no civil instant. */
bool fg_scale_time(int64_t value, fg_time_unit unit, fg_time *time);

/* The text without the blanks around it: ASCII's, U+00A0 and U+3000. What is all blanks is absent: text NULL. */
fg_string fg_trim(fg_string text);

#endif
