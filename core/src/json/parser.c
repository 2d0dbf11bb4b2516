#include "parser.h"

#include <stdio.h>

static void print_path(const fg_json_parser *parser, char *path, size_t size) {
  size_t used = 0;
  path[0] = '\0';
  for (size_t i = 0; i < parser->depth && used < size; i++) {
    const fg_json_level *place = &parser->places[i];
    int length = 0;
    if (place->is_list) {
      length = snprintf(path + used, size - used, "[%zu]", place->index);
    } else if (place->key != NULL) {
      int key_length = (int)(place->key_length < size ? place->key_length : size);
      length = snprintf(path + used, size - used, "%s%.*s", used > 0 ? "." : "", key_length, place->key);
    }
    used += (size_t)length;
  }
  fg_cut_utf8(path, size);
}

FG_COLD fg_status fg_json_fail(const fg_json_parser *parser, const char *message) {
  char path[sizeof parser->error->path];
  print_path(parser, path, sizeof path);
  return fg_fail(parser->error, FG_INVALID, path, "%s",
                 parser->in.next == parser->in.end ? "the document ends too early" : message);
}

void fg_json_place_move(fg_json_place *place, fg_string text, size_t from, size_t to) {
  size_t mark = fg_json_mark_length(text);
  for (size_t i = from < mark ? mark : from; i < to && i < text.length; i++) {
    if (text.text[i] == '\n') {
      place->line++;
      place->column = 1;
    } else if (((unsigned char)text.text[i] & 0xC0) != 0x80) {
      place->column++;
    }
  }
}

void *fg_json_allocate(const fg_json_parser *parser, size_t size) {
  void *block = fg_arena_allocate(&parser->document->arena, &parser->document->allocator, size);
  if (block == NULL) {
    (void)fg_refuse(parser->error, FG_NO_MEMORY);
  }
  return block;
}
