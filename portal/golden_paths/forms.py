"""A page of a golden path as a form: made from its schema, with names offered from the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse

from portal.accounts.models import User
from portal.forms import Form, dress, reason
from portal.golden_paths import answers as fitting
from portal.golden_paths import queries
from portal.golden_paths.definition import Definition, Question
from portal.golden_paths.names.base import Choice
from portal.golden_paths.names.registry import names_of

MANY = 40  # names that are offered as a list; more are searched
# One after the other: the first one makes the draft that the next ones are kept in.
IN_TURN = {"hx-sync": "closest form:queue last", "hx-swap": "none"}
CHECKED = {"hx-trigger": "change", **IN_TURN}
TYPED = {"hx-trigger": "input changed delay:400ms, change", **IN_TURN}


class AnyOne(forms.ChoiceField):
    """Offers some; what is none of them is refused in the words of the schema or of the names."""

    def valid_value(self, value: Any) -> bool:
        return True


class AnyOfThem(forms.MultipleChoiceField):
    """The same, for several."""

    def valid_value(self, value: Any) -> bool:
        return True


class PageForm(Form):
    """The questions of one page. `answers` after `is_valid` is what they were answered with."""

    def __init__(
        self,
        definition: Definition,
        number: int,
        *,
        by: User,
        answers: Mapping[str, Any],
        check: str,
        data: Any = None,
        prefix: str | None = None,
    ) -> None:
        self.definition, self.number, self.by = definition, number, by
        self.page = definition.spec.pages[number - 1]
        self.check = check
        here = self.page.fields.properties
        self.before = {name: value for name, value in answers.items() if name not in here}
        initial = {name: answers.get(name, question.default) for name, question in here.items()}
        super().__init__(data, initial=initial, prefix=prefix)
        for name, question in here.items():
            self.fields[name] = self._field(name, question)
        self.answers: dict[str, Any] = {}

    def questions(self) -> list[dict[str, Any]]:
        """Each field with how it looks, for the template; some are not asked after all."""
        given = self.answers if self.is_bound else self.initial
        asked = fitting.asked(self.definition, {**self.before, **given})
        return [
            {
                "field": self[name],
                "kind": _look(question, self.fields[name]),
                "is_asked": name in asked,
                "is_optional": name not in self.page.fields.required,
                "search": _search_url(question, self.add_prefix(name)),
                "said": self.said(name),
            }
            for name, question in self.page.fields.properties.items()
        ]

    def dependent(self, name: str) -> list[dict[str, Any]]:
        """The questions of this page that the answer to this one decides on."""
        led = {name}
        for other, question in self.page.fields.properties.items():
            if led & question.depends_on.keys():
                led.add(other)
        return [each for each in self.questions() if each["field"].name in led - {name}]

    def said(self, name: str) -> dict[str, Any]:
        """What stands below a field: its help, what is wrong, or that a new name is free."""
        question = self.page.fields.properties[name]
        errors = list(self.errors.get(name, [])) if self.is_bound else []
        value = self.answers.get(name) if self.is_bound else None
        return {
            "name": name,
            "help": question.description,
            "errors": errors,
            "ok": f"{value} is free." if question.new and value and not errors else "",
        }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, question in self.page.fields.properties.items():
            value = _answer(question, self.cleaned_data.get(name))
            if value is not None:
                found[name] = value
        asked = fitting.asked(self.definition, {**self.before, **found})
        self._forget(self.page.fields.properties.keys() - asked.keys(), found)
        self.answers = found
        given = {**self.before, **found}
        wrong = dict(fitting.page_problems(self.definition, self.number, given))
        for name, words in queries.name_problems(self.definition, found, by=self.by):
            wrong.setdefault(name, words)
        for name, words in wrong.items():
            if name not in self.errors:
                self.add_error(name, words)
        return self.cleaned_data

    def _forget(self, names: Iterable[str], found: dict[str, Any]) -> None:
        """What was typed before it turned out that it is not asked."""
        for name in names:
            found.pop(name, None)
            self.errors.pop(name, None)

    def _field(self, name: str, question: Question) -> forms.Field:
        attrs = {"hx-post": self.check, **self.asking(question)}
        attrs["aria-describedby"] = f"said-{name}"
        options = self._options(question)
        field = _field_of(question, attrs, options)
        if options is None and question.offered:
            _searched(field, name)
        field.label, field.required = question.title, False
        dress(field)
        if question.type in {"string", "integer", "number"} and name in self.page.fields.required:
            field.widget.attrs["aria-required"] = "true"
        return field

    def asking(self, question: Question) -> Mapping[str, str]:
        """When an answer is sent, and what becomes of what comes back."""
        return TYPED if question.new else CHECKED

    def _options(self, question: Question) -> list[Choice] | None:
        """What to choose from; None: too many for a list, or anything goes."""
        if question.offered:
            offered = names_of(question.offered).offered(
                by=self.by, verb=question.may or "", search="", most=MANY + 1
            )
            return list(offered) if len(offered) <= MANY else None
        enum = question.items.enum if question.items else question.enum
        if enum is None:
            return None
        titles = question.titles
        return [Choice(str(each), titles.get(str(each), "")) for each in enum]


def _field_of(
    question: Question, attrs: dict[str, str], options: list[Choice] | None
) -> forms.Field:
    if question.type == "boolean":
        return forms.BooleanField(widget=forms.CheckboxInput(attrs=attrs))
    if question.type == "array":
        choices = [(each.name, _label(question, each)) for each in options or []]
        return AnyOfThem(choices=choices, widget=forms.CheckboxSelectMultiple(attrs=attrs))
    return _typed(question, attrs) if options is None else _chosen(question, attrs, options)


def _typed(question: Question, attrs: dict[str, str]) -> forms.Field:
    if question.type == "integer":
        return forms.IntegerField(widget=forms.NumberInput(attrs=attrs))
    if question.type == "number":
        return forms.FloatField(widget=forms.NumberInput(attrs={**attrs, "step": "any"}))
    if question.format == "date":
        return forms.CharField(widget=forms.DateInput(attrs={**attrs, "type": "date"}))
    return forms.CharField(widget=_text(question, attrs), strip=question.ui != "code")


def _chosen(question: Question, attrs: dict[str, str], options: list[Choice]) -> forms.Field:
    choices = [(each.name, _label(question, each)) for each in options]
    if question.ui == "radio":
        return AnyOne(choices=choices, widget=forms.RadioSelect(attrs=attrs))
    only = len(choices) == 1
    blank = [] if only else [("", "Choose")]
    widget = forms.Select(attrs=attrs)
    return AnyOne(choices=[*blank, *choices], widget=widget)


def _label(question: Question, choice: Choice) -> str:
    """The title of an option, or a name with what helps to tell it from others."""
    return choice.label if question.offered else choice.note or choice.name


def _text(question: Question, attrs: dict[str, str]) -> forms.Widget:
    attrs = dict(attrs)
    if question.examples:
        attrs["placeholder"] = str(question.examples[0])
    if question.maxLength:
        attrs["maxlength"] = str(question.maxLength)
    if question.ui in {"textarea", "code"}:
        is_code = question.ui == "code"
        more = {"class": "input input-mono", "spellcheck": "false"} if is_code else {}
        return forms.Textarea(attrs={**attrs, "rows": 14 if is_code else 3, **more})
    if question.new or question.names:
        attrs |= {"class": "input input-mono", "autocomplete": "off", "spellcheck": "false"}
    return forms.TextInput(attrs=attrs)


def _searched(field: forms.Field, name: str) -> None:
    """Too many names for a list: as one types, the server offers some."""
    field.widget.attrs |= {"list": f"offered-{name}", "placeholder": "Type a part of the name"}


def _search_url(question: Question, name: str) -> str:
    if not question.offered:
        return ""
    address = reverse("portal:golden-path-options", args=[question.offered])
    return f"{address}?may={question.may or ''}&field={name}"


def _look(question: Question, field: forms.Field) -> str:
    if isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if question.type == "boolean":
        return "check"
    return "search" if "list" in field.widget.attrs else "field"


def _answer(question: Question, value: Any) -> Any:
    """A field's value as the schema knows it; None where nothing was said."""
    if question.type == "boolean":
        return bool(value)
    if value in (None, "", []):
        return None
    if question.enum and question.type in {"integer", "number"}:
        return next((each for each in question.enum if str(each) == str(value)), value)
    return value


class PublishForm(Form):
    """The file of a path, pasted or chosen."""

    definition = forms.CharField(
        label="File",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 28, "class": "input input-mono", "spellcheck": "false"}
        ),
    )
    upload = forms.FileField(
        label="or from a file",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"}),
    )

    @cached_property
    def file(self) -> str | bytes:
        """What was given; a chosen file goes before the text."""
        if upload := self.cleaned_data.get("upload"):
            content: bytes = upload.read()
            return content
        return str(self.cleaned_data.get("definition") or "")


class StartForm(Form):
    """A yes, and nothing else."""


class RetryForm(Form):
    """A yes, and nothing else."""


class CancelForm(Form):
    reason = reason("Reason", required=False)


class UndoForm(Form):
    reason = reason("Why", help_text="It stands in the history, beside each thing that goes.")


class OfferForm(Form):
    reason = reason("Reason", required=False)
