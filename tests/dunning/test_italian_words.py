"""Clients who are written to in Italian: words by default, letters, statements."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pypdfium2
import pytest
from django.apps import apps

from delivery.pdf import render_pdf
from dunning.actions.letters import letter
from dunning.actions.runs import issue_run
from dunning.models import LevelText, Notice
from statements.documents import statement_mail, statement_sheet
from statements.facts import statement_data
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def rossi(company):
    return make.client("ROSSI", name="Rossi Sagl", language="it")


def text(content):
    pages = pypdfium2.PdfDocument(content)
    return " ".join(
        " ".join(page.get_textpage().get_text_range().split()) for page in pages
    )


def test_a_reminder_is_all_in_italian(rossi, accountant):
    make.invoice("1200.00 CHF", to=rossi, number="INV-7", due="2026-01-12")
    run = desk.propose("2026-02-16", person=accountant)
    issue_run(run, accountant)
    notice = Notice.objects.get()
    assert notice.title == "Richiamo di pagamento"
    assert "entro il 26 febbraio 2026" in notice.closing
    found = text(bytes(letter(notice).content))
    for words in ("16 febbraio 2026", "Fattura Data Scadenza", "Da pagare entro il"):
        assert words in found
    for words in ("Invoice", "Due", "Page"):
        assert words not in found


def test_a_statement_and_its_mail_are_all_in_italian(rossi):
    for due in ("2026-01-12", "2026-02-12"):
        make.invoice("100.00 CHF", to=rossi, due=due, issued="2026-01-10")
    data = statement_data(
        rossi, date(2026, 1, 1), date(2026, 2, 28), "activity", unpaid_only=False
    )
    sheet = statement_sheet(rossi, data, "it", date(2026, 3, 1))
    found = text(render_pdf(sheet.html, sheet.extras))
    for words in ("Estratto conto", "Saldo iniziale", "Saldo dovuto", "Pagina 1 di 2"):
        assert words in found
    subject, body = statement_mail(rossi, data, "it")
    assert subject.startswith("Estratto conto al 28.02.2026")
    assert "Gentile cliente," in body


def test_levels_without_italian_words_get_them_and_others_keep_theirs():
    rows = LevelText.objects.filter(language="it").order_by("level__position")
    first, second, *_rest = rows
    first.delete()
    LevelText.objects.filter(pk=second.pk).update(title="Parole nostre")
    migration = import_module("dunning.migrations.0008_italian_words")
    migration.add_italian(apps, None)
    migration.add_italian(apps, None)
    titles = rows.all().values_list("title", flat=True)
    assert list(titles)[:2] == ["Richiamo di pagamento", "Parole nostre"]
    assert len(titles) == 3
