"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpecialistsConfig(AppConfig):
    name = "specialists"
    verbose_name = _("Specialists")

    def ready(self) -> None:
        from accounts import deactivation, walls
        from cases import queue
        from specialists import desk, telling, vetting

        queue.add_kind(desk.LICENCE)
        queue.add_kind(desk.CHANGE)
        telling.register()
        deactivation.on_deactivate.append(vetting.leave_with_account)
        walls.add_act(
            walls.Act(
                kind="specialist_profile",
                sentence=_("To create your specialist profile, please log in to your account."),
                why=_("What you filled in is kept, and you’ll come straight back to it."),
                fields_shown=(
                    ("name", _("Name, as on your licence")),
                    ("title", _("What you are")),
                    ("languages", _("Languages you work in")),
                    ("licence_body", _("Licensing body")),
                ),
                title=_("Your specialist profile"),
                note=_("You are creating your specialist profile."),
            )
        )
