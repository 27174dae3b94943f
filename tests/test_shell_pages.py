"""The frame around every page: log in, language, menu, refusals."""

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import RequestFactory
from django.urls import reverse

from config.errors import bad_request
from tests import make

PASSWORD = "a-long-password-1"


def test_logging_in_leads_home_and_out_to_the_login(client, accountant, company):
    login = {"username": "anna", "password": PASSWORD}
    assert client.post("/login/", login).headers["Location"] == "/"
    assert client.post("/logout/").headers["Location"] == "/login/"


def test_a_wrong_password_is_said_beside_the_form(client, accountant):
    page = client.post("/login/", {"username": "anna", "password": "wrong"})
    assert page.status_code == 200
    assert "Please enter a correct username and password" in page.text


def test_logging_in_leads_nowhere_else(client, accountant):
    login = {"username": "anna", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/login/", login).headers["Location"] == "/"


def test_a_link_never_logs_out(client, accountant):
    client.force_login(accountant)
    assert client.get("/logout/").status_code == 405


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_the_language_is_a_choice_that_stays(client, db, language):
    answer = client.post("/language/", {"language": language, "next": "/login/"})
    assert answer.headers["Location"] == "/login/"
    assert f'<html lang="{language}">' in client.get("/login/").text


def test_the_menu_offers_what_one_may_see(desk):
    page = desk.get(reverse("company")).text
    for name in ("clients", "invoices", "runs", "statements", "aged", "messages"):
        assert f'class="nav-link" href="{reverse(name)}"' in page
    assert reverse("admin:index") not in page


@pytest.mark.parametrize("path", ["/nothing", "/clients/999999/", "/%00", "/é"])
def test_a_wrong_address_is_a_page_of_its_own(desk, path):
    page = desk.get(path)
    assert page.status_code == 404
    assert "There is nothing here" in page.text


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (SuspiciousOperation("odd"), 400, "cannot be read"),
        (RequestDataTooBig("big"), 413, "too much at once"),
    ],
)
def test_an_unreadable_request_says_so(problem, status, words):
    answer = bad_request(RequestFactory().get("/"), problem)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_form_field_tells_a_screen_reader_its_hint_and_error(desk):
    page = desk.post(reverse("client_new"), {"name": ""}).text
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error"' in page
    assert "id_name_error" in page.split('name="name"')[1].split(">")[0]


def test_nothing_may_be_framed_or_run_from_elsewhere(client, db):
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_menu_names_the_company(desk):
    assert make.company().name in desk.get(reverse("company")).text
