"""What a browser sends of the page of a draft: written(["Work", "2", "h", "150"])."""

from __future__ import annotations

from uuid import uuid4

FIELDS = ("description", "quantity", "unit", "price", "discount_percent", "vat_code")


def line(
    description="Work", quantity="1", unit="", price="100", discount="", vat="CH-O"
):
    return (description, quantity, unit, price, discount, vat)


def written(*lines, parts=(), **more):
    """All the fields; a line is what `line` gives, an instalment (days, percent)."""
    sent = {
        "key": str(uuid4()),
        "version": "1",
        "language": "fr",
        "currency": "CHF",
        "issued_on": "",
        "terms_days": "30",
        "discount_percent": "",
        "discount_days": "",
        "title": "",
        "opening": "",
        "closing": "",
        "order_reference": "",
        "prices_include_vat": "False",
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
        "parts-TOTAL_FORMS": str(len(parts)),
        "parts-INITIAL_FORMS": "0",
    }
    for n, row in enumerate(lines):
        sent |= {
            f"lines-{n}-{name}": value for name, value in zip(FIELDS, row, strict=True)
        }
    for n, (days, percent) in enumerate(parts):
        sent |= {f"parts-{n}-days": days, f"parts-{n}-percent": percent}
    return sent | more


def stored(draft):
    """The lines of a draft as text."""
    return [
        (row.description, f"{row.quantity.normalize():f}", f"{row.price.normalize():f}")
        for row in draft.lines.all()
    ]


def errors(page):
    """Every field of the page that is told to be wrong; "lines-0-price" and the like."""
    entry = page.context["entry"]
    found = {name for name in entry.head.errors if name != "__all__"}
    for forms in (entry.lines, entry.parts):
        found |= {f"{form.prefix}-{name}" for form in forms for name in form.errors}
    if entry.parts.non_form_errors():
        found.add("parts")
    if entry.lines.non_form_errors():
        found.add("lines")
    if entry.head.non_field_errors():
        found.add("total")
    return found
