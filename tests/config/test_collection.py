"""The collection file: whole, checkable without Relance, and of nobody else (4.11)."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.utils.timezone import localdate

from billing.actions.marks import mark_invoice
from billing.actions.papers import bill_document
from config.zipping import Bundle, safe_name
from delivery.actions import queue_message
from delivery.actions.marking import mark_sent
from delivery.actions.sealing import seal
from delivery.models import Document, Message, MessageEvent, Seal
from dunning.actions.arriving import post_letters
from dunning.actions.letters import render_letters
from dunning.actions.runs import issue_run, propose_run
from dunning.actions.withdrawing import withdraw_notice
from dunning.models import Hold, Notice
from tests import make
from tests.sealing import archived

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def debtor(company, accountant, settings, tmp_path):
    """A client with two reminded invoices, one of them billed here; and a stranger."""
    settings.MAIL_FOLDER = tmp_path / "mail"
    other = make.client("SECRET", name="Verschwiegen AG", email="secret@example.org")
    client = make.client("K-1", name="=Dupont & <Fils> 😀")
    make.invoice("70.00 CHF", to=other, number="INV-SECRET", due="2026-01-05")
    bill = make.bill("300.00", to=client, on="2026-01-02", code="CH-O")
    bill_document(bill, accountant)
    first = bill.invoices.get()
    second = make.invoice("50.00 CHF", to=client, number="INV-2", due="2026-01-05")
    make.payment("100.00 CHF", on="2026-02-02", to=first)
    mark_invoice(second, "disputed", make.day("2026-02-03"), "hours", accountant)
    Hold.objects.create(
        client=other, since="2026-02-01", reason="Verschwiegen", person=accountant
    )
    run = propose_run(make.day("2026-03-02"), policy=None, person=None, request_key="k")
    issue_run(run, None)
    render_letters(run)
    archived("S-9", kind="statement", client=client)
    for document in Document.objects.order_by("pk"):
        sent(document, accountant)
    return client


def sent(document, person):
    """A message with the document, sent and reported as delivered."""
    message = queue_message(
        kind=document.kind,
        number=document.number,
        client=document.client,
        language="fr",
        recipient=document.client.email,
        subject=f"{document.number} for {document.client.name}",
        body="Bonjour,\nveuillez payer.",
        person=person,
        document=document,
    )
    mark_sent(
        message.pk,
        now=NOON,
        carrier="mailgun",
        carrier_id="x",
        before=[Message.State.QUEUED],
    )
    event = MessageEvent.objects.create(
        message=message,
        provider="mailgun",
        event_key=str(message.pk),
        kind="delivered",
        recipient=message.recipient,
        reason="250 OK",
        happened_at=NOON,
    )
    Message.objects.filter(pk=message.pk).update(delivered_at=NOON)
    seal(Seal.Kind.EVENT, event.pk)


def taken(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    return ZipFile(BytesIO(answer.getvalue()))


def of_client(desk, client):
    return taken(desk, f"/clients/{client.pk}/collection/")


def of_invoice(desk, invoice):
    return taken(desk, f"/invoices/{invoice.pk}/collection/")


def table(archive, name):
    text = archive.read(name).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))[1:]


def canonical(facts):
    """As docs/archive.md tells anybody to do it."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def holds(sealed):
    """Whether a seal of the manifest is what its facts say, computed from nothing."""
    joined = sha256((sealed["previous"] + sealed["digest"]).encode()).hexdigest()
    return canonical(sealed["sealed"]) == sealed["digest"] and joined == sealed["chain"]


def test_every_file_is_listed_and_every_hash_and_seal_holds(desk, debtor):
    archive = of_client(desk, debtor)
    manifest = json.loads(archive.read("manifest.json"))
    files = {file["path"]: file for file in manifest["files"]}
    assert {*files, "manifest.json"} == set(archive.namelist())
    for path, file in files.items():
        content = archive.read(path)
        assert (len(content), sha256(content).hexdigest()) == (
            file["bytes"],
            file["sha256"],
        )
        if path.startswith("documents/"):
            assert file["archived_sha256"] == file["sha256"]
            assert file["sealed"]["sha256"] == file["sha256"]
        if path.startswith("documents/") or path.endswith(".txt"):
            assert holds(file)
            assert all(holds(report) for report in file.get("reports", []))
    last = Seal.objects.order_by("-position").first()
    assert manifest["archive"] == {"entries": last.position, "hash": last.chain}
    call_command("verify_ledger")


def test_the_lines_of_the_documentation_check_a_file_and_find_a_change(
    desk, debtor, tmp_path, monkeypatch
):
    page = (settings.BASE_DIR / "docs" / "archive.md").read_text(encoding="utf-8")
    lines = page.partition("```python\n")[2].partition("```")[0]
    content = desk.get(f"/clients/{debtor.pk}/collection/").getvalue()
    monkeypatch.chdir(tmp_path)
    Path("collection.zip").write_bytes(content)
    exec(lines, {})  # noqa: S102 - our own page
    with ZipFile(BytesIO(content)) as whole, ZipFile("collection.zip", "w") as other:
        for name in whole.namelist():
            text = whole.read(name)
            other.writestr(name, text.replace(b'"language": "fr"', b'"language": "de"'))
    with pytest.raises(AssertionError):
        exec(lines, {})  # noqa: S102 - our own page


def test_papers_are_the_archived_bytes_and_mails_say_what_became_of_them(desk, debtor):
    archive = of_client(desk, debtor)
    papers = [name for name in archive.namelist() if name.startswith("documents/")]
    rows = Document.objects.filter(client=debtor).order_by("pk")
    assert [archive.read(name) for name in papers] == [bytes(d.content) for d in rows]
    assert {row.kind for row in rows} == {"invoice", "notice", "statement"}
    [name] = [n for n in archive.namelist() if "notice" in n and n.endswith(".txt")]
    text = archive.read(name).decode()
    message = Message.objects.get(client=debtor, kind="notice")
    for shown in (
        f"Message-ID: {message.message_id}",
        f"To: {message.recipient}",
        "veuillez payer.",
        "State: Delivered\n",
        "250 OK",
        message.document.sha256,
    ):
        assert shown in text


def test_a_mail_that_was_kept_as_a_file_is_in_it_as_it_left(desk, debtor, settings):
    message = Message.objects.get(client=debtor, kind="invoice")
    settings.MAIL_FOLDER.mkdir()
    stem = message.message_id.strip("<>").partition("@")[0]
    (settings.MAIL_FOLDER / f"20260303T120000-{stem}.eml").write_bytes(b"as it left")
    archive = of_client(desk, debtor)
    [name] = [name for name in archive.namelist() if name.endswith(".eml")]
    assert archive.read(name) == b"as it left"


def test_the_tables_say_what_is_owed_and_what_was_asked_for(desk, debtor):
    archive = of_client(desk, debtor)
    assert [row[3:5] for row in sorted(table(archive, "ledger.csv"))] == [
        ["50.00", "CHF"],
        ["300.00", "CHF"],
        ["-100.00", "CHF"],
    ]
    opened = {row[0]: row for row in table(archive, "open-items.csv")}
    assert opened["INV-2"][5] == "50.00"
    assert opened["INV-2"][9] == "Disputed"
    [line] = table(archive, "reminders.csv")
    assert line[2] == "1"
    assert line[7] == "200.00"
    log = "\n".join(";".join(row) for row in table(archive, "contact-log.csv"))
    for shown in ("INV-2", "hours", "100.00", line[0]):
        assert shown in log


def test_who_posted_a_letter_and_who_took_it_back_is_in_the_tables(
    desk, debtor, accountant
):
    letter = Notice.objects.get(client=debtor)
    post_letters([letter.number], localdate(), accountant)
    withdraw_notice(letter, cause="withdrawn", reason="Talks", person=accountant)
    for archive in (
        of_client(desk, debtor),
        of_invoice(desk, letter.lines.first().invoice),
    ):
        assert table(archive, "reminders.csv")[0][-1]
        log = table(archive, "contact-log.csv")
        told = [row[2] for row in log if row[1].endswith(letter.number) and row[5]]
        assert any("Posted on" in text for text in told)
        assert any("Withdrawn · Talks" in text for text in told)


def test_nothing_of_another_client_is_in_it(desk, debtor):
    for archive in (
        of_client(desk, debtor),
        of_invoice(desk, debtor.invoices.exclude(bill=None).get()),
    ):
        for name in archive.namelist():
            assert "SECRET" not in name
            content = archive.read(name)
            assert b"SECRET" not in content
            assert b"Verschwiegen" not in content
            assert b"secret@example.org" not in content


def test_the_file_of_an_invoice_has_only_what_concerns_it(desk, debtor):
    invoice = debtor.invoices.exclude(bill=None).get()
    archive = of_invoice(desk, invoice)
    manifest = json.loads(archive.read("manifest.json"))
    kinds = [f["kind"] for f in manifest["files"] if f["path"].startswith("documents/")]
    assert sorted(kinds) == ["invoice", "notice"]
    assert manifest["invoice"] == invoice.number
    for name in archive.namelist():
        if not name.endswith(".pdf"):
            assert b"INV-2" not in archive.read(name), name
            assert b"S-9" not in archive.read(name), name
    assert [row[3] for row in table(archive, "ledger.csv")] == ["300.00", "-100.00"]
    [item] = table(archive, "open-items.csv")
    assert item[5] == "200.00"
    second = of_invoice(desk, debtor.invoices.get(bill=None))
    assert not [n for n in second.namelist() if n.startswith("documents/")]
    assert "hours" in second.read("contact-log.csv").decode()


def test_equal_content_gives_equal_bytes(desk, debtor):
    path = f"/clients/{debtor.pk}/collection/"
    assert desk.get(path).getvalue() == desk.get(path).getvalue()


def test_the_index_opens_in_the_language_of_whoever_takes_it(desk, debtor):
    page = of_client(desk, debtor).read("index.html").decode()
    assert '<html lang="en">' in page
    assert "=Dupont &amp; &lt;Fils&gt; 😀" in page
    for entry in of_client(desk, debtor).namelist():
        if entry.startswith("documents/"):
            assert entry.partition("-")[0] in page
    assert "<script" not in page


def test_a_client_without_anything_has_a_file_too(desk):
    archive = of_client(desk, make.client("NEW"))
    assert "None." in archive.read("index.html").decode()


def test_only_who_may_take_data_out(desk, debtor, accountant, stranger, client):
    paths = (
        f"/clients/{debtor.pk}/collection/",
        f"/invoices/{debtor.invoices.first().pk}/collection/",
    )
    assert desk.get("/clients/99999999/collection/").status_code == 404
    assert desk.get("/invoices/99999999/collection/").status_code == 404
    for path in paths:
        assert desk.post(path).status_code == 405
    for page in (f"/clients/{debtor.pk}/", f"/invoices/{debtor.invoices.first().pk}/"):
        assert "/collection/" in desk.get(page).content.decode()
    accountant.user_permissions.remove(Permission.objects.get(codename="export_data"))
    assert [desk.get(path).status_code for path in paths] == [403, 403]
    client.force_login(stranger)
    assert [client.get(path).status_code for path in paths] == [403, 403]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Rappel R-1.pdf", "Rappel R-1.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\x.pdf", "_.._x.pdf"),
        ("a\x00b\r\nc.pdf", "a_b__c.pdf"),
        ("…", "…"),
        ("...", "_"),
        ("", "_"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("evil\u202efdp.exe", "evil_fdp.exe"),
        ("CON: 50%?.pdf", "CON_ 50%_.pdf"),
    ],
)
def test_a_name_is_safe_on_any_system(name, safe):
    assert safe_name(name) == safe


def test_a_bundle_lists_what_it_holds():
    file = BytesIO()
    bundle = Bundle(file)
    bundle.add("a.txt", ["é", b"\xff"], number="1")
    bundle.finish(format=1)
    archive = ZipFile(file)
    assert archive.read("a.txt") == "é".encode() + b"\xff"
    assert archive.getinfo("a.txt").date_time == (1980, 1, 1, 0, 0, 0)
    assert json.loads(archive.read("manifest.json")) == {
        "format": 1,
        "files": [
            {
                "path": "a.txt",
                "bytes": 3,
                "sha256": sha256(b"\xc3\xa9\xff").hexdigest(),
                "number": "1",
            }
        ],
    }
