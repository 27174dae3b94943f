"""Reads MT940 (SWIFT) statements with the mt-940 library."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import mt940
from stdnum import iban as ibans

from billing.rules.bank.camt_values import checked_currency, fitting_money
from billing.rules.bank.keys import Movement
from billing.rules.bank.mt940_details import Details, details_of
from billing.rules.bank.pages import Page, gathered
from billing.rules.bank.references import compact, given, is_iban, one_line
from billing.rules.bank.statement import BankFileRefusal, Note, Transaction
from billing.rules.reading import YEARS

if TYPE_CHECKING:
    from moneyed import Money

    from billing.rules.bank.statement import BankStatement

BEGIN = re.compile(r"^:20:", re.MULTILINE)
BALANCE = re.compile(r"^:6[02][FM]?:", re.MULTILINE)
# SWIFT wraps a statement in blocks: {1:…}{2:…}{4: … -}.
WRAPPING = re.compile(r"^\{[^\n]*?(?=:20:|$)|^-\}?[ \t]*$", re.MULTILINE)
# What stands below the closing balance speaks of the statement, not of its last entry.
BELOW = re.compile(
    r"(^:6[245][FM]?:[^\n]*\n)(?::86:(?:(?!^:).)*)", re.MULTILINE | re.DOTALL
)
# Fields that say nothing of movements, and that banks fill in as they like.
ASIDE = re.compile(r"^:(?:13[A-Z]?|21|28[A-Z]?|34[A-Z]?|90[A-Z]?):.*\n?", re.MULTILINE)
GERMAN = re.compile(r"([0-9]{8})/([0-9]{1,10})(?:[A-Z]{3})?")
OPENING = ("final_opening_balance", "intermediate_opening_balance", "opening_balance")
CLOSING = ("final_closing_balance", "intermediate_closing_balance", "closing_balance")
# Returned: direct debits (108, 109), credit transfers (159).
RETURNS = {"108", "109", "159"}
# The library reads the details only of some banks, so they are left to us; and with
# `reversal_sign` it gives RC the sign it has: money that goes out.
OPTIONS = mt940.Options.all()
# What it cannot read it would write into the log, payers and amounts included.
mt940.tags.logger.setLevel("CRITICAL")


def _entry_kept(
    _all: object, _tag: object, found: dict[str, Any], *_more: object
) -> dict[str, Any]:
    """Keeps the entry date from the library, which takes the value date's year."""
    month, day = (str(found.pop(f"entry_{x}", "") or "") for x in ("month", "day"))
    return found | {"entry": (month + day).strip()}


PROCESSORS: dict[str, list[Any]] = {
    "pre_statement": [mt940.processors.date_fixup_pre_processor, _entry_kept],
    "post_statement": [],
    "post_transaction_details": [],
}
LINE = mt940.tags.StatementGLS()


def is_mt940(text: str) -> bool:
    """Whether it holds a statement of this format."""
    return bool(BEGIN.search(_unwrapped(text[:5000])) and BALANCE.search(text))


def read_mt940(text: str) -> list[BankStatement]:
    """What the file says of every account in it; raises BankFileRefusal."""
    blocks = re.split(r"(?m)^(?=:20:)", _unwrapped(text))
    return gathered([_page(block) for block in blocks if block.strip()], "MT940")


def _unwrapped(text: str) -> str:
    return WRAPPING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _page(block: str) -> Page:
    found = _parsed(block)
    number = found.data.get("account_identification") or ""
    if not number:
        raise BankFileRefusal("account", value="")
    page = Page(_account(number), checked_currency(found.currency or "", None))
    opening, closing = _balance(found, OPENING), _balance(found, CLOSING)
    page.opening = _balance_money(opening, page.currency)
    page.closing = _balance_money(closing, page.currency)
    page.last_on = _plain_day(closing.date) if closing else None
    for line in found.transactions:
        _add(page, line.data)
    return page


def _parsed(block: str) -> mt940.models.Transactions:
    found = mt940.models.Transactions(PROCESSORS, {LINE.id: LINE}, options=OPTIONS)
    try:
        found.parse(BELOW.sub(r"\1", ASIDE.sub("", block)))
    except RuntimeError as error:
        # The library tells what it could not read in the last of the arguments.
        value = one_line(str(error.args[-1]), 40)
        raise BankFileRefusal("mt940", value=value) from error
    except (InvalidOperation, ValueError) as error:
        value = one_line(str(error), 40)
        raise BankFileRefusal("mt940", value=value) from error
    return found


def _balance(found: mt940.models.Transactions, names: tuple[str, ...]) -> Any:
    return next((found.data[name] for name in names if name in found.data), None)


def _balance_money(balance: Any, currency: str) -> Money | None:
    if balance is None:
        return None
    if balance.amount.currency != currency:
        raise BankFileRefusal("currency", value=balance.amount.currency, line=None)
    return fitting_money(balance.amount.amount, currency, None)


def _account(text: str) -> str:
    """The IBAN: as it is, behind a bank code, or made of a German account number."""
    plain = compact(text)
    if german := GERMAN.fullmatch(plain):
        inner = german[1] + german[2].zfill(10)
        return "DE" + ibans.calc_check_digits(f"DE00{inner}") + inner
    for part in (plain, *plain.split("/")):
        for candidate in (part, part[:-3]):
            if is_iban(candidate):
                return candidate
    return plain[:34]


def _add(page: Page, data: dict[str, Any]) -> None:
    if "amount" not in data:
        return
    value: Decimal = data["amount"].amount
    if not value:
        page.notes.append(Note("nothing"))
        return
    value_on = _plain_day(data["date"])
    booked_on = _booked_on(data, value_on)
    details = details_of(data.get("transaction_details") or "")
    mark = str(data.get("status")).upper()
    bank_reference = given(data.get("bank_reference"))
    extra = one_line(data.get("extra_details"), 100)
    transaction = Transaction(
        key="",
        booked_on=booked_on,
        value_on=value_on,
        amount=fitting_money(value, page.currency, None),
        charges=fitting_money(Decimal(0), page.currency, None),
        is_reversal=mark in {"RC", "RD"} or details.kind in RETURNS,
        reference=details.reference,
        end_to_end=details.end_to_end or _customer_reference(data, details),
        bank_reference=bank_reference,
        name=details.name,
        iban=details.iban if details.iban != page.iban else "",
        text=details.text or extra,
    )
    # Some banks write the same reference day after day.
    page.movements.append(Movement(transaction, bank_reference, daily=True))


def _customer_reference(data: dict[str, Any], details: Details) -> str:
    """What the payer called the payment; banks that number entries put it here too."""
    return "" if details.is_structured else given(data.get("customer_reference"), 40)


def _booked_on(data: dict[str, Any], value_on: date) -> date:
    """The entry date has no year: it is the one nearest to the value date."""
    entry = str(data["entry"])
    if not entry:
        return value_on
    found = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            found.append(date(year, int(entry[:2]), int(entry[2:])))
        except ValueError:
            continue
    if not found:
        raise BankFileRefusal("date", value=entry, line=None)
    return min(found, key=lambda d: abs((d - value_on).days))


def _plain_day(day: date) -> date:
    """The library's own kind of date as an ordinary one."""
    if day.year not in YEARS:
        raise BankFileRefusal("date", value=str(day), line=None)
    return date(day.year, day.month, day.day)
