"""The dunning policy in the admin: levels, their fees, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.rules.languages import LANGUAGES
from dunning import rates_admin  # noqa: F401 - the rates have a page of their own
from dunning.models import ClientTerms, Hold, Level, LevelAmount, LevelText, Policy
from dunning.policy_forms import (
    AmountForm,
    LevelForm,
    LevelFormSet,
    PolicyForm,
    TextForm,
    TextFormSet,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    Inline = admin.TabularInline[Any, Any]
    TallInline = admin.StackedInline[Any, Any]
else:
    Inline, TallInline = admin.TabularInline, admin.StackedInline

PLACEHOLDERS = _(
    "Placeholders: {client} {number} {date} {deadline} {total} {count}. "
    "Letters already issued keep their words."
)


class PartOfPolicy:
    """Whoever may change policies may change their levels, fees and words."""

    def has_view_permission(self, request: HttpRequest, _row: Any = None) -> bool:
        """As for the policy."""
        return request.user.has_perms(["dunning.view_policy"]) or self._may(request)

    def has_add_permission(self, request: HttpRequest, _row: Any = None) -> bool:
        """As for the policy."""
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, _row: Any = None) -> bool:
        """As for the policy."""
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, _row: Any = None) -> bool:
        """As for the policy."""
        return self._may(request)

    def _may(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dunning.change_policy")


class LevelInline(PartOfPolicy, Inline):
    """As many levels as wanted; fees and words have a page for each level."""

    model = Level
    form = LevelForm
    formset = LevelFormSet
    extra = 0
    min_num = 1
    show_change_link = True
    verbose_name_plural = _("levels (fees and words: “Change”, after saving)")


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """Policies; what was issued keeps what it was issued with."""

    form = PolicyForm
    inlines = [LevelInline]
    list_display = ["name", "is_default", "level_count", "min_interval_days"]

    @admin.display(description=_("levels"))
    def level_count(self, policy: Policy) -> int:
        """How many levels it has."""
        return policy.levels.count()

    def save_model(
        self, request: HttpRequest, obj: Policy, form: Any, change: bool
    ) -> None:
        """One policy at most is the default one."""
        if obj.is_default:
            Policy.objects.exclude(pk=obj.pk).update(is_default=False)
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Levels go with their policy, though no page deletes them alone."""
        rows, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected


class AmountInline(PartOfPolicy, Inline):
    """Fee and least amount in each currency."""

    model = LevelAmount
    form = AmountForm
    extra = 0


class TextInline(PartOfPolicy, TallInline):
    """Words in each language."""

    model = LevelText
    form = TextForm
    formset = TextFormSet
    extra = 0
    max_num = len(LANGUAGES)
    fields = [("language", "title"), "opening", "closing", "subject", "body"]


@admin.register(Level)
class LevelAdmin(PartOfPolicy, admin.ModelAdmin[Level]):
    """One level with its fees and words; reached from its policy."""

    inlines = [AmountInline, TextInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "grace_days", "term_days", "interest_rate"],
                "description": PLACEHOLDERS,
            },
        )
    ]

    def has_module_permission(self, _request: HttpRequest) -> bool:
        """Not in the list of the app."""
        return False

    def has_add_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Levels are added in their policy, where their order is seen."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Levels are taken away in their policy, where their order is seen."""
        return False


@admin.register(ClientTerms)
class ClientTermsAdmin(admin.ModelAdmin[ClientTerms]):
    """Clients with a policy of their own."""

    list_display = ["client", "policy"]
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
