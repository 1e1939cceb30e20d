"""The crisis check: does a text say that somebody's life may be at risk? Pure, and deliberately cautious.

A hit never blocks. It shows where to call at once and puts the question first on the desk. Missing one is worse
than a false alarm, so only a plain denial ("I am not suicidal") stands down; distance in time does not.
"""

from __future__ import annotations

import re
import unicodedata

PHRASES: dict[str, tuple[str, ...]] = {
    "en": (
        r"suicid\w*",
        r"kill(?:ing)? (?:my|him|her|them)sel(?:f|ves)",
        r"end(?:ing)? (?:my|his|her|their|it) (?:own )?(?:life|all)",
        r"end it all",
        r"tak(?:e|ing) my (?:own )?life",
        r"(?:want|wish|wanted|going|ready|rather) (?:to )?(?:be )?(?:die|dead)",
        r"wish i (?:was|were) (?:dead|never born|not here)",
        r"better off (?:dead|without me)",
        r"(?:don'?t|do not|no longer) want to (?:live|be alive|be here any ?more|wake up|go on living|exist)",
        r"no (?:reason|point) (?:to|in) (?:live|living|go on|going on)",
        r"can'?t go on(?: living)?",
        r"(?:easier|better|rather|wish\w*|hop(?:e|ing)|pray\w*|want)(?: [\w']+){0,5}"
        r" (?:not|never|don't|didn't|wouldn't)(?: to)? wake up",
        r"(?:go|fall) (?:to sleep|asleep) and (?:not|never) wake up",
        r"self[- ]?harm\w*",
        r"(?:cut|cutting|hurt|hurting|harm|harming) myself",
        r"overdos\w+",
        r"(?:not|won'?t) (?:be )?(?:here|around) (?:tomorrow|much longer)",
        r"goodbye (?:letter|note)",
        r"he (?:will|is going to|wants to) kill me",
        r"afraid (?:he|she|they)(?:'ll| will) kill",
    ),
    "de": (
        r"suizid\w*",
        r"selbstmord\w*",
        r"(?:mich|sich) (?:selbst )?(?:umbringen|töten|umzubringen)",
        r"nicht mehr leben",
        r"(?:will|möchte) sterben",
        r"mir das leben nehmen",
        r"tot sein",
        r"(?:ritze|verletze) mich",
        r"selbstverletz\w*",
    ),
    "fr": (
        r"suicid\w*",
        r"me tuer",
        r"en finir(?: avec la vie)?",
        r"envie de mourir",
        r"veux mourir",
        r"plus envie de vivre",
        r"me faire du mal",
        r"m['e ]?ôter la vie",
    ),
    "es": (
        r"suicid\w*",
        r"matarme",
        r"quitarme la vida",
        r"quiero morir(?:me)?",
        r"no quiero (?:seguir )?viv\w+",
        r"hacerme daño",
    ),
    "pt": (
        r"suic[ií]d\w*",
        r"matar-?me",
        r"me matar",
        r"acabar com (?:a minha vida|tudo)",
        r"quero morrer",
        r"não quero (?:mais )?viver",
        r"magoar-?me",
    ),
    "pl": (
        r"samobój\w*",
        r"zabić się",
        r"się zabić",
        r"odebrać sobie życie",
        r"chcę umrzeć",
        r"nie chcę (?:już )?żyć",
        r"nie chce mi się żyć",
        r"tnę się",
    ),
    "it": (
        r"suicid\w*",
        r"uccidermi",
        r"voglio morire",
        r"farla finita",
        r"non voglio (?:più )?vivere",
        r"farmi del male",
    ),
    "nl": (r"zelfmoord\w*", r"su[iï]cid\w*", r"wil (?:niet meer leven|dood)", r"mezelf (?:doden|pijn doen)"),
}
ANY = re.compile(r"(?<!\w)(?:" + "|".join(p for group in PHRASES.values() for p in group) + r")(?!\w)")
DENIAL = re.compile(
    r"(?:\b(?:i'?m|i am|he is|he's|she is|she's) (?:really |definitely |absolutely )?not|\bnot at all|\bnever been"
    r"|\bich bin nicht|\bje ne suis pas|\bno soy|\bno estoy)\s+(?:\w+\s+)?$"
)


def at_risk(text: str) -> bool:
    """Whether any sentence speaks of ending a life, of serious self-harm or of being killed, and does not deny it."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    plain = re.sub(r"\s+", " ", plain)
    return any(not DENIAL.search(plain[max(0, hit.start() - 40) : hit.start()]) for hit in ANY.finditer(plain))
