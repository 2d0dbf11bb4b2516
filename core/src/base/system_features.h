/* Asks the system's headers for functions beyond ISO C, and for 64-bit offsets and times also on 32-bit machines. Each
   file that calls the operating system includes this one first, and so does each file compiled together with it. */
#ifndef FG_SYSTEM_FEATURES_H
#define FG_SYSTEM_FEATURES_H

#ifdef _WIN32
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602 /* Windows 8, whose wall clock counts microseconds */
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
