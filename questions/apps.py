"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionsConfig(AppConfig):
    name = "questions"
    verbose_name = _("Questions")

    def ready(self) -> None:
        from accounts import walls
        from cases import queue
        from notifications import kinds
        from questions import desk, telling

        queue.add_kind(desk.KIND)
        for kind in telling.KINDS:
            kinds.add_kind(kind)
        walls.add_act(
            walls.Act(
                kind="ask",
                sentence=_("To create a new question, please log in or create an account."),
                title=_("Your question"),
                note=_("You were asking a question. We’ll take you straight back, with what you wrote still there."),
                why=_(
                    "Your name still won’t be shown. "
                    "We need an address to tell you about the answer, and what you wrote is kept."
                ),
                fields_shown=(("title", _("Your question, in one line")), ("body", _("What’s going on?"))),
            )
        )
