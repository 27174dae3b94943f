"""Pages of statements."""

from django.urls import path

from statements.views import build, issued

urlpatterns = [
    path("statements/", issued.statements, name="statements"),
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
