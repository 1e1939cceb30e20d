"""The mail about a letter: that there is one and from whom, never what it says."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from messaging.conversations import ARRIVED
from messaging.models import Message, ReadMark, Thread
from notifications.kinds import Kind, Skip, Telling
from notifications.models import Notification, State


def read_arrived(notification: Notification, now: datetime) -> Telling | Skip:
    """What to say now. Skipped when it was read meanwhile, or an earlier mail about this thread still stands unread."""
    thread = (
        Thread.objects.select_for_update(no_key=True, of=("self",))
        .select_related("specialist", "specialist__user", "member")
        .filter(pk=notification.subject_id or 0)
        .first()
    )
    message = Message.objects.select_related("sender").filter(pk=int(notification.occasion)).first()
    if thread is None or message is None:
        return Skip("gone")
    mark = ReadMark.objects.filter(thread=thread, user=notification.recipient_id).first()
    read_to = mark.last_read if mark else 0
    if read_to >= message.pk:
        return Skip("read already")
    told = Notification.objects.filter(
        kind=ARRIVED,
        subject_id=thread.pk,
        recipient=notification.recipient_id,
        state__in=(State.ACCEPTED, State.UNKNOWN),
    ).exclude(pk=notification.pk)
    if any(int(occasion) > read_to for occasion in told.values_list("occasion", flat=True)):
        return Skip("told already")
    return Telling(
        context={"writer": writer_name(thread, message)},
        path=reverse("messaging:thread", args=[thread.public_id]),
    )


def writer_name(thread: Thread, message: Message) -> str:
    """Who wrote, as the other side knows them; empty for the team, which the mail names itself."""
    if thread.specialist and thread.specialist.user_id == message.sender_id:
        return thread.specialist.name
    return message.sender.get_short_name() if message.sender_id == thread.member_id else ""


KIND = Kind(code=ARRIVED, template="emails/messaging/arrived.html", read=read_arrived)
