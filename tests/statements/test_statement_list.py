"""The list of issued statements: found by words, and with what became of them."""

from django.utils import timezone

from delivery.models import Message
from statements.models import Statement


def issue(desk, client):
    period = "start=2026-01-01&end=2026-01-31&kind=activity"
    desk.post(
        f"/clients/{client.pk}/statement/issue/?{period}", {"request_key": "1" * 32}
    )


def test_the_list_finds_statements_by_client_and_number(desk, dupont):
    assert "No statement yet" in desk.get("/statements/").content.decode()
    issue(desk, dupont)
    number = Statement.objects.get().number
    for query in (
        "",
        "?q=dupont",
        f"?q={number}",
        "?page=999999999999",
        "?sort=client__password",
        "?sort=-client",
    ):
        page = desk.get(f"/statements/{query}").content.decode()
        assert number in page
        assert "not sent" in page
    for query in ("?q=nobody",):
        assert (
            "No statement is found" in desk.get(f"/statements/{query}").content.decode()
        )
    assert desk.get("/statements/?q=%00").status_code == 200


def test_the_list_says_which_statement_came_back(desk, dupont):
    issue(desk, dupont)
    statement = Statement.objects.get()
    now = timezone.now()
    Message.objects.create(
        kind="statement",
        number=statement.number,
        client=dupont,
        language="fr",
        recipient="gone@example.org",
        message_id="<1@leman.example>",
        state=Message.State.SENT,
        sent_at=now,
        bounced_at=now,
    )
    for query in ("", "?export=csv"):
        answer = desk.get(f"/statements/{query}")
        page = b"".join(answer) if answer.streaming else answer.content
        assert "Came back" in page.decode()
