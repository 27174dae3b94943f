"""The company's logo: look at it, upload another, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clients.actions.logos import remove_logo, take_logo
from clients.facts import company
from clients.logos import LARGEST_FILE, LogoRefusal, Picture, clean_picture

if TYPE_CHECKING:
    from django.http import HttpRequest

may_change = permission_required("clients.change_company", raise_exception=True)


class LogoForm(forms.Form):
    """A picture to be drawn anew."""

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG or WebP, at best wide and low, on white."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    picture: Picture

    def clean_file(self) -> Any:
        """Read it, so that what is wrong is told here and now."""
        file = self.cleaned_data["file"]
        try:
            self.picture = clean_picture(file.read(LARGEST_FILE + 1))
        except LogoRefusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        return file


@may_change
def company_logo(request: HttpRequest) -> HttpResponse:
    """The logo as letters show it, and the way to another one."""
    form = (
        LogoForm(request.POST, request.FILES)
        if request.method == "POST"
        else LogoForm()
    )
    if form.is_valid():
        take_logo(form.picture)
        messages.success(request, _("Letters bear this logo from now on."))
        return redirect("company_logo")
    context = {"form": form, "logo": company().logo}
    return render(request, "clients/company_logo.html", context)


@require_POST
@may_change
def company_logo_remove(request: HttpRequest) -> HttpResponse:
    """No logo from now on."""
    remove_logo()
    messages.success(request, _("Letters bear no logo from now on."))
    return redirect("company_logo")


@require_safe
@may_change
def company_logo_image(_request: HttpRequest, sha256: str) -> HttpResponse:
    """The kept picture; its address changes with it, so browsers may keep it."""
    logo = company().logo
    if logo is None or logo.sha256 != sha256:
        raise Http404
    return HttpResponse(
        bytes(logo.content),
        content_type="image/png",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=86400",
        },
    )
