"""The site's addresses, with the list of notifications in front."""

from django.urls import include, path

from config.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500"]
urlpatterns = [path("account/notifications/", include("portal.notice_urls")), *urlpatterns]
