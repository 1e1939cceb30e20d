"""The address of contact us."""

from django.urls import path

from messaging import views

app_name = "contact"
urlpatterns = [path("", views.contact, name="contact")]
