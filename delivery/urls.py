"""Pages of the outbox and the archive."""

from django.urls import path

from delivery import views

urlpatterns = [
    path("messages/", views.outbox, name="messages"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/file/", views.message_file, name="message_file"),
    path("messages/<int:pk>/cancel/", views.message_cancel, name="message_cancel"),
    path("messages/<int:pk>/arrived/", views.message_arrived, name="message_arrived"),
    path("messages/<int:pk>/again/", views.message_again, name="message_again"),
    path("messages/<int:pk>/anew/", views.message_anew, name="message_anew"),
    path("documents/", views.documents, name="documents"),
    path("documents/<int:pk>/", views.document, name="document"),
]
