"""Addresses of a specialist's articles."""

from django.urls import URLPattern

app_name = "practice_articles"
urlpatterns: list[URLPattern] = []
