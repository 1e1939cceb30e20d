"""Free half hours: when a specialist is there, what is agreed, whose time is taken, and what follows."""

from consultations.models.after import (
    CalendarFeed,
    EarlierOffer,
    EarlierWish,
    Fit,
    FitCard,
    ReminderPlan,
    RoomSignal,
)
from consultations.models.booked import (
    HOLDING,
    Attendance,
    Attended,
    Consultation,
    ConsultationEvent,
    Hold,
    Occupancy,
    Proposal,
    State,
)
from consultations.models.hours import (
    Absence,
    BusyBlock,
    BusyCalendar,
    DateException,
    Schedule,
    WeeklyWindow,
)

__all__ = [
    "HOLDING",
    "Absence",
    "Attendance",
    "Attended",
    "BusyBlock",
    "BusyCalendar",
    "CalendarFeed",
    "Consultation",
    "ConsultationEvent",
    "DateException",
    "EarlierOffer",
    "EarlierWish",
    "Fit",
    "FitCard",
    "Hold",
    "Occupancy",
    "Proposal",
    "ReminderPlan",
    "RoomSignal",
    "Schedule",
    "State",
    "WeeklyWindow",
]
