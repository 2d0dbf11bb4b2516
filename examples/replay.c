/* Replays a timeline: `replay BOOKS FILE` answers on standard output, with price books found in the directory BOOKS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faregate_timeline.h"

/* The bytes of a file, which the caller frees; NULL if it cannot be read. */
static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  size_t room = 0;
  *length = 0;
  while (file != NULL && *length == room) {
    room = room == 0 ? 65536 : room * 2;
    char *grown = realloc(bytes, room);
    if (grown == NULL) {
      free(bytes);
      fclose(file);
      return NULL;
    }
    bytes = grown;
    *length += fread(bytes + *length, 1, room - *length, file);
  }
  if (file != NULL) {
    fclose(file);
  }
  return bytes;
}

static fg_status find_book(void *directory, fg_string name, fg_book **book, fg_error *error) {
  char path[512];
  size_t length = 0;
  char *text = NULL;
  if (name.length < 128 && memchr(name.text, '/', name.length) == NULL) {
    snprintf(path, sizeof path, "%s/%.*s.json", (const char *)directory, (int)name.length, name.text);
    text = read_file(path, &length);
  }
  if (text == NULL) {
    *error = (fg_error){.status = FG_UNKNOWN_BOOK, .message = "no such price book in the directory"};
    return FG_UNKNOWN_BOOK;
  }
  fg_status status = fg_book_load(text, length, NULL, book, error);
  free(text);
  return status;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: %s BOOKS FILE\n", arguments[0]);
    return 2;
  }
  size_t length = 0;
  char *timeline = read_file(arguments[2], &length);
  if (timeline == NULL) {
    fprintf(stderr, "cannot read %s\n", arguments[2]);
    return 2;
  }
  fg_book_source books = {find_book, arguments[1]};
  fg_text answer = {0};
  fg_error error = {0};
  fg_status status = fg_replay(timeline, length, &books, NULL, NULL, &answer, &error);
  free(timeline);
  if (status != FG_OK) {
    fprintf(stderr, "%s %s: %s\n", fg_status_name(status), error.path, error.message);
    return 1;
  }
  fwrite(answer.text, 1, answer.length, stdout);
  fg_text_release(&answer);
  return fflush(stdout) == 0 ? 0 : 1;
}
