"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from accounts import deactivation, walls
        from consultations import (
            after_mails,
            at_the_wall,
            busy_calendars,
            busy_telling,
            cancelling,
            desk,
            mails,
            situation,
        )
        from specialists import changes

        mails.register()
        after_mails.register()
        busy_telling.register()
        changes.on_change.append(situation.on_change)
        changes.on_change.append(busy_calendars.on_change)
        deactivation.on_deactivate.append(cancelling.on_deactivate)
        deactivation.on_deactivate.append(busy_calendars.on_deactivate)
        desk.register()
        walls.add_act(
            walls.Act(
                kind="book",
                sentence=_("You need to be logged in to book your free consultation."),
                why=_(
                    "That’s so the two of you can find each other again. "
                    "What you filled in is kept, and you’ll come straight back here to confirm."
                ),
                fields_shown=(("note", _("What you want them to know first")),),
                hold=at_the_wall.hold,
                title=_("Your half hour"),
                note=_("You were booking a half hour. We’ll take you straight back to it."),
            )
        )
