"""The short letter that says that a reminder does not count, and its e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from clients.facts import company
from clients.logos import logo_address
from clients.models import Client
from clients.templatetags.format import long_day
from delivery.pdf import render_html
from delivery.rules.names import pdf_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dunning.models import Notice

TEMPLATE = "documents/withdrawal.html"


def retractions_html(notices: Sequence[Notice], on: date) -> list[str]:
    """The letters about withdrawn reminders; two queries for all of them."""
    home = company()
    logo = logo_address(home.logo)
    numbers = dict(
        Client.objects.filter(pk__in={notice.client_id for notice in notices})
        .order_by()
        .values_list("pk", "number")
    )
    found = []
    for notice in notices:
        with translation.override(notice.language):
            context = {
                "company": home,
                "logo": logo,
                "address": notice.address,
                "date": on,
                "number": notice.number,
                "title": _("Withdrawal of a reminder"),
                "facts": [(_("Client"), numbers[notice.client_id])],
                "words": words_of(notice),
            }
            found.append(render_html(TEMPLATE, context, notice.language))
    return found


def retraction_file_name(notice: Notice) -> str:
    """The name under which it is saved."""
    with translation.override(notice.language):
        title = _("Withdrawal of a reminder")
        return pdf_name(f"{title} {notice.number}", company().name)


def retraction_mail(notice: Notice) -> tuple[str, str]:
    """Subject and text of the e-mail that brings it."""
    with translation.override(notice.language):
        subject = _("Our reminder %(number)s does not count") % _figures(notice)
        return subject, f"{words_of(notice)}\n\n{company().name}"


def words_of(notice: Notice) -> str:
    """What it says, in the active language."""
    words = _(
        "Our reminder %(number)s of %(date)s does not count. Please disregard it and"
        " excuse the inconvenience."
    )
    if notice.fee or notice.interest or notice.lump_sum:
        words += " " + _("The fees and interest it asked for are not owed.")
    words += "\n\n" + _(
        "The invoices it named are payable as before, unless you have paid them"
        " meanwhile."
    )
    return words % _figures(notice)


def _figures(notice: Notice) -> dict[str, Any]:
    return {"number": notice.number, "date": long_day(notice.run_on)}
