"""Statements for many clients: the work in the background, and the papers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdfium2
from django.core import mail

from billing.models import Allocation, Invoice
from clients.models import Client
from delivery.actions import send_due
from delivery.actions.jobs import cancel_job, mailing_of
from delivery.actions.working import work_job
from delivery.models import Document, Job, JobItem, Message
from delivery.workers import address_of
from statements.actions import issue_statement
from statements.models import Statement
from tests import make

PAGE = "/statements/bulk/"
SENT = {"end": "2026-01-31", "kind": "activity", "send": "on", "request_key": "a" * 32}


def started(desk, **given):
    """The job that the button makes, worked on to its end."""
    answer = desk.post(f"{PAGE}start/", SENT | given)
    assert answer.status_code == 302, answer.content
    job = Job.objects.filter(kind="statements").order_by("-pk").first()
    assert answer.url == f"/jobs/{job.pk}/"
    work(job)
    return job


def work(job):
    work_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def outcomes(job):
    """What became of each client: state, number of the statement, note."""
    numbers = dict(Client.objects.values_list("pk", "number"))
    return {
        numbers[item.target]: (item.state, item.result, item.note)
        for item in JobItem.objects.filter(job=job)
    }


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_each_is_issued_once_and_sent_where_there_is_an_address(desk, portfolio):
    job = started(desk)
    made = {statement.client.number: statement for statement in Statement.objects.all()}
    assert outcomes(job) == {
        "DUPONT": ("done", made["DUPONT"].number, ""),
        "OWING": (
            "done",
            made["OWING"].number,
            "Owing & Sons has no e-mail address for statements.",
        ),
    }
    assert made["DUPONT"].issued_by.username == "anna"
    send_due()
    [email] = mail.outbox
    assert email.to == ["client@example.org"]
    assert len(email.attachments) == 1


def test_the_emails_are_one_mailing_that_can_be_watched_and_cancelled(desk, portfolio):
    job = started(desk)
    mailing = Job.objects.get(kind="emails")
    assert list(Message.objects.values_list("job", flat=True)) == [mailing.pk]
    made = desk.get(address_of(job))
    assert f'href="/jobs/{mailing.pk}/"' in made.content.decode()
    assert desk.get(f"/jobs/{mailing.pk}/").status_code == 200
    cancel_job(mailing, None)
    assert Message.objects.get().state == "cancelled"


def test_what_is_made_after_the_mailing_was_cancelled_is_not_sent(desk, portfolio):
    """Those statements are there to be printed."""
    desk.post(f"{PAGE}start/", SENT)
    job = Job.objects.get()
    cancel_job(mailing_of(job), None)
    work(job)
    assert Statement.objects.exists()
    assert not Message.objects.exists()


def test_a_mailing_that_was_over_takes_what_comes_later(desk, portfolio):
    desk.post(f"{PAGE}start/", SENT)
    job = Job.objects.get()
    early = mailing_of(job)
    Job.objects.filter(pk=early.pk).update(state="done")
    work(job)
    early.refresh_from_db()
    assert (early.state, early.messages.count()) == ("running", 1)


def test_without_sending_nothing_is_queued(desk, portfolio):
    job = started(desk, send="")
    assert Statement.objects.count() == 2
    assert not Message.objects.exists()
    assert {note for _state, _number, note in outcomes(job).values()} == {""}


def test_a_double_click_is_one_job(desk, portfolio):
    first, second = (desk.post(f"{PAGE}start/", SENT) for _ in range(2))
    assert first.url == second.url == f"/jobs/{Job.objects.get().pk}/"


def test_two_accountants_on_one_day_meet_in_one_job(desk, portfolio):
    """F29."""
    desk.post(f"{PAGE}start/", SENT)
    answer = desk.post(f"{PAGE}start/", SENT | {"request_key": "b" * 32}, follow=True)
    assert "anna has started the statements of this day already." in shown(answer)
    assert Job.objects.count() == 1
    assert "being issued right now" in shown(desk.get(PAGE))


def test_a_worker_that_was_ended_before_it_could_say_so_makes_nothing_twice(
    desk, portfolio
):
    job = started(desk)
    before = outcomes(job)
    JobItem.objects.filter(job=job).update(state="waiting", result="", note="")
    Job.objects.filter(pk=job.pk).update(state="running")
    work(job)
    assert outcomes(job) == before
    assert Statement.objects.count() == Document.objects.count() == 2
    assert Message.objects.count() == 1


def test_who_got_one_meanwhile_is_left_out_and_told_why(desk, portfolio, dupont):
    desk.post(f"{PAGE}start/", SENT)
    job = Job.objects.get()
    work_job(job.pk, seconds=0)
    issue_statement(
        dupont,
        date(2026, 1, 1),
        date(2026, 1, 31),
        issued_on=date(2026, 2, 1),
        request_key="c" * 32,
    )
    work(job)
    state, number, note = outcomes(job)["DUPONT"]
    assert (state, number) == ("skipped", "")
    assert note == "A statement up to this day has been issued already."


def test_a_client_that_fails_is_listed_and_the_others_go_on(
    desk, portfolio, dupont, settings
):
    """F08, in the middle of mass work."""
    invoices(dupont, 900)
    # Enough for the others, on a slow machine too.
    settings.PRESS_SECONDS = 4
    job = started(desk)
    state, number, note = outcomes(job)["DUPONT"]
    assert (state, number) == ("failed", "")
    assert "too long" in note
    assert outcomes(job)["OWING"][0] == "done"


def test_a_page_whose_statement_takes_too_long_says_so(desk, dupont, settings):
    invoices(dupont, 480)
    settings.PRESS_SECONDS = 1
    period = "start=2026-01-01&end=2026-01-31&kind=activity"
    answer = desk.get(f"/clients/{dupont.pk}/statement/preview.pdf?{period}")
    assert answer.status_code == 409
    assert "takes too long to be laid out. Choose a shorter period." in shown(answer)


def invoices(client, count):
    """So many alike that the statement takes some seconds."""
    like = make.invoice("1.00 CHF", to=client, number="MANY", due="2026-01-30")
    names = [f.attname for f in Invoice._meta.concrete_fields if not f.primary_key]
    same = {name: getattr(like, name) for name in names}
    Invoice.objects.bulk_create(
        Invoice(**same | {"number": f"MANY-{n}"}) for n in range(count)
    )


def texts(content):
    document = pypdfium2.PdfDocument(BytesIO(content))
    return [page.get_textpage().get_text_bounded() for page in document]


def test_one_pdf_for_the_post_room(desk, portfolio):
    job = started(desk)
    page = shown(desk.get(f"/statements/bulk/{job.pk}/"))
    assert "One PDF of those to be printed" in page
    unsent = " ".join(texts(desk.get(f"/statements/bulk/{job.pk}/all.pdf").content))
    assert ("Owing & Sons" in unsent, "Dupont SA" in unsent) == (True, False)
    both = texts(desk.get(f"/statements/bulk/{job.pk}/all.pdf?of=all").content)
    assert ("Dupont SA" in both[0], "Owing & Sons" in both[0]) == (True, False)
    Client.objects.filter(number="OWING").update(postcode="1000")
    all_pdf = f"/statements/bulk/{job.pk}/all.pdf?of=all&order=postcode&duplex=on"
    near_first = texts(desk.get(all_pdf).content)
    assert "Owing & Sons" in near_first[0]
    assert len(near_first) % 2 == 0
    # Its e-mail came back: now it is one to be printed, too.
    sent = Message.objects.get()
    Message.objects.filter(pk=sent.pk).update(state="failed")
    assert "did not arrive" in shown(desk.get(f"/statements/bulk/{job.pk}/"))
    lost = desk.get(f"/statements/bulk/{job.pk}/all.pdf?of=undelivered").content
    assert "Dupont SA" in texts(lost)[0]


def test_nothing_to_print_is_said(desk, company):
    job = started(desk)
    answer = desk.get(f"/statements/bulk/{job.pk}/all.pdf", follow=True)
    assert "There is nothing to print." in shown(answer)


def test_a_ledger_that_contradicts_itself_stops_its_clients_and_no_others(
    desk, portfolio, dupont
):
    """Pain 17: the first and the last are refused, the one between them is issued."""
    zed = make.client("ZED", email="")
    for number in ("Z-1", "Z-2"):
        make.invoice(to=zed, number=number, due="2026-01-20")
    credit = make.credit("90.00 CHF", of=zed, on="2026-01-25", number="P-Z")
    day = date(2026, 1, 25)
    wrong = {"credit": credit, "invoice": dupont.invoices.get(number="INV-2")}
    Allocation.objects.bulk_create(
        [Allocation(amount=Decimal(7), currency="CHF", effective_on=day, **wrong)]
    )
    found = outcomes(started(desk, send=""))
    assert [found[name][0] for name in ("DUPONT", "OWING", "ZED")] == [
        "failed",
        "done",
        "failed",
    ]
    assert Statement.objects.get().client.number == "OWING"
