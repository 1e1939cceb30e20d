"""Addresses of a person's list of notifications and what they choose about them."""

from django.urls import path

from portal import notice_views

app_name = "notices"
urlpatterns = [
    path("", notice_views.notice_list, name="list"),
    path("plan/", notice_views.plan, name="plan"),
    path("address/", notice_views.address_is_right, name="address"),
]
