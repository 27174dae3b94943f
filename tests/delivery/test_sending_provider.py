"""Mail by a provider's web service: what each of its answers means (F17)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery import actions
from delivery.models import MailService, Message
from tests.delivery.sink import free_port

pytestmark = pytest.mark.django_db
State = Message.State


def test_a_message_keeps_the_name_the_provider_gave_it(queued, service):
    message = queued()
    assert actions.send_due().sent == 1
    message.refresh_from_db()
    assert (message.state, message.carrier) == (State.SENT, "postmark")
    assert message.carrier_id == "pm-0"
    (mail,) = service.taken
    assert mail["To"] == "client@example.org"
    assert mail["Metadata"] == {"relance": message.message_id}


@pytest.mark.parametrize(
    ("mood", "state", "taken", "attempts", "failures"),
    [
        ("400", State.FAILED, 0, 1, 0),
        ("413", State.FAILED, 0, 1, 0),
        ("422", State.FAILED, 0, 1, 0),
        ("refused", State.FAILED, 0, 1, 0),
        ("odd", State.FAILED, 0, 1, 0),
        # Who we are was not accepted: no message can help it.
        ("401", State.QUEUED, 0, 0, 1),
        ("429", State.QUEUED, 0, 0, 1),
        # A 5xx of a web service does not say that nothing was sent.
        ("500", State.UNKNOWN, 0, 1, 1),
        ("503", State.UNKNOWN, 0, 1, 1),
        ("garbage", State.UNKNOWN, 1, 1, 1),
        ("late", State.UNKNOWN, 1, 1, 1),
        ("cut", State.UNKNOWN, 0, 1, 1),
    ],
)
def test_what_the_answer_of_a_provider_means(
    queued, service, settings, mood, state, taken, attempts, failures
):
    if mood == "late":
        settings.ANYMAIL |= {"REQUESTS_TIMEOUT": 1}
    message = queued(recipient=f"{mood}@example.org")
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, attempts)
    assert message.error
    assert len(service.taken) == taken
    assert (message.rejected_at is not None) == (mood in {"refused", "odd"})
    assert MailService.objects.get().failures == failures
    assert actions.send_due() == actions.SendCounts()


def test_a_provider_that_asks_to_wait_is_left_alone_so_long(queued, service):
    queued(recipient="busy@example.org"), queued("M-2")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        counts = actions.send_due()
        assert (counts.sent, counts.deferred) == (0, 1)
        assert MailService.objects.get().paused_until == start + timedelta(minutes=10)
        clock.move_to(start + timedelta(minutes=9))
        assert actions.send_due() == actions.SendCounts()
        clock.move_to(start + timedelta(minutes=10))
        assert actions.send_due().sent == 2


def test_a_provider_that_is_not_reached_loses_no_attempt(queued, service, settings):
    settings.ANYMAIL |= {"POSTMARK_API_URL": f"http://127.0.0.1:{free_port()}/"}
    message = queued()
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)


def test_what_the_owner_forbids_is_never_posted(queued, service, settings):
    settings.DOCUMENT_OWNERS = {"notice": "tests.delivery.owner"}
    message = queued(body="overtaken")
    actions.send_due()
    message.refresh_from_db()
    assert message.state == State.OVERTAKEN
    assert service.taken == []
