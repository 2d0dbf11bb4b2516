#define _GNU_SOURCE /* F_SETPIPE_SZ, mkdtemp */
#include "process.h"

#ifndef _WIN32

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const bool begins_anew = false;

bool open_pipe(int ends[2]) {
  if (pipe(ends) != 0) {
    return false;
  }
#ifdef F_SETPIPE_SZ
  return fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) >= 0;
#else
  return true;
#endif
}

void wait_for_words(int end, int64_t most_ms) { poll(&(struct pollfd){.fd = end, .events = POLLIN}, 1, (int)most_ms); }

process start_process(const role *part, const char *directory, int end) {
  (void)directory; /* it knows */
  pid_t started = fork();
  if (started == 0) {
    play(part, end);
  }
  if (started < 0) {
    exit(1);
  }
  return started;
}

bool played(int count, char **words, role *part, const char **directory, int *end) {
  (void)count;
  (void)words;
  (void)part;
  (void)directory;
  (void)end;
  return false;
}

bool kill_process(process started) {
  int ended = 0;
  kill((pid_t)started, SIGKILL);
  waitpid((pid_t)started, &ended, 0);
  return WIFEXITED(ended) || WTERMSIG(ended) != SIGKILL;
}

void sleep_us(int64_t us) { nanosleep(&(struct timespec){(time_t)(us / 1000000), (long)(us % 1000000 * 1000)}, NULL); }

bool make_directory(char *name) {
  mkdir("build/ledgers", 0777);
  return mkdtemp(name) != NULL;
}

bool make_other_name(const char *directory, char name[256]) {
  snprintf(name, 256, "%s/link.db", directory);
  return symlink("booth.db", name) == 0;
}

#endif
