"""Forms about the account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DisplayNameForm(forms.Form):
    """What sign-up asks beside address and password."""

    display_name = forms.CharField(label=_("What should we call you?"), max_length=60, required=False)

    def signup(self, request, user) -> None:
        user.display_name = self.cleaned_data["display_name"]
