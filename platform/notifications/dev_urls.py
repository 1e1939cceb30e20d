"""Addresses of mail written in development."""

from django.urls import path

from notifications import dev_views

app_name = "dev_mail"
urlpatterns = [
    path("", dev_views.mail_list, name="list"),
    path("<slug:name>/", dev_views.mail, name="mail"),
    path("<slug:name>/html/", dev_views.mail_html, name="html"),
]
