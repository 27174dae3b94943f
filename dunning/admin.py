"""What else of dunning is in the admin: terms of clients, holds, and other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from dunning import policy_admin, rates_admin  # noqa: F401 - they have pages of their own
from dunning.models import ClientTerms, Hold

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(ClientTerms)
class ClientTermsAdmin(admin.ModelAdmin[ClientTerms]):
    """Clients with terms of their own."""

    list_display = ["client", "policy", "channel", "fees_agreed", "agreed_rate"]
    list_select_related = ["client", "policy"]
    autocomplete_fields = ["client"]


@admin.register(Hold)
class HoldAdmin(admin.ModelAdmin[Hold]):
    """Holds to look up; they are set and released on the pages of clients."""

    list_display = ["client", "invoice", "kind", "since", "until", "released_on"]
    list_filter = ["kind"]
    list_select_related = ["client", "invoice"]
    search_fields = ["client__search", "invoice__number", "reason"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Never: a hold is released, with who and when."""
        return False
