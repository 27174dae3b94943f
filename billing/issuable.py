"""Whether a draft can be issued, and why not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.drafts import left_to_correct, rates_for, totals_of
from billing.models import BillKind, Recurrence
from billing.rules.drafts import plan_problem
from billing.rules.instalments import split_total
from billing.rules.money import LARGEST
from clients.facts import company
from clients.templatetags.format import day
from clients.templatetags.format import money as money_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

    from billing.models import Draft
    from billing.rules.bill import Rate, Totals
    from clients.models import Company

# So far ahead may the date of an invoice lie.
AHEAD = timedelta(31)


def problems_of(
    draft: Draft, today: date, rates: Mapping[str, Rate] | None = None
) -> list[str]:
    """Why the draft cannot be issued: every reason, a sentence each.

    Rates that were read before save reading them again.
    """
    home = company()
    problems = [
        *_parties(draft, home),
        *_dates(draft, today),
        *_instalments(draft),
        *_corrected(draft, today),
    ]
    lines = list(draft.lines.all())
    if not lines:
        return [*problems, _("It has no lines.")]
    rates = rates_for(draft, rates)
    unknown = sorted({line.vat_code for line in lines} - rates.keys())
    if unknown:
        text = _("There is no VAT rate with the code %(code)s.")
        return [*problems, *(text % {"code": code} for code in unknown)]
    return [*problems, *_figures(draft, totals_of(draft, rates), home)]


def _parties(draft: Draft, home: Company) -> list[str]:
    client = draft.client
    problems = []
    if Recurrence.objects.filter(draft=draft).exists():
        problems.append(_("It is the pattern of a recurring invoice."))
    if not (home.name and home.postcode and home.city):
        problems.append(_("The name or the address of the company is missing."))
    if client.merged_into_id:
        problems.append(_("The client was merged into another one."))
    elif client.archived_at:
        problems.append(_("The client is archived."))
    return problems


def _dates(draft: Draft, today: date) -> list[str]:
    problems = []
    if (draft.issued_on or today) > today + AHEAD:
        problems.append(_("Its date lies more than 31 days ahead."))
    days = [draft.terms_days, *(part.days for part in draft.instalments.all())]
    if (
        draft.kind == BillKind.INVOICE
        and draft.discount_percent
        and draft.discount_days > max(days[1:] or days)
    ):
        problems.append(_("The discount runs longer than the days to pay."))
    return problems


def _instalments(draft: Draft) -> list[str]:
    parts = list(draft.instalments.all())
    if not parts or draft.kind == BillKind.CREDIT_NOTE:
        return []
    problem = plan_problem([(part.days, part.percent) for part in parts])
    if problem == "order":
        return [_("Each instalment must be due after the one before.")]
    if problem == "sum":
        shares = sum((part.percent for part in parts), Decimal(0))
        return [
            _("The shares of the instalments come to %(shares)s %%, not to 100 %%.")
            % {"shares": f"{shares.normalize():f}"}
        ]
    return []


def _corrected(draft: Draft, today: date) -> list[str]:
    invoice = draft.corrects
    if invoice is None or draft.kind == BillKind.INVOICE:
        return []
    if (invoice.client_id, invoice.currency) != (draft.client_id, draft.currency):
        return [_("The invoice that it corrects is of another client or currency.")]
    if (draft.issued_on or today) < invoice.issued_on:
        return [
            _("It cannot be dated before the invoice that it corrects, of %(day)s.")
            % {"day": day(invoice.issued_on)}
        ]
    return []


def _figures(draft: Draft, totals: Totals, home: Company) -> list[str]:
    if totals.total.amount <= 0:
        return [_("Its total must be more than zero.")]
    figures = [*totals.amounts, totals.net, totals.vat, totals.total]
    if any(abs(figure.amount) > LARGEST for figure in figures):
        return [_("The amount is too large.")]
    problems = []
    if any(row.vat for row in totals.vat_rows) and not home.vat_number:
        problems.append(_("It charges VAT, but the company has no VAT number."))
    return [*problems, *_shares(draft, totals.total), *_credit(draft, totals.total)]


def _shares(draft: Draft, whole: Money) -> list[str]:
    percents = [part.percent for part in draft.instalments.all()]
    if percents and any(part.amount <= 0 for part in split_total(whole, percents)):
        return [_("An instalment comes to nothing.")]
    return []


def _credit(draft: Draft, whole: Money) -> list[str]:
    if draft.kind == BillKind.INVOICE or draft.corrects is None:
        return []
    left = left_to_correct(draft.corrects)
    if draft.corrects.currency != draft.currency or whole <= left:
        return []
    return [
        _("Only %(left)s of the invoice can still be credited, not %(total)s.")
        % {"left": money_text(left), "total": money_text(whole)}
    ]
