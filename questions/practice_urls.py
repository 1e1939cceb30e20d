"""Addresses of questions a specialist may answer."""

from django.urls import URLPattern

app_name = "practice_questions"
urlpatterns: list[URLPattern] = []
