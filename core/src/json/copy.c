/* Copies values of a document that are kept for longer than the document, compares values, and tells them to a
   visitor. */
#include "read.h"

bool fg_json_has_real(const fg_json *value) {
  bool found = value->kind == FG_JSON_REAL;
  for (FG_EACH_ELEMENT(value, element)) {
    found = found || fg_json_has_real(element);
  }
  for (FG_EACH_MEMBER(value, member)) {
    found = found || fg_json_has_real(&member->value);
  }
  return found;
}

static bool copy_elements(const fg_json *list, fg_arena *arena, const fg_allocator *allocator, fg_json *copy) {
  const fg_json **place = &copy->is.list.first;
  for (FG_EACH_ELEMENT(list, each)) {
    fg_json *element = fg_arena_allocate(arena, allocator, sizeof *element);
    *place = element;
    if (element == NULL || !fg_json_copy(each, arena, allocator, element)) {
      return false;
    }
    place = &element->next;
  }
  return true;
}

static bool copy_members(const fg_json *object, fg_arena *arena, const fg_allocator *allocator, fg_json *copy) {
  const fg_json_member **place = &copy->is.object.first;
  for (FG_EACH_MEMBER(object, each)) {
    fg_json_member *member = fg_arena_allocate(arena, allocator, sizeof *member);
    *place = member;
    if (member == NULL || !fg_json_copy(&each->value, arena, allocator, &member->value)) {
      return false;
    }
    member->key = fg_string_copy(arena, allocator, fg_string_of(each->key)).text;
    if (member->key == NULL) {
      return false;
    }
    place = &member->next;
  }
  return true;
}

bool fg_json_copy(const fg_json *value, fg_arena *arena, const fg_allocator *allocator, fg_json *copy) {
  *copy = *value;
  copy->next = NULL;
  switch (value->kind) {
  case FG_JSON_STRING:
    copy->is.string = fg_string_copy(arena, allocator, value->is.string);
    return copy->is.string.text != NULL;
  case FG_JSON_LIST: copy->is.list.first = NULL; return copy_elements(value, arena, allocator, copy);
  case FG_JSON_OBJECT: copy->is.object.first = NULL; return copy_members(value, arena, allocator, copy);
  default: return true;
  }
}

static bool json_lists_equal(const fg_json *a, const fg_json *b) {
  const fg_json *other = fg_json_first(b);
  bool equal = a->is.list.count == b->is.list.count;
  for (const fg_json *each = fg_json_first(a); each != NULL && equal; each = each->next, other = other->next) {
    equal = fg_json_equal(each, other);
  }
  return equal;
}

static bool json_objects_equal(const fg_json *a, const fg_json *b) {
  const fg_json_member *each = fg_json_first_member(a);
  bool equal = a->is.object.count == b->is.object.count;
  for (; each != NULL && equal; each = each->next) {
    const fg_json *other = fg_json_get(b, each->key);
    equal = other != NULL && fg_json_equal(&each->value, other);
  }
  return equal;
}

bool fg_json_equal(const fg_json *a, const fg_json *b) {
  FG_ASSERT(a->kind != FG_JSON_REAL && b->kind != FG_JSON_REAL);
  if (a->kind != b->kind) {
    return false;
  }
  switch (a->kind) {
  case FG_JSON_BOOLEAN: return a->is.boolean == b->is.boolean;
  case FG_JSON_INTEGER: return a->is.integer == b->is.integer;
  case FG_JSON_STRING: return fg_string_equal(a->is.string, b->is.string);
  case FG_JSON_LIST: return json_lists_equal(a, b);
  case FG_JSON_OBJECT: return json_objects_equal(a, b);
  default: return true;
  }
}

void fg_json_tell(fg_teller *to, const char *key, const fg_json *value) {
  switch (value->kind) {
  case FG_JSON_BOOLEAN: fg_tell_flag(to, key, value->is.boolean); break;
  case FG_JSON_INTEGER: fg_tell_integer(to, key, value->is.integer); break;
  case FG_JSON_STRING: fg_tell_text(to, key, value->is.string); break;
  case FG_JSON_LIST:
    fg_tell_begin_list(to, key);
    for (FG_EACH_ELEMENT(value, element)) {
      fg_json_tell(to, NULL, element);
    }
    fg_tell_end_list(to);
    break;
  case FG_JSON_OBJECT:
    fg_tell_begin_object(to, key);
    for (FG_EACH_MEMBER(value, member)) {
      fg_json_tell(to, member->key, &member->value);
    }
    fg_tell_end_object(to);
    break;
  default: fg_tell_said_null(to, key); break;
  }
}
