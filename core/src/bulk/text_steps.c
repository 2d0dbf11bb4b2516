#include "text_steps.h"

#include "text_column.h"

/* For a text of 0 to 8 bytes, masks of the bytes of a word that belong to the text. */
static const unsigned char byte_masks[9][8] = {
    {0},
    {255},
    {255, 255},
    {255, 255, 255},
    {255, 255, 255, 255},
    {255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255, 255},
    {255, 255, 255, 255, 255, 255, 255, 255},
};

/* The first eight bytes of a text. `has_eight` says that eight bytes can be read even if the text is shorter. */
static inline uint64_t head_of(fg_string text, bool has_eight) {
  size_t length = text.length < 8 ? text.length : 8;
  uint64_t head = 0;
  if (FG_LIKELY(has_eight || length == 8)) {
    return fg_load64(text.text) & fg_load64((const char *)byte_masks[length]);
  }
  memcpy(&head, text.text, length);
  return head;
}

/* Hashes all of a text, because names of one kind often begin with the same eight bytes. */
static inline uint32_t step_slot_of(const fg_text_steps *steps, uint64_t head, fg_string text) {
  const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
  uint64_t hash = (head ^ text.length) * factor;
  for (size_t place = 8; place < text.length; place += 8) {
    size_t from = place + 8 < text.length ? place : text.length - 8;
    hash = (hash ^ hash >> 32 ^ fg_load64(text.text + from)) * factor;
  }
  return (uint32_t)(hash >> 40) & steps->mask;
}

static inline bool is_text_of(const fg_text_step *slot, uint64_t head, fg_string text) {
  return slot->head == head && slot->text.length == text.length &&
         (text.length <= 8 || memcmp(slot->text.text + 8, text.text + 8, text.length - 8) == 0);
}

bool fg_text_steps_begin(fg_text_steps *steps, uint32_t count, const fg_allocator *allocator) {
  uint32_t slots = 16;
  while (slots < 4 * (uint64_t)count && slots < UINT32_C(1) << 20) {
    slots *= 2;
  }
  FG_ASSERT(count < slots);
  steps->mask = slots - 1;
  steps->slots = fg_allocate(allocator, slots * sizeof *steps->slots);
  return steps->slots != NULL;
}

void fg_text_steps_release(fg_text_steps *steps, const fg_allocator *allocator) {
  fg_release(allocator, steps->slots, ((size_t)steps->mask + 1) * sizeof *steps->slots);
  steps->slots = NULL;
}

/* Finds the slot of a text, or the free slot where it belongs. Most slots are free, so the search is short. */
static inline fg_text_step *find_step(const fg_text_steps *steps, uint64_t head, fg_string text) {
  uint32_t place = step_slot_of(steps, head, text);
  while (FG_UNLIKELY(!is_text_of(&steps->slots[place], head, text)) && steps->slots[place].text.text != NULL) {
    place = (place + 1) & steps->mask;
  }
  return &steps->slots[place];
}

void fg_text_steps_put(fg_text_steps *steps, fg_string text, uint32_t step) {
  uint64_t head = head_of(text, false);
  *find_step(steps, head, text) = (fg_text_step){head, text, step};
}

static inline uint32_t step_of_text(const fg_text_steps *steps, fg_string text, bool has_eight, uint32_t otherwise) {
  const fg_text_step *slot = find_step(steps, head_of(text, has_eight), text);
  return FG_LIKELY(slot->text.text != NULL) ? slot->step : otherwise;
}

#define ADD_OFFSETS(type)                                                                                              \
  do {                                                                                                                 \
    const type *offsets = (const type *)column->offsets + column->offset + first;                                      \
    const type safe = ((const type *)column->offsets)[column->offset + column->count] - 8;                             \
    for (size_t i = 0; i < count; i++) {                                                                               \
      const fg_string text = {column->bytes == NULL ? "" : column->bytes + offsets[i],                                 \
                              (size_t)(offsets[i + 1] - offsets[i])};                                                  \
      uint32_t step = step_of_text(steps, text, offsets[i] <= safe, otherwise);                                        \
      seen |= step;                                                                                                    \
      numbers[i] += step;                                                                                              \
    }                                                                                                                  \
  } while (false)

uint32_t fg_text_steps_add(const fg_text_steps *steps, const fg_texts *column, size_t first, size_t count,
                           uint32_t otherwise, uint32_t *numbers) {
  uint32_t seen = 0;
  if (column->type == FG_TEXT_OFFSETS32) {
    ADD_OFFSETS(int32_t);
  } else if (column->type == FG_TEXT_OFFSETS64) {
    ADD_OFFSETS(int64_t);
  } else {
    for (size_t i = 0; i < count; i++) {
      const fg_string text = fg_text_of_view(column, column->offset + first + i);
      uint32_t step = step_of_text(steps, text, text.length <= FG_VIEW_INLINE, otherwise);
      seen |= step;
      numbers[i] += step;
    }
  }
  return seen;
}
