"""Lists of authors as printed, split into names; and one name split into family and given."""

from __future__ import annotations

import re
from typing import NamedTuple

from references.citation import ET_AL

_AND = re.compile(
    r"\s*(?:,\s*)?(?:&|\band\b|\bund\b|\bet\b(?!\s+al)|\by\b|\be\b(?!\.)|\ben\b|\bи\b|\bта\b|\bi\b(?!\.))\s+"
)
_ET_AL = re.compile(
    r"[,;\s]*(?:\bet\s+al\b\.?|\band others\b|\bet coll\b\.?|\bu\.\s?a\.|\by otros\b|\bи др\b\.?|\bта ін\b\.?|"
    r"…\s*(?=[,;&])|\.\s\.\s\.\s*(?=[,;&]?))",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"[,\s]*[(\[](?:eds?|hrsg|hg|dir|coord|red|ред|trans|org|a cura di)s?\.?[)\]]|,\s*eds?\.?$", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?['’]?[\s\-‐]*){1,4}|(?:[^\W\d_][a-zà-ÿ]?\.[\s\-‐]*){1,4}")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
_PARTICLES = {
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al", "bin",
    "ter", "ten", "zu", "af", "d'", "d’",
}  # fmt: skip
_INSTITUTION = re.compile(
    r"organi[sz]a|institu|associa|universi|department|departement|ministr|ministère|minister|cent(?:re|er)\b|council|"
    r"society|societ|gesellschaft|committee|comit|agency|agen[cz]|college|foundation|fundaci|fondation|stiftung|"
    r"service|office|group|network|academy|akademie|académie|federation|bundes|board|commission|trust|alliance|"
    r"collaboration|consortium|library|museum|hospital|clinic|collective|project|press\b|team\b|union\b|институт|"
    r"организац|министерств|університет|университет|асоціац|ассоциац",
    re.IGNORECASE,
)


class Name(NamedTuple):
    """One author: `literal` is filled for institutions, the other two for people."""

    family: str
    given: str
    literal: str


def is_initials(token: str) -> bool:
    """True for "R. F.", "RF", "J.-P." and the like: at most four capital initials."""
    token = token.strip()
    return (
        bool(token)
        and _INITIALS.fullmatch(token) is not None
        and token[0].isupper()
        and (len(token) == 1 or "." in token or token.isupper())
    )


def _is_surname_with_initials(token: str) -> bool:
    """True for the Vancouver form "Baumeister RF" and for "Wygotski L. S."."""
    head, _, tail = token.strip().partition(" ")
    while tail and not is_initials(tail):
        more, _, tail = tail.partition(" ")
        head = f"{head} {more}"
    return len(head) > 1 and is_initials(tail) and len(head.split()) <= 3


def is_institution(text: str) -> bool:
    """True when the words read as a body and not as a person: a known noun, or capitals only."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’&.-]*", text) if len(word) > 3]
    if _INSTITUTION.search(text):
        return len(text.split()) <= 14
    return 0 < len(text.split()) <= 6 and all(word[0].isupper() for word in words) and not text.rstrip().endswith("?")


def split_authors(text: str) -> tuple[str, ...]:
    """Split a printed list of authors into names, each as printed. A shortened list ends with "et al."."""
    text = _ROLE.sub("", text.strip())
    shortened = _ET_AL.search(text) is not None
    text = re.sub(
        r"(?<=[^\W\d_.])\s*/\s*(?=[^\W\d_])|(?<=\.)\s*/\s*(?=[^\W\d_])", "; ", _ET_AL.sub(",", text).strip(" ,;:")
    )
    if not text:
        return ()
    if ";" in text:
        names = [name for part in text.split(";") for name in _split_part(_AND.sub(" ", f" {part}").strip())]
    elif _INSTITUTION.search(text) and not re.search(r",\s*[^\W\d_]\.", text):
        names = [part for part in re.split(r"\s+&\s+", text)] if text.count("&") == 1 else [text]
    else:
        names = [name for part in _AND.split(text) if part.strip(" ,") for name in _split_part(part)]
    cleaned = [_tidy(name) for name in names]
    return (*[name for name in cleaned if name], *([ET_AL] if shortened else []))


def _tidy(name: str) -> str:
    """One line; the full stop stays only where it belongs to an initial or a short form."""
    name = re.sub(r"\s+", " ", name).strip(" ,;:")
    return name if re.search(r"(?:^|[\s.\-])[^\W\d_]{1,2}\.$", name) else name.rstrip(". ")


def _split_part(part: str) -> list[str]:
    """Names between conjunctions: tokens at the commas, initials joined to the surname before them."""
    tokens = [token.strip() for token in part.split(",") if token.strip()]
    if len(tokens) <= 1:
        return tokens
    if not any(is_initials(token) or _is_surname_with_initials(token) for token in tokens):
        return _join_given_names(tokens)
    names: list[str] = []
    for token in tokens:
        attaches = bool(names) and ((is_initials(token) and "," not in names[-1]) or _SUFFIX.fullmatch(token))
        if (attaches and not (_is_surname_with_initials(names[-1]) and is_initials(token))) or (
            names and re.match(r"(?:[^\W\d_]\.\s*)+(?:van|von|de|der|den|du|la|le)\b", token)
        ):
            names[-1] = f"{names[-1]}, {token}"
        else:
            names.append(token)
    return names


def _join_given_names(tokens: list[str]) -> list[str]:
    """Full names: "Bowlby, John" is one name; "Bowlby, John, Mark Leary" is two (MLA and Chicago)."""
    if len(tokens) % 2 == 0 and all(_one_surname(token) for token in tokens[::2]):
        return [f"{surname}, {given}" for surname, given in zip(tokens[::2], tokens[1::2], strict=True)]
    if _one_surname(tokens[0]) and len(tokens[1].split()) <= 3:
        return [f"{tokens[0]}, {tokens[1]}", *tokens[2:]]
    return tokens


def _one_surname(token: str) -> bool:
    words = [word for word in token.split() if word.lower() not in _PARTICLES]
    return len(words) == 1


def looks_like_authors(text: str) -> bool:
    """True when the text can stand where authors stand: names with initials, or a body."""
    text = _ROLE.sub("", text.strip()).strip(" .,;:")
    if not text or len(text) > 600 or not text[0].isalpha():
        return False
    names = split_authors(text)
    people = sum(1 for name in names if _is_surname_with_initials(name) or _has_inverted_initials(name))
    if people and people * 2 >= len([name for name in names if name != ET_AL]):
        return True
    if names and all(_plain_name(name) for name in names if name != ET_AL):
        return True
    return is_institution(text)


def _has_inverted_initials(name: str) -> bool:
    surname, _, given = name.partition(",")
    return bool(given) and len(surname.split()) <= 5 and is_initials(given.split(",")[0])


def _plain_name(name: str) -> bool:
    """One to five capitalised words (particles aside), no digits: "Mary D. S. Ainsworth", "佐藤 太郎"."""
    words = [word for word in re.split(r"[\s,]+", name) if word and word.lower() not in _PARTICLES]
    capital = all(word[0].isupper() or word[0].lower() == word[0].upper() for word in words)
    return 1 <= len(words) <= 5 and capital and not any(letter.isdigit() for letter in name)


def split_name(name: str) -> Name:
    """Family and given name of one author, or the whole text as `literal` when it is no person's name."""
    surname, comma, given = name.partition(",")
    if comma:
        return Name(surname.strip(), given.strip(), "")
    if _INSTITUTION.search(name):
        return Name("", "", name)
    if _is_surname_with_initials(name):
        words = name.split()
        cut = next(i for i in range(1, len(words)) if is_initials(" ".join(words[i:])))
        return Name(" ".join(words[:cut]), " ".join(words[cut:]), "")
    words = name.split()
    if 2 <= len(words) <= 4 and all(word[0].isupper() or word.lower() in _PARTICLES for word in words):
        cut = next((i for i in range(1, len(words)) if words[i].lower() in _PARTICLES), len(words) - 1)
        return Name(" ".join(words[cut:]), " ".join(words[:cut]), "")
    return Name("", "", name)
