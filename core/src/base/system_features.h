/* First in every file that calls the operating system, and in those that are compiled in one with it: its functions
   beyond ISO C, with offsets and times of 64 bits also where the machine has 32. */
#ifndef FG_SYSTEM_FEATURES_H
#define FG_SYSTEM_FEATURES_H

#ifdef _WIN32
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602 /* Windows 8: a wall clock of microseconds */
#endif
#else
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#ifndef _TIME_BITS
#define _TIME_BITS 64
#endif
#endif

#endif
