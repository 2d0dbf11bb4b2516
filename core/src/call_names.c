#include "call_names.h"

#include <stdio.h>

static const char name_prefix[] = "call-";
enum { PREFIX = sizeof name_prefix - 1, LETTERS = 13, NUMBER = PREFIX + LETTERS + 1, DIGITS_MAX = 20 };

/* Five bits a letter; none that is taken for another. */
void fg_call_names_begin(fg_call_names *names, uint64_t bits) {
  static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  memcpy(names->text, name_prefix, PREFIX);
  for (int i = 0; i < LETTERS; i++) {
    names->text[PREFIX + i] = letters[bits >> (5 * i) & 31];
  }
  names->text[NUMBER - 1] = '-';
  names->text[NUMBER] = '0';
  names->length = NUMBER + 1;
}

/* Counts in the text itself. */
fg_string fg_call_names_next(fg_call_names *names) {
  size_t at = names->length - 1;
  while (at >= NUMBER && names->text[at] == '9') {
    names->text[at--] = '0';
  }
  if (at >= NUMBER) {
    names->text[at]++;
  } else if (names->length < NUMBER + DIGITS_MAX) {
    names->text[NUMBER] = '1';
    names->text[names->length++] = '0';
  }
  return (fg_string){names->text, names->length};
}

uint32_t fg_call_names_number(const fg_call_names *names, fg_string id) {
  if (names->length == 0 || id.length <= NUMBER || id.length > NUMBER + 9 || id.text[NUMBER] == '0' ||
      !fg_string_equal((fg_string){id.text, NUMBER}, (fg_string){names->text, NUMBER})) {
    return 0;
  }
  uint32_t number = 0;
  for (size_t i = NUMBER; i < id.length; i++) {
    if (id.text[i] < '0' || id.text[i] > '9') {
      return 0;
    }
    number = number * 10 + (uint32_t)(id.text[i] - '0');
  }
  return number;
}

fg_string fg_call_names_of(const fg_call_names *names, uint32_t number, char made[FG_CALL_NAME_MAX]) {
  int length = snprintf(made, FG_CALL_NAME_MAX, "%.*s%lu", NUMBER, names->text, (unsigned long)number);
  return (fg_string){made, (size_t)length};
}
