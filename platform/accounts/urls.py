"""Addresses of accounts, beside allauth's own under /accounts/."""

from django.urls import path, re_path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/resume/", views.begun, name="begun"),
    path("account/resume/<uuid:act_id>/", views.resume, name="resume"),
    path("account/resume/<uuid:act_id>/discard/", views.discard, name="discard"),
    re_path(r"^account/code/(?P<purpose>address|log-in|password)/$", views.code_link, name="code"),
]
