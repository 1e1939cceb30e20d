"""The app's name, and whose hands the raw data site is in."""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    name = "curation"
    verbose_name = _("Curation")

    def import_models(self) -> None:
        """Also names our own admin site, before any `ready()` asks Django's admin for it."""
        super().import_models()
        apps.get_app_config("admin").default_site = "curation.admin_site.RawDataSite"  # type: ignore[attr-defined]

    def ready(self) -> None:
        """Every app has been loaded and has registered what it would: now our own registrations replace them."""
        from curation.admin import register_everything

        register_everything()
