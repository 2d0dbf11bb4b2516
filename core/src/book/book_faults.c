#include "book_faults.h"

fg_status fg_book_faults_add(fg_book_faults *faults, fg_book_fault fault, const fg_error *error) {
  fault.path = fg_string_copy(&faults->arena, &faults->allocator, fg_string_of(error->path));
  fault.message = fg_string_copy(&faults->arena, &faults->allocator, fg_string_of(error->message));
  if (fault.path.text == NULL || fault.message.text == NULL) {
    return FG_NO_MEMORY;
  }
  FG_ASSERT(faults->count < FG_FAULTS_MAX);
  uint32_t i = faults->count++;
  for (; i > 0 && faults->fault[i - 1].offset > fault.offset; i--) {
    faults->fault[i] = faults->fault[i - 1];
  }
  faults->fault[i] = fault;
  return faults->count < FG_FAULTS_MAX ? FG_OK : FG_STOPPED;
}

bool fg_book_faults_cover(const fg_book_faults *faults, const void *member) {
  for (uint32_t i = 0; i < faults->count; i++) {
    const fg_book_fault *fault = &faults->fault[i];
    if ((uintptr_t)member - (uintptr_t)fault->place < fault->size) {
      return true;
    }
  }
  return false;
}

fg_status fg_book_faults_tell(const fg_book_faults *faults, fg_string text, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_json_place place = {1, 1};
  size_t offset = 0;
  fg_tell_begin_list(&to, NULL);
  for (uint32_t i = 0; i < faults->count; i++) {
    const fg_book_fault *fault = &faults->fault[i];
    fg_json_place_move(&place, text, offset, fault->offset);
    offset = fault->offset;
    fg_tell_begin_object(&to, NULL);
    fg_tell_text(&to, "path", fault->path);
    fg_tell_text(&to, "message", fault->message);
    fg_tell_integer(&to, "line", place.line);
    fg_tell_integer(&to, "column", place.column);
    fg_tell_end_object(&to);
  }
  fg_tell_end_list(&to);
  return fg_teller_status(&to);
}
