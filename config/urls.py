"""The map of the site."""

import sys
from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from config.health import healthz

handler400 = "config.errors.bad_request"

urlpatterns = [
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

# While the apps' pages land one by one; plain includes in the end.
for module in (
    "config.home",
    "config.client_urls",
    "clients.urls",
    "billing.urls",
    "delivery.urls",
    "statements.urls",
    "dunning.urls",
):
    try:
        if not find_spec(module):
            continue
        if module == "config.home":
            urlpatterns.append(path("", import_module(module).home, name="home"))
        else:
            urlpatterns.append(path("", include(module)))
    except (ImportError, AttributeError) as problem:
        sys.stderr.write(f"urls: {module} not there yet: {problem}\n")
