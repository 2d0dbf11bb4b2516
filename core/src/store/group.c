#include "system.h"

#include "group.h"

#include <signal.h>

/* The mutex is held. */
static int sync_group(fg_group *group) {
  if (group->is_open) {
    int result = fg_vfs_sync_log(group->vfs);
    group->is_open = false;
    group->result = group->result == SQLITE_OK ? result : group->result;
  }
  return group->result;
}

static void *keep_deadlines(void *argument) {
  fg_group *group = argument;
  pthread_mutex_lock(&group->mutex);
  while (!group->is_ending) {
    if (!group->is_open) {
      pthread_cond_wait(&group->changed, &group->mutex);
    } else if (pthread_cond_timedwait(&group->changed, &group->mutex, &group->deadline) == ETIMEDOUT) {
      sync_group(group);
    }
  }
  pthread_mutex_unlock(&group->mutex);
  return NULL;
}

/* Starts the thread with all signals blocked, because the host's signals are for its own threads. */
static int start_thread(fg_group *group) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int number = pthread_create(&group->thread, NULL, keep_deadlines, group);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return number;
}

int fg_group_start(fg_group *group, fg_vfs *vfs, int64_t group_ms) {
  pthread_condattr_t steady;
  memset(group, 0, sizeof *group);
  if (group_ms == 0) {
    return 0;
  }
  group->vfs = vfs;
  pthread_mutex_init(&group->mutex, NULL);
  pthread_condattr_init(&steady);
  pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
  pthread_cond_init(&group->changed, &steady);
  pthread_condattr_destroy(&steady);
  int number = start_thread(group);
  group->group_ms = number == 0 ? group_ms : 0;
  return number;
}

int fg_group_add(fg_group *group) {
  if (group->group_ms == 0) {
    return SQLITE_OK;
  }
  pthread_mutex_lock(&group->mutex);
  if (!group->is_open) {
    clock_gettime(CLOCK_MONOTONIC, &group->deadline);
    int64_t nanoseconds = group->deadline.tv_nsec + group->group_ms % 1000 * 1000000;
    group->deadline.tv_sec += (time_t)(group->group_ms / 1000 + nanoseconds / 1000000000);
    group->deadline.tv_nsec = (long)(nanoseconds % 1000000000);
    group->is_open = true;
    pthread_cond_signal(&group->changed);
  }
  int result = group->result;
  pthread_mutex_unlock(&group->mutex);
  return result;
}

int fg_group_flush(fg_group *group) {
  if (group->group_ms == 0) {
    return SQLITE_OK;
  }
  pthread_mutex_lock(&group->mutex);
  int result = sync_group(group);
  pthread_mutex_unlock(&group->mutex);
  return result;
}

int fg_group_stop(fg_group *group) {
  if (group->group_ms == 0) {
    return SQLITE_OK;
  }
  int result = fg_group_flush(group);
  pthread_mutex_lock(&group->mutex);
  group->is_ending = true;
  pthread_cond_signal(&group->changed);
  pthread_mutex_unlock(&group->mutex);
  pthread_join(group->thread, NULL);
  pthread_cond_destroy(&group->changed);
  pthread_mutex_destroy(&group->mutex);
  group->group_ms = 0;
  return result;
}
