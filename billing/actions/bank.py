"""Reads a bank's file and keeps it with its entries: whole, or not at all."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from billing.models import BankAccount, BankEntry, BankFile
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.returns import names_of
from clients.bulk import batches, insert_rows
from clients.facts import company
from clients.rules.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from moneyed import Money

    from billing.rules.bank.mapping import Mapping
    from billing.rules.bank.statement import BankStatement, Transaction

ATTEMPTS = 3
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{8,30}")
SHORTEST_NUMBER = 6
State = BankEntry.State
FIELDS = (
    *("file_id", "account_id", "key", "position", "booked_on", "value_on"),
    *("currency", "amount", "charges", "count", "is_reversal", "reference"),
    *("end_to_end", "bank_reference", "name", "iban", "text", "state", "note"),
    "decided_at",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came: its name and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """By which the same file is known again."""
        return hashlib.sha256(self.content).hexdigest()


def keep_bank_file(
    source: Source,
    *,
    mapping: Mapping | None = None,
    account: BankAccount | None = None,
    person: Any = None,
) -> list[BankFile]:
    """Read a file, prove it and keep it: one row for each account in it.

    `account` is the one a file means that names none. Raises BankFileRefusal, and
    nothing is kept, when any of it cannot be; `refuse_known` for a file that was
    read before. Two who read files of the same entries at once keep each once.
    """
    statements = read_bank_file(source.content, source.name, mapping)
    if not statements:
        raise BankFileRefusal("no_statement")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _keep(source, statements, account, person)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def refuse_known(source: Source) -> None:
    """Raises BankFileRefusal("known") for a file that was read and not undone."""
    rows = BankFile.objects.filter(sha256=source.sha256, undone_at=None)
    known = rows.defer("content").select_related("created_by").first()
    if known:
        raise BankFileRefusal("known", file=known)


def _keep(
    source: Source,
    statements: Sequence[BankStatement],
    account: BankAccount | None,
    person: Any,
) -> list[BankFile]:
    accounts = [account_of(statement, account) for statement in statements]
    read = set(
        BankFile.objects.filter(sha256=source.sha256, undone_at=None).values_list(
            "account_id", flat=True
        )
    )
    if read.issuperset(found.pk for found in accounts):
        refuse_known(source)
    return [
        _keep_statement(source, statement, found, person)
        for statement, found in zip(statements, accounts, strict=True)
        if found.pk not in read
    ]


def account_of(statement: BankStatement, meant: BankAccount | None) -> BankAccount:
    """The company's account a statement is of; raises BankFileRefusal.

    The account that the company's own settings name is made when it is first seen.
    `meant` counts where the file does not name an IBAN.
    """
    iban = "".join(statement.iban.split()).upper()
    if IBAN.fullmatch(iban):
        found = BankAccount.objects.filter(iban=iban).first()
        found = found or _own_account(iban, statement.currency)
    else:
        found = meant or _by_number(iban, statement.currency)
    if found is None:
        code = "unknown_account" if iban else "unnamed_account"
        raise BankFileRefusal(code, iban=iban, currency=statement.currency)
    if found.currency != statement.currency:
        raise BankFileRefusal(
            "other_currency", account=found, currency=statement.currency
        )
    return found


def ensure_account() -> None:
    """The account of the company's settings, where there is none at all yet."""
    home = company()
    if home.iban and not BankAccount.objects.exists():
        _own_account("".join(home.iban.split()).upper(), home.currency)


def _by_number(number: str, currency: str) -> BankAccount | None:
    """The one account whose IBAN ends with an account number as banks write it."""
    end = re.sub(r"[^0-9A-Z]", "", number.rpartition("/")[2]).lstrip("0")
    if len(end) < SHORTEST_NUMBER:
        return None
    found = BankAccount.objects.filter(currency=currency, iban__endswith=end)[:2]
    return found[0] if len(found) == 1 else None


def _own_account(iban: str, currency: str) -> BankAccount | None:
    home = company()
    if iban != "".join(home.iban.split()).upper():
        return None
    shown = BankAccount.objects.filter(currency=currency, on_invoices=True)
    with override(home.language):
        name = home.bank_name or gettext("Main account")
    return BankAccount.objects.create(
        iban=iban,
        name=name,
        bank=home.bank_name,
        currency=currency,
        on_invoices=not shown.exists(),
    )


def _keep_statement(
    source: Source, statement: BankStatement, account: BankAccount, person: Any
) -> BankFile:
    found = statement.transactions
    known = _known_keys(account, (kept_key(t) for t in found))
    fresh = {kept_key(t): t for t in found if kept_key(t) not in known}
    days = [t.booked_on for t in found]
    file = BankFile.objects.create(
        account=account,
        name=one_line(source.name)[:200],
        form=statement.form[:20],
        content=source.content,
        sha256=source.sha256,
        currency=statement.currency,
        opening=_figure(statement.opening),
        closing=_figure(statement.closing),
        first_on=statement.first_on or min(days, default=None),
        last_on=statement.last_on or max(days, default=None),
        found=len(found),
        known_before=len(found) - len(fresh),
        notes=[[note.code, _plain(note.values)] for note in statement.notes],
        created_by=person,
    )
    _keep_entries(file, fresh)
    return file


def _keep_entries(file: BankFile, fresh: dict[str, Transaction]) -> None:
    """The entries that are new; money that simply went out waits for nobody."""
    with override(company().language):
        outgoing = gettext("Money out")
    booked_before = _named_before(file.account, fresh.values())
    now = timezone.now()
    insert_rows(
        BankEntry,
        FIELDS,
        [
            [
                *(file.pk, file.account_id, key, position, row.booked_on),
                *(row.value_on, row.amount.currency.code, row.amount.amount),
                *(row.charges.amount, row.count, row.is_reversal),
                *(_short(row.reference, 40), _short(row.end_to_end, 40)),
                *(_short(row.bank_reference, 80), _short(row.name, 140)),
                *(_short(row.iban, 34), _short(row.text, 500)),
                *_first_state(row, booked_before, outgoing, now),
            ]
            for position, (key, row) in enumerate(fresh.items(), start=1)
        ],
    )


def _first_state(
    row: Transaction, booked_before: set[str], outgoing: str, now: Any
) -> tuple[str, str, Any]:
    """Money out is set aside, unless it may take back what came in."""
    returns = row.is_reversal or not booked_before.isdisjoint(names_of(row))
    if row.amount.amount > 0 or returns:
        return State.WAITING, "", None
    return State.IGNORED, outgoing, now


def _named_before(account: BankAccount, rows: Iterable[Transaction]) -> set[str]:
    """What money out and money in of the account are both called."""
    out: set[str] = set()
    came: set[str] = set()
    for row in rows:
        (out if row.amount.amount < 0 else came).update(names_of(row))
    earlier = BankEntry.objects.filter(account=account, amount__gt=0)
    earlier = earlier.exclude(state=State.UNDONE).order_by()
    for name in ("bank_reference", "end_to_end", "reference"):
        for some in batches(out):
            rows_ = earlier.filter(**{f"{name}__in": some})
            came.update(rows_.values_list(name, flat=True))
    return out & came


def _known_keys(account: BankAccount, keys: Iterable[str]) -> set[str]:
    """The keys among these that an entry of the account bears already."""
    rows = BankEntry.objects.filter(account=account).exclude(state=State.UNDONE)
    return {
        key
        for some in batches(keys)
        for key in rows.filter(key__in=some).order_by().values_list("key", flat=True)
    }


def kept_key(row: Transaction) -> str:
    """The key of a transaction as it fits its column."""
    if len(row.key) <= 200:
        return row.key
    return f"sha256:{hashlib.sha256(row.key.encode()).hexdigest()}"


def _figure(balance: Money | None) -> Decimal | None:
    return None if balance is None else balance.amount


def _short(text: str, length: int) -> str:
    clean = text if text.isprintable() and "  " not in text else one_line(text)
    return clean.strip()[:length]


def _plain(values: dict[str, object]) -> dict[str, object]:
    """Values of a note as JSON can hold them."""
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in values.items()
    }
