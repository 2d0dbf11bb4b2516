#include "call_names.h"

#include <stdio.h>

fg_string fg_call_names_of(const fg_call_names *names, uint64_t number, char made[FG_CALL_NAME_MAX]) {
  return (fg_string){made, fg_call_name(names->session, number, made)};
}

size_t fg_call_name(uint64_t session, uint64_t number, char text[FG_CALL_NAME_MAX]) {
  return (size_t)snprintf(text, FG_CALL_NAME_MAX, "#call-%llu-%llu", (unsigned long long)session,
                          (unsigned long long)number);
}

/* Only what fg_call_name writes is a name: no sign, no leading zero, nothing behind. So it is written again and
   compared. */
static FG_COLD uint64_t parse(const fg_call_names *names, fg_string id) {
  char made[FG_CALL_NAME_MAX];
  uint64_t number = 0;
  size_t digits = id.length;
  while (digits > 0 && id.text[digits - 1] >= '0' && id.text[digits - 1] <= '9') {
    digits--;
  }
  for (size_t i = digits; i < id.length; i++) {
    number = number * 10 + (uint64_t)(id.text[i] - '0');
  }
  return fg_string_equal(id, fg_call_names_of(names, number, made)) ? number : 0;
}

uint64_t fg_call_names_number(const fg_call_names *names, fg_string id) {
  bool may_be = names->next != 0 && id.length > 0 && id.text[0] == '#';
  return FG_UNLIKELY(may_be) ? parse(names, id) : 0;
}
