"""Addresses of curation."""

from django.urls import path

from curation import operations_views, views

app_name = "curation"
urlpatterns = [
    path("", views.waiting, name="queue"),
    path("decided/", views.decided, name="decided"),
    path("contact/", views.contact, name="contact"),
    path("operations/", operations_views.operations_page, name="operations"),
    path("<int:case_id>/", views.case, name="case"),
]
