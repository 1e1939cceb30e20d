"""Addresses of private calendar feeds."""

from django.urls import URLPattern

app_name = "consultation_feeds"
urlpatterns: list[URLPattern] = []
