"""Forms of the import: the file, its columns, and the word to book it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import DayField
from billing.rules.columns import FIELDS, REQUIRED
from billing.rules.refusals import Unreadable, shown
from billing.rules.tables import Table, read_table
from billing.wording import FIELD_NAMES, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DATE_FORMATS = [
    ("", _("Recognise by itself")),
    ("%d.%m.%Y", _("31.12.2026 (day.month.year)")),
    ("%d/%m/%Y", _("31/12/2026 (day/month/year)")),
    ("%m/%d/%Y", _("12/31/2026 (month/day/year)")),
    ("%Y-%m-%d", _("2026-12-31 (year-month-day)")),
    ("%d-%m-%Y", _("31-12-2026 (day-month-year)")),
    ("%d.%m.%y", _("31.12.26 (day.month.year)")),
    ("%Y%m%d", _("20261231 (year, month, day)")),
]


class UploadForm(forms.Form):
    """A file that can be read as a table."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"empty": _("The file is empty.")},
    )
    table: Table
    content: bytes

    def clean_file(self) -> Any:
        """Read it, so that what is wrong is told here and now."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            raise ValidationError(
                gettext("The file is larger than %(size)s MB: split it.")
                % {"size": settings.UPLOAD_LIMIT // 1024**2}
            )
        self.content = file.read()
        try:
            self.table = read_table(self.content)
        except Unreadable as error:
            raise ValidationError(reason(error)) from error
        return file

    def file_name(self) -> str:
        """The name of the file as it may be shown."""
        return shown(self.cleaned_data["file"].name, 200)


class ColumnsForm(forms.Form):
    """Which column holds what, and how dates and amounts are meant."""

    date_format = forms.ChoiceField(
        label=_("Dates"), choices=DATE_FORMATS, required=False
    )
    currency = forms.ChoiceField(label=_("Currency of rows without one"))
    until = DayField(
        label=_("Only what was known on"),
        required=False,
        help_text=_(
            "Invoices issued and payments received by this day; empty for all."
        ),
    )

    def __init__(
        self, headers: Iterable[str], home_currency: str, *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choices = [("", "—"), *((h, h) for h in dict.fromkeys(headers) if h)]
        for name in FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=FIELD_NAMES[name], choices=choices, required=name in REQUIRED
            )
        codes = dict.fromkeys([home_currency, *settings.CURRENCIES])
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency of rows without one"),
            choices=[(code, code) for code in codes],
        )

    def columns(self) -> dict[str, str]:
        """The chosen header of every field; empty where the file has none."""
        return {name: self.cleaned_data[f"column_{name}"] for name in FIELDS}

    def column_fields(self) -> list[tuple[str, forms.BoundField]]:
        """The fields of the columns with their names in the file's terms."""
        return [(name, self[f"column_{name}"]) for name in FIELDS]


def first_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """What the form of the columns starts with."""
    return {f"column_{name}": header for name, header in columns.items()}
