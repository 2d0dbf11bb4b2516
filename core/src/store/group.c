#include "group.h"

/* Notes a result, and answers the first failure. A sync that SQLite has asked for counts too, because the system may
   have dropped what that was to write. The mutex is held. */
static int note_result(fg_group *group, int result) {
  int of_log = fg_wal_file_failure(&group->vfs->log);
  result = of_log == SQLITE_OK ? result : of_log;
  group->result = group->result == SQLITE_OK ? result : group->result;
  return group->result;
}

/* Syncs the log. A command that is added meanwhile may come too late, so it waits for a sync of its own. */
static int sync_log(fg_group *group, bool only_what_waits) {
  fg_mutex_lock(&group->syncing);
  fg_mutex_lock(&group->mutex);
  bool is_asked = group->is_open || !only_what_waits;
  group->is_open = false;
  fg_mutex_unlock(&group->mutex);
  int result = is_asked ? fg_vfs_sync_log(group->vfs) : SQLITE_OK;
  fg_mutex_lock(&group->mutex);
  result = note_result(group, result);
  fg_mutex_unlock(&group->mutex);
  fg_mutex_unlock(&group->syncing);
  return result;
}

static void keep_deadlines(void *argument) {
  fg_group *group = argument;
  fg_mutex_lock(&group->mutex);
  while (!group->is_ending) {
    if (!group->is_open) {
      fg_signal_wait(&group->changed, &group->mutex);
    } else if (!fg_signal_wait_until(&group->changed, &group->mutex, group->deadline_ms)) {
      fg_mutex_unlock(&group->mutex);
      sync_log(group, true);
      fg_mutex_lock(&group->mutex);
    }
  }
  fg_mutex_unlock(&group->mutex);
}

int fg_group_start(fg_group *group, fg_vfs *vfs, int64_t group_ms) {
  memset(group, 0, sizeof *group);
  if (group_ms == 0) {
    return 0;
  }
  group->vfs = vfs;
  fg_mutex_begin(&group->syncing);
  fg_mutex_begin(&group->mutex);
  fg_signal_begin(&group->changed);
  int number = fg_thread_start(&group->thread, keep_deadlines, group);
  group->group_ms = number == 0 ? group_ms : 0;
  return number;
}

int fg_group_add(fg_group *group) {
  if (group->group_ms == 0) {
    return SQLITE_OK;
  }
  fg_mutex_lock(&group->mutex);
  if (!group->is_open) {
    group->deadline_ms = fg_system_steady_ms() + group->group_ms;
    group->is_open = true;
    fg_signal_give(&group->changed);
  }
  int result = note_result(group, SQLITE_OK);
  fg_mutex_unlock(&group->mutex);
  return result;
}

int fg_group_failure(fg_group *group) {
  if (group->group_ms == 0) {
    return SQLITE_OK;
  }
  fg_mutex_lock(&group->mutex);
  int result = note_result(group, SQLITE_OK);
  fg_mutex_unlock(&group->mutex);
  return result;
}

int fg_group_sync(fg_group *group) {
  FG_ASSERT(group->group_ms > 0);
  return sync_log(group, false);
}

int fg_group_flush(fg_group *group) { return group->group_ms == 0 ? SQLITE_OK : sync_log(group, true); }

int fg_group_stop(fg_group *group) {
  if (group->group_ms == 0) {
    return SQLITE_OK;
  }
  int result = fg_group_flush(group);
  fg_mutex_lock(&group->mutex);
  group->is_ending = true;
  fg_signal_give(&group->changed);
  fg_mutex_unlock(&group->mutex);
  fg_thread_join(&group->thread);
  fg_signal_end(&group->changed);
  fg_mutex_end(&group->mutex);
  fg_mutex_end(&group->syncing);
  group->group_ms = 0;
  return result;
}
