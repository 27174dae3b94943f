"""Pages of statements."""

from django.urls import path

from statements.views import build, bulk, issued

urlpatterns = [
    path("statements/", issued.statements, name="statements"),
    path("statements/bulk/", bulk.statements_bulk, name="statements_bulk"),
    path(
        "statements/bulk/start/",
        bulk.statements_bulk_start,
        name="statements_bulk_start",
    ),
    path("statements/bulk/<int:pk>/", bulk.statements_made, name="statements_made"),
    path(
        "statements/bulk/<int:pk>/all.pdf",
        bulk.statements_made_pdf,
        name="statements_made_pdf",
    ),
    path("statements/<int:pk>/", issued.statement, name="statement"),
    path("statements/<int:pk>/send/", issued.statement_send, name="statement_send"),
    path("clients/<int:pk>/statement/", build.statement_new, name="statement_new"),
    path(
        "clients/<int:pk>/statement/preview/",
        build.statement_preview,
        name="statement_preview",
    ),
    path(
        "clients/<int:pk>/statement/preview.pdf",
        build.statement_preview_pdf,
        name="statement_preview_pdf",
    ),
    path(
        "clients/<int:pk>/statement/send/",
        build.statement_confirm,
        name="statement_confirm",
    ),
    path(
        "clients/<int:pk>/statement/issue/",
        build.statement_issue,
        name="statement_issue",
    ),
]
