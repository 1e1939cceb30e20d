"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from accounts import walls
        from messaging import at_the_wall, telling
        from notifications import kinds

        kinds.add_kind(telling.KIND)
        for act in at_the_wall.ACTS:
            walls.add_act(act)
