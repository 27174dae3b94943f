"""Everything of a client as one ZIP file: whole, checkable, and of nobody else."""

from __future__ import annotations

import csv
import hashlib
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.timezone import localdate

from billing.actions.marks import mark_invoice
from billing.models import Bill, Credit, Draft, Invoice
from clients.models import Client, Contact
from config.client_data import TABLES
from delivery.models import Document, Message
from dunning.models import Hold, Notice, Run
from statements.models import Statement
from tests import make

pytestmark = pytest.mark.django_db
OURS = {"clients", "billing", "statements", "dunning", "delivery"}


def full_client(number, name, person):
    """A client with something in many tables, each text bearing its name."""
    client = make.client(number, name=name, email=f"{number}@example.org", notes=name)
    Contact.objects.create(client=client, purpose="invoice", email=f"{number}@x.ch")
    invoice = make.invoice("1200.50 CHF", to=client, number=f"INV-{number}")
    make.invoice("900 JPY", to=client, number=f"YEN-{number}")
    make.payment("200.50 CHF", on="2026-02-01", to=invoice)
    mark_invoice(invoice, "disputed", localdate(), f"about {name}", person)
    Hold.objects.create(client=client, since=localdate(), reason=name, person=person)
    Draft.objects.create(client=client, language="fr", currency="CHF", title=name)
    content = f"%PDF of {name}".encode()
    document = Document.objects.create(
        kind="statement",
        number=f"S-{number}",
        client=client,
        language="fr",
        file_name=f"S-{number}.pdf",
        pages=1,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_by=person,
    )
    Statement.objects.create(
        number=f"S-{number}",
        client=client,
        start="2026-01-01",
        end="2026-02-01",
        language="fr",
        figures={"name": name},
        document=document,
        request_key=f"key-{number}",
    )
    Message.objects.create(
        kind="statement",
        number=f"S-{number}",
        client=client,
        language="fr",
        recipient=f"{number}@x.ch",
        subject=name,
        body=name,
        message_id=number,
    )
    return client


@pytest.fixture
def two(accountant, company):
    mine = full_client("MINE", "=Dupont & <Fils> 😀", accountant)
    other = full_client("SECRET-OTHER", "Verschwiegen AG", accountant)
    return mine, other


def taken(desk, client):
    answer = desk.get(f"/clients/{client.pk}/export/")
    assert answer["Content-Type"] == "application/zip"
    return ZipFile(BytesIO(answer.getvalue()))


def test_the_data_is_whole_with_ids_and_amounts_as_texts(desk, two, accountant):
    archive = taken(desk, two[0])
    data = json.loads(archive.read("data.json"))
    assert data["company"] == "Fiduciaire du Léman SA"
    assert data["client"]["id"] == two[0].pk
    assert data["client"]["name"] == two[0].name
    found = {row["number"]: row for row in data["invoices"]}
    assert found["INV-MINE"]["total"] == "1200.50"
    assert found["INV-MINE"]["open"] == "1000.00"
    assert found["YEN-MINE"]["total"] == "900"
    [credit] = data["credits"]
    [allocation] = data["allocations"]
    assert credit["charges"] == "0.00"
    assert (allocation["credit_id"], allocation["invoice_id"]) == (
        credit["id"],
        found["INV-MINE"]["id"],
    )
    assert allocation["amount"] == "200.50"
    assert data["invoice_marks"][0]["person"] == "anna"
    for name in ("contacts", "holds", "drafts", "statements", "documents", "messages"):
        assert len(data[name]) == 1, name
    assert "content" not in data["documents"][0]
    assert set(TABLES) < set(data)


def test_every_file_is_in_the_manifest_with_its_hash(desk, two):
    archive = taken(desk, two[0])
    files = json.loads(archive.read("manifest.json"))["files"]
    assert {file["path"] for file in files} | {"manifest.json"} == set(
        archive.namelist()
    )
    for file in files:
        content = archive.read(file["path"])
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]
    document = Document.objects.get(client=two[0])
    assert files[-1]["archived_sha256"] == files[-1]["sha256"] == document.sha256
    assert archive.read(files[-1]["path"]) == bytes(document.content)


def test_movements_open_in_a_spreadsheet(desk, two):
    text = taken(desk, two[0]).read("movements.csv").decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    assert [row[2:5] for row in rows[1:]] == [
        ["INV-MINE", "1200.50", "CHF"],
        ["YEN-MINE", "900", "JPY"],
        [Credit.objects.get(client=two[0]).number, "-200.50", "CHF"],
    ]


def test_nothing_of_another_client_is_in_it(desk, two):
    archive = taken(desk, two[0])
    for name in archive.namelist():
        assert "SECRET" not in name
        content = archive.read(name).decode()
        assert "SECRET" not in content
        assert "Verschwiegen" not in content


def test_the_readme_speaks_the_language_of_the_company(desk, two, company):
    assert "data.json" in taken(desk, two[0]).read("README.txt").decode()


def test_clients_that_were_taken_over_are_named(desk, two):
    gone = make.client("GONE")
    Client.objects.filter(pk=gone.pk).update(merged_into=two[0])
    data = json.loads(taken(desk, two[0]).read("data.json"))
    assert [row["number"] for row in data["merged_clients"]] == ["GONE"]


def test_every_table_that_leads_to_a_client_is_in_it():
    taken_out = {model for model, _path in TABLES.values()} | {Client}
    roots = {Client, Invoice, Credit, Bill, Draft, Notice, Statement, Message}
    for model in apps.get_models():
        if model._meta.app_label in OURS and model not in taken_out:
            targets = {field.related_model for field in model._meta.concrete_fields}
            assert not targets & roots, model
    assert Run not in taken_out


def test_an_empty_client_can_be_taken_too(desk):
    data = json.loads(taken(desk, make.client("NEW")).read("data.json"))
    assert data["invoices"] == []


def test_only_who_may_export_and_only_a_client_that_is_there(
    desk, accountant, client, stranger
):
    path = f"/clients/{make.client().pk}/export/"
    assert desk.get("/clients/99999999/export/").status_code == 404
    assert desk.post(path).status_code == 405
    accountant.user_permissions.remove(Permission.objects.get(codename="export_data"))
    assert desk.get(path).status_code == 403
    client.force_login(stranger)
    assert client.get(path).status_code == 403
