"""The app's name and what it adds to lists owned by lower apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from accounts.walls import Act, add_act
        from articles import desk, telling

        desk.register()
        telling.register()
        add_act(
            Act(
                kind="article",
                sentence=_("To write an article, please log in to your account."),
                fields_shown=(
                    ("title", _("Title")),
                    ("standfirst", _("Standfirst")),
                    ("source", _("Text")),
                    ("summary", _("Summary")),
                    ("references", _("References")),
                ),
                title=_("Your article"),
                note=_("You were writing an article. We’ll take you straight back, with what you wrote still there."),
            )
        )
