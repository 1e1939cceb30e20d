"""Who you are: the account, what you agreed to, and what you had begun before you logged in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sealing.fields import SealedTextField


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the address is the log-in name and is stored in lower case (DECISIONS 4)."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_curator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One person. Never deleted: erasure scrubs it to a skeleton (DECISIONS 4)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    display_name = models.CharField(_("what to call you"), max_length=60, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    locale = models.CharField(_("language"), max_length=12, default="en")
    discreet = models.BooleanField(
        _("discreet"), default=False, help_text=_("Mails and calendar entries don't say what they are about.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the raw data"), default=False)
    is_curator = models.BooleanField(_("curator"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="email_lower_case")]

    def __str__(self) -> str:
        return self.get_short_name()

    def get_short_name(self) -> str:
        """What to call this person; never the address."""
        return self.display_name or str(_("a member"))

    get_full_name = get_short_name

    @property
    def zone(self) -> str:
        """The zone times are shown in: the person's own, else the site's."""
        return self.time_zone or settings.SITE_TIME_ZONE


class Consent(models.Model):
    """What a person agreed to, in which version, when: kept as long as the account."""

    user = models.ForeignKey(User, models.PROTECT, related_name="consents")
    document = models.CharField(_("document"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["user", "document", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.document} {self.version}"


class PendingActQuerySet(models.QuerySet["PendingAct"]):
    """Words to ask for pending acts with."""

    def alive(self, now: datetime) -> PendingActQuerySet:
        return self.filter(expires_at__gt=now, done_at=None)

    def of_browser(self, browser: str) -> PendingActQuerySet:
        """Acts begun in this browser, newest first; `browser` is the digest of the cookie's key."""
        return self.filter(browser=browser).order_by("-created_at", "-id")


class PendingAct(models.Model):
    """What somebody had begun before logging in: the raw fields, sealed, for 24 hours (DECISIONS 11)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    browser = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    return_path = models.CharField(max_length=500)
    payload = SealedTextField()
    account = models.ForeignKey(User, models.PROTECT, null=True, related_name="pending_acts")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = PendingActQuerySet.as_manager()

    class Meta:
        verbose_name = _("pending act")
        verbose_name_plural = _("pending acts")
        indexes = [
            models.Index(fields=["browser", "-created_at"], name="act_of_browser"),
            models.Index(fields=["expires_at"], name="act_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
