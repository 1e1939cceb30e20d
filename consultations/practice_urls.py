"""Addresses of a specialist's hours and half hours."""

from django.urls import URLPattern

app_name = "practice_consultations"
urlpatterns: list[URLPattern] = []
