/* Rows of a ledger: the chain that holds them, commands and answers as text and back; and what the system and SQLite
   say of a fault, each as its own status. */
#include "base/system_features.h"

#include "ledger_support.h"

#ifdef __linux__
#include <linux/magic.h>
#endif
#include <unistd.h>

#include "account/handle_inside.h"
#include "failing_disk.h"
#include "store/system.h"
#include "store/row.h"
#include "store/fault.h"
#include "store/snapshots.h"

static fg_row row_of(void) {
  return (fg_row){.seq = 7,
                  .at = 1730772000000000,
                  .session = 3,
                  .ahead = -250000,
                  .boottime = 99,
                  .boot = 2,
                  .kind = string_of("use"),
                  .id = string_of("u1"),
                  .command = string_of("{\"product\":\"image\"}"),
                  .outcome = string_of("{\"free\":1}")};
}

static void assert_chain(const fg_row *row, const char *expected) {
  unsigned char before[FG_CHAIN_SIZE], chain[FG_CHAIN_SIZE];
  char hex[2 * FG_CHAIN_SIZE + 1];
  for (int i = 0; i < FG_CHAIN_SIZE; i++) {
    before[i] = (unsigned char)i;
  }
  fg_row_chain(before, row, chain);
  fg_chain_format(chain, hex);
  assert_string_equal(hex, expected);
}

/* The first half of hashlib's SHA-256 of the link before, the numbers in eight bytes each, the lowest first, and the
   texts, each after its length, which is -1 for none. */
static void test_the_chain_of_a_row(void **state) {
  (void)state;
  fg_row row = row_of();
  assert_chain(&row, "f9e194fccd6869607be7570421e1488c");
  row.id = (fg_string){NULL, 0};
  assert_chain(&row, "4c652100258b26408babfec8e9434871");
}

static void test_every_part_is_in_the_chain(void **state) {
  (void)state;
  const unsigned char before[FG_CHAIN_SIZE] = {1}, other[FG_CHAIN_SIZE] = {2};
  unsigned char chains[12][FG_CHAIN_SIZE];
  for (int part = 0; part < 12; part++) {
    fg_row row = row_of();
    int64_t *numbers[] = {&row.seq, &row.at, &row.session, &row.ahead, &row.boottime, &row.boot};
    fg_string *texts[] = {&row.kind, &row.id, &row.command, &row.outcome};
    if (part < 6) {
      ++*numbers[part];
    } else if (part < 10) {
      texts[part - 6]->length--;
    }
    fg_row_chain(part == 10 ? other : before, &row, chains[part]);
    for (int i = 0; i < part; i++) {
      assert_memory_not_equal(chains[i], chains[part], FG_CHAIN_SIZE);
    }
  }
}

/* The same of the format, 3, the command's number, its session and chain, and the state. */
static void test_the_checksum_of_a_snapshot(void **state) {
  (void)state;
  unsigned char chain[FG_CHAIN_SIZE], checksum[FG_CHAIN_SIZE];
  char hex[2 * FG_CHAIN_SIZE + 1];
  for (int i = 0; i < FG_CHAIN_SIZE; i++) {
    chain[i] = (unsigned char)i;
  }
  fg_snapshot_checksum(3, 7, 3, chain, string_of("state"), checksum);
  fg_chain_format(checksum, hex);
  assert_string_equal(hex, "79a49be04e867ef938f7174315674c6a");
}

/* What the wall clock showed is `at` and by how much it was ahead; a sum that no instant holds is `at`. */
static void test_clocks_of_a_row(void **state) {
  (void)state;
  fg_row row = row_of();
  fg_clock_mark mark = fg_row_mark(&row);
  assert_int_equal(mark.at, row.at);
  assert_int_equal(mark.reading.wall, 1730771999750000);
  assert_int_equal(mark.reading.boottime, 99);
  assert_int_equal(mark.reading.boot, 2);
  row.ahead = INT64_MAX;
  assert_int_equal(fg_row_mark(&row).reading.wall, row.at);
}

static fg_status read_row(const char *kind, const char *command, const char *id, fg_command *read,
                          fg_json_document *fields, fg_error *error) {
  fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_row row = row_of();
  row.kind = string_of(kind);
  row.command = string_of(command);
  row.id = id == NULL ? (fg_string){NULL, 0} : string_of(id);
  static fg_command_reader reader;
  reader.allocator = &allocator;
  return fg_row_read_command(&row, &reader, fields, read, error);
}

/* Written and read back, a command is the same. */
static void test_commands_written_and_read(void **state) {
  (void)state;
  const struct {
    fg_command_kind kind;
    const char *name, *fields, *text;
  } cases[] = {
      {FG_DO_USE, "use", "product=image quantity=5", "{\"product\":\"image\",\"quantity\":5}"},
      {FG_DO_BUY_PACK, "buy_pack", "product=image pack=calls-1k quantity=2",
       "{\"product\":\"image\",\"pack\":\"calls-1k\",\"quantity\":2}"},
      {FG_DO_TOP_UP, "top_up", "amount=5.25", "{\"amount\":\"5.25\",\"fund\":\"cash\"}"},
      {FG_DO_TOP_UP, "top_up", "amount=0.5 fund=gift", "{\"amount\":\"0.5\",\"fund\":\"gift\"}"},
      {FG_DO_ADVANCE, "advance", "", "{}"},
      {FG_DO_BUY_PACK, "buy_pack", "product=image pack=calls-1k pay.cash=150 pay.voucher=50 campaign.price=200",
       "{\"product\":\"image\",\"pack\":\"calls-1k\",\"pay\":{\"cash\":\"150\",\"voucher\":\"50\"},"
       "\"campaign\":{\"price\":\"200\"}}"},
      {FG_DO_BUY_CAPACITY, "buy_capacity", "product=image meter=qps quantity=5 days=3 start=2024-11-06",
       "{\"product\":\"image\",\"meter\":\"qps\",\"quantity\":5,\"days\":3,\"start\":\"2024-11-06\"}"},
      {FG_DO_BUY_CAPACITY, "buy_capacity", "product=image meter=qps quantity=5 months=2",
       "{\"product\":\"image\",\"meter\":\"qps\",\"quantity\":5,\"months\":2}"},
      {FG_DO_ANNOUNCE, "announce", "product=image grant=free-calls quantity=0 effective=2024-12-31",
       "{\"product\":\"image\",\"grant\":\"free-calls\",\"quantity\":0,\"effective\":\"2024-12-31\"}"},
      {FG_DO_SET_BUDGET, "set_budget", "day=5.5", "{\"day\":\"5.5\"}"},
      {FG_DO_CALL, "call", "product=image id=i owner=booth timeout_ms=1500",
       "{\"product\":\"image\",\"owner\":\"booth\",\"timeout_ms\":1500}"},
      {FG_DO_COMMIT, "commit", "id=i quantity=2 ref=r", "{\"quantity\":2,\"ref\":\"r\"}"},
      {FG_DO_COMMIT, "commit", "id=i", "{}"},
      {FG_DO_ADJUST, "adjust", "product=image quantity=-3 reason=x",
       "{\"product\":\"image\",\"quantity\":-3,\"reason\":\"x\"}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_text text = {.allocator = fg_allocator_or_default(NULL)}, again = {.allocator = fg_allocator_or_default(NULL)};
    fg_command read;
    fg_json_document fields;
    fg_command command = command_of(cases[i].kind, "2024-11-05T10:00:00", cases[i].fields);
    assert_int_equal(fg_row_write_command(&command, &text, NULL), FG_OK);
    assert_string_equal(text.text, cases[i].text);
    bool has_id = cases[i].kind != FG_DO_ADVANCE && cases[i].kind != FG_DO_ANNOUNCE &&
                  cases[i].kind != FG_DO_SET_BUDGET;
    assert_int_equal(read_row(cases[i].name, text.text, has_id ? "i" : NULL, &read, &fields, NULL), FG_OK);
    assert_int_equal(read.kind, cases[i].kind);
    assert_int_equal(read.at, row_of().at);
    assert_int_equal(read.id.length, has_id);
    assert_int_equal(read.quantity, command.quantity);
    read.id = command.id;
    assert_int_equal(fg_row_write_command(&read, &again, NULL), FG_OK);
    assert_string_equal(again.text, text.text);
    fg_json_release(&fields);
    fg_text_release(&text);
    fg_text_release(&again);
  }
}

/* What no word of text says: a flag, and a cap that is lifted. */
static void test_flags_and_nulls_written_and_read(void **state) {
  (void)state;
  fg_command pack, use, budget;
  fg_command_begin(&pack, FG_DO_BUY_PACK, 0);
  pack.product = string_of("image");
  pack.pack = string_of("calls-1k");
  fg_command_begin(&use, FG_DO_USE, 0);
  use.product = string_of("image");
  fg_command_begin(&budget, FG_DO_SET_BUDGET, 0);
  assert_int_equal(fg_command_set_flag(&pack, "campaign.refundable", false, NULL), FG_OK);
  assert_int_equal(fg_command_set_flag(&use, "billable", false, NULL), FG_OK);
  assert_int_equal(fg_command_set_null(&budget, "month", NULL), FG_OK);
  const struct {
    const fg_command *command;
    const char *name, *text;
  } cases[] = {
      {&pack, "buy_pack", "{\"product\":\"image\",\"pack\":\"calls-1k\",\"campaign\":{\"refundable\":false}}"},
      {&use, "use", "{\"product\":\"image\",\"quantity\":0,\"billable\":false}"},
      {&budget, "set_budget", "{\"month\":null}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_text text = {.allocator = fg_allocator_or_default(NULL)};
    fg_command read;
    fg_json_document fields;
    assert_int_equal(fg_row_write_command(cases[i].command, &text, NULL), FG_OK);
    assert_string_equal(text.text, cases[i].text);
    assert_int_equal(read_row(cases[i].name, text.text, NULL, &read, &fields, NULL), FG_OK);
    assert_int_equal(read.billable, cases[i].command->billable);
    assert_int_equal(read.campaign.refundable, cases[i].command->campaign.refundable);
    assert_int_equal(read.month.given, cases[i].command->month.given);
    assert_int_equal(read.month.limited, cases[i].command->month.limited);
    fg_json_release(&fields);
    fg_text_release(&text);
  }
}

static void test_commands_that_are_none(void **state) {
  (void)state;
  const struct {
    const char *kind, *command, *path;
  } cases[] = {
      {"fly", "{}", "do"},
      {"use", "[]", "command"},
      {"use", "5", "command"},
      {"use", "{", ""},
      {"use", "{\"product\":5}", "product"},
      {"use", "{\"product\":\"image\",\"colour\":\"red\"}", "colour"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_command command;
    fg_json_document fields;
    fg_error error = {0};
    assert_int_equal(read_row(cases[i].kind, cases[i].command, "i", &command, &fields, &error), FG_INVALID);
    assert_string_equal(error.path, cases[i].path);
  }
  fg_command command;
  fg_json_document fields;
  fg_error error = {0};
  assert_int_equal(read_row("advance", "{}", "i", &command, &fields, &error), FG_INVALID); /* that has no id */
  assert_string_equal(error.path, "id");
}

static fg_arena arena;

static fg_status read_answer(fg_command_kind kind, int64_t quantity, const char *outcome, fg_outcome *answer) {
  const fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_command command;
  fg_command_begin(&command, kind, 0);
  command.quantity = quantity;
  fg_arena_release(&arena, &allocator);
  return fg_row_read_outcome(string_of(outcome), &command, &arena, &allocator, answer);
}

static void test_answers_of_usage(void **state) {
  (void)state;
  fg_outcome answer;
  assert_int_equal(read_answer(FG_DO_USE, 9,
                               "{\"free\":1,\"postpaid\":2,\"unbilled\":3,\"packs\":[{\"id\":\"p\",\"units\":4},"
                               "{\"id\":\"qq\",\"units\":5}]}",
                               &answer),
                   FG_OK);
  assert_int_equal(answer.kind, FG_DO_USE);
  assert_false(answer.repeated);
  assert_int_equal(answer.is.used.free, 1);
  assert_int_equal(answer.is.used.postpaid, 2);
  assert_int_equal(answer.is.used.unbilled, 3);
  assert_int_equal(answer.is.used.pack_count, 2);
  assert_string_equal(answer.is.used.packs[0].id.text, "p");
  assert_int_equal(answer.is.used.packs[0].units, 4);
  assert_int_equal(answer.is.used.packs[1].id.length, 2);
  assert_int_equal(answer.is.used.packs[1].units, 5);
  assert_int_equal(read_answer(FG_DO_USE, 0, "{}", &answer), FG_OK); /* zeros have no place on the disk */
  assert_int_equal(answer.is.used.free + answer.is.used.postpaid + answer.is.used.unbilled, 0);
  assert_int_equal(answer.is.used.pack_count, 0);
  assert_int_equal(read_answer(FG_DO_CALL, 1, "{\"attempt\":12}", &answer), FG_OK);
  assert_int_equal(answer.is.used.attempt, 12);
}

static void test_answers_of_endings(void **state) {
  (void)state;
  fg_outcome answer;
  assert_int_equal(read_answer(FG_DO_CANCEL, FG_ALL, "{\"returned\":3,\"lost\":1}", &answer), FG_OK);
  assert_int_equal(answer.is.ended.returned, 3);
  assert_int_equal(answer.is.ended.lost, 1);
  assert_false(answer.is.ended.has_quantity);
  assert_false(answer.is.ended.has_extra);
  assert_int_equal(read_answer(FG_DO_COMMIT, FG_ALL, "{}", &answer), FG_OK);
  assert_false(answer.is.ended.has_quantity);
  assert_int_equal(read_answer(FG_DO_COMMIT, 5, "{\"lost\":2}", &answer), FG_OK);
  assert_true(answer.is.ended.has_quantity);
  assert_int_equal(answer.is.ended.returned, 0);
  assert_int_equal(answer.is.ended.lost, 2);
  assert_int_equal(
      read_answer(FG_DO_COMMIT, 5, "{\"extra\":{\"postpaid\":6,\"packs\":[{\"id\":\"p\",\"units\":1}]}}", &answer),
      FG_OK);
  assert_true(answer.is.ended.has_extra);
  assert_int_equal(answer.is.ended.extra.postpaid, 6);
  assert_int_equal(answer.is.ended.extra.pack_count, 1);
}

static void test_answers_of_corrections(void **state) {
  (void)state;
  fg_outcome answer;
  assert_int_equal(read_answer(FG_DO_ADJUST, 3, "{\"free\":1,\"packs\":[{\"id\":\"p\",\"units\":2}]}", &answer), FG_OK);
  assert_false(answer.is.adjusted.takes_off);
  assert_int_equal(answer.is.adjusted.used.free, 1);
  assert_int_equal(answer.is.adjusted.used.packs[0].units, 2);
  assert_int_equal(
      read_answer(FG_DO_ADJUST, -15, "{\"free\":1,\"packs\":2,\"postpaid\":3,\"unbilled\":4,\"lost\":5}", &answer),
      FG_OK);
  assert_true(answer.is.adjusted.takes_off);
  assert_int_equal(answer.is.adjusted.used.free, 1);
  assert_int_equal(answer.is.adjusted.packs, 2);
  assert_int_equal(answer.is.adjusted.used.postpaid, 3);
  assert_int_equal(answer.is.adjusted.used.unbilled, 4);
  assert_int_equal(answer.is.adjusted.lost, 5);
}

static void test_answers_of_wallet_and_materials(void **state) {
  (void)state;
  const fg_command_kind money_kinds[] = {FG_DO_TOP_UP, FG_DO_WITHDRAW};
  fg_outcome answer;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(read_answer(money_kinds[i], 0, "{\"balance\":\"12.50\"}", &answer), FG_OK);
    assert_true(answer.is.wallet.limited);
    assert_true(answer.is.wallet.balance.low == money("12.5").low);
    assert_int_equal(read_answer(money_kinds[i], 0, "{\"balance\":null}", &answer), FG_OK);
    assert_false(answer.is.wallet.limited);
  }
  const fg_command_kind material_kinds[] = {FG_DO_ADD_MATERIALS, FG_DO_REMOVE_MATERIALS};
  for (int i = 0; i < 2; i++) {
    assert_int_equal(read_answer(material_kinds[i], 1, "{\"held\":3,\"limit\":10}", &answer), FG_OK);
    assert_int_equal(answer.is.materials.held, 3);
    assert_int_equal(answer.is.materials.limit, 10);
  }
  assert_int_equal(read_answer(FG_DO_OPEN, 0, "{\"any\":[1]}", &answer), FG_OK); /* what is told by the account */
}

static void test_answers_that_are_none(void **state) {
  (void)state;
  const struct {
    fg_command_kind kind;
    int64_t quantity;
    const char *outcome;
  } cases[] = {
      {FG_DO_USE, 1, "{"},
      {FG_DO_USE, 1, "{\"free\":-1}"},
      {FG_DO_USE, 1, "{\"free\":\"1\"}"},
      {FG_DO_USE, 1, "{\"postpaid\":1.5}"},
      {FG_DO_USE, 1, "{\"unbilled\":null}"},
      {FG_DO_USE, 1, "{\"packs\":[{\"units\":1}]}"},
      {FG_DO_USE, 1, "{\"packs\":[{\"id\":1,\"units\":1}]}"},
      {FG_DO_USE, 1, "{\"packs\":[{\"id\":\"p\",\"units\":1},{\"id\":\"q\",\"units\":-1}]}"},
      {FG_DO_CALL, 1, "{\"attempt\":-1}"},
      {FG_DO_CANCEL, FG_ALL, "{\"returned\":true}"},
      {FG_DO_CANCEL, FG_ALL, "{\"lost\":[]}"},
      {FG_DO_COMMIT, 5, "{\"extra\":{\"free\":-1}}"},
      {FG_DO_ADJUST, 5, "{\"free\":-1}"},
      {FG_DO_ADJUST, -5, "{\"free\":-1}"},
      {FG_DO_ADJUST, -5, "{\"packs\":[]}"},
      {FG_DO_ADJUST, -5, "{\"postpaid\":-1}"},
      {FG_DO_ADJUST, -5, "{\"unbilled\":-1}"},
      {FG_DO_ADJUST, -5, "{\"lost\":-1}"},
      {FG_DO_TOP_UP, 0, "{}"},
      {FG_DO_TOP_UP, 0, "{\"balance\":5}"},
      {FG_DO_TOP_UP, 0, "{\"balance\":\"5,0\"}"},
      {FG_DO_ADD_MATERIALS, 1, "{\"held\":-1}"},
      {FG_DO_REMOVE_MATERIALS, 1, "{\"limit\":-1}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_outcome answer;
    if (read_answer(cases[i].kind, cases[i].quantity, cases[i].outcome, &answer) != FG_INVALID) {
      fail_msg("%s", cases[i].outcome);
    }
  }
}

static void test_answers_without_memory(void **state) {
  (void)state;
  fg_allocator allocator = scarce_allocator();
  fg_command command;
  fg_command_begin(&command, FG_DO_USE, 0);
  char outcome[40000] = "{\"packs\":[";
  for (int i = 0; i < 400; i++) { /* more than one block of the arena */
    snprintf(outcome + strlen(outcome), 90, "%s{\"id\":\"a pack of a long name, number %d\",\"units\":1}",
             i == 0 ? "" : ",", i);
  }
  strcat(outcome, "]}");
  fg_status status = FG_NO_MEMORY;
  for (long fail_at = 1; status == FG_NO_MEMORY; fail_at++) {
    fg_arena scarce = {0};
    fg_outcome answer;
    memory = (scarcity){.fail_at = fail_at};
    status = fg_row_read_outcome(string_of(outcome), &command, &scarce, &allocator, &answer);
    assert_int_equal(status, memory.asked < fail_at ? FG_OK : FG_NO_MEMORY);
    assert_true(status == FG_NO_MEMORY || fail_at > 2);
    fg_arena_release(&scarce, &allocator);
    assert_int_equal(memory.live, 0);
  }
}

static void test_what_the_system_says(void **state) {
  (void)state;
  const struct {
    int number;
    fg_status status;
    const char *word; /* NULL: what the C library says of the number */
  } cases[] = {
      {ENOMEM, FG_NO_MEMORY, "out of memory"},
      {ENOSPC, FG_LEDGER_FULL, "the disk is full"},
      {EDQUOT, FG_LEDGER_FULL, "the disk is full"},
      {EACCES, FG_LEDGER_READ_ONLY, "by this user"},
      {EPERM, FG_LEDGER_READ_ONLY, "by this user"},
      {EROFS, FG_LEDGER_READ_ONLY, "read-only"},
      {EEXIST, FG_LEDGER_EXISTS, "is there already"},
      {EISDIR, FG_LEDGER_NOT_A_FILE, "is a directory"},
      {ENOENT, FG_LEDGER_MISSING, "there is no ledger"},
      {ENOTDIR, FG_LEDGER_NO_DIRECTORY, "there is no directory"},
      {ELOOP, FG_LEDGER_MISSING, "symbolic links"},
      {ENAMETOOLONG, FG_INVALID, "too long"},
      {EBUSY, FG_LEDGER_LOCKED, "another program"},
      {ETIMEDOUT, FG_LEDGER_LOCKED, "another handle"},
      {EXDEV, FG_LEDGER_LOCKED, "another name"},
      {ESTALE, FG_LEDGER_LOCKED, "before this one"},
      {EIO, FG_LEDGER_IO, NULL},
      {EMFILE, FG_LEDGER_IO, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_error error = {0};
    const char *word = cases[i].word != NULL ? cases[i].word : strerror(cases[i].number);
    assert_int_equal(fg_store_system_fault(cases[i].number, "some/where.db", &error), cases[i].status);
    assert_int_equal(error.status, cases[i].status);
    if (strstr(error.message, word) == NULL ||
        (cases[i].status != FG_NO_MEMORY && strstr(error.message, "some/where.db") == NULL)) {
      fail_msg("%s: %s", word, error.message);
    }
    assert_int_equal(fg_store_system_fault(cases[i].number, "some/where.db", NULL), cases[i].status);
  }
}

static void test_what_sqlite_says(void **state) {
  (void)state;
  const struct {
    int result;
    fg_status status;
  } cases[] = {
      {SQLITE_NOMEM, FG_NO_MEMORY},
      {SQLITE_IOERR_NOMEM, FG_NO_MEMORY},
      {SQLITE_FULL, FG_LEDGER_FULL},
      {SQLITE_BUSY, FG_LEDGER_LOCKED},
      {SQLITE_BUSY_SNAPSHOT, FG_LEDGER_LOCKED},
      {SQLITE_LOCKED, FG_LEDGER_LOCKED},
      {SQLITE_READONLY, FG_LEDGER_READ_ONLY},
      {SQLITE_READONLY_DBMOVED, FG_LEDGER_READ_ONLY},
      {SQLITE_PERM, FG_LEDGER_READ_ONLY},
      {SQLITE_CORRUPT, FG_LEDGER_CORRUPT},
      {SQLITE_CORRUPT_INDEX, FG_LEDGER_CORRUPT},
      {SQLITE_NOTADB, FG_LEDGER_CORRUPT},
      {SQLITE_IOERR, FG_LEDGER_IO},
      {SQLITE_IOERR_READ, FG_LEDGER_IO},
      {SQLITE_CANTOPEN, FG_LEDGER_IO},
      {SQLITE_ERROR, FG_LEDGER_IO},
  };
  sqlite3 *database = NULL;
  assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fg_error error = {0};
    assert_int_equal(fg_store_sqlite_fault(NULL, cases[i].result, "some/where.db", &error), cases[i].status);
    assert_true(cases[i].status == FG_NO_MEMORY || strstr(error.message, "some/where.db") != NULL);
    assert_int_equal(fg_store_sqlite_fault(database, cases[i].result, "some/where.db", &error), cases[i].status);
  }
  assert_int_equal(sqlite3_exec(database, "no words of SQL", NULL, NULL, NULL), SQLITE_ERROR);
  fg_error error = {0};
  assert_int_equal(fg_store_sqlite_fault(database, SQLITE_ERROR, "x", &error), FG_LEDGER_IO);
  assert_non_null(strstr(error.message, "syntax error")); /* what the database says is told */
  sqlite3_close(database);
}

/* Where SQLite says no more than that it failed, the system has said why. */
static void test_what_the_system_said_to_sqlite(void **state) {
  const struct {
    int number;
    fg_status status;
#ifdef _WIN32 /* as <winerror.h> has them: disk full, quota exceeded, write protected, an error of the device */
  } cases[] = {{112, FG_LEDGER_FULL}, {1295, FG_LEDGER_FULL}, {19, FG_LEDGER_READ_ONLY}, {1117, FG_LEDGER_IO}};
#else
  } cases[] = {{ENOSPC, FG_LEDGER_FULL}, {EDQUOT, FG_LEDGER_FULL}, {EROFS, FG_LEDGER_READ_ONLY}, {EIO, FG_LEDGER_IO}};
#endif
  sqlite3 *database = NULL;
  make_ledger_directory(state);
  assert_int_equal(install_failing_disk(state), SQLITE_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(sqlite3_open(ledger_path("some.db"), &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "PRAGMA journal_mode = MEMORY; PRAGMA cache_size = 10", NULL, NULL, NULL),
                     SQLITE_OK);
    fail_at_operation(10, SQLITE_IOERR_WRITE);
    fail_for(cases[i].number);
    int result = sqlite3_exec(database, "CREATE TABLE some (thing); INSERT INTO some VALUES (zeroblob(1000000))", NULL,
                              NULL, NULL);
    assert_int_equal(result, SQLITE_IOERR);
    assert_int_equal(fg_store_sqlite_fault(database, result, "x", NULL), cases[i].status);
    fail_at_operation(0, 0);
    sqlite3_close(database);
    assert_int_equal(unlink(ledger_path("some.db")), 0);
  }
  assert_int_equal(remove_failing_disk(state), SQLITE_OK);
  drop_ledger_directory(state);
}

#ifdef __linux__
/* As <linux/magic.h> and the sources of Linux name them. */
static void test_names_of_network_disks(void **state) {
  (void)state;
  const struct {
    int64_t magic;
    const char *name; ///< NULL: no network
  } cases[] = {
      {NFS_SUPER_MAGIC, "NFS"},
      {SMB_SUPER_MAGIC, "SMB"},
      {SMB2_SUPER_MAGIC, "SMB"},
      {CIFS_SUPER_MAGIC, "CIFS"},
      {FUSE_SUPER_MAGIC, "FUSE"},
      {V9FS_MAGIC, "9P"},
      {AFS_SUPER_MAGIC, "AFS"},
      {AFS_FS_MAGIC, "AFS"},
      {CEPH_SUPER_MAGIC, "Ceph"},
      {CODA_SUPER_MAGIC, "Coda"},
      {0x786F4256, "a shared folder of VirtualBox"},
      {0x0BD00BD0, "Lustre"},
      {0x01161970, "GFS2"},
      {OCFS2_SUPER_MAGIC, "OCFS2"},
      {EXT4_SUPER_MAGIC, NULL},
      {BTRFS_SUPER_MAGIC, NULL},
      {TMPFS_MAGIC, NULL},
      {XFS_SUPER_MAGIC, NULL},
      {0, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *name = fg_system_network_name(cases[i].magic);
    if ((name == NULL) != (cases[i].name == NULL) || (name != NULL && strcmp(name, cases[i].name) != 0)) {
      fail_msg("%llx is %s", (unsigned long long)cases[i].magic, name == NULL ? "none" : name);
    }
  }
}

#endif

/* A text that SQLite does not take is no NULL in the row, but a command that is not there. */
static void test_texts_that_are_too_long(void **state) {
  (void)state;
  enum { LONGEST = 100000 }; /* the price book is not as long */
  static char id[LONGEST + 2];
  const char *path = ledger_path("booth.db");
  fg_outcome outcome;
  fill_ledger(path, 1);
  fg_handle *ledger = open_ledger(path, 0);
  const fg_ledger *inside = ledger->reached.context;
  sqlite3_limit(inside->store->database, SQLITE_LIMIT_LENGTH, LONGEST);
  memset(id, 'y', LONGEST + 1);
  assert_int_equal(use_one(ledger, 2, id, NULL), FG_LEDGER_IO);
  assert_int_equal(use_one(ledger, 3, "u3", NULL), FG_OK);
  assert_int_equal(use_one(ledger, 4, "u1", &outcome), FG_OK);
  assert_true(outcome.repeated);
  assert_int_equal(command_count(ledger), 3);
  close_ledger(ledger);
  assert_good(path);
}

/* A state that SQLite does not take leaves no snapshot, and stops no command. */
static void test_a_state_that_is_too_long(void **state) {
  (void)state;
  const char *path = ledger_path("booth.db");
  fill_ledger(path, 0);
  fg_handle *ledger = open_ledger(path, 1000000);
  const fg_ledger *inside = ledger->reached.context;
  for (int number = 0; number < 4; number++) {
    char fields[450];
    snprintf(fields, sizeof fields, "product=image id=%0400d", number);
    must_apply(ledger, FG_DO_CALL, "2024-11-05T10:00:00", fields, NULL);
  }
  sqlite3_limit(inside->store->database, SQLITE_LIMIT_LENGTH, 1500);
  for (int number = 1; number <= 3 * FG_SNAPSHOT_EVERY; number++) {
    char id[16];
    if (number == 2 * FG_SNAPSHOT_EVERY) {
      assert_int_equal(inside->snapshot_seq, 2 * FG_SNAPSHOT_EVERY); /* tried twice */
      sqlite3_limit(inside->store->database, SQLITE_LIMIT_LENGTH, 1000000);
    }
    snprintf(id, sizeof id, "u%d", number);
    assert_int_equal(use_one(ledger, number, id, NULL), FG_OK);
  }
  close_ledger(ledger);
  json_t *told = verify(path);
  assert_true(json_is_true(json_object_get(told, "ok")));
  assert_int_equal(json_integer_value(json_object_get(told, "snapshots")), 1);
  json_decref(told);
}

static int release_arena(void **state) {
  (void)state;
  const fg_allocator allocator = fg_allocator_or_default(NULL);
  fg_arena_release(&arena, &allocator);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_chain_of_a_row),
      cmocka_unit_test(test_every_part_is_in_the_chain),
      cmocka_unit_test(test_the_checksum_of_a_snapshot),
      cmocka_unit_test(test_clocks_of_a_row),
      cmocka_unit_test(test_commands_written_and_read),
      cmocka_unit_test(test_flags_and_nulls_written_and_read),
      cmocka_unit_test(test_commands_that_are_none),
      cmocka_unit_test(test_answers_of_usage),
      cmocka_unit_test(test_answers_of_endings),
      cmocka_unit_test(test_answers_of_corrections),
      cmocka_unit_test(test_answers_of_wallet_and_materials),
      cmocka_unit_test(test_answers_that_are_none),
      cmocka_unit_test(test_answers_without_memory),
      cmocka_unit_test_setup_teardown(test_texts_that_are_too_long, make_ledger_directory, drop_ledger_directory),
      cmocka_unit_test_setup_teardown(test_a_state_that_is_too_long, make_ledger_directory, drop_ledger_directory),
      cmocka_unit_test(test_what_the_system_says),
      cmocka_unit_test(test_what_sqlite_says),
      cmocka_unit_test(test_what_the_system_said_to_sqlite),
#ifdef __linux__
      cmocka_unit_test(test_names_of_network_disks),
#endif
  };
  return cmocka_run_group_tests_name("rows of a ledger", tests, NULL, release_arena);
}
