/* Times in the forms in which programs write them. */
#ifndef FG_LOOSE_TIME_H
#define FG_LOOSE_TIME_H

#include "civil.h"

/* Reads what fg_time_parse is too strict for, such as "2024/11/5 9:05:00.123456789 +0800" or "2024-11-05t10:00z". */
bool fg_time_parse_loosely(fg_string text, const fg_zone *zone, fg_time *time);

#endif
