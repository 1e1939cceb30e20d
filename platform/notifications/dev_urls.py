"""Addresses of mail written in development."""

from django.urls import URLPattern

app_name = "dev_mail"
urlpatterns: list[URLPattern] = []
