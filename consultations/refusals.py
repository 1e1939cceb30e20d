"""What booking and cancelling may answer instead of doing it: each a sentence for the person who tried."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _


class Refused(Exception):
    """Not done. `nearest` are free half hours close to the one asked for, `retry_at` is when a limit frees."""

    def __init__(self, sentence: str, *, nearest: Iterable[datetime] = (), retry_at: datetime | None = None) -> None:
        super().__init__(sentence)
        self.nearest = list(nearest)
        self.retry_at = retry_at


class SlotTaken(Refused):
    """The half hour was open and is not any more, or it is kept for somebody who is logging in."""

    def __init__(self, nearest: Iterable[datetime] = (), sentence: str = "") -> None:
        super().__init__(
            sentence or _("This half hour was taken just before you came to it. It isn’t booked."), nearest=nearest
        )


class Offered(SlotTaken):
    """The half hour came free and is being offered to somebody who waits in line for one."""

    def __init__(self, nearest: Iterable[datetime] = ()) -> None:
        sentence = _(
            "This half hour came free just now and is offered to somebody who waits for one. "
            "If they don’t take it, it is open to everybody again within half an hour."
        )
        super().__init__(nearest, sentence)


class TooSoon(SlotTaken):
    """The notice the specialist asks for has begun (BOOKING 12)."""

    def __init__(self, nearest: Iterable[datetime] = ()) -> None:
        super().__init__(nearest, _("This half hour begins too soon to be booked now."))


class NotOffered(SlotTaken):
    """A time that is not among the specialist's half hours."""

    def __init__(self, nearest: Iterable[datetime] = ()) -> None:
        super().__init__(nearest, _("This time can’t be booked. Choose one of the free half hours."))


class Gone(SlotTaken):
    """Known before anything is sent: the page was opened for a half hour that is not among the free ones."""

    def __init__(self, nearest: Iterable[datetime] = ()) -> None:
        super().__init__(nearest, _("This half hour is not free any more."))


class NotBookable(Refused):
    """The specialist gives no free half hours at present; also what an excluded member reads (BOOKING 36)."""

    def __init__(self) -> None:
        super().__init__(_("There are no free half hours here at present. Other specialists have some."))


class OwnTime(Refused):
    """A specialist and their own half hours."""

    def __init__(self) -> None:
        super().__init__(_("These are your own half hours, so you can’t book one of them."))


class FormatNotOffered(Refused):
    """A way of talking that this specialist does not offer."""

    def __init__(self) -> None:
        super().__init__(_("Choose one of the ways of talking that are offered here."))


class AlreadyElsewhere(Refused):
    """The member has another half hour at that time (BOOKING 9)."""

    def __init__(self, name: str) -> None:
        sentence = _("You already have a half hour with %(name)s at that time. Cancel it first, or choose another.")
        super().__init__(sentence % {"name": name})


class OneOpenEach(Refused):
    """One open free half hour for each pair."""

    def __init__(self, name: str, retry_at: datetime) -> None:
        sentence = _("You already have a free half hour with %(name)s coming up. Move it or cancel it first.")
        super().__init__(sentence % {"name": name}, retry_at=retry_at)


class ThreeComing(Refused):
    """Three coming half hours for each member."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(_("You have three free half hours coming up, which is the most at a time."), retry_at=retry_at)


class OneAYear(Refused):
    """One held half hour for each pair in the 365 days before the new start."""

    def __init__(self, name: str, retry_at: datetime) -> None:
        sentence = _("You have had your free half hour with %(name)s within the last year. You can still write.")
        super().__init__(sentence % {"name": name}, retry_at=retry_at)


class Busy(Refused):
    """The database did not answer in time (BOOKING 43): nothing was changed, and trying again is safe."""

    def __init__(self) -> None:
        super().__init__(_("Nothing was booked or changed: many people are here at this moment. Please try again."))


class TooManyHolds(Refused):
    """Three kept half hours for each connection in an hour."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(_("We can’t keep more times for your connection at the moment."), retry_at=retry_at)


class TooManyLines(Refused):
    """Five places in line for each member."""

    def __init__(self) -> None:
        super().__init__(_("You wait for an earlier time with five specialists, which is the most. Leave one first."))


class OfferOver(Refused):
    """An offer of an earlier half hour that ran out, was passed on, or would not be earlier any more."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("This offer is over, so nothing was changed. We’ll ask you about the next one."))


class TooLateToCancel(Refused):
    """It has begun."""

    def __init__(self) -> None:
        super().__init__(_("This half hour has begun, so it can’t be cancelled any more."))


class TooLateToMove(Refused):
    """It has begun."""

    def __init__(self) -> None:
        super().__init__(_("This half hour has begun, so it can’t be moved any more."))


class NotYours(Refused):
    """Only the two people who meet, or the one of them whose turn it is."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Only the two people who meet can do this."))


class Changed(Refused):
    """Something else happened to the booking since the page was made (BOOKING 20)."""

    def __init__(self) -> None:
        super().__init__(
            _("This half hour was changed while you were choosing. Here is how it stands now; nothing was moved.")
        )


class MovedTwice(Refused):
    """Two moves for each side."""

    def __init__(self) -> None:
        super().__init__(
            _("You have moved this half hour twice, which is the most. You can keep it, or cancel it and write.")
        )


class AskFirst(Refused):
    """This side can propose other times, and the other one chooses."""

    def __init__(self, name: str) -> None:
        super().__init__(_("Propose other times, and %(name)s chooses. Until then it stays as it is.") % {"name": name})


class AnswerFirst(Refused):
    """The other side has proposed times and waits for an answer."""

    def __init__(self, name: str) -> None:
        sentence = _("%(name)s has proposed other times. Choose one of them or keep your time first.")
        super().__init__(sentence % {"name": name})


class NoLongerSuits(Refused):
    """The member has another half hour at the time they proposed; with whom is theirs to say."""

    def __init__(self, name: str) -> None:
        sentence = _("That time doesn’t suit %(name)s any more. Choose another one, or keep the time you have.")
        super().__init__(sentence % {"name": name})


class OthersTurn(Refused):
    """Who proposed can't choose as well."""

    def __init__(self, name: str) -> None:
        super().__init__(_("You proposed these times, so %(name)s chooses.") % {"name": name})


class ChooseTimes(Refused):
    """A proposal has one to three times, each other than the agreed one."""

    def __init__(self) -> None:
        super().__init__(_("Choose one to three times that differ from the one you have."))


class ChooseOne(Refused):
    """Nothing was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose one of the times first."))


class NotOpen(Refused):
    """A request or a proposal that was answered or ran out, or a half hour that is off."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("This was answered already, or it ran out. Here is how it stands now."))


class ResolveFirst(Refused):
    """A member with a half hour to come can’t be excluded before it is settled (BOOKING 36)."""

    def __init__(self, name: str) -> None:
        sentence = _("You have a half hour with %(name)s coming up. Hold it or cancel it first.")
        super().__init__(sentence % {"name": name})
