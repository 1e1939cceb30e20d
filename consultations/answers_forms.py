"""What becomes of bookings that lie outside changed hours, or within days away: one small form for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations import moving, other_times, proposals
from consultations.models import Consultation
from consultations.outside import Answer, NotAnswered
from consultations.wishes import parse_start
from specialists.models import Specialist
from web import form_words, times


def when_words(consultation: Consultation, zone: str) -> str:
    """Robin, Tuesday 24 November, 10:00: how a sentence names one booking."""
    day = times.dated(times.local_date(consultation.start, zone), "long")
    said = {"name": consultation.client.get_short_name(), "day": day, "time": times.clock(consultation.start, zone)}
    return _("%(name)s, %(day)s, %(time)s") % said


class AnswerForm(forms.Form):
    """Keep, propose up to three open half hours, or cancel, with a line for the other person."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    what = forms.ChoiceField(label=gettext_lazy("What happens with it?"), widget=forms.RadioSelect)
    starts = forms.MultipleChoiceField(
        label=gettext_lazy("Times to propose, three at most"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=gettext_lazy("A line for them"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        consultation: Consultation,
        zone: str,
        free: Sequence[datetime],
        now: datetime,
        must: bool,
    ) -> None:
        prefix = str(consultation.public_id)
        there = data is not None and f"{prefix}-seen" in data
        initial = {"seen": consultation.sequence} | ({} if must else {"what": ""})
        super().__init__(data if there else None, prefix=prefix, initial=initial)
        self.consultation, self.zone, self.named = consultation, zone, when_words(consultation, zone)
        self.why_not = self._why_not(bool(free))
        self.fields["what"].choices = self._choices(must)  # type: ignore[attr-defined]
        self.fields["what"].required = must
        missing = _("Say what happens with %(booking)s.") % {"booking": self.named}
        self.fields["what"].error_messages |= {"required": missing, "invalid_choice": missing}
        if self.why_not:
            del self.fields["starts"]
            return
        today = times.local_date(now, zone)
        self.fields["starts"].choices = [(times.iso(each), self._said(each, today)) for each in free]  # type: ignore[attr-defined]
        gone = _("%(booking)s: one of the times you chose isn’t open any more. Choose again.")
        self.fields["starts"].error_messages["invalid_choice"] = gone % {"booking": self.named}

    def _choices(self, must: bool) -> list[tuple[str, str]]:
        """The answers there are for this one."""
        found = [] if must else [("", _("Decide later. It stands until then"))]
        found.append(("keep", _("Keep it as it is")))
        if not self.why_not:
            found.append(("propose", _("Propose other times. It stands until they choose")))
        asked = self.consultation.state == "requested"
        return [*found, ("cancel", _("Decline it") if asked else _("Cancel it"))]

    def _why_not(self, free: bool) -> str:
        """Why no other times can be proposed; empty when they can."""
        name = self.consultation.client.get_short_name()
        if getattr(self.consultation, "asked", False):
            return _("%(name)s has proposed other times, and waits for your answer.") % {"name": name}
        if self.consultation.moves_by_specialist >= moving.MOST_MOVES:
            return _("You have moved this one twice, which is the most. You can keep it or cancel it with a line.")
        return "" if free else _("You have no other half hour open that you could propose.")

    def _said(self, start: datetime, today: date) -> str:
        """Thu 26 Nov, 10:00 (09:00 in Lisbon)."""
        there = self.consultation.client.zone
        local = times.local_date(start, self.zone)
        said = {"day": times.day_name(local, today, "near"), "time": times.clock(start, self.zone)}
        if times.clock(start, there) == said["time"] and times.local_date(start, there) == local:
            return _("%(day)s, %(time)s") % said
        said |= {"theirs": times.clock(start, there), "place": times.city(there)}
        return _("%(day)s, %(time)s (%(theirs)s in %(place)s)") % said

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("what") == "propose" and "starts" in data and not 1 <= len(data["starts"]) <= proposals.MOST_TIMES:
            self.add_error("starts", _("%(booking)s: choose one to three times.") % {"booking": self.named})
        return data

    def answer(self) -> Answer | None:
        """What was said; None for later."""
        data = self.cleaned_data
        if not data["what"]:
            return None
        starts = tuple(start for each in data.get("starts", []) if (start := parse_start(each)))
        return Answer(data["what"], seen=data["seen"], starts=starts, words=data["words"])


class Answers:
    """The forms of several bookings, in order."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        specialist: Specialist,
        consultations: Sequence[Consultation],
        now: datetime,
        must: bool,
        away: tuple[date, date] | None = None,
    ) -> None:
        self.must = must
        free = other_times.for_each(specialist, consultations, now, away=away)
        self.forms = [
            AnswerForm(
                data, consultation=each, zone=specialist.time_zone, free=free.get(each.pk, []), now=now, must=must
            )
            for each in consultations
        ]

    def complete(self) -> bool:
        """Whether each is answered in a way that can be done; one that wasn't shown before is not, where it must."""
        return all([form.is_valid() if form.is_bound else not self.must for form in self.forms])

    def given(self) -> dict[int, Answer]:
        """The answers by the key of their booking, without those that wait; after `complete`."""
        said = {form.consultation.pk: form.answer() for form in self.forms if form.is_bound}
        return {key: answer for key, answer in said.items() if answer is not None}

    def refuse(self, refused: NotAnswered) -> str:
        """Put a refusal at the booking that it is about; the sentence itself when that one is not asked about now."""
        for form in self.forms:
            if form.consultation.pk == refused.consultation.pk and form.is_bound:
                form.add_error("what", f"{form.named}: {refused}")
                return ""
        return str(refused)

    def errors(self) -> list[tuple[str, str]]:
        """(id, sentence) of what to look at in those that were answered."""
        return [found for form in self.forms if form.is_bound for found in form_words.errors(form)]

    def new(self) -> bool:
        """Whether one of them was not asked about yet."""
        return any(not form.is_bound for form in self.forms)
