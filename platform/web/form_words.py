"""What a form says when something is missing: the field by name and the fix, beside it and in the summary."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    Field,
    RadioSelect,
)
from django.forms.widgets import ChoiceWidget
from django.utils.translation import gettext

STOCK_SENTENCE = Field.default_error_messages["required"]


def name_missing(bound: BoundField) -> None:
    """Turn the stock "required" sentence into one that names the field; a form's own sentences stay."""
    problems = bound.form.errors.get(bound.name)
    if problems is None or not bound.label:
        return
    for place, problem in enumerate(problems.data):
        stock = isinstance(problem, ValidationError) and problem.message == STOCK_SENTENCE
        if stock:
            problems.data[place] = ValidationError(_sentence(bound), code="required")


def _sentence(bound: BoundField) -> str:
    said = {"label": bound.label}
    if isinstance(bound.field.widget, CheckboxInput):
        return gettext("Tick “%(label)s” to go on.") % said
    if isinstance(bound.field.widget, ChoiceWidget):
        return gettext("Choose one for “%(label)s”.") % said
    return gettext("Fill in “%(label)s”.") % said


def errors(form: BaseForm) -> list[tuple[str, str]]:
    """All errors as (id to link to, sentence), in field order; those of the whole form link nowhere."""
    found = [("", str(error)) for error in form.non_field_errors()]
    for bound in form:
        name_missing(bound)
        found += [(_target(bound), str(error)) for error in bound.errors]
    return found


def _target(bound: BoundField) -> str:
    """The id that a link in the summary leads to; a group of choices is reached at its first."""
    grouped = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    return f"{bound.auto_id}_0" if grouped else bound.id_for_label
