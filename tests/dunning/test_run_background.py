"""Letters and e-mails of a run in the background: nothing is lost, all of it is seen."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from delivery.actions.jobs import cancel_job
from delivery.actions.sweeping import sweep
from delivery.actions.working import work_job
from delivery.models import Document, Job, Message
from delivery.pdf import page_count
from dunning.actions.letters import queue_letters
from dunning.actions.runs import issue_run
from dunning.views import result
from tests import make
from tests.dunning import desk as dunning

pytestmark = pytest.mark.django_db


def issued(count, accountant, on="2026-02-16"):
    """A run with so many letters."""
    for _ in range(count):
        make.invoice(to=make.client())
    run = dunning.propose(on, person=accountant)
    issue_run(run, accountant)
    assert run.notices.count() == count
    return run


def kept(run):
    """Its letters as if they were drawn."""
    letter = b"%PDF-1.7 a letter"
    for notice in run.notices.all():
        document = Document.objects.create(
            kind="notice",
            number=notice.number,
            client=notice.client,
            language="en",
            file_name="x.pdf",
            pages=1,
            sha256="0" * 64,
            content=letter,
        )
        run.notices.filter(pk=notice.pk).update(document=document)


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_run_whose_queue_was_lost_gets_its_letters_all_the_same(company, accountant):
    """The job is written with the run: no crash can come between."""
    run = issued(2, accountant)
    DBTaskResult.objects.all().delete()
    assert sweep(timezone.now()).jobs == 1
    job = Job.objects.get(key=f"letters:{run.pk}")
    assert work_job(job.pk).items == 2
    assert not run.notices.filter(document=None).exists()
    assert set(job.items.values_list("state", flat=True)) == {"done"}


def test_letters_that_are_there_when_the_job_begins_are_not_drawn_again(
    desk, accountant
):
    run = issued(2, accountant)
    first = run.notices.first()
    desk.get(reverse("notice_pdf", args=[first.pk]))
    job = Job.objects.get(key=f"letters:{run.pk}")
    work_job(job.pk)
    assert [item.result for item in job.items.all()] == [run.notices.last().number]


@pytest.mark.parametrize("count", [25, 60])
def test_however_many_letters_it_takes_few_queries_to_queue_them(
    company, accountant, django_assert_max_num_queries, count
):
    run = issued(count, accountant)
    kept(run)
    with django_assert_max_num_queries(20):
        assert queue_letters(run, accountant).queued == count
    mailing = Job.objects.get(kind="emails")
    assert mailing.messages.count() == count
    assert queue_letters(run, accountant).queued == 0
    assert Job.objects.filter(kind="emails").count() == 1, "no mailing of nothing"


def test_the_page_of_the_run_shows_both_and_leads_to_each(desk, accountant):
    run = issued(3, accountant)
    page = reverse("run_result", args=[run.pk])
    letters = Job.objects.get(kind="letters")
    before = text(desk.get(page))
    assert "0 of 3 letters are ready as PDF." in before
    assert reverse("job", args=[letters.pk]) in before
    assert "hx-get" in before
    kept(run)
    queue_letters(run, accountant)
    mailing = Job.objects.get(kind="emails")
    [sent, failed, _waiting] = Message.objects.order_by("pk")
    Message.objects.filter(pk=sent.pk).update(state="sent", sent_at=timezone.now())
    Message.objects.filter(pk=failed.pk).update(state="failed", error="550 no")
    under_way = text(desk.get(page))
    assert "E-mails:</strong> 2 of 3" in under_way
    assert f"{reverse('job', args=[mailing.pk])}?state=failed" in under_way
    Message.objects.filter(state="queued").update(state="overtaken")
    sweep(timezone.now())
    after = desk.get(reverse("run_progress", args=[run.pk]))
    assert "All done: refresh the list below" in text(after)
    assert "Overtaken: 1" in text(after)
    assert "hx-get" not in text(after)


def test_sending_in_the_page_leads_to_a_mailing(desk, accountant):
    run = issued(2, accountant)
    shown = text(desk.post(reverse("run_send", args=[run.pk]), follow=True))
    assert "2 e-mails are in the outbox." in shown
    assert "E-mails:</strong> 0 of 2" in shown


def test_the_pdf_of_many_letters_is_not_drawn_while_somebody_waits(
    desk, accountant, monkeypatch
):
    monkeypatch.setattr(result, "FEW", 1)
    run = issued(2, accountant)
    answer = desk.get(reverse("run_multi_pdf", args=[run.pk]), follow=True)
    letters = Job.objects.get(kind="letters")
    assert answer.redirect_chain[-1][0] == reverse("job", args=[letters.pk])
    assert "The letters are still being made" in text(answer)
    assert not Document.objects.exists()
    work_job(letters.pk)
    whole = desk.get(reverse("run_multi_pdf", args=[run.pk]))
    assert page_count(whole.content) == 2


def test_letters_of_a_cancelled_job_are_made_when_somebody_asks(desk, accountant):
    run = issued(1, accountant)
    letters = Job.objects.get(kind="letters")
    cancel_job(letters, accountant)
    assert "Make the missing letters" in text(
        desk.get(reverse("run_result", args=[run.pk]))
    )
    draw = reverse("run_draw", args=[run.pk])
    assert desk.get(draw).status_code == 405
    desk.post(draw)
    letters.refresh_from_db()
    assert letters.state == "waiting"


def test_letters_of_a_run_older_than_jobs_are_made_when_somebody_asks(desk, accountant):
    run = issued(1, accountant)
    Job.objects.all().delete()
    desk.post(reverse("run_draw", args=[run.pk]))
    assert work_job(Job.objects.get().pk).items == 1
    assert run.notices.get().document is not None
