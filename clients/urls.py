"""Pages of clients; the list and the file of a client gather all apps (config)."""

from django.urls import path

from clients.views import files, merging

urlpatterns = [
    path("clients/new/", files.client_new, name="client_new"),
    path("clients/duplicates/", merging.client_duplicates, name="client_duplicates"),
    path("clients/<int:pk>/merge/", merging.client_merge, name="client_merge"),
    path("clients/<int:pk>/edit/", files.client_edit, name="client_edit"),
    path("settings/company/", files.company_settings, name="company"),
]
