"""Clients in the admin: to look up; they are changed on their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from clients.models import Client, Company, Contact

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Never."""
        return False


class ContactInline(ReadOnly, admin.TabularInline[Contact, Client]):
    """The mailboxes of a client."""

    model = Contact


@admin.register(Client)
class ClientAdmin(ReadOnly, admin.ModelAdmin[Client]):
    """Clients by number and name."""

    list_display = ["number", "name", "city", "country", "language", "email"]
    list_filter = ["kind", "country", "language"]
    search_fields = ["search"]
    inlines = [ContactInline]


@admin.register(Company)
class CompanyAdmin(ReadOnly, admin.ModelAdmin[Company]):
    """The company."""

    list_display = ["name", "city", "country", "currency"]
