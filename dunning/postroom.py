"""Letters as the post room prints them: their order, and the list that goes on top."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.facts import company
from delivery.pdf import render_html

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from clients.models import Company
    from dunning.models import Notice

TEMPLATE = "documents/posting.html"


class Order(StrEnum):
    """In which order letters are printed."""

    CLIENT = "client"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True)
class Printing:
    """How letters are printed: a blank page fills the sheet where `duplex` is on."""

    order: Order = Order.CLIENT
    duplex: bool = False
    cover: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes to one client: a letter, and the invoices it brings along.

    Documents by their keys, each with its pages.
    """

    notice: Notice
    documents: tuple[tuple[int, int], ...]

    @property
    def title(self) -> str:
        """Its entry in the outline."""
        return f"{self.notice.client.name} · {self.notice.number}"

    @property
    def pages(self) -> int:
        """Printed pages, without blank ones."""
        return sum(pages for _key, pages in self.documents)

    def sheets(self, *, duplex: bool) -> int:
        """Sheets of paper in the envelope; each document begins on one."""
        if not duplex:
            return self.pages
        return sum(-(-pages // 2) for _key, pages in self.documents)

    def place(self, home: Company) -> str:
        """The end of the address on the letter: where it goes, abroad with the land."""
        lines = self.notice.address.strip().splitlines()
        count = 1 if self.notice.client.country == home.country else 2
        return ", ".join(lines[-count:])


def in_order(notices: Sequence[Notice], order: Order) -> list[Notice]:
    """Letters by client number, or by postcode: those of our own country first."""
    if order == Order.CLIENT:
        return sorted(notices, key=lambda one: (one.client.number, one.pk))
    home = company().country

    def where(notice: Notice) -> tuple[bool, str, str, str, int]:
        client = notice.client
        abroad = client.country != home
        return abroad, client.country, client.postcode, client.number, notice.pk

    return sorted(notices, key=where)


def cover_html(
    envelopes: Sequence[Envelope], printing: Printing, run_on: date, today: date
) -> str:
    """The list on top: who gets which letter, of how many pages and sheets."""
    home = company()
    rows = [
        {
            "number": one.notice.number,
            "client": one.notice.client.name,
            "place": one.place(home),
            "pages": one.pages,
            "sheets": one.sheets(duplex=printing.duplex),
        }
        for one in envelopes
    ]
    context = {
        "title": _("Letters to post"),
        "company": home,
        "run_on": run_on,
        "date": today,
        "rows": rows,
        "pages": sum(one.pages for one in envelopes),
        "sheets": sum(one.sheets(duplex=printing.duplex) for one in envelopes),
        "by_postcode": printing.order == Order.POSTCODE,
    }
    return render_html(TEMPLATE, context, get_language() or "en")
