"""Addresses of conversations."""

from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("new/<slug:slug>/", views.new, name="new"),
    path("<uuid:public_id>/", views.thread, name="thread"),
    path("<uuid:public_id>/close/", views.close, name="close"),
]
