"""The map of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config.health import healthz
from config.home import home

admin.site.site_header = admin.site.site_title = "Relance"

handler400 = "config.errors.bad_request"

# The administration's pages name no icon, so browsers ask for this one.
favicon = RedirectView.as_view(url=static("img/relance.svg"))

urlpatterns = [
    path("", home, name="home"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", login_not_required(favicon), name="favicon"),
    path("admin/", admin.site.urls),
    path("", include("config.client_urls")),
    path("", include("clients.urls")),
    path("", include("billing.urls")),
    path("", include("statements.urls")),
    path("", include("dunning.urls")),
    path("", include("delivery.urls")),
]
