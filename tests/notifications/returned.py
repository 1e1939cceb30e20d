"""Delivery reports as mail servers write them, for tests; all addresses and servers are made up."""

from __future__ import annotations

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: hello@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4FB1.1764061200/mx.example.net"

--4FB1.1764061200/mx.example.net
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4FB1.1764061200/mx.example.net
Content-Type: message/{fields}

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4FB1
Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; inbound.example.com
Diagnostic-Code: smtp; 550 {status} No such user

--4FB1.1764061200/mx.example.net
Content-Type: {original}

Message-ID: {message_id}
From: Halfhour <hello@example.org>
To: {to}
Subject: Your half hour is booked

{body}
--4FB1.1764061200/mx.example.net--
"""


def report(
    message_id: str,
    *,
    to: str = "noor@example.org",
    status: str = "5.1.1",
    action: str = "failed",
    original: str = "message/rfc822",
    fields: str = "delivery-status",
    final: str = "",
) -> bytes:
    """What a server writes about one mail; the third part is the mail, or with text/rfc822-headers its headers."""
    body = "" if "headers" in original else "Tuesday 24 November, 19:30"
    text = POSTFIX.format(
        message_id=message_id, to=to, status=status, action=action, original=original, fields=fields, body=body,
        final=final or to,
    )  # fmt: skip
    return text.encode()


HOLIDAY = b"""\
From: noor@example.org
To: hello@example.org
Subject: I am away
Auto-Submitted: auto-replied

Back on Monday.
"""
