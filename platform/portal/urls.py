"""Addresses of portal."""

from django.urls import path

from portal import hub_views, search_views, text_views, views
from portal.feeds import TopicFeed

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("topics/", hub_views.topics, name="topics"),
    path("topics/<slug:slug>/", hub_views.topic, name="topic"),
    path("topics/<slug:slug>/feed/", TopicFeed(), name="topic_feed"),
    path("search/", search_views.search, name="search"),
    path("about/", text_views.about, name="about"),
    path("about/ordering/", text_views.ordering, name="ordering"),
    path("free-consultation/", text_views.free_consultation, name="free_consultation"),
    path("for-specialists/", text_views.for_specialists, name="for_specialists"),
    path("crisis/", text_views.crisis, name="crisis"),
    path("privacy/", text_views.privacy, name="privacy"),
    path("terms/", text_views.terms, name="terms"),
]
