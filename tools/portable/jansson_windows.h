/* What jansson is to know of mingw-w64. */
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#define INITIAL_HASHTABLE_ORDER 3
