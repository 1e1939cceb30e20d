"""Addresses of questions."""

from django.urls import path

from accounts import walls
from questions import views
from questions.feeds import Published

app_name = "questions"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("ask/thanks/", views.thanks, name="thanks"),
    path("ask/help-now/", views.thanks, {"urgent": True}, name="safe"),
    path("mine/", views.mine, name="mine"),
    path("feed/", walls.reading("questions")(Published()), name="feed"),
    path("<str:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:public_id>/<slug:slug>/", views.question, name="question"),
]
