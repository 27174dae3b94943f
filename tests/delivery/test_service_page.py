"""The mail page of the settings: what carries mail, how it does, and tests of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from delivery import actions
from delivery.actions.mailbox import run_check, start_check
from delivery.actions.sweeping import sweep
from delivery.models import MailCheck, MailService, Message
from tests import make
from tests.delivery import sink

pytestmark = pytest.mark.django_db
PAGE = "/settings/mail/"


@pytest.fixture(autouse=True)
def home(company):
    """A company that can write e-mails."""
    return company


@pytest.fixture
def reader(client):
    person = User.objects.create_user("rita", password="a-long-password-2")
    person.user_permissions.add(Permission.objects.get(codename="view_mailservice"))
    client.force_login(person)
    return client


def shown(client, path=PAGE):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def service():
    return MailService.objects.get(pk=1)


def test_files_are_named_as_what_they_are(desk, mail_folder):
    page = shown(desk)
    assert "Files on this machine" in page
    assert str(mail_folder) in page
    assert "EMAIL_URL" in page


def test_a_mail_server_is_shown_without_its_password(desk, settings):
    settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.leman.example", 587
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "relance", "s3cret-word"
    page = shown(desk)
    assert "mail.leman.example:587" in page
    assert "STARTTLS" in page
    assert "with a password" in page
    assert "not that it arrived" in page
    assert "s3cret-word" not in page


@pytest.mark.parametrize(
    ("anymail", "said"),
    [
        ({}, "ANYMAIL_WEBHOOK_SECRET</code>"),
        ({"WEBHOOK_SECRET": "name:hush-hush"}, '<span class="badge bg-green-lt">on'),
    ],
)
def test_a_provider_says_what_its_reports_need(desk, settings, anymail, said):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "hush-hush"} | anymail
    settings.BASE_URL = "https://relance.example"
    page = shown(desk)
    assert said in page
    assert "https://relance.example/anymail/postmark/tracking/" in page
    assert "hush-hush" not in page


def test_a_provider_that_does_not_report_is_named_as_such(desk, settings):
    settings.EMAIL_BACKEND = "anymail.backends.scaleway.EmailBackend"
    assert "this provider does not report" in shown(desk)


def test_what_waits_failed_and_is_unknown_is_counted_with_a_way_there(desk, queued):
    for n, state in enumerate(["queued", "queued", "failed", "unknown", "sent"]):
        queued(f"M-{n}")
        Message.objects.filter(number=f"M-{n}").update(state=state)
    page = shown(desk)
    for state, count in (("waiting", 2), ("failed", 1), ("unknown", 1)):
        assert f'?state={state}">{count}</a>' in page


def test_the_sender_and_where_replies_go_are_for_what_is_written_from_now_on(
    desk, queued
):
    before = queued()
    answer = desk.post(
        PAGE, {"sender_name": "Widgets, Inc.", "reply_to": "desk@leman.example"}
    )
    assert answer.status_code == 302
    after = queued("M-2")
    assert after.sender == '"Widgets, Inc." <compta@leman.example>'
    assert after.reply_to == "desk@leman.example"
    before.refresh_from_db()
    assert before.reply_to == "compta@leman.example"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reply_to", "a@b.ch\r\nBcc: evil@example.org"),
        ("reply_to", "a@b.ch,c@d.ch"),
        ("reply_to", "a@b.ch; c@d.ch"),
        ("reply_to", "a@[127.0.0.1]"),
        ("reply_to", f"{'a' * 65}@leman.example"),
        ("reply_to", "é@leman.example"),
        ("reply_to", "nobody"),
        ("sender_name", "x" * 121),
    ],
)
def test_what_no_header_can_bear_is_an_error_beside_its_field(desk, field, typed):
    """116, 118–120."""
    answer = desk.post(PAGE, {"sender_name": "A", "reply_to": ""} | {field: typed})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert (service().sender_name, service().reply_to) == ("", "")


def test_a_name_with_a_line_break_becomes_one_line(desk):
    desk.post(PAGE, {"sender_name": "A\r\nBcc: evil@example.org", "reply_to": ""})
    assert service().sender_name == "A Bcc: evil@example.org"


@pytest.mark.parametrize(
    ("address", "warns"),
    [
        ("no-reply@leman.example", True),
        ("noreply@leman.example", True),
        ("ne-pas-repondre@leman.example", True),
        ("keine-antwort@leman.example", True),
        ("norbert@leman.example", False),
    ],
)
def test_replies_that_nobody_reads_are_a_warning(desk, address, warns):
    """123."""
    desk.post(PAGE, {"sender_name": "", "reply_to": address})
    assert service().reply_to == address
    assert ("does somebody read them?" in shown(desk)) == warns


def test_without_an_address_the_page_says_that_nothing_can_be_sent(desk, settings):
    settings.DEFAULT_FROM_EMAIL = ""
    assert "nothing can be sent" not in shown(desk)
    make.company(email="")
    assert "nothing can be sent" in shown(desk)


def test_mail_is_held_with_a_reason_and_released_after_a_look(desk, queued):
    desk.post(PAGE + "hold/", {"why": "The texts are wrong"})
    message = queued()
    assert actions.send_due().sent == 0
    page = shown(desk)
    assert "All mail is on hold" in page
    assert "anna:" in page
    assert "The texts are wrong" in page
    asked = shown(desk, PAGE + "release/")
    assert "1 message waits and leaves at once" in asked
    assert service().held_since, "looking releases nothing"
    desk.post(PAGE + "release/")
    assert actions.send_due().sent == 1
    message.refresh_from_db()
    assert message.state == Message.State.SENT


def test_a_hold_without_a_reason_is_asked_for_one(desk):
    answer = desk.post(PAGE + "hold/", {"why": " "})
    assert 'id="id_why_error"' in answer.content.decode()
    assert not service().held_since


def test_held_twice_the_first_reason_stays(desk):
    for why in ("first", "second"):
        assert desk.post(PAGE + "hold/", {"why": why}).status_code == 302
    assert service().held_why == "first"


def test_a_pause_says_until_when_and_can_be_ended(desk):
    now = timezone.now()
    MailService.objects.update(
        failures=7,
        paused_until=now + timedelta(minutes=4),
        last_error="Connection refused",
        last_error_at=now,
    )
    page = shown(desk)
    assert "did not take the last 7 messages" in page
    assert "Connection refused" in page
    assert desk.post(PAGE + "try/").status_code == 302
    assert (service().failures, service().paused_until) == (0, None)
    assert "did not take" not in shown(desk)


def test_a_test_mail_is_sent_in_the_background_as_letters_are(
    desk, server, django_capture_on_commit_callbacks
):
    MailService.objects.update(sender_name="Widgets, Inc.")
    with django_capture_on_commit_callbacks() as poked:
        desk.post(PAGE + "test/", {"recipient": "anna@leman.example"})
    assert len(poked) == 1, "the page itself speaks to no mail server"
    assert not server.taken
    assert "anna@leman.example" in shown(desk)
    assert "hx-get" in shown(desk, PAGE + "tests/")
    check = MailCheck.objects.get()
    run_check(check.pk)
    run_check(check.pk)
    (mail,) = server.taken
    assert mail["To"] == "anna@leman.example"
    assert mail["From"] == '"Widgets, Inc." <compta@leman.example>'
    assert mail.get_body(["html"]) is not None
    check.refresh_from_db()
    assert (check.state, check.error) == (MailCheck.State.SENT, "")
    fragment = shown(desk, PAGE + "tests/")
    assert "Sent" in fragment
    assert "hx-get" not in fragment


def test_a_test_mail_that_fails_says_why(settings, server):
    check = start_check("550@example.org", None)
    run_check(check.pk)
    check.refresh_from_db()
    assert check.state == MailCheck.State.FAILED
    assert check.error.startswith("550")
    settings.EMAIL_PORT = sink.free_port()
    check = start_check("a@example.org", None)
    run_check(check.pk)
    check.refresh_from_db()
    assert "refused" in check.error


def test_a_test_mail_without_a_sender_says_so(settings):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    check = start_check("a@example.org", None)
    run_check(check.pk)
    check.refresh_from_db()
    assert "no e-mail address" in check.error


def test_a_test_mail_goes_out_while_mail_is_on_hold(desk, server):
    desk.post(PAGE + "hold/", {"why": "restored"})
    check = start_check("a@example.org", None)
    run_check(check.pk)
    assert len(server.taken) == 1


def test_a_test_mail_that_no_worker_answers_for_is_over_after_a_while(desk, server):
    """Its poke was lost, or its worker killed: the page does not wait for ever."""
    check = start_check("a@example.org", None)
    sweep(timezone.now())
    assert MailCheck.objects.get().state == "waiting"
    sweep(timezone.now() + timedelta(minutes=11))
    check.refresh_from_db()
    assert check.state == "failed"
    assert "Nothing was heard of it" in shown(desk, PAGE + "tests/")
    run_check(check.pk)
    assert not server.taken


def test_who_may_look_may_not_change(reader):
    page = shown(reader)
    assert "Hold all mail" not in page
    assert 'name="reply_to"' not in page
    before = service().reply_to
    for path, data in (
        ("", {"sender_name": "X", "reply_to": "x@example.org"}),
        ("hold/", {"why": "x"}),
        ("release/", {}),
        ("try/", {}),
        ("test/", {"recipient": "x@example.org"}),
    ):
        assert reader.post(PAGE + path, data).status_code == 403, path
    assert service().reply_to == before
    assert not service().held_since
    assert not MailCheck.objects.exists()


def test_looking_has_no_effect(desk):
    for path in ("hold/", "try/", "test/"):
        assert desk.get(PAGE + path).status_code == 405
    before = MailService.objects.values().get()
    for path in ("", "release/", "tests/"):
        shown(desk, PAGE + path)
    assert MailService.objects.values().get() == before
