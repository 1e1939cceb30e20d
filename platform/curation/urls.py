"""Addresses of curation."""

from django.urls import path

from curation import views

app_name = "curation"
urlpatterns = [
    path("", views.waiting, name="queue"),
    path("decided/", views.decided, name="decided"),
    path("contact/", views.contact, name="contact"),
    path("<int:case_id>/", views.case, name="case"),
]
