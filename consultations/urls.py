"""Addresses of consultations."""

from django.urls import path

from consultations import views

app_name = "consultations"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("book/<slug:slug>/", views.book, name="book"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:public_id>/reschedule/", views.detail, name="reschedule"),
    path("<uuid:public_id>/answer/", views.detail, name="answer"),
    path("<uuid:public_id>/invite.ics", views.invite, name="invite"),
]
