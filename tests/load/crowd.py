"""A crowd of people who book, move and cancel through the real web server, each as one browser with a session."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

SETTLED = {200, 303, 409, 429, 503}  # pages, done, taken, a limit, "not booked: busy"
PATIENCE_SECONDS = 90


@dataclass
class Answer:
    """What the server said."""

    status: int
    body: str
    location: str = ""

    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.body, "html.parser")


@dataclass
class Person:
    """One browser: its cookies and what it believes to have booked."""

    port: int
    cookies: dict[str, str]
    specialists: Sequence[str]
    seed: int
    booked: str = ""  # path of the booking that this person believes to hold
    said: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def live(self, ends: float) -> None:
        """Acts until the time is over; a fault is written down, not raised, since this runs in a thread."""
        try:
            while time.monotonic() < ends:
                if not self.booked:
                    self.book()
                elif self.chance.random() < 0.5:
                    self.move()
                else:
                    self.cancel()
        except Exception as error:
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            self.line.close()

    def book(self) -> None:
        slug = self.chance.choice(self.specialists)
        page = self.ask("GET", f"/specialists/{slug}/").soup()
        paths = [str(each["href"]) for each in page.select(f'a[href^="/consultations/book/{slug}/?start="]')]
        if not paths:
            self.said["nothing free"] += 1
            return
        path = self.chance.choice(paths)
        shown = self.ask("GET", path)
        if shown.status == 303 or "location" not in shown.body:
            return
        done = self.send(path, shown, consent="on", location="PT")
        self.said[f"book {done.status}"] += 1
        if done.status == 303:
            self.booked = urlsplit(done.location).path
            self.believe("Cancel")

    def move(self) -> None:
        path = f"{self.booked}reschedule/"
        shown = self.ask("GET", path)
        starts = [
            str(each["value"]) for each in shown.soup().select('input[type=radio][name=start], option[value$="Z"]')
        ]
        if not starts:
            self.said["nowhere to move"] += 1
            self.cancel()
            return
        done = self.send(path, shown, start=self.chance.choice(starts))
        self.said[f"move {done.status}"] += 1
        if done.status == 303:
            self.believe("Cancel")

    def cancel(self) -> None:
        path = f"{self.booked}cancel/"
        done = self.send(path, self.ask("GET", path))
        self.said[f"cancel {done.status}"] += 1
        if done.status == 303:
            self.believe("Cancelled by you")
            self.booked = ""

    def believe(self, words: str) -> None:
        """The page of one's booking must say what was just answered."""
        if words not in self.ask("GET", self.booked).body:
            self.faults.append(f"{self.booked} does not say {words!r}")

    def send(self, path: str, shown: Answer, **chosen: str) -> Answer:
        """Posts the form of a page, as a browser would, with these choices."""
        form = next(each for each in shown.soup().select("main form") if str(each.get("method", "")).lower() == "post")
        return self.ask("POST", path, _filled(form) | chosen)

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Answer:
        headers = {"Host": "127.0.0.1", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        if answer.status not in SETTLED | {302}:
            self.faults.append(f"{method} {path.partition('?')[0]} answered {answer.status}")
        return Answer(answer.status, text, answer.headers.get("Location", ""))


def _filled(form: Tag) -> dict[str, str]:
    """What a form sends when nobody changes anything."""
    fields = {}
    for each in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(each["name"]), each.get("type", "")
        if each.name == "select":
            option = each.select_one("option[selected]") or each.select_one("option")
            fields[name] = str(option["value"]) if option else ""
        elif kind in ("radio", "checkbox") and not each.has_attr("checked"):
            continue
        else:
            fields[name] = each.get_text() if each.name == "textarea" else str(each.get("value", ""))
    return fields


def let_loose(people: Sequence[Person], seconds: float) -> None:
    """All of them at once, for this long."""
    ends = time.monotonic() + seconds
    threads = [threading.Thread(target=each.live, args=(ends,), daemon=True) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + PATIENCE_SECONDS)
