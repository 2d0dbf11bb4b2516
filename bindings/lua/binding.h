/*
 * What the files of the Lua binding share.
 *
 * A wrong argument raises. What the rules refuse, and a document that cannot be read, is answered as nil, message, code
 * and one more: the rule, or the path in the document.
 * No Lua error may leave through the core: its callbacks run Lua only under lua_pcall (describe.c) or not at all
 * (book_files.c).
 */
#ifndef FAREGATE_LUA_BINDING_H
#define FAREGATE_LUA_BINDING_H

#include "compat.h"
#include "faregate_timeline.h"

/* A rock is compiled without -fvisibility, so the functions that the files share are hidden here. */
#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Metatables are shared by everything in a Lua state: the version tells two builds with different structs apart. */
#define LFG_ACCOUNT "faregate.account/1"
#define LFG_BOOK "faregate.book/1"
#define LFG_CALL "faregate.call/1"
#define LFG_MONEY "faregate.money/1"
#define LFG_TEXT "faregate.text/1"

int lfg_raise_no_memory(lua_State *L);

/* Answers a status that is not FG_OK: raises for a wrong argument `arg` and for want of memory, else pushes
   nil, message, code and the rule (nil if there is none). */
int lfg_refused(lua_State *L, int arg, const fg_error *error);

/* The same for a call at the gate: nil, message, code, seconds to wait (nil where waiting does not help), rule. */
int lfg_held_back(lua_State *L, int arg, const fg_error *error);

/* The same for documents: nil, message (path included), code, path. Raises for want of memory only. */
int lfg_unreadable(lua_State *L, const fg_error *error);

/* The argument that an error means, where `names`, which end in a NULL, are given by position from 2 on; 2 if none is
   meant. */
int lfg_argument_of(const fg_error *error, const char *const *names);

/* Raises "name: expected …, got …" for the value at `index`. */
int lfg_expected(lua_State *L, int arg, int index, const char *name, const char *expected);

/* A string; numbers are none. The result lives as long as the value and ends in a 0. */
fg_string lfg_check_string(lua_State *L, int arg, int index, const char *name);

/* A string of UTF-8 without zero bytes. */
fg_string lfg_check_text(lua_State *L, int arg, int index, const char *name);

/* An integer or a string of decimal digits. Floats, also 3.0, and booleans are not. */
int64_t lfg_check_quantity(lua_State *L, int arg, int index, const char *name);

/* ISO 8601 text, or an integer of microseconds since 1970-01-01T00:00Z, of the years 2000 to 2099. */
fg_time lfg_check_time(lua_State *L, int arg, int index, const char *name, const fg_zone *zone);

/* A key of a table of named values: it must be a string. */
fg_string lfg_check_key(lua_State *L, int arg, int index);

/* A field of a table and the one place that its value goes to; without a place it is the caller's to read. */
typedef struct lfg_field {
  const char *name;
  fg_string *text; ///< as lfg_check_text has it, and so on
  int64_t *quantity;
  fg_time *time;
  bool *flag;
  fg_attributes *attributes; ///< in `room`
  fg_attribute *room;
} lfg_field;

/* Reads the table of named values at `arg` (nil: none) into `fields`, which end in a name NULL; raises "name:
   complaint" for any other name. */
void lfg_read_fields(lua_State *L, int arg, const lfg_field *fields, const char *complaint, const fg_zone *zone);

/* The attributes of the table at `index`, written to `room`. Their texts live as long as the table. */
fg_attributes lfg_check_attributes(lua_State *L, int arg, int index, const char *name,
                                   fg_attribute room[FG_ATTRIBUTES_MAX]);

/* Pushes a time as ISO text. */
void lfg_push_time(lua_State *L, fg_time time, const fg_zone *zone);

/* Metatable `name` with these functions; __close does what __gc does. Leaves it on the stack. */
void lfg_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods);

/* Adds methods to a type whose `__index` is their table, or a function that has it as its first upvalue. */
void lfg_add_methods(lua_State *L, const char *type, const luaL_Reg *methods);
void lfg_push_methods(lua_State *L, const char *type); ///< their table

/* Pushes an empty text that Lua releases; the caller fills it. */
fg_text *lfg_new_text(lua_State *L);
int lfg_answer_text(lua_State *L, fg_text *text); ///< as a string; the text is released
void lfg_open_text(lua_State *L);

typedef struct lfg_money {
  fg_money amount;
  int minor_digits; ///< shown at least
} lfg_money;

void lfg_open_money(lua_State *L);
void lfg_push_money(lua_State *L, fg_money amount, int minor_digits);

/* Money, a decimal string or an integer; never a float. */
lfg_money lfg_check_money(lua_State *L, int arg, int index, const char *name);

int lfg_money_new(lua_State *L);   ///< faregate.money(value)
int lfg_bill_shares(lua_State *L); ///< faregate.bill_shares(amount, decimals, postpaid, groups)

/* Builds tables of what the core describes:

     lfg_walk walk;
     fg_status status = fg_book_describe(book, lfg_walk_begin(&walk, L, book));
     lfg_walk_end(&walk, status);

   The table is then on top of the stack. A null becomes an absent field. */
typedef struct lfg_walk {
  lua_State *L;
  fg_visitor visitor;
  fg_book *book; ///< held while it is described: the tables that are made may collect it
  int minor_digits;
  const fg_zone *zone;
  int base;    ///< height of the stack before the walk
  int depth;   ///< open tables on the stack
  bool failed; ///< the Lua error is on top of the stack
} lfg_walk;

enum { LFG_WALK_SLOTS = 32 }; ///< of the stack: more than any description nests

const fg_visitor *lfg_walk_begin(lfg_walk *walk, lua_State *L, fg_book *book); ///< NULL: no money, no times

/* Raises the Lua error that stopped the walk, or for want of memory. After any other status no table is left. */
void lfg_walk_end(lfg_walk *walk, fg_status status);

/* Ends the walk and answers its table, or what was refused of argument `arg`. */
int lfg_walked(lfg_walk *walk, fg_status status, int arg, const fg_error *error);

/* Where price book files are looked for: faregate/books/NAME.json in the directories of package.path and
   package.cpath. */
typedef struct lfg_book_places {
  const char *templates[2];
} lfg_book_places;

/* Leaves two values on the stack that keep the templates alive. */
void lfg_push_book_places(lua_State *L, lfg_book_places *places);

/* Of the form fg_book_source asks for; the context is an lfg_book_places. Never raises. */
fg_status lfg_find_book(void *context, fg_string name, fg_book **book, fg_error *error);

fg_status lfg_read_book(const char *path, fg_book **book, fg_error *error);

/* The JSON of a book that was compiled into the module, which lives as long as that; NULL if it is not inside. */
fg_string lfg_book_inside(fg_string name);

/* The table at `index` as JSON: keys 1 … n make a list, string keys an object, faregate.null is null, an empty table in
   another is left out. The text lives in a userdata that is pushed. FG_INVALID with path for anything else. */
fg_status lfg_table_to_json(lua_State *L, int index, fg_string *text, fg_error *error);

typedef struct lfg_book {
  fg_book *book; ///< NULL: released
} lfg_book;

void lfg_open_book(lua_State *L);
fg_book *lfg_check_book(lua_State *L, int arg);               ///< raises when released
fg_book *lfg_check_book_of(lua_State *L, int arg, int index); ///< the same of the field `book` of an argument
lfg_book *lfg_new_book(lua_State *L);                         ///< pushes an empty one for the caller to fill

int lfg_book_new(lua_State *L);       ///< faregate.book(source)
int lfg_book_from_json(lua_State *L); ///< faregate.book_json(text)
int lfg_book_errors(lua_State *L);    ///< faregate.book_errors(text)

void lfg_open_price(lua_State *L); ///< after books, whose methods price and price_many these are

/* Begins a command and sets the fields of the table at `arg` (nil: none). Its texts live as long as the table, its
   attributes as `room`. */
void lfg_read_command(lua_State *L, int arg, fg_command_kind kind, const fg_zone *zone,
                      fg_attribute room[FG_ATTRIBUTES_MAX], fg_command *command);

/* Raises if a field is missing. */
void lfg_finish_command(lua_State *L, int arg, const fg_command *command);

typedef struct lfg_options {
  fg_account_options account;
  fg_funds wallet;
  fg_clock_options clock;
  fg_attribute room[FG_ATTRIBUTES_MAX]; ///< of attributes
  bool is_given;                        ///< wallet, policy or attributes
} lfg_options;

#define LFG_OPTION_FIELDS                                                                                              \
  {.name = "wallet"}, {.name = "policy"}, {.name = "attributes"}, { .name = "max_jump" }

/* Reads `options`, which are zero, from the table at 2, which ends the stack (nil: none). `fields` end in a name NULL;
   they are LFG_OPTION_FIELDS and whatever else there may be. Leaves five values on the stack that keep the texts
   alive. */
void lfg_read_options(lua_State *L, const lfg_field *fields, lfg_options *options);

typedef struct lfg_account {
  fg_handle *handle; ///< NULL: released
  bool walked;       ///< being described: a finalizer that runs meanwhile must not change it
} lfg_account;

void lfg_open_account(lua_State *L);
int lfg_account_new(lua_State *L);          ///< faregate.account(book, options)
lfg_account *lfg_new_account(lua_State *L); ///< pushes an empty one for the caller to fill

/* Raises when released or walked. Whatever allocates may run a finalizer, which may release it: ask again after it. */
lfg_account *lfg_check_account(lua_State *L, int arg);
void lfg_raise_unusable(lua_State *L, int arg, const lfg_account *account); ///< only when released or walked

const fg_zone *lfg_account_zone(const lfg_account *self); ///< of civil time

/* Between these two the account is told to the visitor of the walk; it answers as lfg_walked does. */
const fg_visitor *lfg_walk_account(lua_State *L, lfg_account *self, lfg_walk *walk);
int lfg_walked_account(lfg_account *self, lfg_walk *walk, fg_status status, int arg, const fg_error *error);

/* Pushes the outcome of the latest command as a table. */
int lfg_push_outcome(lua_State *L, lfg_account *self, const fg_outcome *outcome);

/* The command with its fields in the table at 2, of the account at 1: pushes its outcome as a table, or the refusal. */
int lfg_account_apply(lua_State *L, fg_command_kind kind);

/* What `use` and `call` need not make anew each time they are called by position; kept in an upvalue. */
typedef struct lfg_positional {
  fg_command command;                   ///< begun
  fg_attribute room[FG_ATTRIBUTES_MAX]; ///< of its attributes
  const void *metatable;                ///< of accounts
} lfg_positional;

/* Gives accounts a method with an lfg_positional as its upvalue, and behind it the metatable of calls. */
void lfg_add_positional(lua_State *L, const char *name, fg_command_kind kind, lua_CFunction method);

/* True if the arguments are not in a table; reads product, quantity, at, id and attributes from 2 to 6 then. What is
   left out is as begun, `at` absent. */
bool lfg_is_positional(lua_State *L);
lfg_account *lfg_read_positional(lua_State *L, lfg_positional *given);

/* The argument that an error means; of a table always 2. */
int lfg_positional_argument(lua_State *L, const fg_error *error);

/* The userdata at 1 if it has this metatable, found without a look into the registry; NULL if not. */
void *lfg_self(lua_State *L, const void *metatable);

/* Units that came from packs. */
int64_t lfg_units_of_packs(const fg_used *used);

void lfg_open_use(lua_State *L); ///< after accounts, whose method `use` it is

void lfg_open_call(lua_State *L); ///< after accounts, whose methods `call` and `resume` these are

void lfg_open_with_call(lua_State *L); ///< after accounts, whose method `with_call` it is

void lfg_open_outlook(lua_State *L); ///< after accounts, whose methods `upcoming` and `notices` these are

int lfg_open_ledger(lua_State *L); ///< faregate.open(path, options)

int lfg_verify_ledger(lua_State *L);   ///< faregate.verify(path, predecessor)
int lfg_compare_ledgers(lua_State *L); ///< faregate.compare_ledgers(a, b)
int lfg_import_ledger(lua_State *L);   ///< faregate.import_ledger(timeline, path)
int lfg_seal_ledger(lua_State *L);     ///< faregate.seal_ledger(path, successor, keep_ids_days)
int lfg_export_ledger(lua_State *L);   ///< faregate.export(path, until, to)

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
