#include "row.h"

#include "../json/write.h"

void fg_row_chain(const unsigned char before[FG_CHAIN_SIZE], const fg_row *row, unsigned char chain[FG_CHAIN_SIZE]) {
  fg_digest digest;
  unsigned char whole[FG_DIGEST_SIZE];
  fg_digest_begin(&digest);
  fg_digest_add(&digest, before, FG_CHAIN_SIZE);
  fg_digest_add_i64(&digest, row->seq);
  fg_digest_add_i64(&digest, row->at);
  fg_digest_add_i64(&digest, row->session);
  fg_digest_add_i64(&digest, row->ahead);
  fg_digest_add_i64(&digest, row->boottime);
  fg_digest_add_i64(&digest, row->boot);
  fg_digest_add_string(&digest, row->kind);
  fg_digest_add_string(&digest, row->id);
  fg_digest_add_string(&digest, row->command);
  fg_digest_add_string(&digest, row->outcome);
  fg_digest_end(&digest, whole);
  memcpy(chain, whole, FG_CHAIN_SIZE);
}

void fg_chain_format(const unsigned char chain[FG_CHAIN_SIZE], char hex[2 * FG_CHAIN_SIZE + 1]) {
  fg_digest_format(chain, FG_CHAIN_SIZE, hex);
}

fg_clock_mark fg_row_mark(const fg_row *row) {
  fg_time wall = 0;
  if (!fg_add_i64(row->at, row->ahead, &wall)) {
    wall = row->at;
  }
  return (fg_clock_mark){row->at, {.wall = wall, .boottime = row->boottime, .boot = (uint32_t)row->boot}};
}

/* The account has accepted the command, so its texts are UTF-8 without the character 0. */
fg_status fg_row_write_command(const fg_command *command, fg_text *text, fg_error *error) {
  text->length = 0;
  fg_json_writer writer = {.text = text};
  fg_visitor visitor = fg_json_visitor(&writer);
  fg_teller to = fg_teller_to(&visitor);
  fg_tell_begin_object(&to, NULL);
  fg_command_tell_fields(&to, command);
  fg_tell_end_object(&to);
  return writer.status == FG_OK ? FG_OK : fg_refuse(error, writer.status);
}

fg_status fg_row_read_command(const fg_row *row, fg_command_reader *commands, fg_json_document *fields,
                              fg_command *command, fg_error *error) {
  fg_command_kind kind = FG_DO_ADVANCE;
  if (!fg_command_kind_of(row->kind, &kind)) {
    return fg_fail(error, FG_INVALID, "do", "there is no such command");
  }
  FG_TRY(fg_json_parse(row->command, commands->allocator, fields, error));
  fg_command_begin(command, kind, row->at);
  fg_status status = fg_json_is(&fields->root, FG_JSON_OBJECT)
                         ? fg_command_read_fields(commands, &fields->root, command, error)
                         : fg_json_not_allowed(error, "command", &fields->root);
  if (status == FG_OK && row->id.text != NULL) {
    status = fg_command_set_text(command, "id", row->id, error);
  }
  status = status == FG_OK ? fg_command_finish(command, error) : status;
  if (status != FG_OK) {
    fg_json_release(fields);
  }
  return status;
}

/* Passes on only what need be stored: no zeros, and nothing that another column of the row has. A list is begun with
   its first item, so that an empty list leaves no trace. */
typedef struct terse_visitor {
  fg_visitor to;
  const char *waiting; ///< key of a list that has no item yet
  bool is_waiting;
  int depth;        ///< how many objects have begun
  uint64_t attempt; ///< the number of a call, which the timeline does not tell; 0: no call
} terse_visitor;

static bool begin_waiting(terse_visitor *terse) {
  bool going = !terse->is_waiting || terse->to.begin_list(terse->to.context, terse->waiting);
  terse->is_waiting = false;
  return going;
}

static bool terse_begin_object(void *context, const char *key) {
  terse_visitor *terse = context;
  terse->depth++;
  return begin_waiting(terse) && terse->to.begin_object(terse->to.context, key);
}
static bool terse_end_object(void *context) {
  terse_visitor *terse = context;
  bool is_last = --terse->depth == 0 && terse->attempt != 0;
  return (!is_last || terse->to.integer(terse->to.context, "attempt", (int64_t)terse->attempt)) &&
         terse->to.end_object(terse->to.context);
}
static bool terse_begin_list(void *context, const char *key) {
  terse_visitor *terse = context;
  bool going = begin_waiting(terse);
  terse->waiting = key;
  terse->is_waiting = true;
  return going;
}
static bool terse_end_list(void *context) {
  terse_visitor *terse = context;
  bool is_empty = terse->is_waiting;
  terse->is_waiting = false;
  return is_empty || terse->to.end_list(terse->to.context);
}
static bool terse_text(void *context, const char *key, fg_string value) {
  terse_visitor *terse = context;
  bool is_known = key != NULL && strcmp(key, "do") == 0;
  return is_known || (begin_waiting(terse) && terse->to.text(terse->to.context, key, value));
}
static bool terse_integer(void *context, const char *key, int64_t value) {
  terse_visitor *terse = context;
  return (key != NULL && value == 0) || (begin_waiting(terse) && terse->to.integer(terse->to.context, key, value));
}
static bool terse_money(void *context, const char *key, fg_money value) {
  terse_visitor *terse = context;
  return begin_waiting(terse) && terse->to.money(terse->to.context, key, value);
}
static bool terse_time(void *context, const char *key, fg_time value) {
  terse_visitor *terse = context;
  return begin_waiting(terse) && terse->to.time(terse->to.context, key, value);
}
static bool terse_flag(void *context, const char *key, bool value) {
  terse_visitor *terse = context;
  bool is_known = key != NULL && strcmp(key, "ok") == 0;
  return is_known || (begin_waiting(terse) && terse->to.flag(terse->to.context, key, value));
}
static bool terse_null(void *context, const char *key) {
  terse_visitor *terse = context;
  return begin_waiting(terse) && terse->to.null(terse->to.context, key);
}

fg_status fg_row_write_outcome(const fg_account *account, const fg_outcome *outcome, fg_text *text) {
  const fg_book *book = fg_account_book(account);
  text->length = 0;
  fg_json_writer writer = {.text = text, .minor_digits = fg_book_minor_digits(book), .zone = fg_book_zone(book)};
  terse_visitor terse = {.to = fg_json_visitor(&writer),
                         .attempt = outcome->kind == FG_DO_CALL ? outcome->is.used.attempt : 0};
  fg_visitor visitor = {&terse,         terse_begin_object, terse_end_object, terse_begin_list,
                        terse_end_list, terse_text,         terse_integer,    terse_money,
                        terse_time,     terse_flag,         terse_null,       NULL};
  fg_status status = fg_outcome_describe(account, outcome, &visitor);
  return writer.status != FG_OK ? writer.status : status;
}

static fg_status read_units(const fg_json *object, const char *key, int64_t *units) {
  const fg_json *value = fg_json_get(object, key);
  *units = 0;
  return value == NULL ? FG_OK : fg_json_integer(value, 0, INT64_MAX, units, NULL);
}

static fg_status read_draws(const fg_json *list, fg_arena *arena, const fg_allocator *allocator, fg_draw *draws) {
  for (FG_EACH_ELEMENT(list, item)) {
    fg_string id = fg_json_string(fg_json_get(item, "id"));
    draws->id = id.text == NULL ? id : fg_string_copy(arena, allocator, id);
    if (draws->id.text == NULL) {
      return id.text == NULL ? FG_INVALID : FG_NO_MEMORY;
    }
    FG_TRY(read_units(item, "units", &draws++->units));
  }
  return FG_OK;
}

static fg_status read_used(const fg_json *object, fg_arena *arena, const fg_allocator *allocator, fg_used *used) {
  const fg_json *packs = fg_json_get(object, "packs");
  FG_TRY(read_units(object, "free", &used->free));
  FG_TRY(read_units(object, "postpaid", &used->postpaid));
  FG_TRY(read_units(object, "unbilled", &used->unbilled));
  used->pack_count = fg_json_length(packs);
  fg_draw *draws = fg_arena_allocate(arena, allocator, used->pack_count * sizeof *draws);
  if (draws == NULL) {
    return FG_NO_MEMORY;
  }
  used->packs = draws;
  return read_draws(packs, arena, allocator, draws);
}

static fg_status read_balance(const fg_json *object, fg_outcome *answer) {
  const fg_json *balance = fg_json_get(object, "balance");
  fg_string amount = fg_json_string(balance);
  answer->is.wallet.limited = amount.text != NULL;
  if (amount.text != NULL) {
    return fg_money_parse(amount.text, amount.length, &answer->is.wallet.balance);
  }
  return fg_json_is(balance, FG_JSON_NULL) ? FG_OK : FG_INVALID;
}

static fg_status read_ended(const fg_json *object, const fg_command *command, fg_arena *arena,
                            const fg_allocator *allocator, fg_outcome *answer) {
  const fg_json *extra = fg_json_get(object, "extra");
  answer->is.ended.has_outcome = command->outcome.text != NULL;
  answer->is.ended.has_quantity = fg_command_names_units(command);
  answer->is.ended.has_extra = extra != NULL;
  FG_TRY(read_units(object, "billed", &answer->is.ended.billed));
  FG_TRY(read_units(object, "returned", &answer->is.ended.returned));
  FG_TRY(read_units(object, "lost", &answer->is.ended.lost));
  return extra == NULL ? FG_OK : read_used(extra, arena, allocator, &answer->is.ended.extra);
}

static fg_status read_adjusted(const fg_json *object, const fg_command *command, fg_arena *arena,
                               const fg_allocator *allocator, fg_outcome *answer) {
  fg_used *used = &answer->is.adjusted.used;
  if (command->quantity > 0) {
    return read_used(object, arena, allocator, used);
  }
  answer->is.adjusted.takes_off = true;
  FG_TRY(read_units(object, "free", &used->free));
  FG_TRY(read_units(object, "packs", &answer->is.adjusted.packs));
  FG_TRY(read_units(object, "postpaid", &used->postpaid));
  FG_TRY(read_units(object, "unbilled", &used->unbilled));
  return read_units(object, "lost", &answer->is.adjusted.lost);
}

static fg_status read_call(const fg_json *object, fg_used *used) {
  int64_t attempt = 0;
  FG_TRY(read_units(object, "attempt", &attempt));
  used->attempt = (uint64_t)attempt;
  return FG_OK;
}

static fg_status read_answer(const fg_json *object, const fg_command *command, fg_arena *arena,
                             const fg_allocator *allocator, fg_outcome *answer) {
  switch (command->kind) {
  case FG_DO_USE: return read_used(object, arena, allocator, &answer->is.used);
  case FG_DO_CALL: return read_call(object, &answer->is.used);
  case FG_DO_COMMIT:
  case FG_DO_CANCEL: return read_ended(object, command, arena, allocator, answer);
  case FG_DO_ADJUST: return read_adjusted(object, command, arena, allocator, answer);
  case FG_DO_TOP_UP:
  case FG_DO_WITHDRAW: return read_balance(object, answer);
  case FG_DO_ADD_MATERIALS:
  case FG_DO_REMOVE_MATERIALS:
    FG_TRY(read_units(object, "held", &answer->is.materials.held));
    return read_units(object, "limit", &answer->is.materials.limit);
  default: return FG_OK;
  }
}

fg_status fg_row_read_outcome(fg_string outcome, const fg_command *command, fg_arena *arena,
                              const fg_allocator *allocator, fg_outcome *answer) {
  fg_json_document document;
  memset(answer, 0, sizeof *answer);
  answer->kind = command->kind;
  FG_TRY(fg_json_parse(outcome, allocator, &document, NULL));
  fg_status status = read_answer(&document.root, command, arena, allocator, answer);
  fg_json_release(&document);
  return status;
}
