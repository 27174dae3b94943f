"""What stands on a letter beside its invoices: disputes, fees, lump sums, interest."""

from __future__ import annotations

import pypdfium2
import pytest

from billing.actions.marks import mark_invoice
from billing.models import InvoiceMark
from dunning.actions.letters import draft_letter, letter, multi_pdf
from dunning.actions.runs import issue_run
from dunning.models import LevelText, Notice
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


def text_of(notice):
    content = bytes(letter(notice).content)
    pages = pypdfium2.PdfDocument(content)
    return " ".join(
        " ".join(page.get_textpage().get_text_range().split()) for page in pages
    )


def late(amount="100.00 CHF", number="", due="2026-02-09", **given):
    to = given.pop("to", None) or make.client(language="en", **given)
    return make.invoice(amount, to=to, number=number, due=due)


def test_what_is_disputed_is_named_and_not_claimed(company, accountant):
    desk.policy()
    invoice = late("1000.00 CHF", "INV-7")
    make.payment("200.00 CHF", on="2026-02-20", to=invoice)
    mark_invoice(
        invoice, InvoiceMark.Kind.DISPUTED, make.day("2026-03-01"), "wrong quantity",
        accountant, amount=make.money("300.00 CHF"),
    )  # fmt: skip
    notice = desk.issue("2026-03-16").run.notices.get()
    line = notice.lines.get()
    assert (line.open.amount, line.disputed, notice.total.amount) == (500, 300, 500)
    text = text_of(notice)
    assert "Disputed, not claimed here: 300.00" in text
    assert "1’000.00 200.00 500.00" in text
    assert "CHF 500.00" in text


def test_fees_of_earlier_letters_stand_apart_and_all_adds_up(company):
    desk.policy([
        {"name": "Rappel", "grace_days": 0, "term_days": 5, "fee": {"CHF": "10.00"}},
        {"name": "Sommation", "grace_days": 0, "fee": {"CHF": "20.00"}},
    ])  # fmt: skip
    late("100.00 CHF")
    desk.issue("2026-03-02")
    notice = desk.issue("2026-03-16").run.notices.get()
    text = text_of(notice)
    assert "Fees and interest of earlier reminders, still open 10.00" in text
    assert "Reminder fee 20.00" in text
    assert "CHF 130.00" in text
    assert notice.earlier == 10


def test_the_lump_sum_is_named_with_its_invoices_and_the_interest_explained(company):
    make.company(country="DE", currency="EUR", iban="DE89 3704 0044 0532 0130 00")
    desk.policy([
        {"name": "Mahnung", "grace_days": 0, "lump_sum": True, "interest_rate": "5"},
    ])  # fmt: skip
    to = make.client(language="en", country="DE", currency="EUR", kind="company")
    for amount in ("300.00 EUR", "12.00 EUR"):
        late(amount, to=to)
    notice = desk.issue("2026-03-16").run.notices.get()
    assert notice.lump_sum == 80
    text = text_of(notice)
    assert "Lump sum for recovery costs (2 invoices) 80.00" in text
    assert "How the interest was calculated" in text
    sums = notice.open.amount + 80 + notice.interest.amount
    assert notice.total.amount == sums


@pytest.mark.parametrize(
    ("grouping", "parts"),
    [("client", [""]), ("level", ["L1", "L2"]), ("invoice", ["I", "I", "I"])],
)
def test_as_many_letters_as_the_policy_groups(company, grouping, parts):
    desk.policy(grouping=grouping)
    to = make.client(language="en")
    first = late(to=to, number="INV-1", due="2026-01-05")
    desk.issue("2026-02-02")
    late(to=to, number="INV-2", due="2026-02-09")
    late(to=to, number="INV-3", due="2026-02-10")
    draft = desk.propose("2026-03-16")
    planned = sorted(
        draft.lines.filter(level__gt=0).values_list("invoice__number", flat=True)
    )
    assert planned == ["INV-1", "INV-2", "INV-3"]
    whole = pypdfium2.PdfDocument(draft_letter(draft, to.pk, "CHF"))
    assert len(whole) >= len(parts)
    run = issue_run(draft, None).run
    notices = run.notices.order_by("pk")
    assert sorted(n.part[:2] if grouping == "level" else n.part[:1] for n in notices) == sorted(parts)  # fmt: skip
    assert len({(n.client_id, n.currency, n.part) for n in notices}) == len(parts)
    named = [text_of(notice) for notice in notices]
    assert sum("INV-1 " in text for text in named) == 1
    outline = pypdfium2.PdfDocument(multi_pdf(run)).get_toc()
    assert len(list(outline)) == len(parts)
    assert first.number == "INV-1"


def test_every_placeholder_is_filled(company):
    """4.14 of the texts: a closed set, worked out in the client's language."""
    desk.policy([{"name": "Rappel", "grace_days": 0, "fee": {"CHF": "20.00"}}])
    LevelText.objects.filter(language="en").update(
        opening="{client}|{company}|{number}|{date}|{deadline}|{level}|{total}|{open}|"
        "{credit}|{fee}|{interest}|{lump_sum}|{earlier}|{count}|{invoices}"
    )
    late("100.00 CHF", "INV-7", name="Dupont & Fils")
    notice = desk.issue("2026-03-16").run.notices.get()
    assert notice.opening.replace("\xa0", " ").split("|") == [
        *("Dupont & Fils", "Fiduciaire du Léman SA", notice.number),
        *("16 March 2026", "26 March 2026", "Payment reminder"),
        *("CHF 120.00", "CHF 100.00", "CHF 0.00", "CHF 20.00", "CHF 0.00"),
        *("CHF 0.00", "CHF 0.00", "1", "INV-7"),
    ]
    assert Notice.objects.count() == 1
