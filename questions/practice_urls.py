"""Addresses of questions a specialist may answer."""

from django.urls import path

from questions import practice_views

app_name = "practice_questions"
urlpatterns = [
    path("questions/", practice_views.index, name="index"),
    path("questions/<str:public_id>/answer/", practice_views.answer, name="answer"),
]
