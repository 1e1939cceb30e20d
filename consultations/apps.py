"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from accounts import deactivation
        from consultations import (
            after_mails,
            at_the_wall,
            busy_calendars,
            busy_telling,
            cancelling,
            desk,
            earlier_mail,
            mails,
            situation,
        )
        from specialists import changes

        mails.register()
        after_mails.register()
        busy_telling.register()
        earlier_mail.register()
        changes.on_change.append(situation.on_change)
        changes.on_change.append(busy_calendars.on_change)
        deactivation.on_deactivate.append(cancelling.on_deactivate)
        deactivation.on_deactivate.append(busy_calendars.on_deactivate)
        desk.register()
        at_the_wall.register()
