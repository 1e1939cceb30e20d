"""The address of private calendar feeds, read by calendars: no language prefix, no session."""

from django.urls import path

from consultations import feed_views

app_name = "consultation_feeds"
urlpatterns = [path("<str:token>.ics", feed_views.feed, name="feed")]
