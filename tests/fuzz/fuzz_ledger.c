/* Whole files: a ledger with any bytes changed, its pages stamped anew so that they are believed. It opens, or is
   refused with words. The input is a list of changes: where (three bytes), how many (one), and the bytes. */
#include <unistd.h>

#include "fuzz.h"
#include "faregate_ledger.h"

#include "store/pages.h"

static char path[64];
static unsigned char *base;
static size_t base_size;

static void use_some(fg_handle *handle) {
  static const char ids[] = "abcdefgh";
  for (int i = 0; i < 24; i++) {
    fg_command command;
    fg_command_begin(&command,
                     i == 0       ? FG_DO_OPEN
                     : i % 5 == 1 ? FG_DO_CALL
                                  : FG_DO_USE,
                     1730772000000000 + i * INT64_C(1000000));
    command.product = (fg_string){"image", 5};
    command.quantity = i == 0 ? 0 : 1;
    if (i > 0 && i % 3 != 0) {
      command.id = (fg_string){ids, (size_t)(1 + i % 8)};
    }
    fg_status status = fg_handle_apply(handle, &command, NULL, NULL);
    MUST(status == FG_OK || fg_status_is_refusal(status) || status == FG_INVALID);
  }
}

static void make_base(void) {
  fg_handle *handle = NULL;
  fg_ledger_options options = {.book = facefusion()};
  snprintf(path, sizeof path, "build/fuzz/ledger-%ld.db", (long)getpid());
  unlink(path);
  MUST(fg_ledger_open(path, &options, &handle, NULL) == FG_OK);
  use_some(handle);
  MUST(fg_handle_close(handle, NULL) == FG_OK);
  base = malloc(1 << 20);
  FILE *file = fopen(path, "rb");
  MUST(file != NULL);
  base_size = fread(base, 1, 1 << 20, file);
  fclose(file);
  MUST(base_size > 0 && base_size % FG_PAGE_SIZE == 0);
}

static void write_changed(const uint8_t *data, size_t size) {
  unsigned char *bytes = malloc(base_size);
  memcpy(bytes, base, base_size);
  for (size_t at = 0; at + 4 <= size;) {
    size_t place = ((size_t)data[at] << 16 | (size_t)data[at + 1] << 8 | data[at + 2]) % base_size;
    size_t count = data[at + 3];
    at += 4;
    for (size_t i = 0; i < count && at < size && place + i < base_size; i++) {
      bytes[place + i] = data[at++];
    }
  }
  for (size_t page = 0; page < base_size / FG_PAGE_SIZE; page++) {
    fg_page_stamp(bytes + page * FG_PAGE_SIZE, (int64_t)page + 1);
  }
  FILE *file = fopen(path, "wb");
  MUST(file != NULL && fwrite(bytes, 1, base_size, file) == base_size);
  fclose(file);
  free(bytes);
}

static void look_at(void) {
  fg_error error = {0};
  fg_text out = {0};
  fg_sink sink = fg_text_sink(&out);
  fg_status status = fg_ledger_export(path, (fg_string){NULL, 0}, NULL, NULL, &sink, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
  }
  fg_text_release(&out);
}

static void open_changed(void) {
  fg_error error = {0};
  fg_handle *handle = NULL;
  fg_status status = fg_ledger_open(path, NULL, &handle, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
    MUST(!fg_status_is_refusal(status));
    return;
  }
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, fg_account_now(fg_handle_account(handle)));
  command.product = (fg_string){"image", 5};
  command.quantity = 1;
  command.id = (fg_string){"abc", 3};
  status = fg_handle_apply(handle, &command, NULL, &error);
  if (status != FG_OK) {
    must_be_an_error(status, &error);
  }
  fg_handle_close(handle, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (base == NULL) {
    make_base();
  }
  write_changed(data, size);
  look_at();
  open_changed();
  static const char *const beside[] = {"", "-wal", "-shm", "-mark"};
  for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
    char name[80];
    snprintf(name, sizeof name, "%s%s", path, beside[i]);
    unlink(name);
  }
  return 0;
}
