"""How every form field of the pages is drawn."""

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    """One template for a field with its label, hint and errors."""

    field_template_name = "_field.html"
