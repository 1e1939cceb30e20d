"""A fresh alias for each question, drawn at random, so that nothing ties two questions of one person together."""

from __future__ import annotations

import secrets

# Things one sees from a window in the evening: neutral, without age, gender or rank.
SIGHTS = [
    "Lamp",
    "Rain",
    "Bridge",
    "Harbour",
    "Lantern",
    "Gate",
    "Kettle",
    "Balcony",
    "Tram",
    "Poplar",
    "Swift",
    "Terrace",
    "Orchard",
    "Ferry",
    "Chimney",
    "Meadow",
    "Curtain",
    "Stair",
    "Fountain",
    "Willow",
    "Beacon",
    "Garden",
    "Window",
    "Pebble",
    "Cloud",
    "Heron",
    "Linden",
    "Courtyard",
    "Candle",
    "River",
]
KINDS = [
    "Quiet",
    "Early",
    "Late",
    "Small",
    "Far",
    "Northern",
    "Western",
    "Blue",
    "Grey",
    "Amber",
    "Still",
    "Slow",
    "Plain",
    "Open",
    "Distant",
    "Mild",
    "Winter",
    "Autumn",
    "Evening",
    "Morning",
]


def fresh_alias() -> str:
    """For instance "Quiet Harbour": 600 of them, shared by many, so an alias never singles anybody out."""
    return f"{secrets.choice(KINDS)} {secrets.choice(SIGHTS)}"
