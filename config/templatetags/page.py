"""What the page templates need to draw a form field and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms, template

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField, BoundWidget
    from django.utils.safestring import SafeString

register = template.Library()

LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's widget with the class that Tabler styles."""
    classes = [field.field.widget.attrs.get("class", ""), control_class(field)]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


def control_class(field: BoundField) -> str:
    """Tabler's class for this kind of widget."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


@register.filter
def below(path: str, areas: str) -> bool:
    """Whether a path lies in one of the areas of the site (`/invoices/ /bills/`)."""
    return any(path == area or path.startswith(area) for area in areas.split())


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the label stands behind the box."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_list(field: BoundField) -> bool:
    """Whether each choice has a box and a label of its own."""
    return isinstance(field.field.widget, LISTS)


@register.filter
def options(field: BoundField) -> list[BoundWidget]:
    """The choices of such a list."""
    field.field.widget.attrs.setdefault("class", "form-check-input")
    return list(field.subwidgets)
