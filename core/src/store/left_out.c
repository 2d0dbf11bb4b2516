/* The ledger's functions in a build without it, all of which answer that it is left out. They need no SQLite, file or
   thread. */
#include "../../include/faregate_ledger.h"
#include "../base/base.h"

#ifdef FAREGATE_NO_LEDGER

static fg_status left_out(fg_error *error) {
  return fg_fail(error, FG_LEDGER_LEFT_OUT, "", "this build of faregate has no ledger: it was made with %s",
                 "FAREGATE_NO_LEDGER");
}

fg_status fg_ledger_open(const char *path, const fg_ledger_options *options, fg_handle **handle, fg_error *error) {
  (void)path;
  (void)options;
  (void)handle;
  return left_out(error);
}

fg_status fg_ledger_verify(const char *path, const char *predecessor, const fg_listener *listener,
                           const fg_visitor *visitor, fg_error *error) {
  (void)path;
  (void)predecessor;
  (void)listener;
  (void)visitor;
  return left_out(error);
}

fg_status fg_ledger_export(const char *path, fg_string until, const fg_allocator *allocator,
                           const fg_listener *listener, const fg_sink *sink, fg_error *error) {
  (void)path;
  (void)until;
  (void)allocator;
  (void)listener;
  (void)sink;
  return left_out(error);
}

fg_status fg_ledger_check_target(const char *path, fg_error *error) {
  (void)path;
  return left_out(error);
}

fg_status fg_ledger_import(fg_string json, const fg_book_source *books, const char *path, const fg_allocator *allocator,
                           const fg_listener *listener, fg_error *error) {
  (void)json;
  (void)books;
  (void)path;
  (void)allocator;
  (void)listener;
  return left_out(error);
}

fg_status fg_ledger_seal(const char *path, const char *successor, int64_t keep_ids_days, const fg_allocator *allocator,
                         const fg_listener *listener, fg_error *error) {
  (void)path;
  (void)successor;
  (void)keep_ids_days;
  (void)allocator;
  (void)listener;
  return left_out(error);
}

fg_status fg_ledger_compare(const char *a, const char *b, const fg_listener *listener, const fg_visitor *visitor,
                            fg_error *error) {
  (void)a;
  (void)b;
  (void)listener;
  (void)visitor;
  return left_out(error);
}

#endif
