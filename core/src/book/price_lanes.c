#include "price_lanes.h"

#if defined(__GNUC__) && defined(__x86_64__)

#include <immintrin.h>

/* Each tier is compared with all quantities; those that reach it take over its slope and start. */
__attribute__((target("avx512f,avx512dq"))) static bool apply_eight(const fg_price_table *table, const int64_t *units,
                                                                    size_t count, int64_t *amounts) {
  const __m512i limit = _mm512_set1_epi64(table->limit);
  __mmask8 outside = 0;
  for (size_t at = 0; at < count; at += 8) {
    __m512i quantity = _mm512_loadu_si512(units + at);
    __m512i slope = _mm512_set1_epi64(table->slope[0]);
    __m512i start = _mm512_set1_epi64(table->start[0]);
    for (uint32_t i = 1; i < table->tier_count; i++) {
      __mmask8 reached = _mm512_cmpge_epi64_mask(quantity, _mm512_set1_epi64(table->from[i]));
      slope = _mm512_mask_mov_epi64(slope, reached, _mm512_set1_epi64(table->slope[i]));
      start = _mm512_mask_mov_epi64(start, reached, _mm512_set1_epi64(table->start[i]));
    }
    outside = (__mmask8)(outside | _mm512_cmpgt_epu64_mask(quantity, limit)); /* unsigned: also what is below 0 */
    _mm512_storeu_si512(amounts + at, _mm512_add_epi64(start, _mm512_mullo_epi64(slope, quantity)));
  }
  return outside == 0;
}

typedef int64_t four_lanes __attribute__((vector_size(32)));
typedef uint64_t four_unsigned __attribute__((vector_size(32)));

/* Here each tier reached adds what its slope and start differ by from those of the tier before. */
__attribute__((target("avx2"))) static bool apply_four(const fg_price_table *table, const int64_t *units, size_t count,
                                                       int64_t *amounts) {
  const four_unsigned zero = {0};
  const four_lanes limit = (four_lanes)zero + table->limit;
  four_lanes last[FG_TABLE_TIERS_MAX];
  four_unsigned slope_step[FG_TABLE_TIERS_MAX];
  four_unsigned start_step[FG_TABLE_TIERS_MAX];
  four_lanes outside = (four_lanes)zero;
  for (uint32_t i = 1; i < table->tier_count; i++) {
    last[i] = (four_lanes)zero + (table->from[i] - 1);
    slope_step[i] = zero + (uint64_t)(table->slope[i] - table->slope[i - 1]);
    start_step[i] = zero + (uint64_t)(table->start[i] - table->start[i - 1]);
  }
  for (size_t at = 0; at < count; at += 4) {
    four_lanes quantity;
    memcpy(&quantity, units + at, sizeof quantity);
    four_unsigned slope = zero + (uint64_t)table->slope[0];
    four_unsigned start = zero + (uint64_t)table->start[0];
    for (uint32_t i = 1; i < table->tier_count; i++) {
      four_unsigned reached = (four_unsigned)(quantity > last[i]);
      slope += reached & slope_step[i];
      start += reached & start_step[i];
    }
    outside |= (quantity > limit) | (quantity < 0);
    start += slope * (four_unsigned)quantity; /* wraps, unnoticed, only for what is outside */
    memcpy(amounts + at, &start, sizeof start);
  }
  return (outside[0] | outside[1] | outside[2] | outside[3]) == 0;
}

size_t fg_price_lanes_width(void) {
  bool has_eight = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  return has_eight ? 8 : __builtin_cpu_supports("avx2") ? 4 : 0;
}

size_t fg_price_lanes_apply(const fg_price_table *table, size_t width, const int64_t *units, size_t count,
                            int64_t *amounts, bool *within) {
  bool divides = table->block.divisor != 1 || table->divisor.divisor != 1;
  *within = true;
  if (divides || width == 0) {
    return 0;
  }
  size_t whole = count - count % width;
  *within = width == 8 ? apply_eight(table, units, whole, amounts) : apply_four(table, units, whole, amounts);
  return whole;
}

#else

size_t fg_price_lanes_width(void) { return 0; }

size_t fg_price_lanes_apply(const fg_price_table *table, size_t width, const int64_t *units, size_t count,
                            int64_t *amounts, bool *within) {
  (void)table, (void)width, (void)units, (void)count, (void)amounts;
  *within = true;
  return 0;
}

#endif
