"""The figures that the e-mail of a reminder shows at a glance."""

from __future__ import annotations

import pytest

from clients.templatetags.format import money as in_words
from delivery.letterhead import html_of
from dunning.actions.runs import issue_run
from dunning.documents import notice_facts
from dunning.paper import letter_sheets
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


def test_number_amount_and_deadline_are_those_of_the_letter(company, accountant):
    desk.policy()
    client = make.client("K-1", name="Dupont SA", language="fr")
    make.invoice("1200.00 CHF", to=client, number="INV-7", due="2026-01-12")
    run = desk.propose("2026-02-16", person=accountant)
    issue_run(run, accountant)
    notice = run.notices.get()
    facts = notice_facts(notice)
    assert facts[0] == ("Numéro", notice.number)
    html = html_of(notice.body, company, notice.language, facts)
    paper = letter_sheets([notice])[0].html
    for _label, value in facts:
        assert value in html
        assert value in paper, "the letter says the same"
    assert facts[1][1] == in_words(notice.total)
