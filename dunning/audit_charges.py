"""Checks fees and interest against their letters, their events and the payments."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Min, OuterRef, Q

from billing.models import CounterEntry, exact_sum
from billing.rules.money import from_units, money, plain
from clients.rules.findings import Finding
from dunning.models import Charge, ChargeEvent, Notice, NoticeLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

Kind, What = Charge.Kind, ChargeEvent.Kind


def audit_charges() -> Iterator[Finding]:
    """Charges that contradict what became of them, their letters or what paid them."""
    yield from open_charges()
    yield from charges_of_letters()
    yield from charges_fit()
    yield from events_fit()
    yield from payments_fit()


def open_charges() -> Iterator[Finding]:
    """`Charge.open` against its amount less its events."""
    done = dict(
        ChargeEvent.objects.order_by()
        .values_list("charge_id")
        .annotate(units=exact_sum("amount"))
    )
    rows = Charge.objects.order_by("pk").values_list(
        "pk", "notice__number", "kind", "currency", "amount", "open"
    )
    for pk, letter, kind, code, amount, kept in rows.iterator():
        must = money(amount, code) - from_units(done.get(pk, 0), code)
        if must != money(kept, code):
            yield Finding(
                "charge",
                f"{letter} {kind}",
                f"open is {plain(money(kept, code))}, its events say {plain(must)}",
            )


def charges_of_letters() -> Iterator[Finding]:
    """What a letter charges against its rows; letters before the first row have none.

    They were issued when fees were printed, but not yet claims of their own.
    """
    first = Charge.objects.aggregate(first=Min("notice"))["first"]
    if first is None:
        return
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for notice, kind, units in (
        Charge.objects.order_by()
        .values_list("notice_id", "kind")
        .annotate(units=exact_sum("amount"))
    ):
        sums[notice][kind] = units
    rows = Notice.objects.filter(pk__gte=first).order_by("pk")
    for pk, number, code, fee, interest, lump_sum in rows.values_list(
        "pk", "number", "currency", "fee", "interest", "lump_sum"
    ).iterator():
        printed: dict[str, Any] = {
            Kind.FEE: fee,
            Kind.INTEREST: interest,
            Kind.LUMP_SUM: lump_sum,
        }
        for kind, said in printed.items():
            must = from_units(sums[pk].get(kind, 0), code)
            if must != money(said, code):
                yield Finding(
                    "notice",
                    number,
                    f"charges {kind} {plain(money(said, code))},"
                    f" its rows say {plain(must)}",
                )


def charges_fit() -> Iterator[Finding]:
    """Charges of another client or currency than their letter, or open in vain."""
    wrong = Charge.objects.filter(
        ~Q(client=F("notice__client")) | ~Q(currency=F("notice__currency"))
    )
    for letter, kind in _named(wrong):
        yield Finding(
            "charge", f"{letter} {kind}", "is not of the client of its letter"
        )
    standing = NoticeLine.objects.filter(
        notice=OuterRef("notice"), invoice=OuterRef("invoice"), withdrawn_at=None
    )
    in_vain = Charge.objects.filter(
        Q(notice__withdrawal__isnull=False)
        | Q(invoice__isnull=False) & ~Exists(standing),
        open__gt=0,
    )
    for letter, kind in _named(in_vain):
        yield Finding(
            "charge", f"{letter} {kind}", "is open, but its letter was withdrawn"
        )


def events_fit() -> Iterator[Finding]:
    """Events of another currency, or that take back something else."""
    wrong = ChargeEvent.objects.filter(
        ~Q(currency=F("charge__currency"))
        | Q(takes_back__isnull=False)
        & (
            ~Q(charge=F("takes_back__charge"))
            | ~Q(amount=-F("takes_back__amount"))
            | Q(takes_back__takes_back__isnull=False)
        )
        | Q(kind=What.PAID, entry=None)
    )
    for pk in wrong.order_by("pk").values_list("pk", flat=True):
        yield Finding("charge event", str(pk), "does not fit its charge")


def payments_fit() -> Iterator[Finding]:
    """What credits paid of charges against what the charges were paid, and by whom."""
    paid = dict(
        ChargeEvent.objects.filter(kind=What.PAID)
        .order_by()
        .values_list("entry_id")
        .annotate(units=exact_sum("amount"))
    )
    entries = CounterEntry.objects.filter(
        kind=CounterEntry.Kind.CHARGE, releases=None
    ).order_by("pk")
    for pk, number, code, amount in entries.values_list(
        "pk", "number", "currency", "amount"
    ).iterator():
        must = from_units(paid.pop(pk, 0), code)
        if must != money(amount, code):
            yield Finding(
                "counter-entry",
                number,
                f"paid {plain(money(amount, code))} of fees and interest,"
                f" those say {plain(must)}",
            )
    for pk in sorted(paid):
        yield Finding("charge event", str(pk), "was not paid by such an entry")
    events = ChargeEvent.objects.filter(kind=What.PAID)
    half = events.filter(
        Q(entry__released_by=None, taken_back_by__isnull=False)
        | Q(entry__released_by__isnull=False, taken_back_by=None)
        | ~Q(entry__credit__client=F("charge__client"))
    )
    for pk in half.order_by("pk").values_list("pk", flat=True):
        yield Finding("charge event", str(pk), "does not fit the payment")


def _named(charges: QuerySet[Charge]) -> list[tuple[str, str]]:
    return list(charges.order_by("pk").values_list("notice__number", "kind"))
