"""What a run is about to do, in the words of its button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dunning.models import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunning.facts import RunTotals


def in_words(totals: RunTotals, ways: Mapping[str, int]) -> str:
    """As in: Issue 37 letters (31 by e-mail, 6 by post) and raise 52 invoices."""
    letters = ngettext("Issue %(n)s letter", "Issue %(n)s letters", totals.letters)
    raised = ngettext("raise %(n)s invoice", "raise %(n)s invoices", totals.invoices)
    return _("%(letters)s (%(ways)s) and %(raised)s") % {
        "letters": letters % {"n": totals.letters},
        "ways": ", ".join(
            words % {"n": ways[code]}
            for code, words in _ways().items()
            if ways.get(code)
        ),
        "raised": raised % {"n": totals.invoices},
    }


def _ways() -> dict[str, str]:
    return {
        Channel.EMAIL: _("%(n)s by e-mail"),
        Channel.BOTH: _("%(n)s by e-mail and post"),
        Channel.POST: _("%(n)s by post"),
    }
