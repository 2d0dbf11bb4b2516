/* A world that a test makes, loaded before the C library (LD_PRELOAD): files in the folder that FAREGATE_WORLD names
   say

     ahead         by how many seconds the wall clock is ahead
     synchronised  that the system vouches for it
     broken        that the disk takes nothing any more */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static int name_of(const char *file, char name[512]) {
  const char *folder = getenv("FAREGATE_WORLD");
  return folder != NULL && snprintf(name, 512, "%s/%s", folder, file) < 512;
}

static int is_there(const char *file) {
  char name[512];
  return name_of(file, name) && access(name, F_OK) == 0;
}

static long long number_in(const char *file) {
  char name[512];
  char text[32] = "0";
  FILE *opened = name_of(file, name) ? fopen(name, "r") : NULL;
  if (opened != NULL) {
    if (fgets(text, sizeof text, opened) == NULL) {
      strcpy(text, "0");
    }
    fclose(opened);
  }
  return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (real == NULL) {
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  }
  int result = real(clock, now);
  if (clock == CLOCK_REALTIME) {
    now->tv_sec += number_in("ahead");
  }
  return result;
}

int adjtimex(struct timex *answer) {
  answer->status = is_there("synchronised") ? 0 : STA_UNSYNC;
  return is_there("synchronised") ? TIME_OK : TIME_ERROR;
}

static int sync_by(const char *function, int file) {
  int (*real)(int);
  *(void **)&real = dlsym(RTLD_NEXT, function);
  if (is_there("broken")) {
    errno = EIO;
    return -1;
  }
  return real(file);
}

int fsync(int file) { return sync_by("fsync", file); }
int fdatasync(int file) { return sync_by("fdatasync", file); }
