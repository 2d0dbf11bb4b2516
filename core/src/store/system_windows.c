/* What Windows does in a way of its own. Its threads have no signals, no process is forked, and a process that ends
   closes its files before others see that it has ended. docs/ledger.md says what Windows cannot do. */
#include "../base/system_features.h"

#include "system.h"

#ifdef _WIN32

#include <stdio.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

_Static_assert(sizeof(SRWLOCK) == sizeof(fg_mutex) && sizeof(CONDITION_VARIABLE) == sizeof(fg_signal),
               "they are kept as pointers, so that system.h needs no header of Windows");

static HANDLE handle_of(fg_file file) { return (HANDLE)file; }

/* Turns an error number of Windows into one of <errno.h>. */
static int number_of(DWORD error) {
  switch (error) {
  case ERROR_SUCCESS: return 0;
  case ERROR_FILE_NOT_FOUND:
  case ERROR_PATH_NOT_FOUND:
  case ERROR_BAD_PATHNAME: return ENOENT;
  case ERROR_INVALID_NAME:
  case ERROR_DIRECTORY: return ENOTDIR;
  case ERROR_ACCESS_DENIED: return EACCES;
  case ERROR_WRITE_PROTECT: return EROFS;
  case ERROR_FILE_EXISTS:
  case ERROR_ALREADY_EXISTS: return EEXIST;
  case ERROR_DISK_FULL:
  case ERROR_HANDLE_DISK_FULL: return ENOSPC;
  case 1295 /* ERROR_DISK_QUOTA_EXCEEDED, which some <winerror.h> lack */: return EDQUOT;
  case ERROR_SHARING_VIOLATION: return EBUSY;
  case ERROR_LOCK_VIOLATION: return EAGAIN;
  case ERROR_NOT_ENOUGH_MEMORY:
  case ERROR_OUTOFMEMORY: return ENOMEM;
  case ERROR_FILENAME_EXCED_RANGE: return ENAMETOOLONG;
  case ERROR_CANT_RESOLVE_FILENAME: return ELOOP;
  case ERROR_TOO_MANY_OPEN_FILES: return EMFILE;
  default: return EIO;
  }
}

int fg_system_number(int error) { return number_of((DWORD)error); }

static int last_number(void) {
  int number = number_of(GetLastError());
  return number == 0 ? EIO : number;
}

/* Converts a path to the form that Windows takes. Returns 0, ENOENT if it is not UTF-8, or ENAMETOOLONG. */
static int widen(const char *path, WCHAR wide[FG_SYSTEM_PATH_MAX]) {
  if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, FG_SYSTEM_PATH_MAX) > 0) {
    return 0;
  }
  return GetLastError() == ERROR_INSUFFICIENT_BUFFER ? ENAMETOOLONG : ENOENT;
}

static int narrow(const WCHAR *wide, char path[FG_SYSTEM_PATH_MAX]) {
  return WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, path, FG_SYSTEM_PATH_MAX, NULL, NULL) > 0
             ? 0
             : ENAMETOOLONG;
}

enum { SHARED_BY_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

/* Opens whatever is at a path, even a directory, to ask about it. */
static int open_to_ask(const char *path, DWORD flags, HANDLE *handle) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  *handle = INVALID_HANDLE_VALUE;
  int number = widen(path, wide);
  if (number == 0) {
    *handle = CreateFileW(wide, FILE_READ_ATTRIBUTES, SHARED_BY_ALL, NULL, OPEN_EXISTING,
                          FILE_FLAG_BACKUP_SEMANTICS | flags, NULL);
    number = *handle == INVALID_HANDLE_VALUE ? last_number() : 0;
  }
  return number;
}

/* Removes the prefix with which Windows marks paths that it takes as they are. It stays if the path would be too long
   without it. */
static const WCHAR *without_prefix(const WCHAR *whole) {
  static const WCHAR prefix[] = L"\\\\?\\";
  const size_t length = sizeof prefix / sizeof *prefix - 1;
  bool is_drive = wcsncmp(whole, prefix, length) == 0 && whole[length] != 0 && whole[length + 1] == L':';
  return is_drive && wcslen(whole + length) < MAX_PATH - 60 ? whole + length : whole;
}

int fg_system_resolve(const char *path, char whole[FG_SYSTEM_PATH_MAX]) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  HANDLE handle;
  int number = open_to_ask(path, 0, &handle);
  if (number != 0) {
    return number;
  }
  DWORD length = GetFinalPathNameByHandleW(handle, wide, FG_SYSTEM_PATH_MAX, FILE_NAME_NORMALIZED | VOLUME_NAME_DOS);
  number = length == 0 ? last_number() : length >= FG_SYSTEM_PATH_MAX ? ENAMETOOLONG : 0;
  CloseHandle(handle);
  return number == 0 ? narrow(without_prefix(wide), whole) : number;
}

const char *fg_system_last_separator(const char *path) {
  const char *last = NULL;
  for (; *path != '\0'; path++) {
    last = *path == '\\' || *path == '/' ? path : last;
  }
  return last;
}

/* A ':' would name a stream of another file, and Windows silently drops a '.' or ' ' at the end. */
bool fg_system_may_be_name(const char *name) {
  size_t length = strlen(name);
  bool is_kept = length > 0 && name[length - 1] != '.' && name[length - 1] != ' ';
  return is_kept && strpbrk(name, "<>:\"|?*") == NULL;
}

bool fg_system_exists(const char *name) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  return widen(name, wide) == 0 && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

bool fg_system_is_plain(const char *name) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  DWORD attributes = widen(name, wide) == 0 ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0 &&
         (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
}

const char *fg_system_network(const char *path) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  WCHAR volume[FG_SYSTEM_PATH_MAX];
  bool is_known = widen(path, wide) == 0 && GetVolumePathNameW(wide, volume, FG_SYSTEM_PATH_MAX);
  return is_known && GetDriveTypeW(volume) == DRIVE_REMOTE ? "a share or a network drive" : NULL;
}

static bool is_link(HANDLE handle) {
  FILE_ATTRIBUTE_TAG_INFO found;
  return GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &found, sizeof found) &&
         (found.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && IsReparseTagNameSurrogate(found.ReparseTag);
}

/* While a file beside a ledger is open nobody can remove it; SQLite opens the ledger and its log so, too. A file that
   is being made can be renamed while it is locked. */
int fg_system_open(const char *name, fg_open_as how, fg_file *file) {
  static const DWORD dispositions[] = {[FG_OPEN_READ] = OPEN_EXISTING,
                                       [FG_OPEN_WRITE] = OPEN_EXISTING,
                                       [FG_OPEN_MAKE] = OPEN_ALWAYS,
                                       [FG_OPEN_NEW] = CREATE_NEW};
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  *file = FG_NO_FILE;
  int number = widen(name, wide);
  if (number != 0) {
    return number;
  }
  DWORD access = how == FG_OPEN_READ ? GENERIC_READ : GENERIC_READ | GENERIC_WRITE;
  DWORD shared = how == FG_OPEN_MAKE ? FILE_SHARE_READ | FILE_SHARE_WRITE : SHARED_BY_ALL;
  HANDLE handle = CreateFileW(wide, access, shared, NULL, dispositions[how],
                              FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
  if (handle == INVALID_HANDLE_VALUE) {
    return last_number();
  }
  if (is_link(handle)) {
    CloseHandle(handle);
    return ELOOP;
  }
  *file = (fg_file)handle;
  return 0;
}

/* A new file has the rights that its folder gives it, as the ledger has. */
int fg_system_open_beside(const char *name, fg_file database, fg_file *file) {
  (void)database;
  return fg_system_open(name, FG_OPEN_MAKE, file);
}

void fg_system_close(fg_file *file) {
  if (*file != FG_NO_FILE) {
    CloseHandle(handle_of(*file));
  }
  *file = FG_NO_FILE;
}

static OVERLAPPED place_of(int64_t offset) {
  OVERLAPPED place = {.Offset = (DWORD)((uint64_t)offset & 0xFFFFFFFF), .OffsetHigh = (DWORD)((uint64_t)offset >> 32)};
  return place;
}

int fg_system_read(fg_file file, void *bytes, size_t size, int64_t offset, size_t *got) {
  OVERLAPPED place = place_of(offset);
  DWORD read = 0;
  bool done = ReadFile(handle_of(file), bytes, (DWORD)size, &read, &place);
  *got = read;
  return done || GetLastError() == ERROR_HANDLE_EOF ? 0 : last_number();
}

int fg_system_write(fg_file file, const void *bytes, size_t size, int64_t offset) {
  OVERLAPPED place = place_of(offset);
  DWORD put = 0;
  return !WriteFile(handle_of(file), bytes, (DWORD)size, &put, &place) ? last_number() : put == size ? 0 : EIO;
}

static int look(HANDLE handle, fg_file_look *look) {
  BY_HANDLE_FILE_INFORMATION found;
  if (!GetFileInformationByHandle(handle, &found)) {
    return last_number();
  }
  bool is_plain = GetFileType(handle) == FILE_TYPE_DISK;
  look->device = found.dwVolumeSerialNumber;
  look->inode = (uint64_t)found.nFileIndexHigh << 32 | found.nFileIndexLow;
  look->kind = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? FG_FILE_DIRECTORY
               : is_plain                                               ? FG_FILE_PLAIN
                                                                        : FG_FILE_OTHER;
  look->names = found.nNumberOfLinks;
  look->is_read_only = (found.dwFileAttributes & FILE_ATTRIBUTE_READONLY) != 0;
  look->state = (fg_file_state){.size = (int64_t)((uint64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow)};
  return 0;
}

/* The times stay 0, because Windows may note the time of a write only when the handle that wrote is closed, so a
   changed time says nothing. */
int fg_system_look_at(const char *name, bool with_times, fg_file_look *found) {
  HANDLE handle;
  (void)with_times;
  int number = open_to_ask(name, 0, &handle);
  if (number == 0) {
    number = look(handle, found);
    CloseHandle(handle);
  }
  return number;
}

int fg_system_look_inside(fg_file file, fg_file_look *found) { return look(handle_of(file), found); }

bool fg_system_is_denied(const char *name) {
  fg_file file;
  int number = fg_system_open(name, FG_OPEN_READ, &file);
  fg_system_close(&file);
  return number == EACCES;
}

void fg_system_remove(const char *name) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  if (widen(name, wide) == 0) {
    DeleteFileW(wide);
  }
}

int fg_system_move_to_free_name(const char *from, const char *to) {
  WCHAR wide_from[FG_SYSTEM_PATH_MAX];
  WCHAR wide_to[FG_SYSTEM_PATH_MAX];
  int number = widen(from, wide_from);
  number = number == 0 ? widen(to, wide_to) : number;
  return number != 0 ? number : MoveFileExW(wide_from, wide_to, MOVEFILE_WRITE_THROUGH) ? 0 : last_number();
}

/* Nothing is done here. NTFS writes names through its journal in the order of the changes, so that of a move is on the
   disk when the move returns, and a sync of the directory needs more rights than every user has. */
int fg_system_sync_directory(const char *name) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  int number = widen(name, wide);
  if (number != 0) {
    return number;
  }
  HANDLE handle = CreateFileW(wide, GENERIC_WRITE, SHARED_BY_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS,
                              NULL);
  if (handle != INVALID_HANDLE_VALUE) {
    FlushFileBuffers(handle);
    CloseHandle(handle);
  }
  return 0;
}

void fg_system_list(const char *directory, void (*each)(void *context, const char *name), void *context) {
  WCHAR wide[FG_SYSTEM_PATH_MAX];
  char name[FG_SYSTEM_PATH_MAX];
  WIN32_FIND_DATAW found;
  if (snprintf(name, sizeof name, "%s\\*", directory) >= (int)sizeof name || widen(name, wide) != 0) {
    return;
  }
  HANDLE search = FindFirstFileW(wide, &found);
  bool more = search != INVALID_HANDLE_VALUE;
  while (more) {
    if (narrow(found.cFileName, name) == 0) {
      each(context, name);
    }
    more = FindNextFileW(search, &found);
  }
  if (search != INVALID_HANDLE_VALUE) {
    FindClose(search);
  }
}

/* Windows tells of a lock only by refusing another one, so looking for locks means trying to lock. While that is done,
   a byte far above all others is locked, so that one look does not see another one. A handle that is refused a lock
   tries again when nobody looks. */
#define LOCK_LOOKING (INT64_C(1) << 62)

static int try_range(fg_file file, fg_lock_kind kind, int64_t first, int64_t count) {
  OVERLAPPED place = place_of(first);
  DWORD low = (DWORD)((uint64_t)count & 0xFFFFFFFF);
  DWORD high = (DWORD)((uint64_t)count >> 32);
  DWORD flags = kind == FG_LOCK_EXCLUSIVE ? LOCKFILE_EXCLUSIVE_LOCK : 0;
  if (LockFileEx(handle_of(file), LOCKFILE_FAIL_IMMEDIATELY | flags, 0, low, high, &place)) {
    return 0;
  }
  return GetLastError() == ERROR_IO_PENDING ? EAGAIN : last_number();
}

static void unlock_range(fg_file file, int64_t first, int64_t count) {
  OVERLAPPED place = place_of(first);
  UnlockFileEx(handle_of(file), 0, (DWORD)((uint64_t)count & 0xFFFFFFFF), (DWORD)((uint64_t)count >> 32), &place);
}

static void begin_looking(fg_file file) {
  OVERLAPPED place = place_of(LOCK_LOOKING);
  LockFileEx(handle_of(file), LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &place);
}

static void end_looking(fg_file file) { unlock_range(file, LOCK_LOOKING, 1); }

int fg_system_lock(fg_file file, fg_lock_kind kind, int64_t byte) {
  if (kind == FG_LOCK_NONE) {
    unlock_range(file, byte, 1);
    return 0;
  }
  int number = try_range(file, kind, byte, 1);
  if (number == EAGAIN) {
    begin_looking(file);
    number = try_range(file, kind, byte, 1);
    end_looking(file);
  }
  return number;
}

static bool is_range_locked(fg_file file, int64_t first, int64_t count) {
  if (count <= 0 || try_range(file, FG_LOCK_EXCLUSIVE, first, count) == 0) {
    if (count > 0) {
      unlock_range(file, first, count);
    }
    return false;
  }
  return true;
}

/* Unlocks our own byte for the look. No handle of this library takes it meanwhile; another program that does releases
   it soon, because it finds the ledger busy. */
static bool is_own_byte_shared(fg_file file, int64_t own) {
  unlock_range(file, own, 1);
  bool is_shared = is_range_locked(file, own, 1);
  while (try_range(file, FG_LOCK_SHARED, own, 1) == EAGAIN) {
    Sleep(1);
  }
  return is_shared;
}

bool fg_system_is_locked(fg_file file, int64_t first, int64_t count, int64_t own) {
  begin_looking(file);
  bool is_locked = own < 0
                       ? is_range_locked(file, first, count)
                       : is_range_locked(file, first, own - first) ||
                             is_range_locked(file, own + 1, first + count - own - 1) || is_own_byte_shared(file, own);
  end_looking(file);
  return is_locked;
}

void fg_system_close_locked(fg_file *file) { fg_system_close(file); }
void fg_system_abandon_locked(fg_file *file) { fg_system_close(file); }

int64_t fg_system_steady_ms(void) {
  LARGE_INTEGER ticks;
  LARGE_INTEGER second;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&second);
  return ticks.QuadPart / second.QuadPart * 1000 + ticks.QuadPart % second.QuadPart * 1000 / second.QuadPart;
}

/* The shortest sleep is a tick, up to 16 ms; below a millisecond only the rest of the time slice is given up. */
void fg_system_sleep_us(int64_t us) { Sleep((DWORD)(us / 1000)); }

int64_t fg_system_process(void) { return (int64_t)GetCurrentProcessId(); }

static SRWLOCK *lock_of(fg_mutex *mutex) { return (SRWLOCK *)(void *)mutex; }
static CONDITION_VARIABLE *variable_of(fg_signal *signal) { return (CONDITION_VARIABLE *)(void *)signal; }

void fg_mutex_begin(fg_mutex *mutex) { InitializeSRWLock(lock_of(mutex)); }
void fg_mutex_end(fg_mutex *mutex) { (void)mutex; }
void fg_mutex_lock(fg_mutex *mutex) { AcquireSRWLockExclusive(lock_of(mutex)); }
void fg_mutex_unlock(fg_mutex *mutex) { ReleaseSRWLockExclusive(lock_of(mutex)); }

void fg_signal_begin(fg_signal *signal) { InitializeConditionVariable(variable_of(signal)); }
void fg_signal_end(fg_signal *signal) { (void)signal; }
void fg_signal_give(fg_signal *signal) { WakeConditionVariable(variable_of(signal)); }
void fg_signal_wait(fg_signal *signal, fg_mutex *mutex) {
  SleepConditionVariableSRW(variable_of(signal), lock_of(mutex), INFINITE, 0);
}

bool fg_signal_wait_until(fg_signal *signal, fg_mutex *mutex, int64_t steady_ms) {
  int64_t left = fg_max_i64(steady_ms - fg_system_steady_ms(), 0);
  return left > 0 && (SleepConditionVariableSRW(variable_of(signal), lock_of(mutex), (DWORD)left, 0) ||
                      GetLastError() != ERROR_TIMEOUT);
}

static DWORD WINAPI run_thread(void *argument) {
  const fg_thread *thread = argument;
  thread->run(thread->context);
  return 0;
}

int fg_thread_start(fg_thread *thread, void (*run)(void *context), void *context) {
  thread->run = run;
  thread->context = context;
  thread->handle = CreateThread(NULL, 0, run_thread, thread, 0, NULL);
  return thread->handle == NULL ? last_number() : 0;
}

void fg_thread_join(fg_thread *thread) {
  WaitForSingleObject(thread->handle, INFINITE);
  CloseHandle(thread->handle);
}

#endif
