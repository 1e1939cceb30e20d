"""Every address of the site, app by app. Machines' addresses carry no language prefix."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler429 = "accounts.views.too_often"
handler500 = "portal.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.machine_urls")),
    path("consultations/feed/", include("consultations.feed_urls")),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("dev/mail/", include("notifications.dev_urls")))

urlpatterns += i18n_patterns(
    path("", include("portal.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("account/notifications/", include("portal.notice_urls")),
    path("articles/", include("articles.urls")),
    path("specialists/", include("specialists.urls")),
    path("consultations/", include("consultations.urls")),
    path("questions/", include("questions.urls")),
    path("messages/", include("messaging.urls")),
    path("contact/", include("messaging.contact_urls")),
    path("practice/", include("specialists.practice_urls")),
    path("practice/", include("consultations.practice_urls")),
    path("practice/", include("articles.practice_urls")),
    path("practice/", include("questions.practice_urls")),
    path("curation/", include("curation.urls")),
    prefix_default_language=False,
)
