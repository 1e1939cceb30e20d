"""Addresses of a specialist's hours and half hours."""

from django.urls import path

from consultations import away_views, busy_views, hours_views, list_views, where_views

app_name = "practice_consultations"
urlpatterns = [
    path("availability/", hours_views.availability, name="availability"),
    path("availability/away/", away_views.away, name="away"),
    path("availability/away/<int:pk>/", away_views.away, name="change_away"),
    path("availability/calendar/", busy_views.calendar, name="busy_calendar"),
    path("availability/date/", away_views.one_date, name="date"),
    path("availability/outside/", away_views.outside_hours, name="outside"),
    path("availability/where/", where_views.where, name="where"),
    path("consultations/", list_views.booked, name="booked"),
]
