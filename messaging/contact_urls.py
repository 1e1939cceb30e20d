"""Addresses of contact us."""

from django.urls import URLPattern

app_name = "contact"
urlpatterns: list[URLPattern] = []
