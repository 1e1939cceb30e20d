"""Addresses of consultations."""

from django.urls import path

from consultations import (
    booking_views,
    changing_views,
    detail_views,
    earlier_views,
    feed_views,
    fit_views,
    hold_views,
    list_views,
    room_views,
)

app_name = "consultations"
urlpatterns = [
    path("", list_views.mine, name="mine"),
    path("calendar/", feed_views.calendar, name="calendar"),
    path("book/<slug:slug>/", booking_views.book, name="book"),
    path("hold/", hold_views.hold, name="hold"),
    path("earlier/<slug:slug>/", earlier_views.earlier, name="earlier"),
    path("earlier/offer/<uuid:public_id>/", earlier_views.offer, name="offer"),
    path("<uuid:public_id>/", detail_views.detail, name="detail"),
    path("<uuid:public_id>/cancel/", changing_views.cancel, name="cancel"),
    path("<uuid:public_id>/reschedule/", changing_views.reschedule, name="reschedule"),
    path("<uuid:public_id>/answer/", changing_views.answer, name="answer"),
    path("<uuid:public_id>/clock/", detail_views.keep_clock, name="clock"),
    path("<uuid:public_id>/exclude/", detail_views.exclude, name="exclude"),
    path("<uuid:public_id>/fit/", fit_views.fit, name="fit"),
    path("<uuid:public_id>/join/", room_views.join, name="join"),
    path("<uuid:public_id>/join/signals/", room_views.signals, name="signals"),
    path("<uuid:public_id>/invite.ics", detail_views.invite, name="invite"),
]
