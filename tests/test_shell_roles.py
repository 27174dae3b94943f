"""Four roles: what each may do, and the public logins of the demo company."""

import pytest
from django.contrib.auth.models import Group, User

from config.roles import DEMO_LOGINS, demo_logins, ensure_demo_logins, ensure_roles

READ = ("clients.view_client", "billing.view_invoice", "dunning.view_run")
BOOK = (
    "clients.change_client",
    "billing.import_receivables",
    "statements.send_statement",
)
REMIND = ("dunning.add_run", "dunning.issue_run", "dunning.hold_dunning")
ADMIN = ("clients.change_company", "dunning.change_policy", "auth.add_user")
MAY = {
    "reader": READ,
    "accountant": READ + BOOK,
    "dunning": READ + BOOK + REMIND,
    "admin": READ + BOOK + REMIND + ADMIN,
}


@pytest.mark.parametrize("name", MAY)
@pytest.mark.parametrize("permission", READ + BOOK + REMIND + ADMIN)
def test_a_role_may_do_its_part_and_no_more(db, name, permission):
    ensure_demo_logins()
    person = User.objects.get(username=name)
    assert person.has_perm(permission) == (permission in MAY[name])


def test_only_the_administrator_sees_the_administration(db):
    ensure_demo_logins()
    assert [person.username for person in User.objects.filter(is_staff=True)] == [
        "admin"
    ]
    assert not User.objects.filter(is_superuser=True).exists()


def test_ensuring_the_roles_again_changes_nothing(db):
    ensure_roles()
    before = {g.name: set(g.permissions.all()) for g in Group.objects.all()}
    ensure_roles()
    assert {g.name: set(g.permissions.all()) for g in Group.objects.all()} == before


def test_a_changed_demo_password_is_kept_and_no_longer_printed(db):
    ensure_demo_logins()
    admin = User.objects.get(username="admin")
    admin.set_password("something else, and long")
    admin.save()
    ensure_demo_logins()
    assert [login.username for login in demo_logins()] == [
        login.username for login in DEMO_LOGINS if login.username != "admin"
    ]
