"""What a policy as its form says would do today: the figures, ready to be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from clients.templatetags.format import money
from dunning.facts.policies import Amount, level_rule, policy_rule, rule_of
from dunning.facts.whatif import Edited, what_if
from dunning.policy_forms import stays
from dunning.reasons import label
from dunning.rules import dossier as rules
from dunning.rules.dossier import PRECEDENCE

if TYPE_CHECKING:
    from datetime import date

    from dunning.models import Level, Policy
    from dunning.rules.whatif import Count, Difference, Sum

MINUS = "−"


class Row(NamedTuple):
    """A figure of today's run, and by how much it differs; empty: it does not."""

    what: str
    now: str
    change: str


def look_at_policy(form: Any, levels: Any, today: date) -> Difference:
    """With the policy and the levels of a page, both without errors."""
    row: Policy = form.instance
    saved = policy_rule(row) if row.pk else rules.Policy("", ())
    known = {level.position: level for level in saved.levels}
    # A level that changes its place keeps its fees and words.
    before = dict(row.levels.values_list("pk", "position")) if row.pk else {}
    edited = sorted(
        (
            _with_row(one.instance, known.get(before.get(one.instance.pk, 0)))
            for one in levels.forms
            if stays(one)
        ),
        key=lambda level: level.position,
    )
    rule = rule_of(row, tuple(edited))
    return what_if(Edited(row.pk, rule, row.is_default), today)


def look_at_level(form: Any, amounts: Any, texts: Any, today: date) -> Difference:
    """With one level of a saved policy, its fees and words."""
    row: Level = form.instance
    edited = level_rule(row, _amounts(amounts), _texts(texts))
    saved = policy_rule(row.policy)
    rule = replace(
        saved,
        levels=tuple(
            edited if level.position == row.position else level
            for level in saved.levels
        ),
    )
    return what_if(Edited(row.policy_id, rule, row.policy.is_default), today)


def rows_of(found: Difference) -> list[Row]:
    """The figures as lines of a table: letters, levels, sums, and who is left out."""
    rows = [_count(_("Letters"), found.letters)]
    for position, count in found.levels.items():
        name = {"level": position, "name": found.names[position]}
        rows.append(_count(_("Invoices at level %(level)s, %(name)s") % name, count))
    labels = {
        "fee": _("Fees"),
        "interest": _("Late interest"),
        "lump_sum": _("Lump sums for recovery costs"),
        "total": _("To pay"),
    }
    for code, sums in found.sums.items():
        rows += [
            _sum(f"{labels[what]} {code}", one)
            for what, one in sums.items()
            if one.now or one.change
        ]
    left_out = sorted(found.excluded.items(), key=lambda pair: PRECEDENCE[pair[0]])
    rows += [
        _count(_("Left out: %(why)s") % {"why": label(reason)}, count)
        for reason, count in left_out
    ]
    return rows


def _with_row(row: Level, known: rules.Level | None) -> rules.Level:
    known = known or rules.Level(row.position, row.name)
    amounts = [
        Amount(code, known.fee(code), known.minimum(code))
        for code in sorted(known.fees.keys() | known.minimums.keys())
    ]
    return level_rule(row, amounts, dict(known.texts))


def _amounts(formset: Any) -> list[Amount]:
    given = [form.cleaned_data for form in formset.forms if stays(form)]
    return [Amount(one["currency"], one["fee"], one["minimum"]) for one in given]


def _texts(formset: Any) -> dict[str, rules.Text]:
    rows = [form.instance for form in formset.forms if stays(form)]
    return {
        row.language: rules.Text(
            row.title, row.opening, row.closing, row.subject, row.body
        )
        for row in rows
    }


def _count(what: str, count: Count) -> Row:
    change = f"{count.change:+d}".replace("-", MINUS) if count.change else ""
    return Row(what, str(count.now), change)


def _sum(what: str, one: Sum) -> Row:
    if not one.change:
        return Row(what, money(one.now), "")
    sign = "+" if one.change.amount > 0 else MINUS
    return Row(what, money(one.now), sign + money(abs(one.change)))
