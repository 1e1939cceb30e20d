"""Addresses of what machines read: health, sitemap, robots. No language prefix."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from portal import machine_views
from portal.sitemaps import SITEMAPS

app_name = "machines"
urlpatterns = [
    path("healthz", machine_views.health, name="health"),
    path("readyz", machine_views.ready, name="ready"),
    path("metrics", machine_views.metrics, name="metrics"),
    path("robots.txt", machine_views.robots, name="robots"),
    path("manifest.webmanifest", machine_views.manifest, name="manifest"),
    path(".well-known/security.txt", machine_views.security, name="security"),
    # Browsers ask for it by this name on pages that name no icon (a calendar file, a refused request).
    path("favicon.ico", machine_views.favicon, name="favicon"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
