"""Pages of statements."""

from django.urls import include, path

from statements.views import (
    batches,
    build,
    bulk,
    issued,
    links,
    preview,
    schedules,
    sheets,
)

urlpatterns = [
    path("r/<str:token>/", include("statements.recipient.urls")),
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
    path("statements/batches/new/", batches.batch_new, name="batch_new"),
    path("statements/batches/<int:pk>/", batches.batch, name="batch"),
    path("statements/batches/<int:pk>/ticks/", batches.batch_ticks, name="batch_ticks"),
    path(
        "statements/batches/<int:pk>/discard/",
        batches.batch_discard,
        name="batch_discard",
    ),
    path("statements/schedules/", schedules.schedules, name="schedules"),
    path("statements/schedules/new/", schedules.schedule, name="schedule_new"),
    path("statements/schedules/<int:pk>/", schedules.schedule, name="schedule"),
    path("statements/<int:pk>/", issued.statement, name="statement"),
    path(
        "statements/<int:pk>/page/<int:place>.png",
        issued.statement_page,
        name="statement_page",
    ),
    path(
        "statements/<int:pk>/lines.<str:form>",
        sheets.statement_lines,
        name="statement_lines",
    ),
    path("statements/<int:pk>/link/", links.page_open, name="statement_link_open"),
    path(
        "statements/<int:pk>/link/<int:link>/close/",
        links.page_close,
        name="statement_link_close",
    ),
    path("statements/<int:pk>/send/", issued.statement_send, name="statement_send"),
    path("clients/<int:pk>/statement/", build.statement_new, name="statement_new"),
    path(
        "clients/<int:pk>/statement/preview/",
        preview.statement_preview,
        name="statement_preview",
    ),
    path(
        "clients/<int:pk>/statement/preview.pdf",
        preview.statement_preview_pdf,
        name="statement_preview_pdf",
    ),
    path(
        "clients/<int:pk>/statement/preview/lines.<str:form>",
        sheets.statement_preview_lines,
        name="statement_preview_lines",
    ),
    path(
        "clients/<int:pk>/statement/preview/page/<int:place>.png",
        preview.statement_preview_page,
        name="statement_preview_page",
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
