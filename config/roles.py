"""Who may do what: four roles, and the logins of the demo company."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q

APPS = ("clients", "billing", "statements", "dunning", "delivery")

READER = "Reader"
ACCOUNTANT = "Accountant"
DUNNING_OFFICER = "Dunning officer"
ADMINISTRATOR = "Administrator"

BOOKS = {
    "clients.add_client",
    "clients.change_client",
    "clients.add_contact",
    "clients.change_contact",
    "clients.delete_contact",
    "billing.import_receivables",
    "billing.mark_invoice",
    "billing.issue_invoice",
    "billing.send_invoice",
    "billing.book_payment",
    "billing.write_off",
    "billing.import_bank",
    "statements.add_statement",
    "statements.send_statement",
    "statements.decide_answer",
    "delivery.change_message",
    "delivery.run_job",
}
REMINDS = {
    "dunning.add_run",
    "dunning.change_run",
    "dunning.delete_run",
    "dunning.issue_run",
    "dunning.hold_dunning",
    "dunning.change_level",
    "dunning.waive_charge",
    "statements.decide_answer",
}


class Login(NamedTuple):
    """Somebody of the demo company; the password is public."""

    username: str
    password: str
    role: str


DEMO_LOGINS = (
    Login("admin", "demo-admin-relance", ADMINISTRATOR),
    Login("dunning", "demo-dunning-relance", DUNNING_OFFICER),
    Login("accountant", "demo-accountant-relance", ACCOUNTANT),
    Login("reader", "demo-reader-relance", READER),
)


@transaction.atomic
def ensure_roles() -> None:
    """The four groups with their permissions, as this version defines them."""
    every = {full_name(row): row for row in permissions()}
    views = {name for name in every if name.split(".")[1].startswith("view_")}
    views = {name for name in views if name.split(".")[0] in APPS}
    views.add("billing.export_data")
    roles = {
        READER: views,
        ACCOUNTANT: views | BOOKS,
        DUNNING_OFFICER: views | BOOKS | REMINDS,
        ADMINISTRATOR: set(every),
    }
    for role, names in roles.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([every[name] for name in names])


def permissions() -> list[Permission]:
    """What exists in our apps, and the administration of logins."""
    logins = Q(
        content_type__model__in=["user", "group"], content_type__app_label="auth"
    )
    ours = Q(content_type__app_label__in=APPS)
    return list(Permission.objects.filter(ours | logins).select_related("content_type"))


def full_name(permission: Permission) -> str:
    """As the pages ask for it: clients.view_client."""
    return f"{permission.content_type.app_label}.{permission.codename}"


@transaction.atomic
def ensure_demo_logins() -> None:
    """One person for each role; whoever exists already is left alone."""
    ensure_roles()
    for login in DEMO_LOGINS:
        if User.objects.filter(username=login.username).exists():
            continue
        person = User.objects.create_user(
            login.username,
            password=login.password,
            is_staff=login.role == ADMINISTRATOR,
        )
        person.groups.add(Group.objects.get(name=login.role))


def demo_logins() -> list[Login]:
    """The demo logins that still have their public password."""
    people = {person.username: person for person in demo_people()}
    return [
        login
        for login in DEMO_LOGINS
        if login.username in people
        and people[login.username].check_password(login.password)
    ]


def demo_people() -> list[User]:
    """Active people with the user name of a demo login."""
    names = [login.username for login in DEMO_LOGINS]
    return list(User.objects.filter(username__in=names, is_active=True))
