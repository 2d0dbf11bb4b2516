/* Compares two ledgers row by row: whether one goes on from the other, and where they part. */
#include "load.h"

#include <stdio.h>

#include "open.h"
#include "predecessor.h"

typedef struct side {
  fg_ledger *ledger;
  sqlite3_stmt *rows;
  fg_predecessor before;
  unsigned char birth[FG_CHAIN_SIZE];
  fg_row row; ///< the current row, if `is_there`
  bool is_there;
  int64_t last; ///< the number of the last row read
  unsigned char head[FG_CHAIN_SIZE];
} side;

typedef enum relation { SAME, CONTINUATION, FORK, OTHER_BEGINNING, APART } relation;
static const char *const relation_names[] = {"same", "continuation", "fork", "other_beginning", "apart"};

typedef struct comparison {
  side sides[2];
  fg_watch watch;
  relation is;
  int64_t common;    ///< the number of the last command that both ledgers have; 0: none
  int64_t fork;      ///< the number of the first command in which they differ
  char told[2][512]; ///< the command `fork` of each of the two ledgers, as text
} comparison;

static fg_status next_row(side *of, fg_error *error) {
  int result = sqlite3_step(of->rows);
  of->is_there = result == SQLITE_ROW;
  if (!of->is_there) {
    return result == SQLITE_DONE ? FG_OK : fg_store_fault(of->ledger->store, result, error);
  }
  FG_TRY(fg_row_of(of->rows, of->ledger->store->path, &of->row, error));
  bool is_copy = of->row.seq <= of->before.seq; /* kept from the predecessor, whose file has its chain */
  unsigned char chain[FG_CHAIN_SIZE];
  fg_row_chain(of->ledger->chain, &of->row, chain);
  bool follows = of->row.seq == of->ledger->seq + 1 && memcmp(chain, of->row.chain, FG_CHAIN_SIZE) == 0;
  if (!is_copy && !follows) {
    return fg_fail(error, FG_LEDGER_CORRUPT, "", "%s: command %lld is missing or altered; good up to command %lld",
                   of->ledger->store->path, (long long)of->ledger->seq + 1, (long long)of->ledger->seq);
  }
  of->last = of->row.seq;
  memcpy(of->head, of->row.chain, FG_CHAIN_SIZE);
  if (!is_copy) {
    of->ledger->seq = of->row.seq;
    memcpy(of->ledger->chain, of->row.chain, FG_CHAIN_SIZE);
  }
  return FG_OK;
}

static fg_status open_side(side *of, const char *path, const fg_allocator *allocator, fg_watch *watch,
                           fg_error *error) {
  static const fg_ledger_options any = {.group_ms = 0};
  of->ledger = fg_ledger_allocate(&any, allocator);
  if (of->ledger == NULL) {
    return fg_refuse(error, FG_NO_MEMORY);
  }
  FG_TRY(fg_store_open(path, FG_STORE_READ, allocator, watch, &of->ledger->store, error));
  FG_TRY(fg_ledger_take_birth(of->ledger, &any, error));
  FG_TRY(fg_predecessor_read(of->ledger->store, &of->before, error));
  FG_TRY(fg_ledger_load_birth(of->ledger, error));
  memcpy(of->birth, of->ledger->chain, FG_CHAIN_SIZE);
  FG_TRY(fg_ledger_load_beginning(of->ledger, error));
  if (of->before.seq > 0) {
    FG_TRY(fg_predecessor_check_kept(of->ledger, &of->before, error));
  }
  of->rows = of->ledger->statements.tail;
  sqlite3_bind_int64(of->rows, 1, 0);
  return next_row(of, error);
}

static void tell_row(const side *of, char told[512]) {
  char at[FG_TIME_TEXT_MAX];
  const fg_row *row = &of->row;
  fg_time_format(row->at, fg_book_zone(fg_account_book(of->ledger->account)), at);
  snprintf(told, 512, "%lld %s %.*s %.*s%s%.300s", (long long)row->seq, at, (int)row->kind.length, row->kind.text,
           (int)fg_min_i64((int64_t)row->id.length, 80), row->id.text == NULL ? "" : row->id.text,
           row->id.text == NULL ? "" : " ", row->command.text);
  fg_cut_utf8(told, 512);
}

/* Walks the rows of both ledgers side by side. A row that only one of them has, because the other begins later, is
   passed over. */
static fg_status walk_both(comparison *made, fg_error *error) {
  side *a = &made->sides[0];
  side *b = &made->sides[1];
  while (a->is_there && b->is_there) {
    if (a->row.seq == b->row.seq) {
      if (memcmp(a->row.chain, b->row.chain, FG_CHAIN_SIZE) != 0) {
        made->is = FORK;
        made->fork = a->row.seq;
        tell_row(a, made->told[0]);
        tell_row(b, made->told[1]);
        return FG_OK;
      }
      made->common = a->row.seq;
    }
    int64_t seq_a = a->row.seq;
    int64_t seq_b = b->row.seq;
    FG_TRY(seq_a <= seq_b ? next_row(a, error) : FG_OK);
    FG_TRY(seq_b <= seq_a ? next_row(b, error) : FG_OK);
  }
  return FG_OK;
}

/* Walks one ledger to its end, so that its length and head are known, and damage in it is found. */
static fg_status walk_on(side *of, fg_error *error) {
  while (of->is_there) {
    FG_TRY(next_row(of, error));
  }
  return FG_OK;
}

static fg_status compare(comparison *made, fg_error *error) {
  side *a = &made->sides[0];
  side *b = &made->sides[1];
  bool have_both_beginnings = a->before.seq == 0 && b->before.seq == 0;
  bool began_alike = memcmp(a->birth, b->birth, FG_CHAIN_SIZE) == 0;
  if (began_alike) {
    FG_TRY(walk_both(made, error));
  } else {
    made->is = OTHER_BEGINNING;
  }
  FG_TRY(walk_on(a, error));
  FG_TRY(walk_on(b, error));
  if (made->is == SAME && made->common == 0 && !have_both_beginnings) {
    made->is = APART;
  } else if (made->is == SAME && a->last != b->last) {
    made->is = CONTINUATION;
  }
  return FG_OK;
}

static void tell_side(fg_teller *to, const char *key, const side *of) {
  char head[2 * FG_CHAIN_SIZE + 1];
  fg_chain_format(of->head, head);
  fg_tell_begin_object(to, key);
  fg_tell_word(to, "path", of->ledger->store->path);
  fg_tell_integer(to, "commands", of->last);
  fg_tell_integer(to, "begins_after", of->before.seq);
  fg_tell_word(to, "head", head);
  fg_tell_end_object(to);
}

static fg_status tell(const comparison *made, const fg_visitor *visitor) {
  fg_teller to = fg_teller_to(visitor);
  const side *a = &made->sides[0];
  const side *b = &made->sides[1];
  fg_tell_begin_object(&to, NULL);
  fg_tell_word(&to, "relation", relation_names[made->is]);
  fg_tell_integer(&to, "common", made->common);
  if (made->is == CONTINUATION) {
    fg_tell_word(&to, "longer", a->last > b->last ? "a" : "b");
    fg_tell_integer(&to, "by", a->last > b->last ? a->last - b->last : b->last - a->last);
  } else {
    fg_tell_null(&to, "longer");
    fg_tell_integer(&to, "by", 0);
  }
  if (made->is == FORK) {
    fg_tell_begin_object(&to, "fork");
    fg_tell_integer(&to, "command", made->fork);
    fg_tell_word(&to, "a", made->told[0]);
    fg_tell_word(&to, "b", made->told[1]);
    fg_tell_end_object(&to);
  } else {
    fg_tell_null(&to, "fork");
  }
  tell_side(&to, "a", a);
  tell_side(&to, "b", b);
  fg_tell_end_object(&to);
  return fg_teller_status(&to);
}

fg_status fg_ledger_compare(const char *a, const char *b, const fg_listener *listener, const fg_visitor *visitor,
                            fg_error *error) {
  fg_allocator allocator = fg_allocator_or_default(NULL);
  comparison made = {.is = SAME};
  fg_watch_listen(&made.watch, listener);
  fg_status status = open_side(&made.sides[0], a, &allocator, &made.watch, error);
  status = status == FG_OK ? open_side(&made.sides[1], b, &allocator, &made.watch, error) : status;
  status = status == FG_OK ? compare(&made, error) : status;
  if (status == FG_OK) {
    status = tell(&made, visitor);
    status = status == FG_OK ? FG_OK : fg_refuse(error, status);
  }
  fg_ledger_close(made.sides[0].ledger);
  fg_ledger_close(made.sides[1].ledger);
  return fg_watch_answer(&made.watch, status, error);
}
