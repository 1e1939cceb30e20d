"""The closed lists of words that the importer reads by: short, general, and per language.

They support the signals of structure, they never decide about a running paragraph by themselves. Labels are
compared without case, numbering, markup and final punctuation.
"""

from __future__ import annotations

import re

REFERENCE_HEADINGS = frozenset(
    """
    references|reference list|reference|list of references|sources|sources and references|references and sources
    sources cited|source list|bibliography|works cited|literature|literature cited|citations|cited works|endnotes|notes
    footnotes|further reading|references and further reading|notes and references
    selected references|selected bibliography
    literatur|literaturverzeichnis|literaturangaben|literaturliste|quellen|quellenangaben|quellenverzeichnis
    einzelnachweise|referenzen|weiterführende literatur|quellen und literatur|literatur und quellen
    références|references bibliographiques|références bibliographiques|bibliographie|sources et références
    notes et références
    referencias|referencias bibliográficas|bibliografía|fuentes|fuentes y referencias|obras citadas
    lecturas recomendadas
    riferimenti|riferimenti bibliografici|bibliografia|fonti|bibliografia e fonti|note bibliografiche
    referências|referências bibliográficas|fontes
    referenties|literatuurlijst|literatuur|bronnen|bronvermelding|bibliografie|geraadpleegde literatuur
    literatura|źródła|przypisy|piśmiennictwo|bibliografia załącznikowa|źródła i literatura
    литература|список литературы|источники|библиография|использованная литература|список источников|ссылки|примечания
    література|список літератури|джерела|бібліографія|використана література|список джерел|посилання
    参考文献|参考资料|引用文献|참고문헌|referenser|källor|referanser|kilder|litteratur|kaynakça|kaynaklar|المراجع
    """.replace("\n", "|").replace("  ", "").strip().split("|")
)  # fmt: skip

CLOSING_CUES = {
    "en": ("in summary", "in conclusion", "to sum up", "to summarise", "to summarize", "in short", "to conclude",
           "in sum", "summing up", "all in all", "in closing", "overall", "in a nutshell", "in brief",
           "taken together"),
    "de": ("zusammenfassend", "zusammengefasst", "kurz gesagt", "abschließend", "alles in allem", "kurzum",
           "insgesamt", "zum schluss", "unterm strich"),
    "fr": ("en résumé", "en conclusion", "pour conclure", "pour résumer", "en somme", "en bref", "pour finir"),
    "es": ("en resumen", "en conclusión", "para concluir", "para resumir", "en síntesis", "en suma", "en definitiva"),
    "it": ("in sintesi", "in conclusione", "per concludere", "per riassumere", "riassumendo", "in breve",
    "concludendo"),
    "pt": ("em resumo", "em conclusão", "para concluir", "em suma", "em síntese", "resumindo", "concluindo"),
    "nl": ("samengevat", "samenvattend", "kortom", "tot slot", "concluderend", "al met al", "ter afsluiting"),
    "pl": ("podsumowując", "reasumując", "w skrócie", "na zakończenie", "krótko mówiąc", "w podsumowaniu"),
    "ru": ("в заключение", "подводя итог", "итак", "таким образом", "резюмируя", "подытоживая", "в итоге"),
    "uk": ("отже", "підсумовуючи", "на завершення", "таким чином", "узагальнюючи", "у підсумку", "підбиваючи підсумки"),
}  # fmt: skip

_LABELS = r"""
share(?: (?:this|on|via|with|article|page|story)\b.*)?|sharing|tweet|pin it|facebook|twitter|x|linkedin
whatsapp|telegram|instagram|youtube|pinterest|reddit|email|e-?mail this.*|print(?: this.*)?|copy link
link copied.*
related(?: (?:articles?|posts?|reading|stories|content|topics?|links?|news))?
you (?:may|might)(?: also)? (?:also )?(?:like|be interested|enjoy).*
more (?:articles|stories|posts|from|on|in|like)\b.*|recommended(?: .*)?|read (?:more|next|also|on)\b.*
keep reading.*|continue reading.*|latest (?:articles|posts|news).*|popular (?:articles|posts|now).*
most read.*|recent posts.*|trending.*|up next.*|next (?:article|post)\b.*|previous (?:article|post)\b.*
see also|older posts?|newer posts?
newsletter.*|subscribe.*|sign ?up\b.*|get (?:our|the|more).{0,40}(?:newsletter|inbox|updates).*|join our.*
your e-?mail.*|e-?mail(?: address)?\*?|(?:enter|type) your e-?mail.*|unsubscribe.*
comments?(?: ?\(?\d+\)?)?|\d+ comments?|leave a (?:comment|reply).*|post (?:a )?comment.*|reply
add a comment.*|join the (?:conversation|discussion).*|no comments yet.*|name ?\*|website|save my name.*
submit|send
log ?in\b.*|login\b.*|sign ?in\b.*|log ?out|register|create (?:an )?account|my account
(?:log|sign) ?in .{0,20}(?:sign|log) ?up|forgot(?:ten)? (?:your )?password.*
cookies?(?: .{0,40})?|accept(?: all)?(?: cookies)?|reject(?: all)?
manage (?:cookies|preferences|options|consent)|privacy(?: .*)?|terms(?: .*)?|imprint|legal(?: notice)?
accessibility(?: .*)?|sitemap|contact(?: us)?|about(?: us)?|home|menu|main menu|search.*|skip to .*|close
open menu|back to top|top|toggle .*|navigation|advertisement.*|sponsored.*|ad|donate.*|follow us.*|follow
download (?:the|our) app.*|get the app.*
about the authors?|author bio.*|written by.*|reviewed by.*|medically reviewed.*|fact.?checked.*|tags?:?.*
tagged.*|categor(?:y|ies):?.*|filed under.*|posted (?:in|on|by).*|published(?: (?:on|by|in))?:?.{0,60}
(?:last )?(?:updated|reviewed|modified)(?: on)?:?.{0,40}|topics?:.*|in this article|table of contents
contents|on this page|listen to this.*|listen|save|bookmark|loading.*
was this (?:page|article)? ?(?:helpful|useful).*|did you find this.*|yes|no|help|faq
teilen.*|artikel teilen.*|drucken|merken|ähnliche (?:artikel|beiträge)|weitere (?:artikel|beiträge|themen).*
das könnte (?:sie|dich) .*|mehr zum thema.*|verwandte .*|kommentare?(?: ?\(?\d+\)?)?
kommentar (?:schreiben|verfassen|hinterlassen).*|schreibe einen kommentar.*|anmelden|abmelden|registrieren
einloggen|konto erstellen.*|abonnieren.*|jetzt abonnieren.*|impressum|datenschutz.*|agb|kontakt|startseite
über uns|menü|suche.*|alle akzeptieren|ablehnen|einstellungen|zum inhalt.*|nach oben|anzeige|werbung
über (?:den|die) autor(?:in)?.*|schlagwörter.*|nächster (?:artikel|beitrag).*
vorheriger (?:artikel|beitrag).*|inhaltsverzeichnis|inhalt
partager.*|imprimer|articles? (?:similaires?|liés?|connexes?).*|à lire aussi.*|lire aussi.*
vous aimerez aussi.*|commentaires?(?: ?\(?\d+\)?)?|laisser un commentaire.*|s['’]abonner.*|abonnez-vous.*
inscription.*|se connecter|connexion|s['’]inscrire|créer un compte|accueil|mentions légales|confidentialité
à propos.*|tout accepter|tout refuser|rechercher.*|haut de page|suivez-nous.*|publicité|sommaire
compart[ie].*|imprimir|artículos relacionados.*|también te puede interesar.*|te puede interesar.*
comentarios?(?: ?\(?\d+\)?)?|deja un comentario.*|deja una respuesta.*|suscr[ií]b.*|boletín.*|iniciar sesión
inicia sesión|regístrate|registrarse|crear cuenta|inicio|aviso legal|política de .*|aceptar(?: todo)?
rechazar(?: todo)?|buscar.*|síguenos.*|sobre (?:el autor|la autora|nosotros).*|publicidad|etiquetas.*
condividi.*|articoli correlati.*|potrebbe interessarti.*|leggi anche.*|commenti(?: ?\(?\d+\)?)?
lascia un commento.*|iscriviti.*|accedi|registrati|chi siamo|contatti|accetta(?: tutti)?|rifiuta|cerca.*
seguici.*
partilhar.*|artigos relacionados.*|leia também.*|comentários?(?: ?\(?\d+\)?)?|deixe um comentário.*
subscrev.*|assine.*|entrar|registar|início|sobre nós|aceitar(?: todos)?|pesquisar.*|siga-nos.*
delen.*|deel dit.*|gerelateerde .*|lees ook.*|meer lezen.*|reacties?(?: ?\(?\d+\)?)?|plaats een reactie.*
aanmelden.*|inloggen|inschrijven.*|over ons|accepteren|alles accepteren|weigeren|zoeken.*|volg ons.*
udostępnij.*|podobne artykuły.*|powiązane .*|przeczytaj także.*|zobacz też.*|komentarze?(?: ?\(?\d+\)?)?
dodaj komentarz.*|zapisz się.*|zaloguj.*|zarejestruj.*|strona główna|o nas|kontakt|akceptuj.*|szukaj.*
поделиться.*|похожие (?:статьи|материалы).*|читайте также.*|вам может .*|комментарии(?: ?\(?\d+\)?)?
оставить комментарий.*|подписаться.*|подпишитесь.*|войти.*|вход|регистрация|главная|о нас|контакты
принять(?: все)?|поиск.*|реклама|теги.*|об авторе.*
поділитися.*|схожі .*|читайте також.*|коментарі(?: ?\(?\d+\)?)?|залишити коментар.*|підписатися.*
підпишіться.*|увійти.*|вхід|реєстрація|головна|про нас|контакти|прийняти(?: все)?|пошук.*|теги.*
про автора.*
""".strip().replace("\n", "|")
LABEL = re.compile(rf"(?:{_LABELS})", re.IGNORECASE)
"""A whole short block that is a label of a page's furniture."""

ENDING = re.compile(
    r"related|you (?:may|might)|more (?:articles|stories|posts|from)|recommended|latest|popular|most read|"
    r"recent posts|comments?\b|\d+ comments|"
    r"leave a|about the author|author bio|next (?:article|post)|previous (?:article|post)|tags?\b|tagged|"
    r"filed under|follow us|back to top|"
    r"ähnliche|weitere (?:artikel|beiträge)|das könnte|mehr zum thema|verwandte|kommentar|"
    r"über (?:den|die) autor|schlagwörter|impressum|"
    r"articles? (?:similaires|liés|connexes)|à lire aussi|vous aimerez|commentaires|laisser un|mentions légales|"
    r"artículos relacionados|(?:también )?te puede|comentarios|deja un|sobre (?:el|la) autora?|aviso legal|etiquetas|"
    r"articoli correlati|potrebbe|commenti|lascia un|artigos relacionados|leia também|comentários|deixe um|"
    r"gerelateerde|lees ook|reacties|plaats een|podobne|powiązane|zobacz też|komentarze|dodaj komentarz|"
    r"похожие|читайте также|вам может|комментарии|оставить|об авторе|теги|схожі|коментарі|залишити|про автора",
    re.IGNORECASE,
)
"""Labels that stand where an article has ended; others ("Share", "Subscribe") stand anywhere."""

LEGAL = re.compile(
    r"©|\(c\)\s*\d{4}|\bcopyright\b.{0,20}\d{4}|all rights reserved|alle rechte vorbehalten|"
    r"tous droits réservés|todos los derechos|"
    r"tutti i diritti|todos os direitos|alle rechten voorbehouden|wszelkie prawa|все права|усі права",
    re.IGNORECASE,
)
CONSENT = re.compile(
    r"\bcookies?\b|\bjavascript\b|\bnewsletters?\b|\bprivacy (?:policy|notice)\b|\bunsubscribe\b|"
    r"\bmailing list\b|\bdatenschutzerklärung\b|"
    r"politique de confidentialité|\bspam\b|your inbox|\be-?mail address will not be",
    re.IGNORECASE,
)
"""Words of banners and sign-up boxes, tried on short paragraphs only."""

ACCOUNT = re.compile(
    r"\b(?:log|sign) ?(?:in|up)\b|\blogged in\b|\blogin\b|\bcreate an account\b|\banmelden\b|"
    r"\beingeloggt\b|\bregistrier\w+|"
    r"\bse connecter\b|\bconnecté\b|\biniciar sesión\b|\binternet connection\b|\boffline\b|"
    r"\bвойти\b|\bувійти\b|\bzaloguj\w*|\binloggen\b",
    re.IGNORECASE,
)
_MONTH = (
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril|abril|aprile|"
    r"may|mai|mayo|maggio|june?|juni|juin|junio|"
    r"giugno|july?|juli|juillet|julio|luglio|aug(?:ust)?|août|agosto|sept?(?:ember)?|septembre|septiembre|"
    r"settembre|oct(?:ober)?|okt(?:ober)?|octobre|"
    r"octubre|ottobre|nov(?:ember|embre|iembre)?|dec(?:ember)?|dez(?:ember)?|décembre|diciembre|dicembre|"
    r"января|февраля|марта|апреля|мая|июня|июля|"
    r"августа|сентября|октября|ноября|декабря|січня|лютого|березня|квітня|травня|червня|липня|серпня|"
    r"вересня|жовтня|листопада|грудня|"
    r"stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|"
    r"fevereiro|março|junho|julho|setembro|outubro|"
    r"novembro|dezembro|januari|februari|maart|augustus"
)
DATE = re.compile(
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:de |of )?(?:{_MONTH})\.?,?\s+(?:de )?\d{{4}}|"
    rf"\b(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|"
    rf"\b(?:{_MONTH})\.?\s+\d{{4}}|\b\d{{1,2}}\.?\s+[^\W\d_]{{3,10}}\.?,?\s+(?:19|20)\d\d\b|"
    rf"\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b)",
    re.IGNORECASE,
)
READING_TIME = re.compile(
    r"\b\d{1,3}\s*[-–]?\s*(?:min(?:ute)?s?\.?|minuten|minutos|minuti|minuut|мин\w*|"
    r"хв\w*)\b(?:\s*(?:read(?:ing)?|lesezeit|de lecture|de lectura|"
    r"di lettura|de leitura|leestijd|czytania|чтения|читання))?|lesezeit|reading time|temps de lecture|время чтения",
    re.IGNORECASE,
)
BYLINE = re.compile(
    r"(?:written |posted |published |reviewed |medically reviewed )?by:?\s+(?!The\b|A\b|An\b|My\b|Your\b|"
    r"Our\b|Day\b|Night\b)[^\W\d_a-z]|"
    r"von\s+[^\W\d_a-z]|par\s+[^\W\d_a-z]|por\s+[^\W\d_a-z]|"
    r"di\s+[^\W\d_a-z]|door\s+[^\W\d_a-z]|(?:text|autor(?:in|e|a)?|auteure?|author|автор|tekst|words|photos?|"
    r"foto|image|bild|credit|picture)\s*:\s*\S",
)


def label_of(text: str) -> str:
    """A short block in the form the lists are compared in: no case, numbers, markup, final punctuation."""
    text = re.sub(r"^[\s#*_>\-–•|]+|[\s#*_|]+$", "", text)
    text = re.sub(r"^(?:\d+|[IVX]+)(?:\.\d+)*[.)]\s+", "", text)
    return re.sub(r"\s+", " ", text).strip(" :.…!*_").casefold()


def is_reference_heading(text: str) -> bool:
    """True for "References", "## Literaturverzeichnis:", "7. Sources" and the like."""
    return len(text) <= 60 and label_of(text) in REFERENCE_HEADINGS


def opens_with_closing_cue(text: str) -> bool:
    """True when a paragraph begins as closing paragraphs begin in one of the languages of the list."""
    start = re.sub(r"^[\s*_\"“„«]+", "", text).casefold()
    return any(re.match(rf"{re.escape(cue)}(?!\w)", start) for cues in CLOSING_CUES.values() for cue in cues)
