#include "watch.h"

#include "clock.h"

/* In how many questions the clock is read once: in many if they come after a few instructions each, as in a search; in
   few if a command is applied in between, which may settle some months. */
enum { EVERY = 1024, EVERY_OF_COMMANDS = 32, ASK_EVERY_US = 50000 };

static int64_t steady_us(void) { return fg_system_clock.boottime(fg_system_clock.context); }

void fg_watch_begin(fg_watch *watch) { watch->begin_us = watch->asked_us = steady_us(); }

static bool ask_listener(const fg_watch *watch, int64_t elapsed) {
  const fg_listener *listener = watch->owner;
  (void)elapsed;
  return listener->go_on(listener->context);
}

void fg_watch_listen(fg_watch *watch, const fg_listener *listener) {
  bool is_asked = listener != NULL && listener->go_on != NULL;
  *watch = (fg_watch){.owner = listener, .lets_go_on = is_asked ? ask_listener : NULL, .every = EVERY_OF_COMMANDS};
  fg_watch_begin(watch);
}

static void look_at_clock(fg_watch *watch) {
  int64_t now_us = steady_us();
  watch->is_over = watch->limit_us > 0 && now_us - watch->begin_us >= watch->limit_us;
  if (watch->lets_go_on != NULL && now_us - watch->asked_us >= ASK_EVERY_US) {
    watch->is_told_to = !watch->lets_go_on(watch, now_us - watch->begin_us);
    watch->is_over = watch->is_over || watch->is_told_to;
    watch->asked_us = now_us;
  }
}

fg_status fg_watch_goes_on(fg_watch *watch) {
  bool is_watched = watch->limit_us > 0 || watch->lets_go_on != NULL;
  if (is_watched && !watch->is_over && ++watch->ticks >= (watch->every == 0 ? EVERY : watch->every)) {
    watch->ticks = 0;
    look_at_clock(watch);
  }
  return watch->is_over ? FG_WATCH_OVER : FG_OK;
}

fg_status fg_watch_or_stop(fg_watch *watch, fg_error *error) {
  return fg_watch_goes_on(watch) == FG_OK ? FG_OK : fg_refuse(error, FG_STOPPED);
}

fg_status fg_watch_answer(const fg_watch *watch, fg_status status, fg_error *error) {
  return status != FG_OK && watch->is_over ? fg_refuse(error, FG_STOPPED) : status;
}
