"""Pages of clients; the list and the file of a client gather all apps (config)."""

from django.urls import path

from clients.views import files, logo, merging

urlpatterns = [
    path("clients/new/", files.client_new, name="client_new"),
    path("clients/duplicates/", merging.client_duplicates, name="client_duplicates"),
    path("clients/<int:pk>/merge/", merging.client_merge, name="client_merge"),
    path("clients/<int:pk>/edit/", files.client_edit, name="client_edit"),
    path("settings/company/", files.company_settings, name="company"),
    path("settings/logo/", logo.company_logo, name="company_logo"),
    path("settings/logo/remove/", logo.company_logo_remove, name="company_logo_remove"),
    path(
        "settings/logo/<str:sha256>.png",
        logo.company_logo_image,
        name="company_logo_image",
    ),
]
