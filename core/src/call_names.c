#include "call_names.h"

#include <stdio.h>

enum { WORD = 5, LETTERS = 13, DIGITS_MAX = 9 };

/* Five bits a letter; none that is taken for another. */
void fg_call_names_begin(fg_call_names *names, uint64_t bits) {
  static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  names->bits = bits;
  memcpy(names->prefix, "call-", WORD);
  for (int i = 0; i < LETTERS; i++) {
    names->prefix[WORD + i] = letters[bits >> (5 * i) & 31];
  }
  names->prefix[WORD + LETTERS] = '-';
  names->next = 1;
}

fg_string fg_call_names_of(const fg_call_names *names, uint64_t number, char made[FG_CALL_NAME_MAX]) {
  int length = snprintf(made, FG_CALL_NAME_MAX, "%.*s%llu", FG_CALL_PREFIX, names->prefix, (unsigned long long)number);
  return (fg_string){made, (size_t)length};
}

size_t fg_call_name(uint64_t bits, uint64_t number, char text[FG_CALL_NAME_MAX]) {
  fg_call_names names;
  fg_call_names_begin(&names, bits);
  return fg_call_names_of(&names, number, text).length;
}

static bool has_prefix(const fg_call_names *names, fg_string id) {
  return names->next != 0 && id.length > FG_CALL_PREFIX && memcmp(id.text, names->prefix, FG_CALL_PREFIX) == 0;
}

uint32_t fg_call_names_number(const fg_call_names *names, fg_string id) {
  if (!has_prefix(names, id) || id.length > FG_CALL_PREFIX + DIGITS_MAX || id.text[FG_CALL_PREFIX] == '0') {
    return 0;
  }
  uint32_t number = 0;
  for (size_t i = FG_CALL_PREFIX; i < id.length; i++) {
    if (id.text[i] < '0' || id.text[i] > '9') {
      return 0;
    }
    number = number * 10 + (uint32_t)(id.text[i] - '0');
  }
  return number;
}
