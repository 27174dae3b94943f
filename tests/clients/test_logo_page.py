"""The page of the logo, and the logo on paper."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from billing.actions.papers import bill_document
from clients.models import Company, Logo
from delivery.pdf import render_pdf
from dunning.actions.letters import draft_letter
from dunning.actions.runs import propose_run
from statements.documents import statement_html
from statements.facts import statement_data
from tests import make

pytestmark = pytest.mark.django_db


def png(colour="navy", size=(600, 200)):
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def upload(desk, content, name="logo.png"):
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return desk.post(reverse("company_logo"), {"file": file}, follow=True)


def images(content):
    with pikepdf.open(BytesIO(content)) as pdf:
        return [list(page.get_images()) for page in pdf.pages]


def test_a_picture_becomes_the_logo_and_is_shown(desk):
    page = upload(desk, png())
    logo = Company.objects.get().logo
    url = reverse("company_logo_image", args=[logo.sha256])
    assert url in page.text
    shown = desk.get(url)
    assert shown.content == bytes(logo.content)
    assert shown["Content-Type"] == "image/png"


def test_the_same_picture_is_kept_once(desk):
    upload(desk, png())
    upload(desk, png("red"))
    upload(desk, png())
    assert Logo.objects.count() == 2
    assert Company.objects.get().logo == Logo.objects.order_by("pk").first()


@pytest.mark.parametrize("content", [b"<svg/>", b"no picture", b""])
def test_what_is_refused_changes_nothing(desk, content):
    upload(desk, png())
    before = Company.objects.get().logo
    page = upload(desk, content)
    assert page.context["form"].errors["file"]
    assert Company.objects.get().logo == before


def test_an_upload_without_a_file_is_told(desk):
    page = desk.post(reverse("company_logo"), {})
    assert page.context["form"].errors["file"]


def test_invoices_bear_it_and_keep_it(desk):
    plain = bill_document(make.bill("10.00"))
    upload(desk, png())
    bill = make.bill("10.00")
    with_logo = bill_document(bill)
    assert images(plain.content) == [[]]
    assert len(images(with_logo.content)[0]) == 1
    desk.post(reverse("company_logo_remove"))
    assert Company.objects.get().logo is None
    bill.refresh_from_db()
    assert bill.logo is not None
    assert images(bill_document(make.bill("10.00")).content) == [[]]


def test_a_kept_logo_cannot_be_changed(desk):
    upload(desk, png())
    for change in (
        lambda: Logo.objects.update(content=b"other"),
        lambda: Logo.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_another_address_than_the_logos_shows_nothing(desk):
    upload(desk, png())
    assert desk.get(reverse("company_logo_image", args=["0" * 64])).status_code == 404


def test_strangers_and_visitors_change_nothing(client, stranger, company):
    for url in (reverse("company_logo"), reverse("company_logo_remove")):
        assert client.post(url).status_code == 302
    client.force_login(stranger)
    for url in (reverse("company_logo"), reverse("company_logo_remove")):
        assert client.post(url).status_code == 403
    assert client.get(reverse("company_logo")).status_code == 403


def test_looking_does_not_remove(desk):
    assert desk.get(reverse("company_logo_remove")).status_code == 405


def test_statements_and_reminders_bear_the_logo_as_well(desk, accountant):
    upload(desk, png())
    owner = make.client()
    for due in ("2026-01-10", "2026-01-12"):
        make.invoice(to=owner, due=due)
    period = make.day("2025-12-01"), make.day("2026-01-31")
    figures = statement_data(owner, *period, "activity", unpaid_only=False)
    html = statement_html(owner, figures, "fr", make.day("2026-02-01"))
    assert images(render_pdf(html)) != [[]]
    run = propose_run(
        make.day("2026-02-01"), policy=None, person=accountant, request_key="logo"
    )
    assert images(draft_letter(run, owner.pk, "CHF")) != [[]]
