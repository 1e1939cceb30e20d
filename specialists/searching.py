"""Plain-words search in the directory: names, towns, people's own words, topics and their synonyms."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower, StrIndex

from specialists.models import Specialist
from topics.models import Synonym, TopicName

SHORTEST_BEGINNING = 3


def topics_meant(text: str) -> set[int]:
    """Ids of the topics whose name or synonym stands in the text as whole words, or begins with the text."""
    said = text.casefold().replace("’", "'")
    found: set[int] = set()
    for model, column in ((TopicName, "name"), (Synonym, "words")):
        padded = Concat(Value(" "), Lower(F(column)), Value(" "))
        inside = model.objects.annotate(at=StrIndex(Value(f" {said} "), padded)).filter(at__gt=0)
        found.update(inside.values_list("topic", flat=True))
        if len(said) >= SHORTEST_BEGINNING:
            begins = model.objects.filter(**{f"{column}__istartswith": said})
            found.update(begins.values_list("topic", flat=True))
    return found


def matching(text: str) -> Q:
    """Profiles that the words fit: every word in name, title or town; or a topic meant; or their own words.

    Own words are compared without stemming, since they may be in any language.
    """
    words = text.split()[:8]
    named = Q()
    for word in words:
        named &= Q(name__icontains=word) | Q(title__icontains=word) | Q(city__icontains=word)
    about = Q(pk__in=[])
    if meant := topics_meant(text):
        through = Specialist.topics.through
        about = Q(Exists(through.objects.filter(specialist=OuterRef("pk"), topic__in=meant)))
    said = SearchVector("headline", "about_who", "about_half_hour", "about_me", config="simple")
    own = Specialist.objects.annotate(said=said).filter(said=SearchQuery(text, config="simple"))
    return named | about | Q(pk__in=own.values("pk"))
