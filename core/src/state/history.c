#include "history.h"

fg_history *fg_history_new(const fg_allocator *allocator) {
  fg_history *history = fg_allocate(allocator, sizeof *history);
  if (history != NULL) {
    history->shared = 1;
    history->allocator = *allocator;
  }
  return history;
}

fg_history *fg_history_retain(fg_history *history) {
  __atomic_add_fetch(&history->shared, 1, __ATOMIC_RELAXED);
  return history;
}

void fg_history_release(fg_history *history) {
  while (history != NULL && __atomic_sub_fetch(&history->shared, 1, __ATOMIC_ACQ_REL) == 0) {
    fg_history *parent = history->parent;
    fg_allocator allocator = history->allocator;
    FG_ARRAY_RELEASE(&allocator, &history->commands);
    FG_ARRAY_RELEASE(&allocator, &history->invoices);
    fg_arena_release(&history->arena, &allocator);
    fg_release(&allocator, history, sizeof *history);
    history = parent;
  }
}

fg_status fg_history_begin_segment(fg_history **history) {
  fg_history *segment = fg_history_new(&(*history)->allocator);
  if (segment == NULL) {
    return FG_NO_MEMORY;
  }
  segment->parent = *history; /* the new segment takes over the holder's reference */
  segment->depth = (*history)->depth + 1;
  segment->commands_below = (*history)->commands_below + (*history)->commands.count;
  segment->invoices_below = (*history)->invoices_below + (*history)->invoices.count;
  *history = segment;
  return FG_OK;
}

fg_history_mark fg_history_mark_of(const fg_history *history) {
  return (fg_history_mark){fg_arena_mark_of(&history->arena), history->invoices.count};
}

void fg_history_rewind(fg_history *history, fg_history_mark mark) {
  fg_arena_rewind(&history->arena, &history->allocator, mark.arena);
  FG_ASSERT(fg_history_is_owned(history) && history->invoices.count >= mark.invoices);
  history->invoices.count = mark.invoices;
}

const fg_past_command *fg_history_command(const fg_history *history, uint64_t number) {
  while (number < history->commands_below) {
    history = history->parent;
  }
  FG_ASSERT(number - history->commands_below < history->commands.count);
  return &history->commands.items[number - history->commands_below];
}

static void *copy_block(fg_history *history, const void *bytes, size_t size) {
  void *copy = fg_arena_allocate(&history->arena, &history->allocator, size);
  if (copy != NULL && size > 0) {
    memcpy(copy, bytes, size);
  }
  return copy;
}

fg_status fg_history_add_invoice(fg_history *history, const fg_invoice *invoice) {
  FG_ASSERT(fg_history_is_owned(history));
  FG_TRY(history->invoices_below + history->invoices.count < FG_INVOICES_MAX ? FG_OK : FG_OVERFLOW);
  FG_TRY(FG_ARRAY_RESERVE(&history->allocator, &history->invoices, 1));
  size_t size = invoice->line_count * sizeof *invoice->lines;
  size_t more = invoice->adjustment_count * sizeof *invoice->adjustments;
  void *lines = copy_block(history, invoice->lines, size);
  void *parts = copy_block(history, invoice->parts, invoice->part_count * sizeof *invoice->parts);
  void *adjustments = copy_block(history, invoice->adjustments, more);
  if (lines == NULL || parts == NULL || adjustments == NULL) {
    return FG_NO_MEMORY;
  }
  fg_invoice *added = &history->invoices.items[history->invoices.count++];
  *added = *invoice;
  added->lines = lines;
  added->parts = parts;
  added->adjustments = adjustments;
  return FG_OK;
}

fg_status fg_history_each_invoice(const fg_history *history, bool (*visit)(void *context, const fg_invoice *invoice),
                                  void *context) {
  uint32_t count = history->depth + 1;
  const fg_history **chain = fg_allocate(&history->allocator, count * sizeof *chain);
  if (chain == NULL) {
    return FG_NO_MEMORY;
  }
  const fg_history *segment = history;
  for (uint32_t i = count; i > 0; i--) {
    chain[i - 1] = segment;
    segment = segment->parent;
  }
  bool going = true;
  for (uint32_t i = 0; i < count && going; i++) {
    for (uint32_t j = 0; j < chain[i]->invoices.count && going; j++) {
      going = visit(context, &chain[i]->invoices.items[j]);
    }
  }
  fg_release(&history->allocator, chain, count * sizeof *chain);
  return going ? FG_OK : FG_STOPPED;
}
