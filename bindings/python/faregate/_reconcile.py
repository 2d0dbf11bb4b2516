"""A vendor's invoice against what an account came to: where they differ, and which causes explain that exactly."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from faregate._arguments import a_path, an_integer, wrong
from faregate._core import Account, Book, Invalid, reconcile_json
from faregate._documents import encode, failure, read_json
from faregate._exact import total_of
from faregate._ledger import export
from faregate._table import Table

if TYPE_CHECKING:
    from faregate.billing import Bills

Part: TypeAlias = tuple[str | None, dict[str, Any]]

_SHOWN = 10
_SQLITE = b"SQLite format 3\x00"
_MEASURES = ("units", "free", "packs", "deducted", "charged", "amount")
_OF_CAUSES = ("cause", "text", "month", "product", "count", "of", "switch", "value", "book", "edition", "later_us")
_OF_FORMS = ("columns", "products", "kinds", "only", "constants")


class Reconciliation:
    """What `reconcile` found. All tables are for whoever reads Arrow, and have to_pandas()."""

    rows: Table
    """a row for each month, product and kind (usage, pack, capacity, bundle, fee, refund) that the invoice is about:
    account (of bills), month, product, kind, is (equal, explained, unexplained), what both say (ours_units …
    theirs_amount; null where a side does not say it), difference (theirs less ours), because (the simplest
    explanation, in words)"""
    explanations: Table
    """all that explain a difference, the simplest first, a row for each of their causes: account, explanation (its
    number), whole (it explains all rows that differ), cause, text, and what it is about. Each was replayed: an account
    that lives so comes to the vendor's numbers, to the digit"""
    commands: Table
    """the commands that causes are about: account, explanation, cause, command (its place in the timeline, null where
    there is none), at, do, product, pack, id, quantity; at most 100 of a cause"""
    unexplained: Table
    """the rows of which nothing explains the difference"""
    funds: Table
    """what each month was paid from, as both say: account, month, of (usage, purchases), fund, ours, theirs, difference;
    where the invoice says it of all rows and our funds are limited"""
    unread: Table
    """rows of the invoice that are not compared: row, column, reason, text"""
    equal: bool
    """whether all rows are equal, and all of the invoice could be read; False where it has none"""
    complete: bool
    """whether every cause that was thought of was tried, alone and in pairs; False: the bound came first"""
    without_invoice: tuple[str, ...]
    """accounts of the bills that the invoice has no row of"""
    currency: str

    def __init__(self, parts: Iterable[Part], unread: Sequence[Mapping[str, Any]], missing: Sequence[str]) -> None:
        from faregate._row_table import table_of

        self._parts = list(parts)
        self.without_invoice = tuple(missing)
        rows = [row for account, part in self._parts for row in _rows_of(account, part)]
        named = () if all(account is None for account, _ in self._parts) else ("account",)
        sides = [f"{side}_{measure}" for side in ("ours", "theirs") for measure in _MEASURES]
        columns = (*named, "month", "product", "kind", "is", *sides, "difference", "because")
        self.rows = table_of(rows, columns)
        self.unexplained = table_of([row for row in rows if row["is"] == "unexplained"], columns[:-1])
        self.explanations = table_of(self._each_cause(), (*named, "explanation", "whole", *_OF_CAUSES))
        self.commands = table_of(self._each_command(), (*named, "explanation", "cause", "command", "at", "do"))
        paid = [_with(account, row) for account, part in self._parts for row in part["funds"]]
        self.funds = table_of(paid, (*named, "month", "of", "fund", "ours", "theirs", "difference"))
        faults = [*unread, *(_with(account, row) for account, part in self._parts for row in part["unread"])]
        self.unread = table_of(faults, ("row", "column", "reason", "text"))
        self.equal = not faults and bool(self._parts) and all(part["equal"] for _, part in self._parts)
        self.complete = all(part["complete"] for _, part in self._parts)
        self.currency = self._parts[0][1]["currency"] if self._parts else ""

    @cached_property
    def difference(self) -> Decimal:
        """By how much the invoice is above ours, over all rows."""
        return total_of([part["difference"] for _, part in self._parts])

    @cached_property
    def left(self) -> Decimal:
        """What of the difference nothing explains."""
        return total_of([part["unexplained"] for _, part in self._parts])

    @property
    def tried(self) -> int:
        """How many replays there were."""
        return sum(part["tried"] for _, part in self._parts)

    @property
    def read(self) -> int:
        """Rows of the invoice that are compared."""
        return sum(part["read"] for _, part in self._parts)

    @property
    def absent(self) -> tuple[str, ...]:
        """Months up to the last of the invoice that it has no row of, and in which we have something to pay."""
        return tuple(sorted({month for _, part in self._parts for month in part["absent"]}))

    @property
    def skipped(self) -> int:
        """Rows of the invoice that are not to be compared: by `only`, and the total below a table."""
        return sum(part["skipped"] for _, part in self._parts)

    @property
    def unbalanced(self) -> int:
        """Rows of the invoice whose funds do not add up to their amount."""
        return sum(part["unbalanced"] for _, part in self._parts)

    def to_dict(self) -> dict[str, Any]:
        """What the core answered, amounts as Decimal and times as text; of bills by account."""
        if len(self._parts) == 1 and self._parts[0][0] is None:
            return self._parts[0][1]
        return {str(account): part for account, part in self._parts}

    def to_json(self) -> str:
        """The same as JSON, amounts as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, default=lambda amount: format(amount, "f"))

    def _each_explanation(self) -> Iterable[tuple[str | None, int, dict[str, Any]]]:
        """With its account and its number, from 1."""
        for account, part in self._parts:
            for number, explanation in enumerate(part["explanations"], 1):
                yield account, number, explanation

    def _each_cause(self) -> Iterable[dict[str, Any]]:
        """The rows of `explanations`."""
        for account, number, explanation in self._each_explanation():
            for cause in explanation["causes"]:
                told = {"explanation": number, "whole": "yes" if explanation["whole"] else "no"}
                yield _with(account, {**told, **{key: cause.get(key) for key in _OF_CAUSES}})

    def _each_command(self) -> Iterable[dict[str, Any]]:
        """The rows of `commands`."""
        for account, number, explanation in self._each_explanation():
            for cause in explanation["causes"]:
                for command in cause.get("commands", ()):
                    yield _with(account, {"explanation": number, "cause": cause["cause"], **command})

    def __repr__(self) -> str:
        count = len(self.rows)
        if not self.read and not len(self.unread):
            return "<Reconciliation: the invoice has no row to be compared>"
        if self.equal:
            return f"<Reconciliation: {count:,} row{'' if count == 1 else 's'} equal>"
        said = sum(1 for state in self.rows["is"] if state == "explained")
        apart = len(self.unexplained) + said
        funds = "; paid from other funds" if any(self.funds["difference"]) else ""
        unread = f"; {len(self.unread):,} of the invoice not read" if len(self.unread) else ""
        return (
            f"<Reconciliation: {apart:,} of {count:,} rows differ, by {self.difference:f} {self.currency}; "
            f"{said:,} explained, {self.left:f} {self.currency} left{funds}{unread}>"
        )

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        """Of what is printed: the first explanations, and what is left."""
        yield repr(self)[1:-1]
        for account, number, explanation in self._each_explanation():
            if number <= _SHOWN:
                causes = " and ".join(cause["text"] for cause in explanation["causes"])
                months = "" if explanation["whole"] else f" [{_places(self._part(account), explanation)}]"
                yield f"{'' if account is None else f'{account}, '}{number}. {causes}{months}"
        more = sum(max(0, len(part["explanations"]) - _SHOWN) for _, part in self._parts)
        if more:
            yield f"and {more:,} more in `explanations`"
        if self.absent:
            yield f"not compared: the invoice has no row of {', '.join(self.absent)}"
        for row in islice(self.unread, _SHOWN):
            yield f"not read: row {row['row']}, {row['column']} {row['text']!r}: {row['reason']}"
        for row in self.funds:
            if row["difference"]:
                yield f"{row['month']} {row['of']}: {row['theirs']:f} of {row['fund']}, ours {row['ours']:f}"
        for row in self.unexplained:
            yield f"unexplained: {row['month']} {row['product']} {row['kind']}, {row['difference']:f} {self.currency}"

    def _part(self, account: str | None) -> dict[str, Any]:
        """What the core answered of an account."""
        return next(part for name, part in self._parts if name == account)

    def _repr_html_(self) -> str:
        """Rows and explanations, for notebooks."""
        from html import escape

        from faregate._html import rows

        tables = [f"<p>{escape(repr(self)[1:-1])}</p>", rows(self.rows, self.currency)]
        for table in (self.explanations, self.unread):
            tables += [rows(table, self.currency)] if len(table) else []
        return "".join(tables)


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
    account: str | None = None,
    books: Iterable[Book | str | os.PathLike[str] | Mapping[str, Any]] = (),
    causes: int = 2,
    commands: int | None = None,
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
    decimals  to how many the vendor rounds a row, half up; None: to none
    account   of bills of several accounts, the one that the invoice is of; with columns={"account": …} each row says
    books     other price books that may have been billed by
    causes    how many causes at once are tried: 0, 1 or 2
    commands  how many commands may be replayed for each account, which bounds the time; 20,000,000 if None

    The months that the invoice has rows of are compared. Amounts may have thousands, a currency and a sign, months may
    be dates. Nothing is explained that was not replayed: calls uncertain or canceled, what the log set aside, usage at
    the end of a month, another clock or zone, another edition or book, another switch, another end of a pack, what one
    side lacks. Raises Invalid and InvalidType with the path, UnknownProduct, UnknownBook, the Ledger errors.
    """
    read = _form_of(form, columns, products, kinds, only, constants)
    if decimals is not None:
        read["decimals"] = an_integer("decimals", decimals, 0, 12)
    if isinstance(books, (str, os.PathLike, Mapping)) or not isinstance(books, Iterable):
        raise wrong("books", "a list of price books", books)
    if isinstance(books, (str, Book, Mapping)) or not isinstance(books, Iterable):
        raise wrong("books", "a list of price books", books)
    if not (account is None or isinstance(account, str)):
        raise wrong("account", "a name", account)
    question = {
        "books": [_book_of(book) for book in books],
        "causes": an_integer("causes", causes, 0, 2),
        **({} if commands is None else {"commands": an_integer("commands", commands, 0)}),
    }
    by_account = read.get("columns", {}).pop("account", None)
    invoice = _invoice_of(theirs)
    if isinstance(ours, (Account, Mapping, str, os.PathLike)):
        if account is not None or by_account is not None:
            raise failure(Invalid, "account: is for bills, and ours is one account")
        return Reconciliation([(None, _asked(question, _timeline_of(ours), invoice, read))], (), ())
    return _of_bills(ours, invoice, read, question, account, by_account)


# ----------------------------------------------------------------------------------------------------------- ours


def _timeline_of(ours: Account | Mapping[str, Any] | str | os.PathLike[str]) -> str:
    """As JSON text."""
    if isinstance(ours, Mapping):
        return encode({**ours, "book": _book_of(ours["book"])} if "book" in ours else dict(ours))
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
        return json.loads(read_json(Path(book)))
    if not isinstance(book, (str, Mapping)):
        raise wrong("book", "a Book, a name, a path or a dict", book)
    return dict(book) if isinstance(book, Mapping) else book


def _of_bills(
    bills: Any, invoice: Any, form: dict[str, Any], question: dict[str, Any], account: str | None, column: str | None
) -> Reconciliation:
    from faregate._lived import set_aside_of
    from faregate.billing import Bills

    if not isinstance(bills, Bills):
        raise wrong("ours", "an account of a ledger, a timeline, a path or Bills", bills)
    unread: list[Mapping[str, Any]] = []
    if column is not None:
        parts = _by_account(bills, invoice, column, unread)
    else:
        names = list(bills.accounts)
        if account is None and len(names) != 1:
            _refuse_several(len(names))
        if account is not None and account not in names:
            raise failure(Invalid, f"account: there is no account {account!r} in the bills")
        parts = {account or names[0]: invoice}
    asked = []
    aside = set_aside_of(bills)
    for name, theirs in parts.items():
        more = {**question, "set_aside": aside.get(name, {})}
        asked.append((name, _asked(more, encode(bills.timeline(name)), theirs, form)))
    missing = [name for name in bills.accounts if name not in parts] if account is None else []
    return Reconciliation(asked, unread, missing)


def _refuse_several(count: int) -> NoReturn:
    raise failure(
        Invalid,
        f"ours: the bills are of {count:,} accounts: say which one the invoice is of, account=…, or which column of it "
        "names the account, columns={'account': …}",
    )


def _by_account(
    bills: "Bills", invoice: Any, column: str, unread: list[Mapping[str, Any]]
) -> dict[str, list[Mapping[str, Any]]]:
    """The rows of a table by account; those of others are not compared."""
    if not isinstance(invoice, list):
        raise failure(Invalid, "columns.account: expected an invoice that is a table of rows")
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(invoice):
        name = str(row.get(column, "")).strip()
        if name in bills.accounts:
            parts.setdefault(name, []).append(row)
        else:
            reason = "the bills have no account of this name"
            unread.append({"row": number, "column": "account", "reason": reason, "text": name})
    return parts


# --------------------------------------------------------------------------------------------------------- theirs


def _form_of(form: Any, *own: Mapping[str, Any] | None) -> dict[str, Any]:
    if form is None:
        read: dict[str, Any] = {}
    elif isinstance(form, Mapping):
        read = dict(form)
    elif isinstance(form, (str, os.PathLike)):
        read = json.loads(read_json(_form_file(form)))
    else:
        raise wrong("form", "a name, a path or a dict", form)
    for name, given in zip(_OF_FORMS, own, strict=True):
        if given is not None and not isinstance(given, Mapping):
            raise wrong(name, "a dict", given)
        if given is not None or name in read:
            read[name] = {**(read.get(name) or {}), **(given or {})}
    return read


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
    """The invoice as JSON has it: rows, or the document itself."""
    from faregate._invoice import invoice_of

    return invoice_of(theirs)


def _asked(question: Mapping[str, Any], timeline: str, theirs: Any, form: Mapping[str, Any]) -> dict[str, Any]:
    asked = encode({**question, "theirs": theirs, "form": form})
    answer: dict[str, Any] = json.loads(reconcile_json(f'{{"ours":{timeline},{asked[1:]}'))
    for row in answer["rows"]:
        for name in ("ours_amount", "theirs_amount", "difference"):
            row[name] = None if row[name] is None else Decimal(row[name])
    for row in answer["funds"]:
        for name in ("ours", "theirs", "difference"):
            row[name] = Decimal(row[name])
    for name in ("difference", "unexplained"):
        answer[name] = Decimal(answer[name])
    return answer


# --------------------------------------------------------------------------------------------------------- tables


def _with(account: str | None, row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) if account is None else {"account": account, **row}


def _rows_of(account: str | None, part: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    because: dict[int, str] = {}
    for explanation in part["explanations"]:
        for place in explanation["rows"]:
            because.setdefault(place, " and ".join(cause["text"] for cause in explanation["causes"]))
    for place, row in enumerate(part["rows"]):
        told = {"because": because[place]} if place in because else {}
        yield _with(account, {**row, **told})


def _places(part: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    rows = [part["rows"][place] for place in explanation["rows"]]
    return ", ".join(f"{row['month']} {row['product']} {row['kind']}" for row in rows)
