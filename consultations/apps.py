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
                hold_longer=at_the_wall.hold_longer,
                title=_("Your half hour"),
                note=_("You were booking a half hour. We’ll take you straight back to it."),
            )
        )
        walls.add_act(
            walls.Act(
                kind="earlier",
                sentence=_("You need to be logged in to be told about an earlier time."),
                why=_("That’s so we know whom to write to. You’ll come straight back here."),
                title=_("An earlier time"),
                note=_("You wanted to be told about an earlier time. We’ll take you straight back to it."),
            )
        )
