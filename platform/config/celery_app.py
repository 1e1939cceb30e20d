"""The Celery application: worker and beat start it as `celery -A config.celery_app`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("halfhour")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
