"""The dunning policy in the admin: levels, their fees, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.utils.text import format_lazy
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from clients.rules.languages import LANGUAGES
from dunning.actions.versions import keep_versions
from dunning.facts.scheduling import last_turns
from dunning.facts.versions import history_of
from dunning.level_forms import AmountForm, LevelPageForm, TextForm, TextFormSet
from dunning.models import Level, LevelAmount, LevelText, Policy
from dunning.policy_forms import LOOK, LevelForm, LevelFormSet, PolicyForm
from dunning.policy_looking import look_at_level, look_at_policy, rows_of
from dunning.policy_words import changes_of, fees_not_charged, turns_of
from dunning.rules.texts import PLACEHOLDERS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dunning.rules.whatif import Difference

    Inline = admin.TabularInline[Any, Any]
    TallInline = admin.StackedInline[Any, Any]
else:
    Inline, TallInline = admin.TabularInline, admin.StackedInline

WORDS = format_lazy(
    _("Placeholders: {known}. Letters already issued keep their words."),
    known=" ".join(f"{{{name}}}" for name in PLACEHOLDERS),
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


class Looking(admin.ModelAdmin[Any]):
    """A page with a button that shows what its values would do, without saving.

    The form is sent as for saving, says that it may not be, and comes back with its
    values and the figures.
    """

    def look(self, form: Any, formsets: list[Any]) -> Difference:
        """What today's run would do with the values of the page."""
        raise NotImplementedError

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """The page, and what was asked for above it."""
        form = context["adminform"].form
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        right = not form.errors and not any(one.total_error_count() for one in formsets)
        if LOOK in request.POST and right:
            found = self.look(form, formsets)
            context |= {"looked": rows_of(found), "looked_on": found.run_on}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Each state of a policy is kept; what the law forbids to charge is said."""
        super().save_related(request, form, formsets, change)
        keep_versions(request.user)
        row = form.instance
        policy = row if isinstance(row, Policy) else row.policy
        if told := fees_not_charged(policy):
            self.message_user(request, told, messages.WARNING)


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
class PolicyAdmin(Looking):
    """Policies; what was issued keeps what it was issued with."""

    form = PolicyForm
    inlines = [LevelInline]
    list_display = ["name", "is_default", "level_count", "grouping", "automation"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "is_default",
                    "grouping",
                    "min_interval_days",
                    "working_days",
                ]
            },
        ),
        (_("Law"), {"fields": ["regime", "fees_agreed", "day_count"]}),
        (_("By itself"), {"fields": ["automation", "weekdays", "skip_holidays"]}),
    ]

    def look(self, form: Any, formsets: list[Any]) -> Difference:
        """With the policy and its levels as they stand on the page."""
        return look_at_policy(form, formsets[0], localdate())

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The policy, and what it did by itself lately."""
        policy = self.get_object(request, unquote(object_id))
        turns = turns_of(last_turns(policy)) if policy else []
        context = (extra_context or {}) | {"turns": turns}
        return super().change_view(request, object_id, form_url, context)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Every version with what was changed, by whom and when."""
        policy = self.get_object(request, unquote(object_id))
        shown = {"versions": changes_of(history_of(policy))} if policy else {}
        return super().history_view(request, object_id, (extra_context or {}) | shown)

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
class LevelAdmin(PartOfPolicy, Looking):
    """One level with its fees and words; reached from its policy."""

    form = LevelPageForm
    inlines = [AmountInline, TextInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    ("grace_days", "term_days"),
                    ("channel", "attach_invoices"),
                    "fee_per",
                    ("interest_rate", "legal_interest"),
                    "lump_sum",
                ],
                "description": WORDS,
            },
        )
    ]

    def look(self, form: Any, formsets: list[Any]) -> Difference:
        """With the level, its fees and its words as they stand on the page."""
        amounts, texts = formsets
        return look_at_level(form, amounts, texts, localdate())

    def has_module_permission(self, _request: HttpRequest) -> bool:
        """Not in the list of the app."""
        return False

    def has_add_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Levels are added in their policy, where their order is seen."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: Any = None) -> bool:
        """Levels are taken away in their policy, where their order is seen."""
        return False
