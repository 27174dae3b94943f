"""What the page templates need to draw a form field and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms, template

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.safestring import SafeString

register = template.Library()

CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


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
    if isinstance(widget, CHECKS):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the label stands behind the box."""
    return isinstance(field.field.widget, forms.CheckboxInput)
