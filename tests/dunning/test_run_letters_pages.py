"""The letters of a run, one after the other, before and after it is issued (B10)."""

from django.urls import reverse

from tests import make
from tests.dunning import desk as policies


def read(desk, run, letter=""):
    query = {"letter": letter} if letter else {}
    return desk.get(reverse("run_letters", args=[run.pk]), query)


def three_letters():
    dupont = make.client("D-1", name="Dupont SA")
    make.invoice("100.00 CHF", to=dupont)
    make.invoice("70.00 EUR", to=dupont)
    make.invoice("50.00 CHF", to=make.client("E-1", name="Egli AG", email=""))


def test_letters_are_turned_one_by_one_and_each_is_a_pdf(desk, propose):
    three_letters()
    run = propose()
    seen, page = [], read(desk, run)
    while True:
        shown = page.context["flip"]
        seen.append((shown.letter.client.name, shown.letter.total.currency.code))
        assert desk.get(shown.letter.pdf).content.startswith(b"%PDF")
        if not shown.after:
            break
        assert 'rel="next"' in page.content.decode()
        page = read(desk, run, shown.after)
    assert seen == [("Dupont SA", "CHF"), ("Dupont SA", "EUR"), ("Egli AG", "CHF")]
    assert 'rel="next"' not in page.content.decode()
    assert (shown.place, shown.count) == (3, 3)


def test_a_missing_address_is_said_and_mended_from_there(desk, propose):
    make.invoice(to=make.client("E-1", name="Egli AG", email=""))
    run = propose()
    page = read(desk, run)
    text = page.content.decode()
    assert "No e-mail address: by post." in text
    edit = reverse("client_edit", args=[page.context["flip"].letter.client.pk])
    assert f"{edit}?next=%2Fdunning%2Fruns%2F{run.pk}%2Fletters%2F" in text


def test_an_address_that_is_entered_leads_back_to_the_letter(desk, propose):
    owed = make.invoice(to=make.client("E-1", name="Egli AG", email=""))
    run = propose()
    back = reverse("run_letters", args=[run.pk])
    edit = reverse("client_edit", args=[owed.client_id])
    form = desk.get(edit).context["form"]
    contacts = desk.get(edit).context["contacts"]
    given = {name: form[name].value() or "" for name in form.fields}
    given |= {
        f"{contacts.prefix}-{name}": contacts.management_form[name].value()
        for name in contacts.management_form.fields
    }
    given["email"] = "ap@egli.example"
    assert desk.post(f"{edit}?next={back}", given).url == back
    assert read(desk, run).context["flip"].letter.channel == "email"
    evil = desk.post(f"{edit}?next=//evil.example/", given)
    assert "evil" not in evil.url


def test_issued_letters_are_turned_the_same_way(desk, propose):
    three_letters()
    run = propose()
    desk.post(reverse("run_issue", args=[run.pk]))
    shown = read(desk, run).context["flip"]
    assert (shown.letter.number, shown.count) == ("R-2026-0001", 3)
    assert read(desk, run, shown.after).context["flip"].letter.number == "R-2026-0002"
    assert shown.letter.pdf == reverse("notice_pdf", args=[shown.letter.key])


def test_a_policy_that_writes_one_letter_for_each_invoice_shows_each(desk, propose):
    policies.policy(grouping="invoice")
    dupont = make.client("D-1", name="Dupont SA")
    for number in ("INV-1", "INV-2"):
        make.invoice("100.00 CHF", to=dupont, number=number)
    run = propose()
    first = read(desk, run).context["flip"]
    second = read(desk, run, first.after).context["flip"]
    assert first.count == 2
    assert first.letter.pdf != second.letter.pdf
    for shown in (first, second):
        assert desk.get(shown.letter.pdf).content.startswith(b"%PDF")


def test_without_a_tick_there_is_no_letter_to_read(desk, propose):
    make.invoice()
    run = propose()
    desk.post(reverse("run_select", args=[run.pk]), {"tick": "none"})
    page = desk.get(reverse("run_letters", args=[run.pk]), follow=True)
    assert "Tick at least one invoice" in page.content.decode()


def test_a_letter_that_is_not_there_shows_the_first(desk, propose):
    three_letters()
    run = propose()
    for letter in ("nobody", "9" * 40, "1-CHF-L9", "%00"):
        assert read(desk, run, letter).context["flip"].place == 1


def test_many_letters_cost_no_more_queries(
    desk, propose, django_assert_max_num_queries
):
    for _number in range(60):
        make.invoice(to=make.client())
    run = propose()
    with django_assert_max_num_queries(45):
        page = read(desk, run)
    shown = page.context["flip"]
    assert (len(shown.letters), shown.count) == (50, 60)
    assert len(read(desk, run, shown.list_after).context["flip"].letters) == 10
