/* Where notices go, and how their messages are worded. Each matter that notices are about has a file notices_*.c. */
#ifndef FG_NOTICE_BOARD_H
#define FG_NOTICE_BOARD_H

#include "../base/tell.h"
#include "../book/explain.h"
#include "notices.h"

typedef enum fg_notice_code {
#define NOTICE(NAME, name, known, help) FG_NOTICE_##NAME,
#include "outlook.def"
} fg_notice_code;

/* The values of a notice. A value that a notice does not have is told as null. */
typedef struct fg_noticed {
  fg_notice_code code;
  const fg_product *product; ///< NULL: of no product
  fg_string id;              ///< text NULL: no id
  int64_t units, of;         ///< -1: no number
  bool has_amount, has_limit;
  fg_amount amount, limit;
  fg_time at;       ///< FG_NO_TIME: no instant
  const char *rule; ///< the rule behind the notice, told if the book cites it; NULL: none
} fg_noticed;

static const fg_noticed fg_empty_notice = {.units = -1, .of = -1, .at = FG_NO_TIME};

typedef struct fg_notice_board {
  const fg_account *account;
  const fg_notice_limits *limits;
  const fg_notice_context *context;
  bool *uncertain; ///< whether each call in flight is uncertain; kept, because a ledger has to read its file to say so
  fg_teller to;
} fg_notice_board;

/* Tells a notice, with a message made by `format`. Names in a message come from the book and have at most 64 bytes
   each, so the message fits. */
void FG_PRINTF(3, 4) fg_notice(fg_notice_board *board, const fg_noticed *what, const char *format, ...);

/* A text of a message, in a buffer of its own, so that one message can have several. */
typedef struct fg_wording {
  char text[FG_GROUPED_MAX];
} fg_wording;

fg_wording fg_notice_units(int64_t units);
fg_wording fg_notice_money(const fg_account *account, fg_amount amount);
/* Words an instant to the minute, in the book's civil time: "2024-11-05 10:00". */
fg_wording fg_notice_time(const fg_account *account, fg_time time);

/* The words before and after the name of a meter, which is a plural: "1 of the calls is", but "2 calls are". */
const char *fg_of_the(int64_t units);
const char *fg_is_or_are(int64_t units);

/* Defined in notices_packs.c. */
fg_status fg_notice_stock(fg_notice_board *board, uint32_t product);
void fg_notice_endings(fg_notice_board *board, uint32_t product);
/* Makes a preview in `fork`, a copy of the account. */
fg_status fg_notice_postpaid(fg_notice_board *board, fg_account *fork, uint32_t product);

/* Defined in notices_money.c. */
fg_status fg_notice_budgets(fg_notice_board *board);
void fg_notice_arrears(fg_notice_board *board);
void fg_notice_violation(fg_notice_board *board);

/* Defined in notices_calls.c. */
void fg_notice_ask_for_uncertain(fg_notice_board *board);
fg_status fg_notice_calls(fg_notice_board *board, uint32_t product, bool uncertain);

#endif
