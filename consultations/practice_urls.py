"""Addresses of a specialist's hours and half hours."""

from django.urls import path

from consultations import busy_views, list_views, practice_views

app_name = "practice_consultations"
urlpatterns = [
    path("availability/", practice_views.availability, name="availability"),
    path("availability/calendar/", busy_views.calendar, name="busy_calendar"),
    path("consultations/", list_views.booked, name="booked"),
]
