"""Every address needs a login, but for the few that are meant to be open."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {
    "/login/",
    "/language/",
    "/healthz",
    "/favicon.ico",
    "/admin/login/",
    # Whoever has the link in an e-mail: tests/delivery/test_public_links.py.
    "/shared/1/",
    "/shared/1/file/",
    # The same for who sees, pays and answers: tests/statements/test_recipient_*.py.
    "/r/1/",
    "/r/1/pay/",
    "/r/1/checkout/",
    "/r/1/checkout/1/",
    "/r/1/paid/1/",
    "/r/1/answer/",
    "/r/1/document.pdf",
    "/r/1/invoices/1.pdf",
    # Payers and providers of payments, by a name: tests/billing/test_stripe.py. Their
    # reports come to /payments/<provider>/, which is a page's address here.
    "/payments/back/1/",
    "/payments/of/1/",
    # The provider, by its secret: tests/delivery/test_webhooks.py.
    "/anymail/1/tracking/",
}


def addresses(patterns, before="/"):
    """Every address of the site, with a plausible value for each part."""
    for pattern in patterns:
        here = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            here = re.sub(r"<(int|str|path|slug|uuid)?:?[^>]*>", "1", here)
            yield re.sub(r"\(\?P1.*", "1/", here).rstrip("$")


EVERY = sorted(set(addresses(get_resolver().url_patterns)) - OPEN)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_the_login(client, db, method):
    for address in EVERY:
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert "/login/" in answer.headers["Location"], address


def test_the_walk_finds_the_pages_of_every_app():
    assert {"/clients/", "/invoices/", "/statements/", "/messages/"} <= set(EVERY)


@pytest.mark.parametrize("address", ["/login/", "/healthz"])
def test_a_visitor_may_see(client, db, address):
    assert client.get(address).status_code == 200


# Their own home, their language, leaving: nothing of the company's.
HARMLESS = {"/", "/logout/"}


def test_somebody_without_permission_sees_nothing(client, stranger):
    client.force_login(stranger)
    for address in EVERY:
        if address in HARMLESS:
            continue
        answer = client.get(address)
        assert answer.status_code in {302, 403, 404, 405}, address
        if answer.status_code == 302:
            assert "/admin/" in address
