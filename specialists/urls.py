"""Addresses of specialists."""

from django.urls import path

from specialists import views

app_name = "specialists"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("soonest/", views.soonest, name="soonest"),
    path("join/", views.join, name="join"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/openings/", views.openings, name="openings"),
]
