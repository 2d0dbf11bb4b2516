#include "call_names.h"

#include <stdio.h>

size_t fg_call_name(uint64_t session, uint64_t number, char text[FG_CALL_NAME_MAX]) {
  return (size_t)snprintf(text, FG_CALL_NAME_MAX, "#call-%llu-%llu", (unsigned long long)session,
                          (unsigned long long)number);
}

/* Only what fg_call_name writes is such an id: without a sign, a leading zero or anything after the number. So the id
   is written again from the number and compared. */
uint64_t fg_call_number_read(fg_string id) {
  char made[FG_CALL_NAME_MAX];
  uint64_t number = 0;
  size_t digits = id.length;
  while (digits > 0 && id.text[digits - 1] >= '0' && id.text[digits - 1] <= '9') {
    digits--;
  }
  for (size_t i = digits; i < id.length; i++) {
    number = number * 10 + (uint64_t)(id.text[i] - '0');
  }
  return fg_string_equal(id, fg_call_id(0, number, made)) ? number : 0;
}
