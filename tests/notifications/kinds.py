"""A kind to test with: it tells that a topic is there, and has nothing to tell once the topic is gone."""

from __future__ import annotations

from datetime import datetime

from notifications.kinds import Kind, Skip, Telling
from notifications.models import Notification
from topics.models import Topic

CODE = "test_topic"


def read(notification: Notification, now: datetime) -> Telling | Skip:
    topic = Topic.objects.select_for_update(no_key=True).filter(pk=notification.subject_id).first()
    if topic is None:
        return Skip("gone")
    return Telling(context={"writer": f"Ada <{topic.slug}>"}, path=f"/topics/{topic.slug}/")


KIND = Kind(code=CODE, template="emails/messaging/arrived.html", read=read)
