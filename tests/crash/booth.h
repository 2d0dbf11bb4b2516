/* The ledger that processes are killed on, and what all of them do with it. */
#ifndef CRASH_BOOTH_H
#define CRASH_BOOTH_H

#include "faregate_ledger.h"
#include "process.h"

/* The ledger, another name of it, and where it is imported and sealed. */
extern char path[256], link_path[256], import_path[256], successor_path[256];
extern fg_book *book;

void load_book(void);
void name_files(const char *directory);

/* Ends this process, and says why. */
void give_up(const char *format, ...);

fg_handle *open_by(const char *name, int64_t group_ms);
/* The same; a ledger that is not there begins with an account of its own options. */
fg_handle *open_with(const char *name, const fg_account_options *account, int64_t group_ms);

fg_string name_of(char text[64], const char *kind, int worker, int64_t number);
fg_command command_of(fg_command_kind kind, fg_string id); ///< one unit of image-pro, at the clock's now

/* What a worker says through the pipe once it has the answer. */
typedef enum step { USED, CALLED, COMMITTED, ADOPTED } step;
typedef struct notice {
  int64_t number;
  int32_t worker;
  int32_t step;
} notice;
void say(int pipe_end, int worker, int64_t number, step what);

/* What a description says that is of interest here. */
enum { HEARD_MAX = 16 };
typedef struct listener {
  char ids[HEARD_MAX][64];
  int count;
  int64_t total; ///< units of all products in this month
  bool is_good;  ///< what fg_ledger_verify thinks
} listener;
fg_visitor visitor_of(listener *heard);

bool is_whole(const char *name); ///< what fg_ledger_verify thinks
int64_t units_of_month(fg_handle *ledger);
void import_once(void); ///< exports the ledger and imports that

/* As rand() of POSIX, which not every system has for a seed of one's own. */
int64_t random_below(unsigned *seed, int64_t end);

#endif
