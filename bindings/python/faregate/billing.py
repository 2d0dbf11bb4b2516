"""Bills a usage log: every account lives the timeline of its own events."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from faregate._arguments import a_dict, an_integer, find_book
from faregate._begun import Begun
from faregate._bill_arguments import carried_of, names_of, of_attributes, options_of
from faregate._bills import Accounts as Accounts
from faregate._bills import Bills as Bills
from faregate._core import Account, Book, _Biller
from faregate._progress import more_rows

Source: TypeAlias = Any  # a path, or anything else that faregate.bill reads
_Progress: TypeAlias = Callable[[int], object]


def bill(
    events: Source,
    book: Book | str,
    *,
    accounts: Mapping[str, Account | Mapping[str, Any]] | Mapping[int, Account | Mapping[str, Any]] | None = None,
    states: Mapping[str, bytes] | None = None,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, Any] | None = None,
    id: str | None = None,
    attributes: Iterable[str] | Mapping[str, str] = (),
    time_unit: str | None = None,
    tz: str | None = None,
    thousands: str | None = None,
    corrections: bool = False,
    sort: bool = False,
    detail: bool | Iterable[str] = False,
    wallet: dict[str, Any] | None = None,
    policy: dict[str, Any] | None = None,
    keep_ids_days: int | None = None,
    until: Any = None,
    threads: int = 1,
    progress: bool | _Progress | None = None,
) -> Bills:
    """Bill a usage log: each account lives its own events, and what month by month it owes comes out.

    events    a log with the columns account, time, product and quantity: a table or stream of pyarrow, pandas, Polars
              (also lazy), DuckDB, a dataset, a list of dicts; a file object, a path, a pattern such as "logs/*.csv.gz",
              "-" for standard input, or a list of such. Files are .csv, .tsv, .jsonl, .parquet or .feather, also packed
              (all but plain CSV and JSON need pyarrow). Times are timestamps, dates, ISO 8601 text or numbers since
              1970; names may be whole numbers; quantities are whole numbers of any type, also "24.0"
    book      a Book, or what Book takes
    accounts  what is known of accounts beforehand, by name: an Account, which is copied, or a dict with any of
              wallet, policy, attributes, keep_ids_days and commands, these as in a timeline: [{"at": …, "do": "buy_pack", …}]. A
              command is done before the events from its instant on.
    states    where earlier bills left accounts, their `states`: these go on from there, whether they are in the log or
              not, and of their invoices only the new ones are answered. Rows before the `until` of those bills are
              refused
    columns   other names of the columns: {"account": "customer"}
    constants what is the same in every row, in place of a column: {"product": "image"}
    id        the column that names each event: of those of one account with the same id only the first happens, and
              the others are in `repeats`, however much later they are.
              None: every row is an event of its own, whatever columns there are
    attributes  the columns of what usage is priced by, which the book declares: ["model", "region"], or by attribute
              {"model": "model_name"}; text or whole numbers, none where there is no value. An event of the book may
              stand in place of a product
    time_unit what numbers as times count: "s", "ms", "us" or "ns". None: microseconds, and Invalid where one of
              them is not of the years 2000 to 2099
    tz        the zone of times that have no offset of their own, by name: "Europe/Berlin". None: the book's
    thousands the mark between groups of digits in text: "," reads "1,000", and " " blanks of any width
    corrections  quantities below 0 take usage back: they are an `adjust` of the account. False: they are bad rows
    sort      True for a log whose rows are in any order; usage then comes before corrections of its instant. False:
              the rows of one account are in the order of time, or TimeReversal names the first that is not
    detail    True: `bills.detail` has what each event came to, and `bills.draws` the packs it drew on. A list of names:
              further columns of the log go through to it, ["team", "region"], over which `bills.allocate` shares out
              the amounts. It takes memory for every event
    wallet, policy  of all accounts that `accounts` does not name; unlimited funds without a wallet (R34)
    keep_ids_days  of these accounts too: a repeat is known for so many days, and memory does not grow with the log.
              None: ids are known for ever
    until     the end of the bills: all accounts advance to this instant, and what lies after it is not billed but in
              `later`. None: the settlement of the latest month, so that all usage is invoiced
    threads   how many threads bill, 1 to 256, each some of the accounts: the answer is the same whatever their number.
              They leave Python to itself, and hold no memory but their stacks
    progress  True for a line once it takes two seconds, False for none; None: one on a terminal and in a notebook. Or a
              function that hears how many more events are done

    An account opens a product at its first event that happens (R33), unless its commands do. Events that the rules
    refuse change nothing, open no product either, and are in `refusals`, rows that cannot be read in `bad_rows`, with
    their text; `rows` says what became of each row that was read. Rows of tables and of Parquet files are counted from
    0, files of text have lines from 1. Memory is bounded: besides the accounts only a part of a file or stream is held,
    and the ids of events that have one; to sort, up to about 1 GiB, beyond which the log is spread over temporary
    files.
    """
    from faregate._log import Log

    book = find_book(book)
    carried = carried_of(detail)
    names = names_of(columns or {}, constants or {}, id, attributes)
    through = None if carried is None else (*carried, *of_attributes(names, carried))
    names = names._replace(carried=through or ())
    options = options_of(time_unit, tz, thousands, corrections, sort)
    workers = an_integer("threads", threads, 1, 256)
    biller = _Biller(Account(book, wallet=wallet, policy=policy, keep_ids_days=keep_ids_days), until, through, workers)
    begun = Begun(book, {"wallet": wallet, "policy": policy, "keep_ids_days": keep_ids_days}, names.attributes)
    for name, known in a_dict("accounts", {} if accounts is None else accounts).items():
        begun.enter(biller, name, known)
    for name, state in a_dict("states", {} if states is None else states).items():
        begun.resume(biller, name, state)
    with more_rows(progress, getattr(events, "num_rows", None)) as heard:
        log = Log(biller, names, constants or {}, options, heard)
        log.read(events)
    bills = Bills(log, book, begun, carried, tuple(map(str, accounts or ())))
    for warning in bills.warnings:
        warnings.warn(warning, stacklevel=2)
    return bills
