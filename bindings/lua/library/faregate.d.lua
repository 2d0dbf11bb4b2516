---@meta faregate

--- Prices usage of a cloud API by its price book, and lives an account through its rules. Lua 5.1 to
--- 5.5 and LuaJIT, from one source.
---
--- * A wrong argument raises: a value of another type, a float where an integer belongs, a malformed time or amount, an
---   unknown field. The message names the field.
--- * What a rule refuses is answered as `nil, message, code, rule`: `code` is one of `faregate.Code`, `rule` the id of
---   the rule ("R30") or nil. A refused command changes nothing but the time: what was due by then has happened.
--- * A document that cannot be read is answered as `nil, message, code, path`.
--- * Where numbers are doubles (5.1, 5.2, LuaJIT), integers from 2^53 on are text: given as text, and refused as numbers.
--- * Results are fresh tables. What has no value there (no end, unlimited funds) is an absent field.
---
--- One coroutine or thread at a time per account. A book is frozen.
---@class faregate
---@field _VERSION string version of the library, "0.2.0"
---@field built_for string as `_VERSION` of the Lua that the module was built for; "Lua 5.1" serves LuaJIT
---@field null lightuserdata a price that is not sold in the table of a price book, given or described, a budget to be
--- lifted; equal to `cjson.null`
local faregate = {}

--- Units: 0 to 2^63-1, an integer or a string of decimal digits without leading zeros. Floats (3.0 too) and booleans
--- are refused.
---@alias faregate.Quantity integer|string

--- An instant: ISO 8601 text such as "2024-11-05T10:00:00", microseconds at the finest, years 1970 to 9999 (without an
--- offset, civil time of the book; a bare date is its 00:00), or an integer of microseconds since 1970-01-01T00:00Z,
--- of the years 2000 to 2099: `os.time() * 1000000`.
---@alias faregate.Time string|integer

--- What is taken for an amount: money, a plain decimal string of at most 12 decimals, or an integer of currency units.
--- Floats are refused.
---@alias faregate.Amount faregate.Money|string|integer
---@alias faregate.Attributes table<string, string|integer> # as the price book declares them

---@alias faregate.Fund "cash"|"income"|"gift"|"voucher"

---@alias faregate.Code
-- begin generated codes: from core/src/base/statuses.def by `make generated`
---| "invalid" # a value is of the wrong type, form or range
---| "unknown_book" # no price book of that name
---| "unknown_product" # the price book has no such product
---| "unknown_pack" # the product has no such pack
---| "unknown_grant" # the product has no such free grant
---| "unknown_id" # nothing of that id on this account
---| "unknown_meter" # the product has no such meter
---| "unknown_mode" # the product has no such mode (R17)
---| "not_sold" # the price book names no price for this
---| "start_in_past" # capacity cannot start before today (R19)
---| "not_open" # the product is not open (R33)
---| "already_open" # the product is open already (R33)
---| "already_claimed" # the grant was claimed already (R3)
---| "time_reversal" # earlier than what the account has already seen
---| "id_conflict" # the id belongs to another command
---| "insufficient_funds" # the funds do not cover the amount (R34)
---| "payment_mismatch" # the payment does not add up to the amount (R34)
---| "mode_locked" # the mode follows the capacity and cannot be switched by hand (R24)
---| "no_capacity" # the mode needs capacity and none is active (R23)
---| "capacity_limit" # more capacity at once than may be held (R21)
---| "rate_limited" # the rate limit is reached (R22)
---| "concurrency_limited" # every concurrency slot is taken (R22)
---| "suspended" # the service is suspended for arrears (R28)
---| "violation" # the account is stopped for a violation (R35)
---| "material_limit" # more materials than the account may hold (R25)
---| "material_underflow" # fewer materials are held than are to be removed (R25)
---| "pack_used" # the pack has been drawn on (R30)
---| "refund_window" # the time for a refund is over (R29)
---| "not_paid" # it was not bought: a free or given pack is not refunded (R30)
---| "campaign_final" # the campaign excludes refunds (R30)
---| "already_refunded" # it was refunded already (R31)
---| "capacity_begun" # the period of the capacity has begun (R32)
---| "material_in_use" # the materials held do not fit without this pack (R32)
---| "notice_too_short" # a free quota changes on longer notice only (R5)
---| "already_finished" # the call was committed or canceled already
---| "in_flight" # the call under this id has not ended
---| "id_reserved" # ids that begin with # or with a product and / are the library's
---| "adjust_underflow" # less was used besides calls in flight than is to be taken off
---| "budget_exceeded" # it would cost more than the budget allows
---| "clock_suspect" # the clock cannot be right: put it right, name the instant, or trust it
---| "overflow" # a number is beyond what can be held
---| "ledger_missing" # there is no ledger, and no price book to begin one with
---| "ledger_no_directory" # there is no directory for the ledger
---| "ledger_exists" # there is something where a new ledger is to be made
---| "ledger_not_a_file" # the path leads to something that is no plain file
---| "ledger_foreign" # the file is not a ledger
---| "ledger_version" # the ledger is of another version of its format
---| "ledger_book" # the ledger was begun with another price book, wallet or policy
---| "ledger_corrupt" # the ledger is torn, truncated or altered
---| "ledger_locked" # another program holds the ledger
---| "ledger_linked" # the file has more than one name (hard links)
---| "ledger_replaced" # the ledger was removed or replaced while it was open
---| "ledger_denied" # the ledger may not be read by this user
---| "ledger_sealed" # the ledger was sealed and goes on in another file
---| "ledger_read_only" # the ledger cannot be written
---| "ledger_full" # the disk is full
---| "ledger_io" # the disk failed
---| "ledger_network" # the file is on a network disk, where locks do not hold
---| "ledger_forked" # the ledger was opened before this process was forked
---| "missing_attribute" # an attribute that the price depends on is not there
---| "unknown_value" # the price book does not know this attribute, or not with this value
---| "no_rule" # no price of the product holds for these attributes
---| "unsupported" # the question cannot be answered of a price book with this feature
---| "book_mismatch" # the price book does not go on from that of the account
---| "postpaid_off" # what grants and packs leave over is not sold: postpaid is off
---| "order_size" # not so many are sold in one order
---| "requires" # none of the offers that it requires is held and valid
---| "aggregate_closed" # what is to be corrected has become one event already
---| "too_far" # too much falls due until then for one command: advance in steps
---| "ledger_left_out" # this build of faregate has no ledger
-- end generated codes

--- A price book: shipped, from a file, or from a table.
---
--- A string with a "/" or ending in ".json" is a path. Any other is the name of a shipped book, NAME.json in the
--- folder faregate/books of a directory of `package.path` or `package.cpath`. A table has the form of the JSON of a
--- book: prices are strings or money, an empty table is an absent field (but for a `when`), null is
--- `faregate.null`.
---@param source string|table
---@return faregate.Book? book
---@return string? message
---@return faregate.Code? code "unknown_book" or "invalid"
---@return string? path the place in the book, counted from 0: "products[0].packs[2].price"
function faregate.book(source) end

--- A price book from its JSON.
---@param text string
---@return faregate.Book? book
---@return string? message
---@return faregate.Code? code "invalid"
---@return string? path the place in the book
function faregate.book_json(text) end

---@class faregate.BookError
---@field path string the place in the book, counted from 0; "" for the whole of it
---@field message string
---@field line integer of the text
---@field column integer in characters

--- All that is wrong with a price book, in the order of its text; nothing of what only follows from another fault. Empty
--- where nothing is wrong. Of a book that loads: the examples that do not come out as they are printed. A text that is no
--- JSON has one.
---@param text string
---@return faregate.BookError[] errors
function faregate.book_errors(text) end

---@class faregate.AccountOptions
---@field wallet? table<faregate.Fund, faregate.Amount> what each fund holds, 0 or more; absent: unlimited funds (R34)
---@field policy? table<string, string|integer> switches that replace the book's: `{tier_basis = "total"}`
---@field attributes? faregate.Attributes of the account, as the price book declares them; `set` changes them
---@field max_jump? faregate.Quantity days, 1 or more: where the clock jumps further ahead, commands that name no instant
--- are refused, "clock_suspect"; 92 by default
---@field keep_ids_days? faregate.Quantity ids of usage and calls are known for so many days, so that memory stays level;
--- absent: for ever. A command that comes again later counts as new

--- A new account, nothing open.
---@param book faregate.Book
---@param options? faregate.AccountOptions
---@return faregate.Account account
function faregate.account(book, options) end

--- An exact amount. As many decimals as are written here are shown again at least: `faregate.money("1.50")` prints
--- 1.50.
---@param value faregate.Amount below 10^26
---@return faregate.Money money
function faregate.money(value) end

---@class faregate.LedgerOptions: faregate.AccountOptions
---@field book? faregate.Book|string|table begins a new ledger; of one that is there it must be the book, as wallet,
--- policy and attributes must be what it was begun with; absent: as it is
---@field group_ms? integer 0, the default: each command is on the disk before it is answered; above: within so many
--- milliseconds after. A power cut may lose those, the end of the process does not
---@field wait_ms? integer for another process that is in the middle of a command, at most; 5000 by default
---@field read_only? boolean only to look, also while others write: no byte of any file changes, commands are refused
--- (ledger_read_only); a dashboard, or a ledger that was sealed
---@field check? "all"|"used" all: all of the file is read and checked first; used: each page before it is used, and the
--- whole file by a thread. By default all below 32 MiB, else used

--- An account whose commands are on the disk before they are answered. Several processes of one machine may have the
--- same ledger open. Its commands can also fail with the codes "ledger_…".
---@param path string
---@param options? faregate.LedgerOptions
---@return faregate.Account? account
---@return string? message
---@return faregate.Code? code "ledger_…", "unknown_book" or of faregate.book
---@return string? path
function faregate.open(path, options) end

--- Checks everything in a ledger: pages, chain, snapshots, indexes, and that each command answers again as it did.
---@param path string
---@param predecessor? string the ledger it goes on from (seal_ledger): that is checked too, and that this one begins
--- where it ends
---@return {path: string, ok: boolean, commands: integer, snapshots: integer, head: string, good_at?: string, problem?: string}? report
--- `commands` are good, the last of them at `good_at`
---@return string? message
---@return faregate.Code? code
function faregate.verify(path, predecessor) end

---@class faregate.ComparedLedger
---@field path string
---@field commands integer the number of the last
---@field begins_after integer the last command of its predecessor; 0: it has none
---@field head string the chain's last link

--- What two ledgers are to each other, such as a file and a copy of it. `common` is the last command that is known to be
--- in both; `longer` and `by` are of a continuation.
---@param a string
---@param b string
---@return {relation: "same"|"continuation"|"fork"|"other_beginning"|"apart", common: integer, longer?: "a"|"b", by: integer, fork?: {command: integer, a: string, b: string}, a: faregate.ComparedLedger, b: faregate.ComparedLedger}? report
---@return string? message
---@return faregate.Code? code "ledger_corrupt" where either is damaged
function faregate.compare_ledgers(a, b) end

--- A new ledger of a timeline, such as faregate.export answers: whole or not at all.
---@param timeline string JSON
---@param path string where there must be nothing
---@return true? made
---@return string? message
---@return faregate.Code? code "ledger_exists"; "invalid" for a command that cannot be read or that the rules refuse
---@return string? path of the fault: "commands[3]"
function faregate.import_ledger(timeline, path) end

--- Seals a ledger that no process has open, and goes on in a new one, which begins with the state in which it ends. The old
--- one can be read and verified, not written. What is cut off in the middle is finished by doing it again.
---@param path string
---@param successor string where there must be nothing
---@param keep_ids_days? integer commands of so many days before the end stay known by their ids, 92 by default; orders for
--- good
---@return true? sealed
---@return string? message
---@return faregate.Code? code
function faregate.seal_ledger(path, successor, keep_ids_days) end

--- A ledger as a timeline, JSON, that replays to the same statement.
---
---     assert(faregate.export("booth.db", nil, "booth.json"))
---@param path string
---@param until_? faregate.Quantity|string the number of the last command, or the last instant of one, ISO 8601; of a
--- damaged ledger, take those that are good
---@param to? string|file*|fun(piece: string) a path, a file or a function, written as the ledger is read: memory does
--- not grow with it
---@return string|true? timeline true where it went elsewhere; a file that cannot be written raises
---@return string? message
---@return faregate.Code? code
function faregate.export(path, until_, to) end

--- Replays a timeline, a JSON document of a book, switches and dated commands, and answers with a JSON document of its
--- outcomes and its statement: the same bytes from every language.
---@param timeline string
---@return string? answer
---@return string? message
---@return faregate.Code? code "invalid" or "unknown_book"
---@return string? path the place in the document, "commands[3].quantity"
function faregate.replay(timeline) end

--- Compares what an account came to with a vendor's invoice, and names all causes that explain exactly where they differ,
--- each of them replayed. A JSON document of `ours` (a timeline, such as `export` answers), `theirs` (the invoice),
--- `form` (how it is read), `books`, `set_aside`, `causes` and `commands` in, one of what was found out: docs/reconcile.md
--- has both. Where the limit ends the search, `complete` is false, and what was found until then is told.
---@param document string
---@param options? {time_limit?: number} seconds after which the search for causes ends
---@return string? answer
---@return string? message
---@return faregate.Code? code "invalid", "unknown_book" or "unknown_product"
---@return string? path the place in the document, "form.columns.amount"
function faregate.reconcile(document, options) end

--- An exact amount of a currency, to 12 decimals, |amount| < 10^26; beyond that arithmetic raises "overflow". It adds
--- to, subtracts from and orders with money, decimal strings and integers, and is multiplied by integers; a float
--- raises. `==` compares with money alone (Lua asks no metamethod for values of different types); money as the key of a
--- table is found by identity, not by amount. Printed with the minor digits of its currency at least.
---@class faregate.Money
---@operator add(faregate.Amount): faregate.Money
---@operator sub(faregate.Amount): faregate.Money
---@operator mul(integer): faregate.Money
---@operator unm: faregate.Money
---@operator concat(any): string

--- A frozen price book. `==` is true for two that stand for the same loaded book.
---@class faregate.Book
---@field id string "tencent-facefusion"
---@field title string
---@field currency string "CNY"
---@field minor_digits integer decimals of the currency
---@field account_bytes integer the most that an account can hold by it besides grants, packs, orders and calls
---@field offset_minutes integer? of its civil time, east of UTC; nil where it has a time zone of several offsets
local Book = {}

---@class faregate.Edition
---@field effective string its date
---@field announced? string absent: it does not say
---@field source string

--- The price lists with dates of the book (R37), by date; empty where it has one without a date.
---@return faregate.Edition[] editions
function Book:editions() end

--- The edition in force on a date, as a book of its own, frozen at that price list; before the first, the first.
---@param date faregate.Time
---@return faregate.Book edition
function Book:as_of(date) end

---@class faregate.Difference
---@field path string items of lists by their id: "products[image].packs[calls-1k].price"
---@field ours? any absent: it is not there; `faregate.null`: a price that is not sold
---@field theirs? any
---@field for_people boolean it decides no amount and no instant

--- Where another book differs, what decides an amount or an instant first.
---@param other faregate.Book
---@return faregate.Difference[] differences
function Book:diff(other) end

---@class faregate.PriceQuery
-- begin generated price query: from core/src/book/queries.def by `make generated`
---@field product string of the book; or an event of it
---@field meter string the product's usage meter or its capacity meter; of an event its own id
---@field quantity faregate.Quantity units to charge, 0 or more
---@field tier_quantity? faregate.Quantity picks the tier (R12, R18), at least `quantity`; absent: `quantity`
---@field days? faregate.Quantity of capacity, 1 or more; exactly one of days and months (R19)
---@field months? faregate.Quantity of capacity, 1 or more
---@field at? faregate.Time picks the month of a price for a month held, and what rules ask of the clock
---@field attributes? faregate.Attributes of usage and account, where rules or terms ask them
-- end generated price query

---@class faregate.PriceLine
---@field units integer charged
---@field unit_price faregate.Money
---@field tier integer its lower edge
---@field amount faregate.Money

---@class faregate.Price
---@field product string
---@field meter string
---@field units integer charged
---@field amount faregate.Money
---@field lines? faregate.PriceLine[] of a product
---@field products? faregate.Price[] of an event: the price of each of its products
---@field rule string the rule that sets the price
---@field explanation string the sum as a person would write it
---@field price? string the name of the rule whose price it is; of a product with rules or terms alone, as the next two
---@field factor? string of the unit price
---@field billable? boolean false: nothing is charged

--- The price list alone: no grant or pack is taken off.
---@param query faregate.PriceQuery
---@return faregate.Price? price
---@return string? message
---@return faregate.Code? code "unknown_product", "unknown_meter", "missing_attribute", "unknown_value", "no_rule",
--- "not_sold" or "overflow"
---@return string? rule
---@overload fun(self: faregate.Book, product: string, meter: string, quantity: faregate.Quantity): faregate.Price?
function Book:price(query) end

---@class faregate.PriceManyQuery
---@field quantities faregate.Quantity[] units, each priced by itself
-- begin generated prices query: from core/src/book/queries.def by `make generated`
---@field product string of the book; or an event of it
---@field meter string the product's usage meter or its capacity meter; of an event its own id
---@field days? faregate.Quantity of capacity, 1 or more; exactly one of days and months (R19)
---@field months? faregate.Quantity of capacity, 1 or more
---@field at? faregate.Time picks the month of a price for a month held, and what rules ask of the clock
---@field attributes? faregate.Attributes of usage and account, where rules or terms ask them
-- end generated prices query

--- The amounts of many quantities, each as `price` has it.
---@param query faregate.PriceManyQuery
---@return faregate.Money[]? amounts
---@return string? message names the first bad quantity, counted from 0
---@return faregate.Code? code "unknown_product", "unknown_meter", "not_sold" or "overflow"
---@return string? rule
---@overload fun(self: faregate.Book, product: string, meter: string, quantities: faregate.Quantity[]): faregate.Money[]?, string?, faregate.Code?, string?
function Book:price_many(query) end

---@class faregate.OutcomeRule
---@field product string
---@field outcome string the code asked for
---@field billable "yes"|"no"|"unknown"
---@field code? string the longest of the book that fits; nil where none does
---@field source? string of that

--- Whether an answer of the service with this result code is billed (R36). "Success" is an answer without an error code,
--- "Timeout" no answer at all.
---@param product string
---@param code string of the vendor, at most 128 bytes
---@return faregate.OutcomeRule? rule
---@return string? message
---@return faregate.Code? code "unknown_product" or "invalid"
---@return string? rule
function Book:outcome(product, code) end

--- Everything in the book: products, meters, prices, packs, grants and policy, in the form of its JSON. A
--- price that is not sold is `faregate.null`, so that `faregate.book` makes the same book of it.
---@return table description
function Book:describe() end

--- The book as JSON. Loading it gives an equal book, and writing that the same text.
---@return string json
function Book:to_json() end

--- Gives the book up before the collector does; accounts made of it go on. Again is allowed; any other use raises.
function Book:release() end

--- The state of one customer of one book. Every command of a timeline is a method that takes its fields in a table and
--- answers with a table of what happened, or `nil, message, code, rule`.
---
--- Before a command, everything due up to its instant happens: issues and expiries, settlement, suspension.
--- The same command again with the same id answers as it did, `repeated = true`, and changes nothing.
---@class faregate.Account
local Account = {}

--- Fields every command has.
---@class faregate.Command
---@field at? faregate.Time the instant, not before the last one; absent: now

---@class faregate.Campaign
---@field price? faregate.Amount of one pack
---@field refundable? boolean absent: true

-- begin generated command fields: from core/src/state/commands.def by `make generated`
---@class faregate.OpenCommand: faregate.Command
---@field product string

---@class faregate.CloseCommand: faregate.Command
---@field product string

---@class faregate.ClaimCommand: faregate.Command
---@field product string
---@field grant string

---@class faregate.SetModeCommand: faregate.Command
---@field product string
---@field mode string

---@class faregate.BuyPackCommand: faregate.Command
---@field product string
---@field pack string
---@field quantity? faregate.Quantity packs, 1 or more; absent: 1
---@field id? string of the order; absent: made up
---@field pay? table<faregate.Fund, faregate.Amount> what each fund pays, which adds up to the price (R34); absent: gift, income, cash in that order
---@field campaign? faregate.Campaign the price of one pack, and whether it is refundable (R30)

---@class faregate.GivePackCommand: faregate.Command
---@field product string
---@field pack string
---@field quantity? faregate.Quantity packs, 1 or more; absent: 1
---@field id? string of the order; absent: made up

---@class faregate.BuyCapacityCommand: faregate.Command
---@field product string
---@field meter string of the capacity, such as "qps" or "concurrency"
---@field quantity faregate.Quantity of the meter, 1 or more
---@field days? faregate.Quantity civil days, first and last counted (R19), 1 or more
---@field months? faregate.Quantity months from the first date on (R19), 1 or more
---@field start? string a civil date, not before today; absent: the instant of purchase
---@field id? string of the order; absent: made up
---@field pay? table<faregate.Fund, faregate.Amount> what each fund pays, which adds up to the price (R34); absent: gift, income, cash in that order

---@class faregate.UseCommand: faregate.Command
---@field product string or an event of the price book
---@field quantity faregate.Quantity units of the usage meter, 0 or more
---@field id? string makes it safe to repeat
---@field billable? boolean false for calls that the vendor does not count; absent: true
---@field attributes? faregate.Attributes what it is priced by: name to text or whole number, as the price book declares them

---@class faregate.CallCommand: faregate.Command
---@field product string or an event of the price book
---@field quantity? faregate.Quantity units, 1 or more; absent: 1
---@field id? string for commit, cancel and resume: one id is one attempt, free again once it is canceled; absent: made up
---@field owner? string who holds it, for people
---@field timeout_ms? faregate.Quantity milliseconds after which its slot is free and it is abandoned, 1 or more; absent: no end
---@field attributes? faregate.Attributes what it is priced by: name to text or whole number, as the price book declares them

---@class faregate.CommitCommand: faregate.Command
---@field id string of the call
---@field quantity? faregate.Quantity units it came to, 0 or more; absent: as many as were held
---@field outcome? string the result code of the service: "Success", "Timeout" (no answer), or its error code, at most 128 bytes
---@field ref? string the vendor's own receipt, at most 64 bytes
---@field attributes? faregate.Attributes those that are known at the end, each in place of the one of its name: as if the call had been made with them

---@class faregate.CancelCommand: faregate.Command
---@field id string of the call

---@class faregate.AdjustCommand: faregate.Command
---@field product string
---@field quantity integer|string units, not 0; below 0 to take them off, postpaid ones first
---@field reason string text for people, which the invoice lists, at most 200 bytes
---@field id? string makes it safe to repeat
---@field attributes? faregate.Attributes of the usage that is corrected

---@class faregate.SetBudgetCommand: faregate.Command
---@field day? faregate.Amount|lightuserdata the cap of a civil day, `faregate.null` lifts it; absent: it stays as it is
---@field month? faregate.Amount|lightuserdata the cap of a calendar month, `faregate.null` lifts it; absent: it stays as it is

---@class faregate.AddMaterialsCommand: faregate.Command
---@field product string
---@field quantity faregate.Quantity materials, 1 or more
---@field id? string makes it safe to repeat

---@class faregate.RemoveMaterialsCommand: faregate.Command
---@field product string
---@field quantity faregate.Quantity materials, 1 or more
---@field id? string makes it safe to repeat

---@class faregate.TopUpCommand: faregate.Command
---@field amount faregate.Amount in the book's currency, above 0
---@field fund? faregate.Fund absent: cash
---@field id? string makes it safe to repeat

---@class faregate.WithdrawCommand: faregate.Command
---@field amount faregate.Amount in the book's currency, above 0
---@field id? string makes it safe to repeat

---@class faregate.RefundCommand: faregate.Command
---@field id string of a buy_pack, buy_capacity or buy_bundle

---@class faregate.AnnounceCommand: faregate.Command
---@field product string
---@field grant string
---@field quantity faregate.Quantity units, 0 or more; 0 ends the grant
---@field effective string a civil date, far enough after that of `at`

---@class faregate.PreviewCommand: faregate.Command
---@field product? string or an event of the price book: its lines alone; absent: all
---@field quantity? faregate.Quantity as if so much more of the product were used now, 0 or more; absent: nothing more; 1 with attributes
---@field attributes? faregate.Attributes what that is priced by, as of use

---@class faregate.SetCommand: faregate.Command
---@field attributes faregate.Attributes name to text or whole number, as the price book declares them for accounts

---@class faregate.ChangeCapacityCommand: faregate.Command
---@field id string of a buy_capacity
---@field quantity? faregate.Quantity from now on, 1 or more; absent: as it is
---@field capacity? string another one of the product; absent: as it is
---@field pay? table<faregate.Fund, faregate.Amount> what each fund pays, which adds up to the price (R34); absent: gift, income, cash in that order

---@class faregate.AdoptCommand: faregate.Command
---@field book faregate.Book the later version: by name, or whole
---@field effective? string a civil date, after that of `at` and those of all editions that the account has; absent: that of the first of its editions that the account has not

---@class faregate.SetPostpaidCommand: faregate.Command
---@field product string
---@field on boolean false: a usage that they do not cover whole is refused

---@class faregate.BuyBundleCommand: faregate.Command
---@field bundle string
---@field id? string of the order; absent: made up
---@field pay? table<faregate.Fund, faregate.Amount> what each fund pays, which adds up to the price (R34); absent: gift, income, cash in that order

-- end generated command fields

--- What every command answers with; the classes below add theirs.
---@class faregate.Outcome
---@field ["do"] string name of the command
---@field ok true
---@field repeated? true answered before under the same id

---@class faregate.Grant
---@field id string "image/free-calls/2024-11"
---@field units integer
---@field left integer
---@field expires? string absent: permanent

---@class faregate.Draw
---@field id string of the pack
---@field units integer

---@class faregate.Used
---@field free integer
---@field packs faregate.Draw[]
---@field postpaid integer
---@field unbilled integer

-- begin generated outcomes: from core/src/state/commands.def by `make generated`
---@class faregate.OpenOutcome: faregate.Outcome
---@field grants faregate.Grant[] those issued, each with id, units, left, expires

---@class faregate.ClaimOutcome: faregate.Outcome
---@field grants faregate.Grant[] those issued, each with id, units, left, expires

---@class faregate.SetModeOutcome: faregate.Outcome
---@field mode string the one in force

---@class faregate.BuyPackOutcome: faregate.Outcome
---@field id string of the order
---@field amount faregate.Money
---@field paid table<faregate.Fund, faregate.Money> by fund
---@field units integer|faregate.Money a decimal where those of a pool of money are not whole
---@field expires? string absent: permanent

---@class faregate.GivePackOutcome: faregate.Outcome
---@field id string of the order
---@field units integer|faregate.Money a decimal where those of a pool of money are not whole
---@field expires? string absent: permanent

---@class faregate.BuyCapacityOutcome: faregate.Outcome
---@field id string of the order
---@field amount faregate.Money
---@field paid table<faregate.Fund, faregate.Money> by fund
---@field from string the first instant
---@field ["until"] string the first instant after it

---@class faregate.UseOutcome: faregate.Outcome
---@field free integer units covered by free grants
---@field packs faregate.Draw[] units drawn from each pack, in the order of drawing
---@field postpaid integer units left for the month's bill
---@field unbilled integer units in a capacity mode, or not billable

---@class faregate.CommitOutcome: faregate.Outcome
---@field billed? integer units that the service bills; 0 while that is unknown; with an outcome
---@field returned? integer units given back to where they came from; with a quantity, attributes or an outcome
---@field lost? integer units that cannot go back: their month is settled or their pack void; with a quantity, attributes or an outcome
---@field extra? faregate.Used the rest, as use answers; with what comes to more units than were held

---@class faregate.CancelOutcome: faregate.Outcome
---@field returned integer units given back to where they came from
---@field lost integer units that cannot go back: their month is settled or their pack void

---@class faregate.AdjustOutcome: faregate.Outcome
---@field free integer units of free grants
---@field packs faregate.Draw[]|integer units drawn from each pack; where units are taken off, how many packs had covered
---@field postpaid integer units of the month's bill
---@field unbilled integer units in a capacity mode
---@field lost? integer units that are back in no grant or pack; with a quantity below 0

---@class faregate.AddMaterialsOutcome: faregate.Outcome
---@field held integer
---@field limit integer

---@class faregate.RemoveMaterialsOutcome: faregate.Outcome
---@field held integer
---@field limit integer

---@class faregate.TopUpOutcome: faregate.Outcome
---@field balance? faregate.Money absent: unlimited funds

---@class faregate.WithdrawOutcome: faregate.Outcome
---@field balance? faregate.Money absent: unlimited funds

---@class faregate.RefundOutcome: faregate.Outcome
---@field amount faregate.Money
---@field to table<faregate.Fund, faregate.Money> by fund
---@field forfeited faregate.Money vouchers, which R31 does not give back

---@class faregate.ChangeCapacityOutcome: faregate.Outcome
---@field quantity integer from now on
---@field amount faregate.Money below 0 where it is paid back
---@field paid table<faregate.Fund, faregate.Money> by fund

---@class faregate.AdoptOutcome: faregate.Outcome
---@field edition string the date of the last it brings
---@field effective string the date of the first

---@class faregate.BuyBundleOutcome: faregate.Outcome
---@field id string of the order
---@field amount faregate.Money
---@field paid table<faregate.Fund, faregate.Money> by fund

-- end generated outcomes

---@class faregate.HeldCall
---@field id string
---@field product string
---@field quantity integer units
---@field owner? string
---@field since string
---@field deadline? string absent: no end
---@field state "held"|"abandoned"|"unknown"
---@field outcome? string of a call that is unknown: what it was told to have ended in

---@alias faregate.EventKind
-- begin generated events: from core/src/account/outlook.def by `make generated`
---| "grant_expires" # units: what is left, and is lost
---| "pack_expires" # units: what is left, and is lost
---| "capacity_begins" # units: of the order; also meter, and the mode and the limit from then on (R23, R24)
---| "capacity_ends" # units: of the order; also meter, and the mode and the limit from then on (R23, R24)
---| "settlement" # amount: of the usage so far; also month (or begin and settle), balance_after
---| "suspension" # amount: what the balance lacks (R26); of a book with `arrears` product, one event each
---| "grant_issued" # units: of the free grant
---| "lot_issued" # units: of pack `id`, which come anew
---| "choice_switched" # product opens, and the one of choice `id` that was open closes
---| "budget_day" # amount: what was used of the budget, which begins anew
---| "budget_month" # amount: what was used of the budget, which begins anew
-- end generated events

---@class faregate.UpcomingEvent
---@field at string
---@field kind faregate.EventKind
---@field product? string
---@field id? string
---@field units? integer what is left and is lost, or of the capacity order, or of the grant issued
---@field amount? faregate.Money of the usage so far, or what the balance lacks, or what was used of the budget
---@field rule? string
---@field meter? string of capacity_begins and capacity_ends
---@field mode? string in force from then on (R23, R24)
---@field limit? integer in force from then on
---@field month? string of settlement, or `begin` and `settle` as of an invoice
---@field begin? string
---@field settle? string|table<string, integer>
---@field balance_after? faregate.Money of settlement; absent: unlimited funds

---@class faregate.Upcoming
---@field from? string absent: the account has not seen an instant yet
---@field events faregate.UpcomingEvent[] in the order they happen
---@field until? string how far it came
---@field complete boolean whether that is as far as was asked

---@class faregate.NoticeLimits
---@field pack_percent? integer less than so many percent are left in a product's packs; absent: 10
---@field pack_days? integer a pack is void within so many days; absent: 30
---@field budget_percent? integer at least so many percent of a budget are used; absent: 80

---@alias faregate.NoticeCode
-- begin generated notices: from core/src/account/outlook.def by `make generated`
---| "packs_low" # units of the packs that can be drawn on are left, of so many
---| "packs_used_up" # no pack of the product that is in time has units left
---| "pack_ending" # units of pack `id` are lost at `at`
---| "postpaid_begun" # units of the month are postpaid, for `amount` so far; the product has grants or packs
---| "budget_used" # amount of `limit` is used; `id` is "day" or "month"
---| "arrears" # amount is what the balance lacks; the service is suspended at `at`, that of `product` of a book with `arrears`
---| "suspended" # amount is what the balance lacks; in arrears since `at`; `product` as of arrears
---| "violation" # the account is stopped until it is reinstated
---| "calls_uncertain" # units in `of` calls that nobody has in hand and that are not past their time, the oldest of which, `id`, began at `at`; those of another handle that lives are known to that one alone
---| "calls_abandoned" # units in `of` calls past their time, the oldest of which, `id`, began at `at`
---| "clock_suspect" # the clock shows `at`, so that commands that name no instant are refused
---| "edition_available" # the price book `id` that the ledger was opened with says more than the account goes by, from `at` on where that has a date; nothing is adopted unasked (R37)
-- end generated notices

---@class faregate.Notice
---@field code faregate.NoticeCode
---@field message string a sentence for people
---@field product? string
---@field id? string of the pack, of the oldest call, or "day" or "month" of a budget
---@field units? integer
---@field of? integer units of the packs; calls of calls_uncertain and calls_abandoned
---@field amount? faregate.Money
---@field limit? faregate.Money of the budget
---@field at? string the end of the pack, the suspension, since when there are arrears or calls, what the clock shows
---@field rule? string

---@class faregate.InvoiceLine
---@field product string
---@field meter string
---@field day? string "2024-11-05", of products whose tiers are by day
---@field fee? string its id, of a line of a fee
---@field bound? "least"|"most" of a line of the difference
---@field units integer charged
---@field free integer units that free grants covered
---@field packs integer units that packs covered
---@field unbilled integer units that nothing was to be charged for
---@field unit_price faregate.Money
---@field tier integer its lower edge
---@field unpriced? integer the units, where the tier's price is null: `unit_price` is the last one below it
---@field invoiced? faregate.Money what earlier invoices had, where tiers are of a longer period than invoices
---@field amount faregate.Money less what they had
---@field rule string
---@field explanation string the sum as a person would write it, from the total down

---@class faregate.Invoice
---@field month? string "2024-11"; absent: it is of another period
---@field begin? string of another period, when it began
---@field settle? string|table<string, integer> and which it is one of: `"day"`, or `{days = 3}`
---@field issued? string absent: a preview
---@field lines faregate.InvoiceLine[]
---@field adjustments {at: string, units: integer, reason: string}[] the corrections of the month
---@field total faregate.Money
---@field by_bounds? faregate.Money of the total, where the book's `bill` changed it
---@field balance_after? faregate.Money absent: unlimited funds

---@class faregate.Pack
---@field id string
---@field source "free"|"paid"|"gift"
---@field pack string name of the pack, or of the free quota
---@field units integer
---@field left integer
---@field bought string
---@field expires? string absent: permanent
---@field state "active"|"used_up"|"void"|"refunded"

---@class faregate.Capacity
---@field id string
---@field meter string
---@field quantity integer
---@field from string
---@field ["until"] string

---@class faregate.ProductStatement
---@field open boolean
---@field mode string
---@field limits table<string, integer> in force: `{qps = 20}`
---@field grants faregate.Pack[]
---@field packs faregate.Pack[]
---@field capacity faregate.Capacity[]
---@field materials {held: integer, limit: integer}
---@field month {total: integer, free: integer, packs: integer, postpaid: integer, unbilled: integer, uncertain: integer}
--- units so far; `uncertain`, among them, of calls that are not ended

---@class faregate.PoolLot
---@field id string
---@field source "free"|"paid"|"gift"
---@field pack string its id in the book
---@field units string a decimal: units of the pool's own
---@field left string a decimal: there may be parts of a unit
---@field bought string
---@field expires? string absent: permanent
---@field state "active"|"used_up"|"void"|"refunded"

---@class faregate.PoolStatement
---@field unit string
---@field grants faregate.PoolLot[]
---@field packs faregate.PoolLot[]

---@class faregate.Spent
---@field packs faregate.Money
---@field materials faregate.Money
---@field capacity faregate.Money
---@field postpaid faregate.Money
---@field refunded faregate.Money
---@field total faregate.Money

---@class faregate.Statement
---@field at? string absent: no command yet
---@field currency string
---@field state "active"|"arrears"|"suspended"|"violation"
---@field wallet? table<faregate.Fund|"balance", faregate.Money> absent: unlimited funds
---@field products table<string, faregate.ProductStatement>
---@field pools? table<string, faregate.PoolStatement> absent: the book has none
---@field invoices faregate.Invoice[]
---@field spent faregate.Spent

-- begin generated command methods: from core/src/state/commands.def by `make generated`
--- Open a product, so that it can be used (R33); free grants due at opening or this month are issued (R1, R2, R4).
---@param command faregate.OpenCommand
---@return faregate.OpenOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_product" or "already_open"
---@return string? rule
function Account:open(command) end

--- Close a product: its calls stop; grants, packs and their validity stay as they are (R33). It is not the account that
--- is closed: see `release`.
---@param command faregate.CloseCommand
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_product" or "not_open"
---@return string? rule
function Account:close(command) end

--- Claim a free grant that is claimed by hand, once (R3).
---@param command faregate.ClaimCommand
---@return faregate.ClaimOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_product", "unknown_grant", "not_open" or "already_claimed"
---@return string? rule
function Account:claim(command) end

--- Choose how a product is billed: by its usage meter, or by the capacity bought (R17, R24).
---@param command faregate.SetModeCommand
---@return faregate.SetModeOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_product", "unknown_mode", "not_open" or "mode_locked"
---@return string? rule
function Account:set_mode(command) end

--- Buy packs of prepaid units or of places for materials, all of one order with one id (R6, R8).
---@param command faregate.BuyPackCommand
---@return faregate.BuyPackOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "unknown_pack", "order_size",
--- "not_sold", "requires", "payment_mismatch", "insufficient_funds" or "overflow"
---@return string? rule
function Account:buy_pack(command) end

--- Put packs on the account that cost nothing, and are not refunded (R30).
---@param command faregate.GivePackCommand
---@return faregate.GivePackOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "unknown_pack" or "overflow"
---@return string? rule
function Account:give_pack(command) end

--- Buy a rate or concurrent slots for a period, in which calls are free (R17 to R21). Exactly one of days and months is
--- given.
---@param command faregate.BuyCapacityCommand
---@return faregate.BuyCapacityOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "unknown_meter", "not_sold",
--- "order_size", "start_in_past", "capacity_limit", "requires", "payment_mismatch", "insufficient_funds" or "overflow"
---@return string? rule
function Account:buy_capacity(command) end

--- Record usage: free grants cover it first, then packs, then the month's bill (R7, R11). The positional form is for
--- loops: it makes no table and answers with the units that were free, from packs, postpaid and unbilled, or as the
--- table form with nil, message, code and rule.
---@param command faregate.UseCommand
---@return faregate.UseOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "not_open", "violation", "suspended",
--- "no_capacity", "unknown_value", "missing_attribute", "no_rule", "postpaid_off", "not_sold", "budget_exceeded" or
--- "overflow"
---@return string? rule
---@overload fun(self: faregate.Account, product: string, quantity: faregate.Quantity, at?: faregate.Time, id?: string, attributes?: faregate.Attributes): integer, integer, integer, integer
function Account:use(command) end

--- Ask whether a call may go out now, and if so take its units and its place at once. It never waits. What is let in is
--- committed or canceled by who goes out with it: `local pass <close> = account:call("image")`. Without a word it stays
--- used on the way out, and is listed as uncertain, for the vendor may have counted it.
---@param command faregate.CallCommand
---@return faregate.Call? pass
---@return string? message
---@return faregate.Code? code "id_reserved", "id_conflict", "in_flight", "already_finished", "unknown_product",
--- "not_open", "violation", "suspended", "no_capacity", "unknown_value", "missing_attribute", "no_rule",
--- "concurrency_limited", "rate_limited", "postpaid_off", "not_sold", "budget_exceeded" or "overflow"
---@return number? retry_after seconds after which the rate limit lets it in; nil where waiting does not help
---@return string? rule
---@overload fun(self: faregate.Account, product: string, quantity?: faregate.Quantity, at?: faregate.Time, id?: string, attributes?: faregate.Attributes): faregate.Call?, string?, faregate.Code?, number?, string?
function Account:call(command) end

--- Say that a call went out: its slot is free again, its units stay taken; or how it went out, as the service says. An
--- outcome that the price book does not bill does what cancel does, and leaves the id free; of one that is unknown the
--- call stays among the uncertain, without its slot, until another ending (R36). Both ignore the quantity.
---@param command faregate.CommitCommand
---@return faregate.CommitOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_id", "already_finished", "unknown_value", "missing_attribute", "no_rule" or
--- "overflow"
---@return string? rule
function Account:commit(command) end

--- Say that a call did not go out: its units go back to where they came from, as far as they can; its place in the rate
--- window does not.
---@param command faregate.CancelCommand
---@return faregate.CancelOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_id" or "already_finished"
---@return string? rule
function Account:cancel(command) end

--- Correct what was recorded in the product's current period.
---@param command faregate.AdjustCommand
---@return faregate.AdjustOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "not_open", "unknown_value",
--- "missing_attribute", "no_rule", "adjust_underflow", "aggregate_closed" or "overflow"
---@return string? rule
function Account:adjust(command) end

--- Cap what postpaid usage may cost: the host's own rule, not the vendor's. What would pass a cap is refused,
--- budget_exceeded.
---@param command? faregate.SetBudgetCommand
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code
---@return string? rule
function Account:set_budget(command) end

--- Hold more materials (R25).
---@param command faregate.AddMaterialsCommand
---@return faregate.AddMaterialsOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "not_open" or "material_limit"
---@return string? rule
function Account:add_materials(command) end

--- Delete materials, which frees their places (R25).
---@param command faregate.RemoveMaterialsCommand
---@return faregate.RemoveMaterialsOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_product", "not_open" or "material_underflow"
---@return string? rule
function Account:remove_materials(command) end

--- Put money into the wallet; it can end arrears and a suspension (R27, R34).
---@param command faregate.TopUpCommand
---@return faregate.TopUpOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved" or "overflow"
---@return string? rule
function Account:top_up(command) end

--- Pay cash out, never more than there is nor than the balance (R38).
---@param command faregate.WithdrawCommand
---@return faregate.WithdrawOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "violation" or "insufficient_funds"
---@return string? rule
function Account:withdraw(command) end

--- Give an order back (R29 to R32).
---@param command faregate.RefundCommand
---@return faregate.RefundOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_id", "violation", "not_open", "not_paid", "already_refunded", "campaign_final",
--- "pack_used", "material_in_use", "refund_window" or "capacity_begun"
---@return string? rule
function Account:refund(command) end

--- Stop all calls for a violation of the terms (R35).
---@param command? faregate.Command
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code
---@return string? rule
function Account:suspend(command) end

--- End the stop for a violation (R35).
---@param command? faregate.Command
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code
---@return string? rule
function Account:reinstate(command) end

--- Announce another quantity of a free grant, for those issued from a later date on (R5).
---@param command faregate.AnnounceCommand
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_product", "unknown_grant" or "notice_too_short"
---@return string? rule
function Account:announce(command) end

--- Tell the invoice as it would stand if the month ended now; it changes nothing (R14). With a quantity, or with
--- attributes, it is as if that usage happened now, whatever limits and budgets say. Without `at` it tells of the
--- latest instant the account has seen. A later `at` lets pass what is due until then, for good, and in a ledger
--- durably: ask a fork, or a handle that is read_only.
---@param command? faregate.PreviewCommand
---@return faregate.Invoice? invoice
---@return string? message
---@return faregate.Code? code "unknown_product", "not_open", "unknown_value", "missing_attribute", "no_rule",
--- "postpaid_off", "not_sold" or "overflow"
---@return string? rule
function Account:preview(command) end

--- Tell everything about the account; it changes nothing. Without `at` it tells of the latest instant the account has
--- seen. A later `at` lets pass what is due until then, as for preview.
---@param command? faregate.Command
---@return faregate.Statement? statement
---@return string? message
---@return faregate.Code? code
---@return string? rule
function Account:statement(command) end

--- Let happen what is due until `at`: expiries, settlements, suspension, free grants.
---@param command? faregate.Command
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code
---@return string? rule
function Account:advance(command) end

--- Set attributes of the account, which price its usage from now on; those that are not named stay.
---@param command faregate.SetCommand
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_value"
---@return string? rule
function Account:set(command) end

--- Change the quantity of a capacity order, or the capacity that it is of, for the rest of its time: the difference is
--- charged, or paid back to cash.
---@param command faregate.ChangeCapacityCommand
---@return faregate.ChangeCapacityOutcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_id", "unknown_meter", "not_sold", "order_size", "capacity_limit",
--- "payment_mismatch", "insufficient_funds" or "overflow"
---@return string? rule
function Account:change_capacity(command) end

--- Bring further editions of the account's price book: from a date on it goes by this one (R37). Of a book with
--- editions it brings the one in force then and all later ones; one without needs `effective`. What was bought keeps
--- its terms, and an issued invoice is never changed. The same again answers as it did.
---@param command faregate.AdoptCommand
---@return faregate.AdoptOutcome? outcome
---@return string? message
---@return faregate.Code? code "book_mismatch", "start_in_past", "notice_too_short" or "overflow"
---@return string? rule
function Account:adopt(command) end

--- Switch on or off that what grants and packs leave over is sold, where the price book leaves that to the customer.
---@param command faregate.SetPostpaidCommand
---@return faregate.Outcome? outcome
---@return string? message
---@return faregate.Code? code "unknown_product" or "not_sold"
---@return string? rule
function Account:set_postpaid(command) end

--- Buy a bundle of packs and capacity, all of one order with one id.
---@param command faregate.BuyBundleCommand
---@return faregate.BuyBundleOutcome? outcome
---@return string? message
---@return faregate.Code? code "id_conflict", "id_reserved", "unknown_pack", "not_sold", "requires", "capacity_limit",
--- "payment_mismatch", "insufficient_funds" or "overflow"
---@return string? rule
function Account:buy_bundle(command) end

-- end generated command methods

--- What `with_call` raises if the commit is refused, as by a full disk. `tostring` gives the message.
---@class faregate.NotCommitted
---@field message string
---@field status faregate.Code? as `pass:commit()` answered it; nil if that raised
---@field rule string?
---@field pass faregate.Call "unwritten" if its end is done again before the account's next command
---@field results table what the function returned, in order; `n` is how many

--- A call for as long as a function runs, in every Lua. When it returns, the call is committed, unless the function
--- ended it (`pass:cancel()`, `pass:commit{…}`, or `pass:close()` to leave it uncertain). An error goes on, and ends the
--- call as `<close>` does: used and uncertain, or as the `code` in it says. A commit that is refused raises a
--- `faregate.NotCommitted`. A coroutine may yield in the function where the Lua can: not in plain 5.1.
---@generic R
---@param call string|faregate.CallCommand a product, or the fields of `call`
---@param fn fun(pass: faregate.Call, ...): R?
---@param ... any for `fn`
---@return R? ... what `fn` returned, or the refusal of `call`, when `fn` is not called: nil, message, code, retry_after, rule
function Account:with_call(call, fn, ...) end

--- The command that the field "do" names, as a timeline has it: `acct:apply{["do"] = "open", product = "image"}`.
---@param command table
---@return table? outcome
---@return string? message
---@return faregate.Code? code
---@return string? rule
function Account:apply(command) end

--- The invoices so far, oldest first.
---@return faregate.Invoice[]? invoices
---@return string? message
---@return faregate.Code? code of a ledger: "ledger_…"
function Account:invoices() end

--- The calls that are neither committed nor canceled, oldest first.
---@return faregate.HeldCall[]? calls
---@return string? message
---@return faregate.Code? code of a ledger: "ledger_…"
function Account:calls() end

--- What more now would add to this month's bill, exactly: below 0 where it reaches a cheaper tier (R13).
---@param product string of the book, or an event
---@param quantity faregate.Quantity
---@param attributes? faregate.Attributes what the usage is priced by
---@return faregate.Money? amount
---@return string? message
---@return faregate.Code? code "unknown_product", "not_open", "unknown_value", "missing_attribute", "no_rule", "postpaid_off", "not_sold" or "overflow"
---@return string? rule
function Account:marginal(product, quantity, attributes) end

--- What will happen by itself if nothing more is used, bought or paid. It looks ten years ahead at most.
---@param until_? faregate.Time how far to look, from `now` on; 31 days if nil
---@return faregate.Upcoming? upcoming
---@return string? message
---@return faregate.Code? code "time_reversal"
function Account:upcoming(until_) end

--- What wants the attention of whoever keeps the account, as it stands.
---@param limits? faregate.NoticeLimits from when on it speaks
---@return faregate.Notice[]? notices
---@return string? message
---@return faregate.Code? code
function Account:notices(limits) end

--- An independent copy for what-if; its cost does not grow with the history.
---@return faregate.Account? copy
---@return string? message
---@return faregate.Code? code of a ledger: "ledger_…"
function Account:fork() end

--- The latest instant the account has seen, as ISO 8601 text; nil before the first command.
---@return string? time
---@return string? message
---@return faregate.Code? code of a ledger: "ledger_…"
function Account:now() end

--- Its price book.
---@return faregate.Book book
function Account:book() end

--- Memory of its state in bytes, history not counted.
---@return integer bytes
function Account:bytes() end

--- Of a ledger: what the handle is; nil of an account in memory. `head`, the chain's last link, proves later what the
--- ledger held now, if it is kept elsewhere.
---@return {path: string, commands: integer, durability: "command"|"group", group_ms: integer, session: integer, head: string}? ledger
function Account:ledger() end

--- The calls in flight that nobody has in hand: left without a word, lost, or of a ledger's process that has ended. They
--- count as used until they are committed or canceled, by their ids or by `resume`. What another process that still runs
--- has left or lost, it alone knows: `calls` has them, with all that are in hand.
---@return faregate.HeldCall[]? calls
---@return string? message
---@return faregate.Code? code
function Account:uncertain() end

--- A pass to end a call that nobody has in hand, in one durable step. It is no leave to send again: to send again, end it
--- and call anew.
---@param id string
---@return faregate.Call? pass
---@return string? message
---@return faregate.Code? code "unknown_id", "already_finished" or "in_flight"
---@return string? rule
function Account:resume(id) end

--- Opens a product unless it is open already: the everyday start of a booth.
---@param command string|faregate.OpenCommand the product, or its table
---@return faregate.OpenOutcome? outcome none where it was open
---@return string? message
---@return faregate.Code? code "unknown_product" or "clock_suspect"
---@return string? rule
function Account:ensure_open(command) end

--- Says that the clock is right although commands were refused as "clock_suspect". It holds once; of a ledger, for all
--- its processes. Where nothing is suspect, nothing is written.
---@return true? done
---@return string? message
---@return faregate.Code? code
function Account:trust_clock() end

--- Puts on the disk what waits for its group; nothing to do without a ledger.
---@return true? done
---@return string? message
---@return faregate.Code? code
function Account:flush() end

--- Gives the account up before the collector does, as `local acct <close> = …` does; a ledger is closed, and what waits
--- for its group written first. Again is allowed; any other use raises. At the end of a scope what cannot be written is
--- raised; of an account that is collected it is a warning (`warn`).
---@return true? done
---@return string? message
---@return faregate.Code? code
function Account:release() end

--- A call that the gate let in. It keeps its account, and speaks of its own attempt alone, never of a later one under the
--- same id. One that `resume` found does not know what was drawn. Forgotten, it stays used: `uncertain` lists it. Where it
--- goes out of scope without an end after its account was released, that is a warning (`warn`).
---@class faregate.Call
---@field id string
---@field state string what was done with this pass, whatever became of the call by its id: "held", "committed", "canceled";
--- "uncertain": left without a word; "unknown": told an outcome that is not known to be billed; "unwritten": its end could
--- not be written yet, and is done again with the account's next command; "forgotten": it was ended by its id, and how is
--- not known any more (`keep_ids_days`)
---@field attempt integer its number among the account's calls
---@field free integer units covered by free grants
---@field packs integer units covered by packs
---@field postpaid integer units left for the month's bill
---@field unbilled integer units in a capacity mode
---@field repeated boolean always false: nobody is let in twice on one deduction
local Call = {}

---@class faregate.CommitFields: faregate.Command
---@field quantity? faregate.Quantity units that it came to, if others than were held
---@field outcome? string the result code of the service, "Success", "Timeout" for no answer, or its error code (R36)
---@field ref? string the vendor's own receipt, at most 64 bytes

--- It was made: the units stay used and its slot is free; or, with an outcome, what the price book says of that. Said again, with the same fields, it does nothing more.
---@param fields? faregate.Time|faregate.CommitFields an instant, or fields by name: commit{quantity = 3}. Absent: now, or the latest instant of the account if the call itself
--- named an instant
---@return true|table? done with a quantity or an outcome: billed, returned, lost (units), and extra, as `use` answers
---@return string? message
---@return faregate.Code? code "already_finished" …
---@return string? rule
function Call:commit(fields) end

--- It was not made, or is known not to count: its units go back to where they came from.
---@param at? faregate.Time as for commit
---@return integer? returned units given back
---@return integer|string lost units that cannot go back: their month is settled or their pack void; or the message
---@return faregate.Code? code "already_finished" …
---@return string? rule
function Call:cancel(at) end

--- What the end of `local pass <close>` does, for a Lua that has none: a call without an end stays used, uncertain.
---@param err? any the error that ends it; a table with a text as its `code` tells how the service answered (R36)
function Call:close(err) end

--- The same as cancel.
---@param at? faregate.Time as for commit
---@return integer? returned
---@return integer|string lost
---@return faregate.Code? code
---@return string? rule
function Call:not_sent(at) end

--- A way to pay for a quantity: by the price list; with packs; or at the fixed price of capacity.
---@class faregate.Way
---@field book? faregate.Book of faregate.break_even
---@field most? faregate.Quantity of book:curve and book:cliffs: the last quantity; absent: far enough for every tier
-- begin generated way: from core/src/book/queries.def by `make generated`
---@field product string of the book; or an event of it, which has no free units, packs and capacity
---@field meter? string absent: the product's usage; its capacity meter: the quantity is capacity
---@field pack? string units of usage come in this pack; absent: in none
---@field packs? faregate.Quantity so many, the rest by the price list; absent: as many as it takes
---@field capacity? faregate.Quantity above 0: so much of it, and usage is free
---@field days? faregate.Quantity of capacity; exactly one of days and months is above 0
---@field months? faregate.Quantity of capacity
---@field free? faregate.Quantity units that cost nothing, the first ones
---@field at? faregate.Time picks the month of a price for a month held, and what rules ask of the clock
---@field attributes? faregate.Attributes of usage and account, where rules ask them
-- end generated way

--- Cost over quantity, exact: `pieces` from the amount `first` at `from` to `last` at `to`, along a line or in steps.
---@param way faregate.Way
---@return table? curve
---@return string? message
---@return faregate.Code? code "unknown_product", "unknown_meter", "unknown_pack", "not_sold" or "overflow"
---@return string? rule
function Book:curve(way) end

--- Where buying more costs less (R13): whoever wants `from` to `to` units pays less for `buy`.
---@param way faregate.Way
---@return table[]? cliffs with from, to, buy, amount, instead_of, saves
---@return string? message
---@return faregate.Code? code as of curve
---@return string? rule
function Book:cliffs(way) end

---@class faregate.QuoteOptions
---@field months? faregate.Quantity 1 to 120: the same in each of them; absent: 1
---@field at? faregate.Time an instant of the first month; absent: now
---@field free? boolean whether there are free quotas; absent: true
---@field policy? table<string, string|integer> switches that replace the book's
---@field attributes? table<string, string|integer> those of the account

--- What so much of all of it costs in a month, from a fresh account, with what each line is for (docs/plan.md).
---@param basket table<string, any>|string a table or JSON: {image = {calls = 90000, qps = {quantity = 60, months = 1}}}
---@param options? faregate.QuoteOptions
---@return table? quote with book, currency, total, grants (what was free) and months (each month, amount, lines)
---@return string? message that begins with the path, such as image.calls
---@return faregate.Code? code "unknown_product", "unknown_meter", "unknown_pack", "not_sold", "capacity_limit" …
---@return string? rule
function Book:quote(basket, options) end

--- Every crossing of two ways to pay for 0 to `most` units: stretches with from, to, cheaper ("a", "b", "equal"), a, b.
---@param a faregate.Way
---@param b faregate.Way
---@param most faregate.Quantity
---@return table[]? stretches
---@return string? message
---@return faregate.Code? code as of curve
---@return string? rule
function faregate.break_even(a, b, most) end

--- A month's units in a trial of a simulation: nearly normal around `units`. A function of its arguments alone, so trials
--- may be run in any order; the same numbers as from Python.
---@param units faregate.Quantity
---@param spread_per_mille faregate.Quantity standard deviation, per mille of the units: 0 to 10,000
---@param seed faregate.Quantity
---@param trial faregate.Quantity
---@param month faregate.Quantity at most 119 where months are correlated
---@param level_per_mille? faregate.Quantity standard deviation of a level that all months of a trial share
---@param correlation_per_mille? faregate.Quantity of a month's own deviation with that of the month before: 0 to 1,000
---@return integer units
function faregate.vary(units, spread_per_mille, seed, trial, month, level_per_mille, correlation_per_mille) end

--- What a period of a product came to, shared out among groups of its events: by the units that grants and packs left
--- over, or by quantity, or else alike, so that the shares add up; the last share is nobody's. Where the amount and the
--- postpaid units are below 0, because more was taken off than used, it is shared among the groups below 0.
---@param amount faregate.Amount
---@param decimals integer of the shares, 0 to 12
---@param postpaid faregate.Quantity units of the period
---@param groups {quantity?: faregate.Quantity, postpaid?: faregate.Quantity}[] what each group used
---@return faregate.Money[] shares one more than there are groups
---@return integer nobody postpaid units that no group used
function faregate.bill_shares(amount, decimals, postpaid, groups) end

--- The cheapest plan for a forecast, or what another way to buy for it comes to.
---@param book faregate.Book
---@param forecast table|string a table or JSON: product, start, calls, peak_<meter>?, materials?, opening?, policy?
---@param way? string|table absent: the cheapest; "postpaid", "capacity", {pack = id} or {orders = {…}}
---@param options? {time_limit?: number} seconds after which the best plan found is the answer
---@return table? plan total, orders, months, proven, gap, runner_up, naive, and timeline (JSON) that replays to the total
---@return string? message
---@return faregate.Code? code "invalid" also for what the search cannot honour, "capacity_limit", "not_sold"
---@return string? path
function faregate.cheapest(book, forecast, way, options) end

return faregate
