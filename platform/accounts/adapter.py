"""How allauth behaves here: its redirects, its mails and its sentences."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import acts, browsers, pending, return_paths
from accounts.models import User
from web.clock import database_now

# Mails with a code, and the page on which that code is typed (`views.code_link`).
CODE_MAILS = {
    "account/email/email_confirmation_signup": "address",
    "account/email/email_confirmation": "address",
    "account/email/login_code": "log-in",
    "account/email/password_reset_code": "password",
}
PASSWORD_SENTENCES = {
    "password_too_short": _("Use at least 10 characters. Three or four words make a good password."),
    "password_too_common": _("That password is on every list of common ones. Add a word or two of your own."),
    "password_entirely_numeric": _("Use some letters too, not only digits."),
    "password_too_similar": _("That is close to your name or address, so it is easy to guess."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to allauth's questions."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Write to us if that is a mistake."),
        "cannot_remove_primary_email": _("You log in with this address. Choose another one to use first."),
        "duplicate_email": _("This address already belongs to your account."),
        "email_password_mismatch": _("That address and password don’t go together. You can ask for a code."),
        "email_taken": _("This address can’t be used. Try another one."),
        "enter_current_password": _("Type the password you use now."),
        "incorrect_code": _("That isn’t the code we sent. Look for the newest mail, or ask for a new code."),
        "incorrect_password": _("That isn’t your password. Try again."),
        "max_email_addresses": _("You can have %d addresses at most. Remove one first."),
        "too_many_login_attempts": _("That was tried too often. Wait five minutes, or log in with a code."),
        "same_as_current": _("That is the one you have now. Type a different one."),
        "rate_limited": _("That was a little too often. Try again in a minute."),
    }

    def is_safe_url(self, url: str) -> bool:
        """Only pages of this site, named by their path."""
        return return_paths.is_local(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Without a `next`: back to what was begun in this browser, else to the account."""
        user = request.user if isinstance(request.user, User) else None
        begun = pending.open_acts(browser=browsers.browser_key(request), user=user, now=database_now())
        return reverse("accounts:begun") if begun.exists() else reverse("accounts:account")

    get_signup_redirect_url = get_login_redirect_url

    def logout(self, request: HttpRequest) -> None:
        """What was begun in this browser goes with the person who leaves it."""
        if isinstance(request.user, User):
            pending.leave_browser(browser=browsers.of(request).digest, user=request.user)
        super().logout(request)

    def clean_password(self, password: str, user: Any = None) -> str:
        """Django's checks in our words. Raises ValidationError."""
        try:
            return super().clean_password(password, user)
        except ValidationError as refused:
            raise ValidationError(
                [
                    ValidationError(PASSWORD_SENTENCES.get(str(error.code), error.message), error.code, error.params)
                    for error in refused.error_list
                ]
            ) from refused

    def send_account_already_exists_mail(self, email: str) -> None:
        """Signing up with a known address must look as with a new one: it hashes once, for nothing, and keeps as long
        what was put aside.
        """
        make_password("as long as a real one takes")
        acts.hold_longer(browsers.browser_key(context.request), database_now())
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context_data: dict[str, Any]) -> None:
        """Adds the names every mail of ours has, and the link that fills in its code."""
        names = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        for name, page in {
            "login_url": "account_login",
            "signup_url": "account_signup",
            "password_reset_url": "account_reset_password",
        }.items():
            names[name] = f"{settings.SITE_URL}{reverse(page)}"
        if code_page := CODE_MAILS.get(template_prefix):
            query = urlencode({"code": context_data["code"]})
            names["code_url"] = f"{settings.SITE_URL}{reverse('accounts:code', args=[code_page])}?{query}"
        everything = {"request": context.request, "email": email} | context_data | names
        self.render_mail(template_prefix, email, everything).send()
