/* Reads, describes and writes a whole price book. Its keys are the rows of book_keys.def. */
#include "book_json.h"

#include "book_keys.h"
#include "compile.h"
#include "weights.h"
#include "../json/write.h"

static fg_book *new_book(const fg_allocator *allocator) {
  fg_book *book = fg_allocate(allocator, sizeof *book);
  if (book != NULL) {
    book->allocator = *allocator;
    book->shared = 1;
    book->whole = book;
    book->effective = book->announced = FG_NO_DATE;
  }
  return book;
}

/* The parts of pools are those of all editions together, so they may be too many though each edition's are not. */
static fg_status compile_read(fg_book *book, const fg_json *root, fg_book_faults *faults, fg_error *error) {
  const fg_book_reader reader = {.book = book, .value = root, .faults = faults, .error = error};
  fg_status status = fg_book_compile(book);
  if (status != FG_OVERFLOW) {
    return status == FG_OK ? FG_OK : fg_refuse(error, status);
  }
  return fg_fault_of(&reader, fg_weights_refuse(error, "editions"));
}

fg_status fg_book_read(const fg_json *root, const fg_allocator *allocator, fg_book **book, fg_error *error) {
  fg_allocator memory = fg_allocator_or_default(allocator);
  fg_book *made = new_book(&memory);
  if (made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = fg_form_read_book(made, root, NULL, error);
  status = status == FG_OK ? compile_read(made, root, NULL, error) : status;
  if (status != FG_OK) {
    fg_book_release(made);
    return status;
  }
  *book = made;
  return FG_OK;
}

fg_status fg_book_load(const char *json, size_t length, const fg_allocator *allocator, fg_book **book,
                       fg_error *error) {
  fg_json_document document;
  FG_TRY(fg_json_parse((fg_string){json, length}, allocator, &document, error));
  fg_status status = fg_book_read(&document.root, allocator, book, error);
  fg_json_release(&document);
  return status;
}

fg_status fg_book_read_all(const fg_json *root, fg_book_faults *faults, fg_book **book, fg_error *error) {
  fg_book *made = new_book(&faults->allocator);
  if (made == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  fg_status status = fg_form_read_book(made, root, faults, error);
  status = status == FG_OK && faults->count == 0 ? compile_read(made, root, faults, error) : status;
  if (status != FG_OK || faults->count > 0) {
    fg_book_release(made);
    return status;
  }
  *book = made;
  return FG_OK;
}

fg_status fg_book_describe(const fg_book *book, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  fg_form_tell(&to, NULL, fg_book_form_of_book(), book, book);
  return fg_teller_status(&to);
}

static fg_status write_book(const fg_book *book, bool rating_only, fg_text *json) {
  fg_text text = {.allocator = book->allocator};
  fg_json_writer writer = {.text = &text, .minor_digits = book->minor_digits, .zone = &book->zone};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = {.visitor = &visitor, .rating_only = rating_only};
  fg_form_tell(&to, NULL, fg_book_form_of_book(), book, book);
  if (to.stopped) {
    fg_text_release(&text);
    return writer.status;
  }
  *json = text;
  return FG_OK;
}

fg_status fg_book_write(const fg_book *book, fg_text *json) { return write_book(book, false, json); }

fg_status fg_book_rates_as(const fg_book *a, const fg_book *b, bool *same) {
  fg_text texts[2];
  FG_TRY(write_book(a, true, &texts[0]));
  fg_status status = write_book(b, true, &texts[1]);
  if (status == FG_OK) {
    *same = fg_string_equal((fg_string){texts[0].text, texts[0].length}, (fg_string){texts[1].text, texts[1].length});
    fg_text_release(&texts[1]);
  }
  fg_text_release(&texts[0]);
  return status;
}
