#include "process.h"

#ifdef _WIN32

#include <direct.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

enum { KILLED = 137 };

const bool begins_anew = true;

/* The end that is read is not for the processes that are started. */
bool open_pipe(int ends[2]) {
  SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
  HANDLE read_end;
  HANDLE write_end;
  if (!CreatePipe(&read_end, &write_end, &inherited, 1 << 20) ||
      !SetHandleInformation(read_end, HANDLE_FLAG_INHERIT, 0)) {
    return false;
  }
  ends[0] = _open_osfhandle((intptr_t)read_end, _O_RDONLY | _O_BINARY);
  ends[1] = _open_osfhandle((intptr_t)write_end, _O_BINARY);
  return ends[0] >= 0 && ends[1] >= 0;
}

void wait_for_words(int end, int64_t most_ms) {
  HANDLE handle = (HANDLE)_get_osfhandle(end);
  DWORD there = 0;
  for (int64_t waited = 0; waited < most_ms && PeekNamedPipe(handle, NULL, 0, NULL, &there, NULL) && there == 0;
       waited++) {
    Sleep(1);
  }
}

/* The new process writes to its standard output. */
process start_process(const role *part, const char *directory, int end) {
  char program[MAX_PATH];
  char line[2 * MAX_PATH];
  STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
  PROCESS_INFORMATION started;
  start.hStdOutput = (HANDLE)_get_osfhandle(end);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  GetModuleFileNameA(NULL, program, sizeof program);
  snprintf(line, sizeof line, "crash part %d %d %lld %lld %s", part->task, part->worker, (long long)part->first,
           (long long)part->group_ms, directory);
  if (!CreateProcessA(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &started)) {
    fprintf(stderr, "no process: error %lu\n", GetLastError());
    exit(1);
  }
  CloseHandle(started.hThread);
  return (process)started.hProcess;
}

bool played(int count, char **words, role *part, const char **directory, int *end) {
  if (count != 7 || strcmp(words[1], "part") != 0) {
    return false;
  }
  *part = (role){atoi(words[2]), atoi(words[3]), atoll(words[4]), atoll(words[5])};
  *directory = words[6];
  *end = _fileno(stdout);
  _setmode(*end, _O_BINARY);
  return true;
}

bool kill_process(process started) {
  DWORD ended = 0;
  TerminateProcess((HANDLE)started, KILLED);
  WaitForSingleObject((HANDLE)started, INFINITE);
  GetExitCodeProcess((HANDLE)started, &ended);
  CloseHandle((HANDLE)started);
  return ended != KILLED;
}

void sleep_us(int64_t us) { Sleep((DWORD)(us / 1000)); }

bool make_directory(char *name) {
  _mkdir("build/ledgers");
  return _mktemp(name) != NULL && _mkdir(name) == 0;
}

/* Links are for administrators; another way of saying the same is a name too. */
bool make_other_name(const char *directory, char name[256]) {
  snprintf(name, 256, "%s/./booth.db", directory);
  return true;
}

#endif
