"""The site's addresses with the list of notifications, and the mail pages that only DEBUG includes, in front."""

from django.urls import include, path

from config.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500"]
urlpatterns = [
    path("account/notifications/", include("portal.notice_urls")),
    path("dev/mail/", include("notifications.dev_urls")),
    *urlpatterns,
]
