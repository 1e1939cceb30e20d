"""What the login wall says about letters."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import walls

KEPT = (("body", _("Your message")),)
ACTS = (
    walls.Act(
        kind="message",
        sentence=_("You need to be logged in to send messages."),
        title=_("Your message"),
        note=_("You were writing a message. We’ll take you straight back, with what you wrote still there."),
        why=_(
            "That’s so the answer has somewhere private to go. "
            "What you wrote is kept, and you’ll come straight back here to send it."
        ),
        fields_shown=KEPT,
    ),
    walls.Act(
        kind="messages",
        sentence=_("You need to be logged in to read your messages."),
        why=_("Only you and the person you write with can. We’ll bring you straight back here."),
    ),
    walls.Act(
        kind="contact",
        sentence=_("You need to be logged in to contact us."),
        title=_("Your message to us"),
        note=_("You were writing to us. We’ll take you straight back, with what you wrote still there."),
        why=_(
            "That’s so our answer reaches you and nobody else. "
            "What you wrote is kept, and you’ll come straight back here to send it."
        ),
        fields_shown=(("subject", _("What it is about")), *KEPT),
        locked_out_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    ),
)
