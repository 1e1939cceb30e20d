"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts.acts import Act, add_act

        add_act(
            Act(
                kind="account",
                sentence=_("You need to be logged in to see your account."),
                why=_("It is yours alone. We’ll bring you straight back here."),
                title=_("Your account"),
                fields_shown=(("display_name", _("What we call you")),),
            )
        )
