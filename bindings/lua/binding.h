/*
 * What the files of the Lua binding share.
 *
 * A wrong argument raises an error. For what the rules refuse, and for a document that cannot be read, functions return
 * nil, message, code and one more value: the rule, or the path in the document.
 * No Lua error may leave through the core: its callbacks run Lua only under lua_pcall (describe.c) or not at all
 * (book_files.c).
 */
#ifndef FAREGATE_LUA_BINDING_H
#define FAREGATE_LUA_BINDING_H

#include "compat.h"
#include "faregate_timeline.h"

/* Hides the functions that the files share, because a rock is compiled without -fvisibility. */
#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The names of metatables are shared by everything in a Lua state. The version in them distinguishes builds with
   different structs. */
#define LFG_ACCOUNT "faregate.account/1"
#define LFG_BOOK "faregate.book/1"
#define LFG_CALL "faregate.call/1"
#define LFG_MONEY "faregate.money/1"
#define LFG_TEXT "faregate.text/1"

int lfg_raise_no_memory(lua_State *L);

/* Passes on a status that is not FG_OK: raises an error for a wrong argument `arg` and for want of memory, else pushes
   nil, message, code and the rule (nil if there is none). */
int lfg_refused(lua_State *L, int arg, const fg_error *error);

/* Passes on a status of a call at the gate as lfg_refused does, but pushes nil, message, code, seconds to wait (nil if
   waiting does not help), rule. */
int lfg_held_back(lua_State *L, int arg, const fg_error *error);

/* Passes on a status of a function on documents: pushes nil, message (with the path in it), code, path. Raises an error
   only for want of memory. */
int lfg_unreadable(lua_State *L, const fg_error *error);

/* The position of the argument that an error is about: `names`, which end in a NULL, are given from position 2 on. 2 if
   it is about none of them. */
int lfg_argument_of(const fg_error *error, const char *const *names);

/* Raises "name: expected …, got …" for the value at `index`. */
int lfg_expected(lua_State *L, int arg, int index, const char *name, const char *expected);

/* Reads a string; numbers are not accepted. The result lives as long as the value, and ends in a 0. */
fg_string lfg_check_string(lua_State *L, int arg, int index, const char *name);

/* Reads a string of UTF-8 without zero bytes. */
fg_string lfg_check_text(lua_State *L, int arg, int index, const char *name);

/* Reads an integer, or a string of decimal digits. Floats, even 3.0, and booleans are not accepted. */
int64_t lfg_check_quantity(lua_State *L, int arg, int index, const char *name);

/* Reads ISO 8601 text, or an integer of microseconds since 1970-01-01T00:00Z, of the years 2000 to 2099. */
fg_time lfg_check_time(lua_State *L, int arg, int index, const char *name, const fg_zone *zone);

/* Returns the length of the list at `index`, which is positive. It raises for a key that the length leaves out, because
   that of a list with a nil in it may end before the nil. The caller refuses a nil within the length. */
size_t lfg_check_list(lua_State *L, int arg, int index, const char *name);

/* Reads a key of a table of named values, which must be a string. */
fg_string lfg_check_key(lua_State *L, int arg, int index);

/* A field of a table, and the variable that its value is read into: one of the pointers is set, or none if the caller
   reads the value. */
typedef struct lfg_field {
  const char *name;
  fg_string *text; ///< if the field is a text, read as lfg_check_text does
  int64_t *quantity;
  fg_time *time;
  bool *flag;
  fg_attributes *attributes; ///< their memory is `room`
  fg_attribute *room;
} lfg_field;

/* Reads the table of named values at `arg` (nil: none) into `fields`, which end in a name NULL; raises "name:
   complaint" for any other name. */
void lfg_read_fields(lua_State *L, int arg, const lfg_field *fields, const char *complaint, const fg_zone *zone);

/* Reads the attributes in the table at `index` into `room`. Their texts live as long as the table. */
fg_attributes lfg_check_attributes(lua_State *L, int arg, int index, const char *name,
                                   fg_attribute room[FG_ATTRIBUTES_MAX]);

/* Pushes a time as ISO text. */
void lfg_push_time(lua_State *L, fg_time time, const fg_zone *zone);

/* Makes a metatable `name` with these functions; __close is the same as __gc. It stays on the stack. */
void lfg_new_type(lua_State *L, const char *name, const luaL_Reg *metamethods);

/* Adds methods to a type whose `__index` is their table, or a function that has it as its first upvalue. */
void lfg_add_methods(lua_State *L, const char *type, const luaL_Reg *methods);
void lfg_push_methods(lua_State *L, const char *type); ///< pushes the table of its methods

/* Pushes an empty text, which the caller fills and Lua releases. */
fg_text *lfg_new_text(lua_State *L);
int lfg_answer_text(lua_State *L, fg_text *text); ///< pushes `text` as a string, and releases it
void lfg_open_text(lua_State *L);

typedef struct lfg_money {
  fg_money amount;
  int minor_digits; ///< how many decimals are shown at least
} lfg_money;

void lfg_open_money(lua_State *L);
void lfg_push_money(lua_State *L, fg_money amount, int minor_digits);

/* Reads money: a decimal string or an integer, but never a float. */
lfg_money lfg_check_money(lua_State *L, int arg, int index, const char *name);

int lfg_money_new(lua_State *L);   ///< faregate.money(value)
int lfg_bill_shares(lua_State *L); ///< faregate.bill_shares(amount, decimals, postpaid, groups)

/* Builds tables of what the core describes:

     lfg_walk walk;
     fg_status status = fg_book_describe(book, lfg_walk_begin(&walk, L, book));
     lfg_walk_end(&walk, status);

   The table is then on top of the stack. A null becomes an absent field, one that a book says
   faregate.null. */
typedef struct lfg_walk {
  lua_State *L;
  fg_visitor visitor;
  fg_book *book; ///< held during the walk, because making tables may collect it
  int minor_digits;
  const fg_zone *zone;
  int base;    ///< the height of the stack before the walk
  int depth;   ///< how many open tables are on the stack
  bool failed; ///< a Lua error is on top of the stack
} lfg_walk;

void lfg_open_walk(lua_State *L);

enum { LFG_WALK_SLOTS = 32 }; ///< slots of the stack: more than any description needs

/* Begins a walk; `book` NULL: it tells no money or times. No finalizer runs, so what the caller has borrowed stays. */
const fg_visitor *lfg_walk_begin(lfg_walk *walk, lua_State *L, fg_book *book);

/* Ends a walk. Raises the Lua error that stopped it, or an error for want of memory. After any other failure no table
   is left on the stack. */
void lfg_walk_end(lfg_walk *walk, fg_status status);

/* Ends a walk, and returns its table, or the refusal that is about argument `arg`. */
int lfg_walked(lfg_walk *walk, fg_status status, int arg, const fg_error *error);

/* The search paths for price book files, faregate/books/NAME.json: the directories in package.path and
   package.cpath. */
typedef struct lfg_book_places {
  const char *templates[2];
} lfg_book_places;

/* Fills `places`, and leaves two values on the stack that keep the paths alive. */
void lfg_push_book_places(lua_State *L, lfg_book_places *places);

/* A function as fg_book_source asks for; the context is an lfg_book_places. It never raises a Lua error. */
fg_status lfg_find_book(void *context, fg_string name, fg_book **book, fg_error *error);

fg_status lfg_read_book(const char *path, fg_book **book, fg_error *error);

/* The JSON of a book that was compiled into the module, and lives as long as the module; NULL if there is none. */
fg_string lfg_book_inside(fg_string name);

/* Writes the table at `index` as JSON. Keys 1 … n make a list, string keys an object; faregate.null is null; an empty
   table inside another is left out, but for that of `when`. The text lives in a userdata that is pushed. FG_INVALID
   with path for anything else. */
fg_status lfg_table_to_json(lua_State *L, int index, fg_string *text, fg_error *error);

typedef struct lfg_book {
  fg_book *book; ///< NULL: released
} lfg_book;

void lfg_open_book(lua_State *L);
fg_book *lfg_check_book(lua_State *L, int arg);               ///< raises if it was released
fg_book *lfg_check_book_of(lua_State *L, int arg, int index); ///< takes the book in the field `book` of an argument
lfg_book *lfg_new_book(lua_State *L);                         ///< pushes an empty book for the caller to fill

int lfg_book_new(lua_State *L);       ///< faregate.book(source)
int lfg_book_from_json(lua_State *L); ///< faregate.book_json(text)
int lfg_book_errors(lua_State *L);    ///< faregate.book_errors(text)

void lfg_open_price(lua_State *L); ///< called after books are opened: adds `price`, `price_many`

/* Begins a command, and sets the fields of the table at `arg` (nil: none). Its texts live as long as the table, its
   attributes as long as `room`. */
void lfg_read_command(lua_State *L, int arg, fg_command_kind kind, const fg_zone *zone,
                      fg_attribute room[FG_ATTRIBUTES_MAX], fg_command *command);

/* Raises an error if a required field is missing. */
void lfg_finish_command(lua_State *L, int arg, const fg_command *command);

typedef struct lfg_options {
  fg_account_options account;
  fg_funds wallet;
  fg_clock_options clock;
  fg_attribute room[FG_ATTRIBUTES_MAX]; ///< memory for attributes
  bool is_given;                        ///< something that a ledger is begun with was given
} lfg_options;

#define LFG_OPTION_FIELDS                                                                                              \
  {.name = "wallet"}, {.name = "policy"}, {.name = "attributes"}, {.name = "max_jump"}, { .name = "keep_ids_days" }

/* Reads `options`, which must be zeros, from the table at position 2 (nil: none), which must be the top of the stack.
   `fields` end in a name NULL, and are LFG_OPTION_FIELDS with others. Leaves five values on the stack that keep the
   texts alive. */
void lfg_read_options(lua_State *L, const lfg_field *fields, lfg_options *options);

typedef struct lfg_account {
  fg_handle *handle; ///< NULL: released
  bool walked;       ///< the account is being described; a finalizer that runs meanwhile must not change it
} lfg_account;

void lfg_open_account(lua_State *L);
int lfg_account_new(lua_State *L);          ///< faregate.account(book, options)
lfg_account *lfg_new_account(lua_State *L); ///< pushes an empty account for the caller to fill

/* Raises an error if the account was released, or is being described. Allocating memory may run a finalizer that
   releases it, so check again afterwards. */
lfg_account *lfg_check_account(lua_State *L, int arg);
void lfg_raise_unusable(lua_State *L, int arg, const lfg_account *account); ///< raises nothing if it is usable

const fg_zone *lfg_account_zone(const lfg_account *self); ///< the zone of its civil times

/* lfg_walk_account begins a walk that describes the account, lfg_walked_account ends it as lfg_walked does. The account
   must not be changed between them. */
const fg_visitor *lfg_walk_account(lua_State *L, lfg_account *self, lfg_walk *walk);
int lfg_walked_account(lfg_account *self, lfg_walk *walk, fg_status status, int arg, const fg_error *error);

/* Pushes the outcome of the latest command as a table, or the refusal to tell it. */
int lfg_push_outcome(lua_State *L, lfg_account *self, const fg_outcome *outcome);

/* Applies a command, whose fields are in the table at position 2, to the account at 1. Pushes its outcome as a table,
   or the refusal. */
int lfg_account_apply(lua_State *L, fg_command_kind kind);

/* What `use` and `call` prepare once for calls with arguments by position; kept in an upvalue. */
typedef struct lfg_positional {
  fg_command command;                   ///< with its kind, as begun
  fg_attribute room[FG_ATTRIBUTES_MAX]; ///< for the command's attributes
  const void *metatable;                ///< the metatable of accounts
} lfg_positional;

/* Adds a method of accounts, with an lfg_positional as its first upvalue and the metatable of calls as its second. */
void lfg_add_positional(lua_State *L, const char *name, fg_command_kind kind, lua_CFunction method);

/* Whether the arguments are given by position, not in a table. If so, reads product, quantity, at, id and attributes
   from positions 2 to 6. Fields that are not given stay as they were begun, `at` absent. */
bool lfg_is_positional(lua_State *L);
lfg_account *lfg_read_positional(lua_State *L, lfg_positional *given);

/* The argument that an error is about; if the fields are in a table, always 2. */
int lfg_positional_argument(lua_State *L, const fg_error *error);

/* Returns the userdata at position 1 if it has this metatable, without looking that up in the registry; NULL if it has
   another. */
void *lfg_self(lua_State *L, const void *metatable);

int64_t lfg_units_of_packs(const fg_used *used);

void lfg_open_use(lua_State *L); ///< called after accounts are opened: adds `use`

void lfg_open_call(lua_State *L); ///< called after accounts are opened: adds `call`, `resume`

void lfg_open_with_call(lua_State *L); ///< called after accounts are opened: adds `with_call`

void lfg_open_outlook(lua_State *L); ///< called after accounts are opened: adds `upcoming`, `notices`

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
