#include "bucket_level.h"

fg_bucket_level fg_bucket_level_of(const fg_window *window, const fg_limit *limit, fg_time now) {
  const fg_bucket_level empty = {now, 0, 0};
  if (window->kind != FG_LIMIT_BUCKET || window->admissions.count == 0) {
    return empty;
  }
  const fg_admission *then = &window->admissions.items[0];
  fg_int128 drained = (fg_int128)fg_max_i64(now - then->leaves, 0) * fg_max_i64(window->limit, 0);
  fg_int128 level = (fg_int128)window->units * limit->length + then->units - drained;
  return level <= 0 ? empty
                    : (fg_bucket_level){now, (int64_t)(level / limit->length), (int64_t)(level % limit->length)};
}

void fg_bucket_set_level(fg_window *window, fg_bucket_level level) {
  if (window->admissions.count > 0) {
    window->units = level.units;
    window->admissions.items[0] = (fg_admission){level.at, level.rest};
  }
}
