"""Form fields of quantities, prices, percentages and days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.rules.figures import Misread, read_figure, write_figure
from clients.rules.text import one_line

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

MISREAD = {
    "wrong": _("A number such as 1234.50."),
    "ambiguous": _(
        "This can be read in two ways: write it without thousands marks, "
        "or with four decimals."
    ),
}


class FigureField(forms.Field):
    """A number as people write it, between two limits, with so many decimals."""

    widget = forms.TextInput(
        attrs={
            "inputmode": "decimal",
            "autocomplete": "off",
            "class": "num",
            "maxlength": 30,
        }
    )

    def __init__(
        self, *, places: int, least: int, most: int, shown: int = 0, **options: Any
    ) -> None:
        self.places, self.least, self.most, self.shown = places, least, most, shown
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The number; nothing for an empty field."""
        text = one_line(str(value or ""))[:31]
        if not text:
            return None
        try:
            # With three decimals to its currency, 1.234 can only mean one thing.
            figure = read_figure(text, self.places, thousandths=self.shown == 3)
        except Misread as error:
            raise ValidationError(self.words(str(error))) from error
        if not self.least <= figure <= self.most:
            raise ValidationError(
                gettext("Between %(least)s and %(most)s.")
                % {"least": self.least, "most": self.most}
            )
        return figure if self.places else int(figure)

    def words(self, code: str) -> str:
        """Why it could not be read."""
        if code == "long" and not self.places:
            return gettext("A whole number.")
        if code == "long":
            text = gettext("At most %(places)s decimals.")
            return text % {"places": self.places}
        return str(MISREAD[code])

    def prepare_value(self, value: Any) -> Any:
        """A stored number as it is written; what was typed stays."""
        if value == 0 and not self.required:
            return ""
        if isinstance(value, (str, int, type(None))):
            return value
        return write_figure(value, self.shown)


class DaysField(FigureField):
    """A number of days."""

    def __init__(self, *, most: int = 365, **options: Any) -> None:
        super().__init__(places=0, least=0, most=most, **options)


class QuickSelect(forms.Select):
    """A list of choices drawn without a template: hundreds stand on one page."""

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """The same HTML as ever."""
        given = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (code, flatatt({"selected": str(code) == str(value or "")}), label)
                for code, label in self.choices
            ),
        )
        return format_html("<select{}>{}</select>", flatatt(given), options)
