"""Addresses of dunning: runs, letters, and reminders of one invoice."""

from django.urls import path

from dunning.views import (
    charges,
    clients,
    deciding,
    drafts,
    effect,
    holds,
    invoice,
    issuing,
    leveling,
    marks,
    no_fee,
    notices,
    plans,
    posting,
    previews,
    proposal,
    result,
    runs,
    selection,
    starting,
)

urlpatterns = [
    path("dunning/", runs.runs, name="runs"),
    path("dunning/effect/", effect.effect, name="effect"),
    path("dunning/new/", starting.run_new, name="run_new"),
    path("dunning/runs/<int:pk>/", runs.run, name="run"),
    path("dunning/runs/<int:pk>/date/", starting.run_date, name="run_date"),
    path(
        "dunning/runs/<int:pk>/selection/",
        proposal.run_selection,
        name="run_selection",
    ),
    path("dunning/runs/<int:pk>/letters/", drafts.run_letters, name="run_letters"),
    path("dunning/runs/<int:pk>/result/", result.run_result, name="run_result"),
    path(
        "dunning/runs/<int:pk>/no-fee/<int:invoice>/",
        no_fee.run_no_fee,
        name="run_no_fee",
    ),
    path("dunning/runs/<int:pk>/discard/", runs.run_discard, name="run_discard"),
    path("dunning/runs/<int:pk>/select/", selection.run_select, name="run_select"),
    path(
        "dunning/runs/<int:pk>/draft/<int:client>/<str:currency>.pdf",
        drafts.run_draft_pdf,
        name="run_draft_pdf",
    ),
    path(
        "dunning/runs/<int:pk>/draft/<int:client>/<str:currency>/<str:part>.pdf",
        drafts.run_draft_pdf,
        name="run_draft_pdf",
    ),
    path("dunning/runs/<int:pk>/issue/", issuing.run_issue, name="run_issue"),
    path("dunning/runs/<int:pk>/send/", issuing.run_send, name="run_send"),
    path("dunning/runs/<int:pk>/progress/", result.run_progress, name="run_progress"),
    path(
        "dunning/runs/<int:pk>/letters.pdf", result.run_multi_pdf, name="run_multi_pdf"
    ),
    path("dunning/runs/<int:pk>/post/", posting.run_post, name="run_post"),
    path(
        "dunning/runs/<int:pk>/post/letters.pdf",
        posting.run_post_pdf,
        name="run_post_pdf",
    ),
    path("dunning/runs/<int:pk>/draw/", result.run_draw, name="run_draw"),
    path("dunning/runs/<int:pk>/lines/", result.run_lines, name="run_lines"),
    path("dunning/notices/<int:pk>/", notices.notice, name="notice"),
    path("dunning/notices/<int:pk>/pdf/", notices.notice_pdf, name="notice_pdf"),
    path(
        "dunning/notices/<int:pk>/withdraw/",
        notices.notice_withdraw,
        name="notice_withdraw",
    ),
    path("clients/<int:pk>/dunning/", clients.client_dunning, name="client_dunning"),
    path("dunning/charges/", charges.charges, name="charges"),
    path("dunning/charges/settle/", charges.charges_settle, name="charges_settle"),
    path("dunning/charges/<int:pk>/", charges.charge, name="charge"),
    path("dunning/charges/<int:pk>/pay/", charges.charge_pay, name="charge_pay"),
    path("dunning/charges/<int:pk>/waive/", charges.charge_waive, name="charge_waive"),
    path(
        "dunning/charges/events/<int:pk>/claim/",
        charges.charge_claim,
        name="charge_claim",
    ),
    path("dunning/holds/new/", holds.hold_new, name="hold_new"),
    path("dunning/holds/<int:pk>/release/", holds.hold_release, name="hold_release"),
    path(
        "invoices/<int:pk>/reminders/",
        invoice.invoice_reminders,
        name="invoice_reminders",
    ),
    path("invoices/<int:pk>/raise/", invoice.invoice_raise, name="invoice_raise"),
    path(
        "invoices/<int:pk>/raise/letter.pdf",
        invoice.invoice_raise_pdf,
        name="invoice_raise_pdf",
    ),
    path("invoices/<int:pk>/level/", leveling.invoice_level, name="invoice_level"),
    path("dunning/decide/", deciding.decisions, name="decisions"),
    path("dunning/decide/<int:pk>/", deciding.invoice_decide, name="invoice_decide"),
    path("dunning/plans/new/", plans.plan_new, name="plan_new"),
    path("dunning/plans/<int:pk>/", plans.plan, name="plan"),
    path("dunning/plans/<int:pk>/end/", plans.plan_end, name="plan_end"),
    path(
        "invoices/<int:pk>/uncollectible/",
        marks.invoice_uncollectible,
        name="invoice_uncollectible",
    ),
    path(
        "invoices/<int:pk>/uncollectible/end/",
        marks.invoice_uncollectible_end,
        name="invoice_uncollectible_end",
    ),
    path(
        "dunning/levels/<int:pk>/preview/", previews.level_preview, name="level_preview"
    ),
    path(
        "dunning/levels/<int:pk>/preview/<int:client>/<str:language>.pdf",
        previews.level_preview_pdf,
        name="level_preview_pdf",
    ),
]
