"""Settings of the whole site, read once from the environment.

Every variable has a strict reader: a wrong value stops the start with a sentence that names the variable.
Unset, everything suits development on one machine; `DEBUG=false` asks for what production needs
(DECISIONS 24: SECRET_KEY and FIELD_KEYS) and refuses to start without it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import django_include_bootstrap
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from config import content_security, rooms
from config.environment import env, is_loopback, kept_secret, read

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = read(env.bool, "DEBUG", True)
DATA_DIR = Path(read(env.str, "DATA_DIR", str(BASE_DIR / ".data"))).resolve()
HOST = read(env.str, "HOST", "127.0.0.1")
SITE_URL = read(env.str, "SITE_URL", f"http://{HOST}:{read(env.int, 'PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = read(env.list, "ALLOWED_HOSTS", [])

if DEBUG:
    if not is_loopback(HOST) or ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "DEBUG is on (it is unless you set DEBUG=false), and a site in DEBUG must not be reachable from "
            "other machines: leave HOST on 127.0.0.1 and ALLOWED_HOSTS empty, or set DEBUG=false."
        )
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    SECRET_KEY = read(env.str, "SECRET_KEY", "") or kept_secret(DATA_DIR / "secret-key", get_random_secret_key)
else:
    SECRET_KEY = read(env.str, "SECRET_KEY", "")
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("SECRET_KEY: DEBUG is off, so a random key of at least 50 characters is needed.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS: DEBUG is off, so name the hosts this site answers to.")

# Sealing: newest key first, each 32 random bytes in base64 (see platform/sealing).
FIELD_KEYS = read(env.list, "FIELD_KEYS", [])
if not FIELD_KEYS:
    if not DEBUG:
        raise ImproperlyConfigured(
            "FIELD_KEYS: DEBUG is off, so the keys that seal messages and notes are needed. "
            "Make one with: DEBUG=true python manage.py new_field_key"
        )
    from sealing.keys import new_key

    FIELD_KEYS = [kept_secret(DATA_DIR / "field-key", new_key)]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    # Ours, from the roof down; a template or command of a higher app wins over a lower one's.
    "portal",
    "curation",
    "articles",
    "questions",
    "consultations",
    "messaging",
    "specialists",
    "accounts",
    "notifications",
    "topics",
    "references",
    "policies",
    "cases",
    "audit",
    "sealing",
    "web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "web.headers.PermissionsPolicyMiddleware",
    "portal.errors.OwnErrorPagesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.public_pages.PublicPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "web.languages.UrlLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.zones.MemberZoneMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "policies.context.strip",
                "portal.context.header",
            ],
            "libraries": {"i18n": "web.templatetags.quick_i18n"},
        },
    }
]

# Our `i18n` tags stand in the place of Django's on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

DATABASES = {"default": read(env.dj_db_url, "DATABASE_URL", "postgresql://halfhour@/halfhour", conn_max_age=60)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = read(env.str, "REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "web.caches.ForgivingRedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "KEY_PREFIX": "halfhour",
    }
}
PAGE_CACHE_SECONDS = read(env.int, "PAGE_CACHE_SECONDS", 30)

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 300
# A broker that is away costs one short wait; the next tick finds the row.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "socket_connect_timeout": 2}
CELERY_TIMEZONE = "UTC"
TICK_SECONDS = read(env.float, "TICK_SECONDS", 30.0)
SENDING_LEASE_SECONDS = read(env.int, "SENDING_LEASE_SECONDS", 120)
REMINDER_LEADS_MINUTES = read(env.list, "REMINDER_LEADS_MINUTES", [24 * 60, 60], subcast=int)
CELERY_BEAT_SCHEDULE = {
    # `expires` keeps a stopped worker from finding a pile of old ticks (DECISIONS 19).
    "deliver due notifications": {
        "task": "notifications.tasks.deliver_due",
        "kwargs": {"ticked": True},
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS * 0.8},
    },
    "keep openings true": {
        "task": "consultations.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS * 0.8},
    },
    "roll openings forward": {"task": "consultations.tasks.roll_openings", "schedule": timedelta(minutes=15)},
    "read busy calendars": {"task": "consultations.tasks.refresh_busy_calendars", "schedule": timedelta(minutes=2)},
    "check clocks": {"task": "consultations.tasks.check_clocks", "schedule": timedelta(days=1)},
    "hide lapsed licences": {"task": "specialists.tasks.hide_lapsed", "schedule": timedelta(hours=1)},
    "forget old acts": {"task": "accounts.tasks.forget_expired_acts", "schedule": timedelta(hours=1)},
}

# Reading a specialist's calendar from this very machine, for development only: see consultations/busy_network.py.
BUSY_CALENDARS_ON_LOOPBACK = read(env.bool, "BUSY_CALENDARS_ON_LOOPBACK", False)
if BUSY_CALENDARS_ON_LOOPBACK and not DEBUG:
    raise ImproperlyConfigured("BUSY_CALENDARS_ON_LOOPBACK: DEBUG is off, and then this machine itself is never read.")

# Who you are
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/account/", "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.DisplayNameForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 1800
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Never the cookie: a word meant for one person must not ride on a page that is the same for everyone.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
ALLAUTH_TRUSTED_PROXY_COUNT = read(env.int, "TRUSTED_PROXIES", 0)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
READING_WALLS = read(env.list, "READING_WALLS", [])
if wrong := set(READING_WALLS) - {"articles", "specialists", "questions"}:
    raise ImproperlyConfigured(
        f"READING_WALLS: {', '.join(sorted(wrong))} is no section; choose from articles, specialists, questions."
    )

# Words, days and places
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "platform" / "web" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
SITE_TIME_ZONE = read(env.str, "SITE_TIME_ZONE", "UTC")
if SITE_TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"SITE_TIME_ZONE: {SITE_TIME_ZONE!r} is no IANA time zone; try Europe/Lisbon.")
SITE_NAME = read(env.str, "SITE_NAME", "Halfhour")
SITE_COUNTRY = read(env.str, "SITE_COUNTRY", "PT").upper()

# Files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [("vendor/bootstrap", Path(django_include_bootstrap.__file__).parent / "static" / "css")]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "web.static_storage.HashedStaticFiles"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Mail
EMAIL_URL = read(env.str, "EMAIL_URL", f"file://{DATA_DIR / 'mail'}" if DEBUG else "smtp://localhost:25")
_mail = read(env.dj_email_url, "EMAIL_URL", EMAIL_URL)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = _mail["EMAIL_TIMEOUT"] or 20
if urlsplit(EMAIL_URL).scheme == "file":
    EMAIL_BACKEND = "notifications.mail_folder.EmailBackend"
    EMAIL_FILE_PATH = Path(urlsplit(EMAIL_URL).path)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read(env.str, "FROM_EMAIL", f"{SITE_NAME} <hello@example.org>")

# How browsers must treat us, and what helps two of them to meet in a video room
CONTENT_SECURITY_POLICY = content_security.CONTENT_SECURITY_POLICY
STUN_URLS, TURN_URLS, TURN_SECRET = rooms.STUN_URLS, rooms.TURN_URLS, rooms.TURN_SECRET
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = read(env.bool, "SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
