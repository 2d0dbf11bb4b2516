#include "system.h"

#include "ledger.h"

static fg_status keep_text(fg_ledger *ledger, fg_string *text) {
  if (text->text != NULL) {
    *text = fg_string_copy(&ledger->found_arena, &ledger->allocator, *text);
    return text->text == NULL ? FG_NO_MEMORY : FG_OK;
  }
  return FG_OK;
}

/* Fills ledger->found from the row. */
static fg_status keep_found(fg_ledger *ledger, const fg_row *row, fg_error *error) {
  json_t *fields = NULL;
  fg_past_usage *found = &ledger->found;
  FG_TRY(fg_row_read_command(row, &fields, &found->command, error));
  found->command.id = (fg_string){NULL, 0}; /* the asker has it */
  fg_status status = keep_text(ledger, &found->command.product);
  status = status == FG_OK ? keep_text(ledger, &found->command.owner) : status;
  json_decref(fields);
  FG_TRY(status);
  return fg_row_read_used(row->outcome, &ledger->found_arena, &ledger->allocator, &found->used);
}

static fg_status find_row(fg_ledger *ledger, fg_string id, bool *found, fg_error *error) {
  sqlite3_stmt *find = ledger->statements.find;
  fg_row row;
  sqlite3_bind_text64(find, 1, id.text, id.length, SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_int64(find, 2, ledger->seq); /* when a row is done again, it and those after it are not there yet */
  int result = sqlite3_step(find);
  if (result != SQLITE_ROW) {
    return result == SQLITE_DONE ? FG_OK : fg_store_fault(ledger->store, result, error);
  }
  FG_TRY(fg_row_of(find, ledger->store->path, &row, error));
  *found = true;
  return keep_found(ledger, &row, error);
}

/* Orders are always in the history, so that what is found here is usage. */
const fg_past_usage *fg_ledger_find(void *context, fg_string id) {
  fg_ledger *ledger = context;
  bool found = false;
  fg_arena_release(&ledger->found_arena, &ledger->allocator);
  fg_error error = {.status = FG_OK};
  fg_status status = find_row(ledger, id, &found, &error);
  sqlite3_reset(ledger->statements.find);
  sqlite3_clear_bindings(ledger->statements.find);
  if (status != FG_OK) {
    ledger->found_status = status;
    ledger->found_error = error;
    return NULL;
  }
  return found ? &ledger->found : NULL;
}
