"""The address of a person's list of notifications."""

from django.urls import path

from portal import notice_views

app_name = "notices"
urlpatterns = [path("", notice_views.notice_list, name="list")]
