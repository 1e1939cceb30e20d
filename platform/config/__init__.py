"""The roof. Importing it makes the Celery application the current one, in the web process too."""

from config.celery_app import app

__all__ = ["app"]
