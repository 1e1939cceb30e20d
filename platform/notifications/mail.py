"""What is told, as a mail: both versions, in the recipient's language and zone, discreet where they asked for it."""

from __future__ import annotations

import re
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from notifications.kinds import Attachment, Telling
from notifications.models import Notification
from notifications.outbox import message_id

LIST_PATH = "/account/notifications/"
# Page tags mark up times for scripts; in plain text only what they say is wanted.
TIME_MARKUP = re.compile(r"</?time\b[^>]*>")
# RFC 3834: nobody's holiday notice should answer us. The second says so to Exchange.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def compose(notification: Notification, telling: Telling, template: str) -> tuple[EmailMultiAlternatives, str]:
    """The mail, and its full subject, which the recipient's own list on the site shows."""
    recipient = notification.recipient
    with translation.override(recipient.locale), timezone.override(recipient.zone):
        context = telling.context | {
            "recipient": recipient,
            "zone": recipient.zone,
            "site_name": settings.SITE_NAME,
            "url": settings.SITE_URL + telling.path,
        }
        title = _line(_plain(template, "subject", context))
        message = _discreet(template, context) if recipient.discreet else _open(template, context, title)
    message.to = [recipient.email]
    message.extra_headers = AUTOMATIC | {"Message-ID": message_id(notification)}
    for attachment in telling.attachments:
        _attach(message, attachment)
    return message, title


def _open(template: str, context: dict[str, Any], title: str) -> EmailMultiAlternatives:
    text = _wrapped_text(_plain(template, "text", context), context)
    message = EmailMultiAlternatives(title, text, settings.DEFAULT_FROM_EMAIL)
    # The partial was rendered with escaping on; it is markup by now.
    body = mark_safe(_partial(template, "html").render(Context(context)))
    message.attach_alternative(
        render_to_string("emails/layout.html", context | {"subject": title, "body": body}), "text/html"
    )
    return message


def _discreet(template: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Text alone, from a bare address, with a link that names nothing but our list."""
    context = context | {"url": settings.SITE_URL + LIST_PATH}
    return EmailMultiAlternatives(
        _line(_plain(template, "discreet_subject", context)),
        _plain(template, "discreet_text", context).strip() + "\n",
        parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )


def _partial(template: str, name: str) -> Any:
    """One part of a mail's file; raises KeyError for one it lacks."""
    whole = get_template(template).template  # type: ignore[attr-defined]
    part = whole.extra_data["partials"][name]
    part.engine = whole.engine
    return part


def _plain(template: str, name: str, context: dict[str, Any]) -> str:
    said = _partial(template, name).render(Context(context, autoescape=False))
    return TIME_MARKUP.sub("", said)


def _wrapped_text(body: str, context: dict[str, Any]) -> str:
    return render_to_string("emails/layout.txt", context | {"body": mark_safe(body.strip())})


def _line(text: str) -> str:
    """A subject is one line, whatever a name in it contains (RFC 5322, 2.2)."""
    return " ".join(text.split())


def _attach(message: EmailMultiAlternatives, attachment: Attachment) -> None:
    """Text keeps the parameters of its type, which mail programs need for an invitation (RFC 6047, 2.4)."""
    main, *parameters = (part.strip() for part in attachment.mimetype.split(";"))
    if not main.startswith("text/"):
        message.attach(attachment.name, attachment.content, main)
        return
    part = MIMEText(attachment.content.decode(), main.partition("/")[2], "utf-8")
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    message.attach(part)
