"""Addresses of consultations."""

from django.urls import path

from consultations import booking_views, detail_views, feed_views, fit_views, list_views

app_name = "consultations"
urlpatterns = [
    path("", list_views.mine, name="mine"),
    path("calendar/", feed_views.calendar, name="calendar"),
    path("book/<slug:slug>/", booking_views.book, name="book"),
    path("<uuid:public_id>/", detail_views.detail, name="detail"),
    path("<uuid:public_id>/cancel/", detail_views.cancel, name="cancel"),
    path("<uuid:public_id>/reschedule/", detail_views.detail, name="reschedule"),
    path("<uuid:public_id>/answer/", detail_views.detail, name="answer"),
    path("<uuid:public_id>/fit/", fit_views.fit, name="fit"),
    path("<uuid:public_id>/invite.ics", detail_views.invite, name="invite"),
]
