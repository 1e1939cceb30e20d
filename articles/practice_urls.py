"""Addresses of a specialist's articles."""

from django.urls import path

from articles import practice_views as views

app_name = "practice_articles"
urlpatterns = [
    path("articles/", views.index, name="index"),
    path("articles/new/", views.new, name="new"),
    path("articles/<slug:slug>/", views.edit, name="edit"),
    path("articles/<slug:slug>/preview/", views.preview, name="preview"),
    path("articles/<slug:slug>/submit/", views.submit, name="submit"),
    path("articles/<slug:slug>/archive/", views.archive, name="archive"),
]
