"""Addresses of articles."""

from django.urls import path

from articles import views

app_name = "articles"
urlpatterns = [
    path("", views.index, name="index"),
    path("feed/", views.feed, name="feed"),
    path("<slug:slug>/", views.article, name="article"),
    path("<slug:slug>/cite.<str:extension>", views.cite, name="cite"),
]
