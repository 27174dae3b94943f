"""Lines and VAT of a bill as EN 16931 wants them: always net, and summing up.

Where prices include VAT, the net of a line is its share of the net of its rate: what
is lost in rounding goes to the longest lines, so that the lines add up to the net.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from moneyed import Money

from billing.paper.unit_codes import unit_code
from billing.rules.money import decimals, plain, round_money, total
from billing.rules.sharing import round_to_sum

if TYPE_CHECKING:
    from decimal import Decimal

    from billing.composing import Composed
    from billing.models import BillLine, BillVat

DISCOUNT = "95"
EXEMPTION_CODES = {
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}
TAXED = {"S", "Z"}


def category(row: BillVat) -> str:
    """The category of a rate; "taxed at 0 %" is the zero rate."""
    return "Z" if row.category == "S" and not row.percent else str(row.category)


def vat_breakdown(content: Composed) -> list[dict[str, Any]]:
    """Net and VAT by category and rate: two codes of the same are one."""
    groups: dict[tuple[str, Decimal], list[BillVat]] = defaultdict(list)
    for row in content.vat_rows:
        groups[category(row), row.percent].append(row)
    currency = content.bill.currency
    return [
        {
            "BT-116": plain(total((row.net for row in rows), currency)),
            "BT-117": plain(total((row.vat for row in rows), currency)),
            "BT-118": kind,
            "BT-119": None if kind == "O" else f"{percent:.2f}",
            **_exemption(kind, rows),
        }
        for (kind, percent), rows in groups.items()
    ]


def line_items(content: Composed) -> list[dict[str, Any]]:
    """The lines with their net amounts."""
    rows = {row.code: row for row in content.vat_rows}
    nets = net_amounts(content)
    return [
        _item(line, net, category(rows[line.vat_code]), content.bill.prices_include_vat)
        for line, net in zip(content.lines, nets, strict=True)
    ]


def net_amounts(content: Composed) -> list[Money]:
    """The net of each line; those of a rate add up to the net of the rate."""
    if not content.bill.prices_include_vat:
        return [line.amount for line in content.lines]
    found: dict[int, Money] = {}
    for row in content.vat_rows:
        lines = [line for line in content.lines if line.vat_code == row.code]
        part = 1 + row.percent / 100
        parts = round_to_sum([line.amount.amount / part for line in lines], row.net)
        found |= {line.position: part for line, part in zip(lines, parts, strict=True)}
    return [found[line.position] for line in content.lines]


def _item(line: BillLine, net: Money, kind: str, gross: bool) -> dict[str, Any]:
    quantity, price = line.quantity, line.price
    if price < 0:
        # A price is never negative there: so many are taken back.
        quantity, price = -quantity, -price
    if gross:
        price /= 1 + line.vat_percent / 100
    before = round_money(Money(quantity * price, line.currency))
    if not line.discount_percent and gross and quantity:
        # Exactly the price that gives the net, as far as decimals go.
        price = net.amount / quantity
    name, _blank, rest = line.description.partition("\n")
    return {
        "BT-126": str(line.position),
        "BT-129": f"{quantity:.4f}",
        "BT-130": unit_code(line.unit),
        "BT-131": plain(net),
        "BT-146": _price(price, line.currency),
        "BT-151": kind,
        "BT-152": None if kind == "O" else f"{line.vat_percent:.2f}",
        "BT-153": name.strip() or "–",
        "BT-154": rest.strip() or None,
        "BG-27": _allowances(before - net) if line.discount_percent else [],
    }


def _allowances(less: Money) -> list[dict[str, str]]:
    if not less.amount:
        return []
    return [{"amount": plain(less), "reason_code": DISCOUNT}]


def _price(price: Decimal, currency: str) -> str:
    """At least the currency's decimals, and at most four."""
    text = f"{price:.4f}"
    least = len(text) - (4 - min(4, decimals(currency)))
    return text[:least] + text[least:].rstrip("0")


def _exemption(kind: str, rows: list[BillVat]) -> dict[str, str | None]:
    if kind in TAXED:
        return {}
    reason = "; ".join(dict.fromkeys(row.reason for row in rows if row.reason))
    code = EXEMPTION_CODES.get(kind)
    return {"BT-120": reason or (None if code else "Exempt"), "BT-121": code}
