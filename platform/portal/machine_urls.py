"""Addresses of what machines read: health, sitemap, robots."""

from django.urls import URLPattern

app_name = "machines"
urlpatterns: list[URLPattern] = []
