"""The list of clients and the file of one: they gather all apps."""

from django.urls import path

from config.client_archive import client_archive, client_restore
from config.client_export import client_export
from config.client_list import clients
from config.client_page import client
from config.collection.views import client_collection, invoice_collection

urlpatterns = [
    path("clients/", clients, name="clients"),
    path("clients/<int:pk>/", client, name="client"),
    path("clients/<int:pk>/export/", client_export, name="client_export"),
    path("clients/<int:pk>/collection/", client_collection, name="client_collection"),
    path(
        "invoices/<int:pk>/collection/", invoice_collection, name="invoice_collection"
    ),
    path("clients/<int:pk>/archive/", client_archive, name="client_archive"),
    path("clients/<int:pk>/restore/", client_restore, name="client_restore"),
]
