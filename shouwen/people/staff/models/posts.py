"""The duty list: posts, what each may and must do, and who holds them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.organisation import Institution, Unit, in_reader_language
from shouwen.people.staff.models.people import Person

NAME_MAX_CHARACTERS = 60
TEXT_MAX_CHARACTERS = 2000


class Post(models.Model):
    """One post of an institution, of one unit or of them all; its versions say what it asks."""

    public_id = PublicIdField(prefix="post")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    # How many versions there are: the number of the latest.
    latest = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """The list of an institution goes by age."""

        indexes = [models.Index(fields=["institution", "id"], name="post_list")]


def _percent() -> models.DecimalField[Decimal | None, Decimal | None]:
    """Give a field for a share from 0 to 100 with one decimal, or none."""
    return models.DecimalField(max_digits=4, decimal_places=1, null=True)


def _is_share(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 100})


class PostVersion(models.Model):
    """What a post asks from one day on, until a later version counts; never changed, only followed.

    The text is the institution's own document, so there is one wording of it: a line each.
    """

    DATA_CLASSES = {"name_zh": "C1", "name_en": "C1", "authority": "C1", "obligations": "C1"}

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    name_zh = models.CharField(max_length=NAME_MAX_CHARACTERS)
    name_en = models.CharField(max_length=NAME_MAX_CHARACTERS, blank=True)
    authority = models.TextField(max_length=TEXT_MAX_CHARACTERS)
    obligations = models.TextField(max_length=TEXT_MAX_CHARACTERS)
    # The least share aimed at; none where the post is not measured by it (HB-1.1-05).
    connect_percent = _percent()
    reply_percent = _percent()
    resolution_percent = _percent()
    effective_from = models.DateField()
    written_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    written_at = models.DateTimeField()

    class Meta:
        """A version has a number of its own."""

        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="post_version_number"),
            models.CheckConstraint(
                condition=_is_share("connect_percent")
                & _is_share("reply_percent")
                & _is_share("resolution_percent"),
                name="post_figures_are_shares",
            ),
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)

    @property
    def authority_lines(self) -> list[str]:
        """What whoever holds the post may decide, a line each."""
        return self.authority.splitlines()

    @property
    def obligation_lines(self) -> list[str]:
        """What they must do, a line each."""
        return self.obligations.splitlines()


class PostHolding(models.Model):
    """One person holding one post from a moment until another; none: still."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="holdings", db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """A person holds one post at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until__isnull=True), name="post_of_person_now"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="post_held_on"
            ),
        ]
        indexes = [models.Index(fields=["post", "until"], name="post_holders")]
