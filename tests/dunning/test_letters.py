"""Letters as people get them: B07, B10, B11, B20; archived once; sent once."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pypdfium2
import pytest
from django.core import mail

from clients.models import Contact, Purpose
from delivery.actions import send_due
from delivery.actions.working import work_job
from delivery.models import Document, Job, Message
from delivery.pdf import page_count
from dunning.actions.letters import (
    LetterRefusal,
    draft_letter,
    letter,
    multi_pdf,
    queue_letters,
    render_letters,
)
from dunning.actions.runs import issue_run
from dunning.models import Policy, Run
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db

SECTION_13 = [
    {"name": "Rappel de paiement", "grace_days": 5, "fee": {"CHF": "0.00"}},
    {"name": "1re relance", "fee": {"CHF": "20.00"}, "interest_rate": "5"},
]


def words(content):
    """The text of a PDF, page by page, its white space made single."""
    pages = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pages]


@pytest.fixture
def run(issued, company, accountant):
    """§13: INV-7 goes to level 2, INV-8 to level 1, with 50.00 unallocated."""
    return Run.objects.get(run_on="2026-03-16")


@pytest.fixture(scope="module")
def issued(kept):
    with kept():
        make.company()
        write(make.accountant())


def write(accountant):
    desk.policy(SECTION_13)
    client = make.client("K-1", name="Dupont SA", language="fr")
    make.invoice("1200.00 CHF", to=client, number="INV-7", due="2026-01-12")
    desk.issue("2026-02-16", person=accountant)
    make.invoice("350.00 CHF", to=client, number="INV-8", due="2026-02-20")
    make.credit("50.00 CHF", of=client, on="2026-03-01")
    other = make.client("K-2", name="Müller GmbH", language="de", email="")
    make.invoice("1000.00 CHF", to=other, number="INV-9", due="2026-03-01")
    run = desk.propose("2026-03-16", person=accountant)
    issue_run(run, accountant)


def test_section_13_as_it_stands_on_the_letter(run):
    notice = run.notices.get(client__number="K-1")
    text = " ".join(words(bytes(letter(notice).content)))
    for part in (
        "Dupont SA",
        "Fiduciaire du Léman SA",
        "1re relance",
        "16 mars 2026",
        "INV-7",
        "12.01.2026",
        "1’200.00",
        "INV-8",
        "350.00",
        "1’550.00",
        "-50.00",
        "20.00",
        "10.36",
        "CHF 1’530.36",
        "26.03.2026",
        "CH93 0076 2011 6238 5295 7",
        notice.number,
    ):
        assert part in text
    assert "26 mars 2026" in text


def test_everybody_in_their_own_language(run):
    for number, title, day in [
        ("K-1", "1re relance", "16 mars 2026"),
        ("K-2", "Zahlungserinnerung", "16. März 2026"),
    ]:
        notice = run.notices.get(client__number=number)
        assert notice.title == title
        assert day in words(bytes(letter(notice).content))[0]
        assert "{" not in notice.opening + notice.closing + notice.subject + notice.body


def test_one_pdf_of_all_is_the_single_ones_in_order(run):
    """B11: list order, a new page each, numbers restarting, pages = Σ singles."""
    assert render_letters(run) == 2
    assert render_letters(run) == 0
    singles = [bytes(letter(n).content) for n in run.notices.order_by("pk")]
    joined = multi_pdf(run)
    assert page_count(joined) == sum(page_count(single) for single in singles)
    assert words(joined) == [page for single in singles for page in words(single)]


def test_a_letter_is_archived_once_with_its_bytes(run):
    notice = run.notices.first()
    first = letter(notice)
    assert sha256(bytes(first.content)).hexdigest() == first.sha256
    assert (first.kind, first.number) == ("notice", notice.number)
    assert f" {notice.number} – " in first.file_name
    Policy.objects.get().levels.all().delete()
    make.company(name="Another Name SA")
    again = run.notices.get(pk=notice.pk)
    assert letter(again) == first
    assert Document.objects.filter(number=notice.number).count() == 1


def test_words_stay_as_issued_when_the_policy_changes_before_rendering(run):
    Policy.objects.get().levels.all().delete()
    text = words(multi_pdf(run))
    assert "1re relance" in text[0]
    assert "Zahlungserinnerung" in text[-1]


def test_a_draft_letter_is_marked_and_kept_nowhere(company, accountant):
    client = make.client(language="de")
    make.invoice("70.00 CHF", to=client, number="INV-1")
    make.invoice("5000 JPY", to=client, number="INV-2")
    run = desk.propose("2026-02-16")
    [text] = words(draft_letter(run, client.pk, "CHF"))
    assert "70.00" in text
    assert "INV-2" not in text
    assert "R-2026" not in text
    [text] = words(draft_letter(run, client.pk, "JPY"))
    assert "JPY 5’000" in text
    assert not Document.objects.exists()
    with pytest.raises(LetterRefusal):
        draft_letter(run, client.pk, "EUR")
    issue_run(run, accountant)
    assert run.notices.count() == 2


def test_a_draft_letter_asks_for_what_the_issued_one_asks(company, accountant):
    client = make.client(language="en")
    make.invoice("70.00 CHF", to=client, number="INV-1")
    run = desk.propose("2026-02-16")
    [draft] = words(draft_letter(run, client.pk, "CHF"))
    issue_run(run, accountant)
    notice = run.notices.get()
    [issued] = words(bytes(letter(notice).content))
    # A draft cannot be paid: its payment part has neither code nor reference.
    plain = issued.partition("Receipt")[0].replace(notice.number, "")
    assert sorted(set(plain.split()) - set(draft.split())) in ([], ["Number"])


def test_letters_go_out_once_and_not_to_those_who_paid(run, accountant):
    """I23: what is paid when the letter should leave is not asked for."""
    late = make.invoice(number="INV-10", due="2026-02-20")
    rest = desk.propose("2026-03-17", person=accountant)
    issue_run(rest, accountant)
    make.payment("100.00 CHF", on="2026-03-17", to=late)
    assert queue_letters(rest, accountant).queued == 0
    assert [n.client for n in queue_letters(rest, accountant).paid_since] == [
        late.client
    ]
    done = queue_letters(run, accountant)
    assert (done.queued, [n.client.number for n in done.without_email]) == (1, ["K-2"])
    assert queue_letters(run, accountant).queued == 0
    assert send_due().sent == 0, "a message without its letter waits"
    work_job(Job.objects.get(kind="letters", about__run=run.pk).pk)
    assert send_due().sent == 1
    assert queue_letters(run, accountant).queued == 0
    assert send_due().sent == 0
    [message] = mail.outbox
    assert message.subject.startswith("1re relance R-2026-")
    assert "1’530.36" in message.body
    [(name, content, kind)] = message.attachments
    kept = Document.objects.get(number=Message.objects.get(state="sent").number)
    assert (kind, content) == ("application/pdf", bytes(kept.content))
    assert name == kept.file_name


def test_reminders_go_to_the_contact_for_reminders(company, accountant):
    invoice = make.invoice()
    Contact.objects.create(
        client=invoice.client, purpose=Purpose.REMINDER, email="pay@example.org"
    )
    run = desk.propose(date(2026, 2, 16))
    issue_run(run, accountant)
    assert run.notices.get().email == "pay@example.org"


def test_a_name_with_braces_or_tags_is_printed_as_it_is(company, accountant):
    client = make.client(name="<b>{total} & Söhne</b>", language="en")
    make.invoice(to=client)
    policy = desk.policy()
    policy.levels.get(position=1).texts.filter(language="en").update(
        opening="Dear {client}, <i>n° {number}</i>"
    )
    run = desk.propose("2026-02-16")
    issue_run(run, accountant)
    notice = run.notices.get()
    assert notice.opening == (
        f"Dear <b>{{total}} & Söhne</b>, <i>n° {notice.number}</i>"
    )
    [text] = words(bytes(letter(notice).content))
    assert "<i>n° R-2026-0001</i>" in text
