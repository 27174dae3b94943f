"""Pages of the outbox and the archive, and where providers report."""

from django.urls import path

from delivery import public, webhooks
from delivery.views import documents, messages

urlpatterns = [
    path("messages/", messages.outbox, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/<int:pk>/file/", messages.message_file, name="message_file"),
    path("messages/<int:pk>/cancel/", messages.message_cancel, name="message_cancel"),
    path(
        "messages/<int:pk>/arrived/", messages.message_arrived, name="message_arrived"
    ),
    path("messages/<int:pk>/again/", messages.message_again, name="message_again"),
    path("messages/<int:pk>/anew/", messages.message_anew, name="message_anew"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("shared/<str:token>/", public.shared, name="shared"),
    path("shared/<str:token>/file/", public.shared_file, name="shared_file"),
    path("anymail/<slug:provider>/tracking/", webhooks.reports, name="reports"),
]
