"""Addresses of a specialist's own pages."""

from django.urls import path, re_path

from specialists import practice_views

app_name = "practice"
urlpatterns = [
    path("", practice_views.overview, name="overview"),
    path("profile/", practice_views.profile, name="profile"),
    re_path(r"^profile/(?P<step>submit|pause|resume|withdraw)/$", practice_views.state, name="state"),
]
