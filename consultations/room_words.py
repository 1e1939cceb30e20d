"""What the video room says while a script runs it: each sentence by the name that the script knows it by."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words(name: str) -> dict[str, str]:
    """Sentences with the other person's name in them, for the page to hand to its script."""
    return _checking() | {key: sentence % {"name": name} for key, sentence in _talking().items()}


def _checking() -> dict[str, str]:
    """Before joining: the camera and the microphone."""
    return {
        "asking": _("Your browser may ask whether we can use them. Say yes there."),
        "both_on": _("Camera and microphone are on. Nobody sees or hears you before you join."),
        "sound_on": _("Your microphone is on. Nobody hears you before you join."),
        "heard": _("Your microphone works."),
        "denied": _(
            "Your browser doesn’t let us use them. Allow camera and microphone beside the address, then again."
        ),
        "missing": _("No such camera or microphone was found. Plug one in, or choose another way to join."),
        "busy": _("Another program is using it. Close that one, then try again."),
        "failed": _("That didn’t work. Try again, or choose another way to join."),
        "no_video": _("This browser can’t hold a video call here. Try another one, or talk another way."),
        "join": _("Join"),
        "join_sound": _("Join with sound only"),
        "camera": _("Camera {number}"),
        "microphone": _("Microphone {number}"),
    }


def _talking() -> dict[str, str]:
    """In the room: who is there, and what became of the connection."""
    return {
        "joining": _("Joining…"),
        "waiting": _("Waiting for %(name)s. You don’t need to do anything."),
        "connecting": _("%(name)s is here. Connecting…"),
        "connected": _("Connected with %(name)s."),
        "reconnecting": _("The connection was lost. Reconnecting…"),
        "slow": _("We can’t reach the browser of %(name)s yet. We keep trying; you can also talk another way, below."),
        "offline": _("No internet connection. We keep trying."),
        "they_left": _("%(name)s has left the room. If they come back, you’ll be connected again."),
        "left": _("You have left the room."),
        "over": _("The room has closed. Thank you for the half hour."),
        "logged_out": _("You were logged out meanwhile. Log in again to come back."),
        "stopped": _("The room has stopped."),
        "muted": _("You are muted."),
        "unmuted": _("Your microphone is on."),
        "camera_off": _("Your camera is off."),
        "camera_on": _("Your camera is on."),
        "they_are_muted": _("%(name)s is muted."),
        "their_camera_is_off": _("The camera of %(name)s is off."),
        "device_gone": _("Your camera or microphone has stopped. Choose another under Devices."),
        "play": _("Your browser waits for you: press Play to hear %(name)s."),
        "line_waits": _("%(name)s typed a line. Turn captions on to read it."),
        "line_unseen": _("%(name)s has captions off and was told that you typed a line."),
        "nobody_there": _("%(name)s isn’t connected, so the line was not sent."),
        "you": _("You"),
        "they": "%(name)s",
    }
