/* Processes that are started, heard through a pipe, and killed: what the crash test needs of a system. */
#ifndef CRASH_PROCESS_H
#define CRASH_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* What a process is to do. */
typedef struct role {
  int task;
  int worker;
  int64_t first;
  int64_t group_ms;
} role;

typedef intptr_t process;

/* Without fork() a process is this program, begun anew, and takes a while before it does anything. */
extern const bool begins_anew;

/* Ends of a pipe, descriptors of the C library; false: there is none. It has room for what is written before it is
   read. */
bool open_pipe(int ends[2]);
/* Waits until something can be read, or for that long. */
void wait_for_words(int end, int64_t most_ms);

/* Starts a process that plays a role and writes to `end`. In one that begins anew played() answers true, with the role,
   the directory and the end to write to. Ends this process if it cannot. */
process start_process(const role *part, const char *directory, int end);
bool played(int count, char **words, role *part, const char **directory, int *end);
/* What the started process does; it does not come back. */
void play(const role *part, int end);

/* Kills a process and waits until it has ended; answers whether it had ended before, by itself or by a fault. */
bool kill_process(process started);

void sleep_us(int64_t us);
/* Makes a new directory, whose name ends in XXXXXX before. */
bool make_directory(char *name);
/* Makes another name for booth.db in a directory; `name` is its path then. */
bool make_other_name(const char *directory, char name[256]);

#endif
