"""Compares a vendor's invoice with what an account owes: where they differ, and which causes explain the difference."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from faregate._arguments import a_name, a_path, an_integer, wrong
from faregate._core import Account, Book, Invalid
from faregate._documents import failure, read_bytes, read_json, values_of
from faregate._ledger import export
from faregate._progress import listener, microseconds
from faregate._reconcile_search import Heard, Question, answered, document_of, searching, written
from faregate._reconciliation import Reconciliation

if TYPE_CHECKING:
    from faregate._bills import Bills

_SQLITE = b"SQLite format 3\x00"
_OF_FORMS = ("columns", "products", "kinds", "only", "constants")


def reconcile(
    ours: "Account | Bills | Mapping[str, Any] | str | os.PathLike[str]",
    theirs: Any,
    *,
    form: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    columns: Mapping[str, str | None] | None = None,
    products: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    only: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    decimals: int | None = None,
    thousands: str | None = None,
    decimal: str | None = None,
    account: str | int | None = None,
    books: Iterable[Book | str | os.PathLike[str] | Mapping[str, Any]] = (),
    causes: int = 2,
    commands: int | None = None,
    time_limit: float | None = None,
    progress: bool | Heard | None = None,
) -> Reconciliation:
    """Compare what an account came to with a vendor's invoice, and explain where they differ.

    >>> found = faregate.reconcile("booth.db", "invoice.csv", columns={"month": "Billing period", "amount": "Total"})

    ours      an account of a ledger, the path of one, a timeline (a dict, or the path of its JSON), or Bills of a log
              that were made with detail=True
    theirs    the invoice: a table of pandas, Polars or Arrow, a list of dicts, the path of a .csv, .tsv, .json, .jsonl,
              .parquet, .feather or .xlsx file, or JSON as it came
    form      how it is read: the name of a shipped form ("tencent-bill-detail"), the path of a JSON file, or a dict; see
              docs/reconcile.md. What follows is of the form too, and goes before what it says
    columns   the vendor's names of the columns: month and amount; product, where the book has several; and what there
              is of kind, units (all of usage), free, packs, deducted (both), charged, currency, cash, income, gift,
              voucher. {"month": "Billing period"}; what is not given has our name
    products  the vendor's names of products: {"sp_facefusion_image": "image"}
    kinds     his words for what a row is of: {"purchase": "pack"}, of usage, pack, capacity, bundle, fee, refund.
              Without a column of kinds all rows are of usage, and purchases are not compared
    only      what stands in columns of the rows that count: {"Service": "Face Fusion"}
    constants what is the same in all rows, in place of a column: {"product": "image"}
    decimals  to how many the vendor rounds a row, half up; None: to none, and rounding is a cause
    thousands the mark between groups of digits in numbers, "," if None
    decimal   the mark before decimals, "." if None: thousands=".", decimal="," reads "1.234,56"
    account   of bills of several accounts, the one that the invoice is of; None: each row says it, in the column
              "account" or as columns={"account": …} names it
    books     other price books that may have been billed by
    causes    how many causes at once are tried: 0, 1 or 2
    commands  how many commands may be replayed for each account; 20,000,000 if None. `found.complete` says whether
              that was enough
    time_limit  seconds from the call on, after which the search for causes ends: both sides are read and compared all
              the same, what was found is told, and `found.complete` is False. Of bills, the accounts that differ share
              it. The answer then depends on the machine
    progress  True for a line once it takes two seconds, False for none; if not given, one on a terminal and in a
              notebook. Or a function of the seconds that have passed, of how many replays there were and how many
              explanations are known, called some times in a second; what it raises ends the search, as Ctrl-C does

    The months that the invoice has rows of are compared; what is billed here in a month between its first and its last,
    and stands nowhere in it, is `missing`. Amounts may have thousands, a currency and a sign, months may
    be dates. Nothing is explained that was not replayed: calls uncertain or canceled, what the log set aside, usage at
    the end of a month, another clock or zone, another edition or book, another switch, another end of a pack, what one
    side lacks. Raises Invalid and InvalidType with the path, UnknownProduct, UnknownBook, the Ledger errors.
    """
    read = _form_of(form, columns, products, kinds, only, constants) | _numbers_of(decimals, thousands, decimal)
    if isinstance(books, (str, os.PathLike, Book, Mapping)) or not isinstance(books, Iterable):
        raise wrong("books", "a list of price books", books)
    account = None if account is None else a_name("account", account)
    question = {
        "books": [_book_of(book) for book in books],
        **({} if commands is None else {"commands": an_integer("commands", commands, 0)}),
    }
    most_causes = an_integer("causes", causes, 0, 2)
    limit_us = microseconds(time_limit)
    by_account = read.get("columns", {}).pop("account", None)
    question["theirs"] = _invoice_of(theirs)
    question["form"] = read
    with listener(progress, searching) as heard:
        if not isinstance(ours, (Account, Mapping, str, os.PathLike)):
            asked = _of_bills(ours, question, account, by_account)
        elif account is not None or by_account is not None:
            raise failure(Invalid, "account: is for bills, and ours is one account")
        else:
            timeline = _timeline_of(ours)
            asked = _Asked([(None, lambda most: document_of({**question, "causes": most}, timeline))])
        parts = answered(asked.questions, most_causes, limit_us, heard)
        return Reconciliation(parts, asked.unread, asked.without_invoice, asked.left_out)


def _timeline_of(ours: Account | Mapping[str, Any] | str | os.PathLike[str]) -> str:
    """The timeline of an account or ledger, as JSON text."""
    if isinstance(ours, Mapping):
        return written({**ours, "book": _book_of(ours["book"])} if "book" in ours else ours)
    if isinstance(ours, Account):
        ledger = ours.ledger
        if ledger is None:
            raise failure(
                Invalid,
                "ours: an account in memory keeps no commands to be replayed: give one of a ledger, its timeline, or "
                "Bills with detail=True",
            )
        return export(ledger.path)
    with open(a_path("ours", ours), "rb") as file:
        is_ledger = file.read(len(_SQLITE)) == _SQLITE
    return export(ours) if is_ledger else read_json(Path(ours)).decode()


def _book_of(book: Any) -> Any:
    if isinstance(book, Book):
        return book.to_dict()
    if isinstance(book, os.PathLike):
        return values_of(str(book), read_bytes(Path(book)))
    if not isinstance(book, (str, Mapping)):
        raise wrong("book", "a Book, a name, a path or a dict", book)
    return dict(book) if isinstance(book, Mapping) else book


@dataclass(frozen=True)
class _Asked:
    """The questions to the core, one for each account to be compared, and what of the invoice and the bills is not
    asked about."""

    questions: Sequence[Question]
    unread: Sequence[Mapping[str, Any]] = ()
    without_invoice: Sequence[str] = ()
    left_out: int = 0


def _of_bills(bills: Any, question: Mapping[str, Any], account: str | None, column: str | None) -> _Asked:
    from faregate._bills import Bills

    if not isinstance(bills, Bills):
        raise wrong("ours", "an account of a ledger, a timeline, a path or Bills", bills)
    aside = bills._set_aside()

    def question_of(name: str, more: Mapping[str, Any]) -> Question:
        whole = {**question, **more, "set_aside": aside.get(name, {})}
        return name, lambda causes: document_of({**whole, "causes": causes}, written(bills.timeline(name)))

    names = list(bills.accounts)
    if column is None and account is None and len(names) > 1 and _names_accounts(question["theirs"]):
        column = "account"
    if column is not None:
        return _by_account(bills, question, column, question_of)
    if account is None and len(names) != 1:
        _refuse_several(len(names))
    if account is not None and account not in names:
        raise failure(Invalid, f"account: {bills.accounts.missing(account)}")
    return _Asked([question_of(account or names[0], {})])


def _names_accounts(invoice: Any) -> bool:
    """Whether the rows of an invoice have a column that is called as ours is."""
    return isinstance(invoice, list) and any("account" in row for row in invoice)


def _refuse_several(count: int) -> NoReturn:
    raise failure(
        Invalid,
        f"ours: the bills are of {count:,} accounts: say which one the invoice is of, account=..., or which column of it "
        "names the account, columns={'account': …}",
    )


def _by_account(
    bills: "Bills", question: Mapping[str, Any], column: str, question_of: Callable[[str, Mapping[str, Any]], Question]
) -> _Asked:
    """Asks about the rows of each account. The table is first read as a whole, because it says which months and kinds
    the invoice is about, and which rows are totals or cannot be read. Rows of unknown accounts become `unread`."""
    invoice = question["theirs"]
    if not isinstance(invoice, list):
        raise failure(Invalid, "columns.account: expected an invoice that is a table of rows")
    if not bills.accounts:
        raise failure(Invalid, "ours: the bills have no account")
    timeline = bills.timeline(next(iter(bills.accounts)))
    of_nobody = document_of({**question, "causes": 0}, written({**timeline, "commands": []}))
    [(_, whole)] = answered([(None, lambda _: of_nobody)], 0, 0, None)
    left_out = whole["invoice"].pop("left_out")
    unread: list[Mapping[str, Any]] = list(whole["unread"])
    apart = {*left_out, *(row["row"] for row in unread)}
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(invoice):
        name = str(row.get(column, "")).strip()
        if name in bills.accounts and number not in apart:
            parts.setdefault(name, []).append(row)
        elif number not in apart:
            reason = "the bills have no account of this name"
            unread.append({"row": number, "column": "account", "reason": reason, "text": name})
    unread.sort(key=lambda row: row["row"])
    without = [name for name in bills.accounts if name not in parts]
    of_invoice = {"invoice": whole["invoice"]}
    questions = [question_of(name, {**of_invoice, "theirs": parts.get(name, [])}) for name in (*parts, *without)]
    return _Asked(questions, unread, without, len(left_out))


def _form_of(form: Any, *own: Mapping[str, Any] | None) -> dict[str, Any]:
    if form is None:
        read: dict[str, Any] = {}
    elif isinstance(form, Mapping):
        read = dict(form)
    elif isinstance(form, (str, os.PathLike)):
        file = _form_file(form)
        read = values_of(str(file), read_bytes(file))
    else:
        raise wrong("form", "a name, a path or a dict", form)
    for name, given in zip(_OF_FORMS, own, strict=True):
        for path, part in ((f"form.{name}", read.get(name)), (name, given)):
            if part is not None and not isinstance(part, Mapping):
                raise wrong(path, "a dict", part)
        if given is not None or name in read:
            read[name] = {**(read.get(name) or {}), **(given or {})}
    return read


def _numbers_of(decimals: int | None, thousands: str | None, decimal: str | None) -> dict[str, Any]:
    """How the numbers of an invoice are written, where the caller says so."""
    for mark, given in (("thousands", thousands), ("decimal", decimal)):
        if not (given is None or isinstance(given, str)):
            raise wrong(mark, "a mark", given)
    places = None if decimals is None else an_integer("decimals", decimals, 0, 12)
    said = {"decimals": places, "thousands": thousands, "decimal": decimal}
    return {name: given for name, given in said.items() if given is not None}


def _form_file(form: str | os.PathLike[str]) -> Path:
    from importlib.resources import files

    shipped = Path(str(files("faregate.forms") / f"{os.fspath(form)}.json"))
    if isinstance(form, str) and not form.endswith(".json") and os.path.basename(form) == form:
        if not shipped.exists():
            names = ", ".join(sorted(path.stem for path in shipped.parent.glob("*.json")))
            raise failure(Invalid, f"form: there is no shipped form {form!r}; there are: {names}")
        return shipped
    return Path(form)


def _invoice_of(theirs: Any) -> Any:
    """Reads the invoice as the core takes it: rows, or the JSON document itself."""
    from faregate._invoice import invoice_of

    return invoice_of(theirs)
