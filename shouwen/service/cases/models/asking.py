"""What categories ask of their cases, what a case was asked, and what was answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.ground.vault.fields import SealedTextField
from shouwen.ground.vault.models import SealedModel
from shouwen.people.staff.models.organisation import in_reader_language
from shouwen.service.cases.models.case import Case
from shouwen.service.cases.models.categories import Category
from shouwen.service.cases.rules import asking
from shouwen.service.cases.rules.asking import Item, Kind


def item_name(item: Item) -> str:
    """Give an item's name in the reader's language."""
    return in_reader_language(item.name_zh, item.name_en or item.name_zh)


def shown(item: Item, said: str) -> str:
    """Write an answer as a person reads it."""
    if not said:
        return ""
    match item.kind:
        case Kind.AMOUNT:
            return _("CNY %(amount)s") % {"amount": f"{Decimal(said):,.2f}"}
        case Kind.DATE:
            return date_format(date.fromisoformat(said), "Y-m-d")
        case Kind.YES_NO:
            return pgettext("answer", "Yes") if said == asking.YES else pgettext("answer", "No")
        case Kind.CHOICE:
            names = {one.code: one for one in item.choices}
            found = names.get(said)
            if found is None:
                return said
            return in_reader_language(found.name_zh, found.name_en or found.name_zh)
        case Kind.POINT:
            return pgettext("answer", "Yes")
        case _:
            return said


class CategoryForm(models.Model):
    """One version of what one category asks. Never changed: another wording is a new version."""

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="forms", db_index=False
    )
    number = models.PositiveIntegerField()
    items = models.JSONField()
    written_at = models.DateTimeField()
    written_by_name = models.CharField(max_length=80)

    class Meta:
        """The versions of a category are counted from one."""

        constraints = [
            models.UniqueConstraint(fields=["category", "number"], name="category_form_once")
        ]

    @property
    def asked(self) -> tuple[asking.Item, ...]:
        """The items of this version."""
        return tuple(asking.from_plain(plain) for plain in self.items)


class CaseForm(models.Model):
    """That a case is asked what this version says; a case keeps the versions it began with."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="forms", db_index=False)
    form = models.ForeignKey(CategoryForm, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A case is asked each version once."""

        constraints = [models.UniqueConstraint(fields=["case", "form"], name="case_form_once")]


class CaseAnswer(SealedModel):
    """The present answer of a case to one item; what was said before stands on the timeline.

    Personal answers stand there masked: of them only the present one is kept.
    """

    public_id = PublicIdField(prefix="ans")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers", db_index=False)
    # The version in which it was asked, so that it can be read when it is asked no more.
    form = models.ForeignKey(CategoryForm, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    words = SealedTextField(data_class="C2", kind="text", null=True, blank=True)
    answered_at = models.DateTimeField()
    answered_by_name = models.CharField(max_length=80)

    class Meta:
        """A case has one answer to an item."""

        constraints = [models.UniqueConstraint(fields=["case", "code"], name="case_answer_once")]

    def seal_subject(self) -> str:
        """Seal under the same key as the case."""
        return self.case.seal_ref

    def belongs_to(self) -> dict[str, str]:
        """Name the case."""
        return {"case": self.case.public_id}

    @property
    def said(self) -> str:
        """The answer in clear, sealed or not; empty for none."""
        return self.words.plain if self.words else self.value

    @property
    def item(self) -> Item | None:
        """What was asked, in the words of the version in which it was."""
        return next((one for one in self.form.asked if one.code == self.code), None)

    def as_read(self, field: str, plain: str) -> str:
        """Give the opened answer as it is read: a choice by its name, a day as a day."""
        return shown(self.item, plain) if self.item is not None else plain
