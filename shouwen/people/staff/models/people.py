"""People, their roles, skills and presence."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.ground.kernel.fields import PublicIdField
from shouwen.people.staff.models.organisation import Institution, Unit, in_reader_language


class Role(models.TextChoices):
    """What a person is here for; each role's rights stand in `access.RIGHTS`."""

    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Team lead")
    COMPLAINTS = "complaints", _("Complaints officer")
    INSPECTOR = "inspector", _("Quality inspector")
    TRAINER = "trainer", _("Trainer")
    EDITOR = "editor", _("Knowledge editor")
    RISK = "risk", _("Risk officer")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


class Theme(models.TextChoices):
    """Which face of the pages a person prefers."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How high a row is."""

    COMPACT = "compact", _("Compact")
    NORMAL = "normal", _("Normal")
    ROOMY = "roomy", _("Roomy")


class PresenceState(models.TextChoices):
    """What a person is doing, as routing and the wallboard see it."""

    READY = "READY", _("Ready")
    BUSY = "BUSY", _("Busy")
    WRAP_UP = "WRAP_UP", _("Wrapping up")
    BREAK = "BREAK", _("On a break")
    TRAINING = "TRAINING", _("In training")
    OFFLINE = "OFFLINE", _("Offline")


class Person(AbstractBaseUser):
    """One member of staff. They are never deleted: the trail names them for years."""

    # The password is kept as its Argon2id digest alone.
    DATA_CLASSES = {"username": "C1", "staff_no": "C1", "name": "C1", "password": "C1"}
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    # No Django admin exists here; libraries ask all the same.
    is_staff = False
    is_superuser = False

    public_id = PublicIdField(prefix="pers")
    username = models.CharField(max_length=60, unique=True)
    staff_no = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(max_length=8, choices=Density.choices, default=Density.NORMAL)
    is_active = models.BooleanField(default=True)
    hired_at = models.DateTimeField()
    # Since when they have done this work, here or elsewhere; none: not on record.
    experience_since = models.DateField(null=True)
    mentor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    sessions_valid_from = models.DateTimeField()
    # What they were told of inside the house and have not looked at yet.
    unread_notices = models.PositiveSmallIntegerField(default=0)

    objects = BaseUserManager["Person"]()

    class Meta:
        """A staff number means one person of an institution; lists go by name."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "staff_no"], name="person_staff_no"),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="person_language_known",
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="person_theme_known"),
            models.CheckConstraint(
                condition=Q(density__in=Density.values), name="person_density_known"
            ),
            models.CheckConstraint(
                condition=Q(mentor__isnull=True) | ~Q(mentor=models.F("id")),
                name="person_not_own_mentor",
            ),
        ]
        indexes = [models.Index(fields=["institution", "name", "id"], name="person_by_name")]

    def get_full_name(self) -> str:
        """Give the name; Django's pages ask for it so."""
        return self.name

    def get_short_name(self) -> str:
        """Give the name; Chinese names have no short form."""
        return self.name


class RoleGrant(models.Model):
    """One role of one person, over one unit and all below it; no unit means the institution."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=12, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        """The same grant is given once."""

        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit"],
                condition=Q(unit__isnull=False),
                name="grant_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(unit__isnull=True),
                name="grant_once_for_institution",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_known"),
        ]
        indexes = [models.Index(fields=["role", "person"], name="grant_by_role")]


class Skill(models.Model):
    """Something a person can be qualified for, such as loans or English."""

    DATA_CLASSES = {"code": "C1", "name_zh": "C1", "name_en": "C1"}

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        """Each institution names its own skills."""

        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="skill_code"),
        ]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)


class PersonSkill(models.Model):
    """One person's qualification: level 1 to 5, good through `expires_on` (none: for good).

    `end_noted` says that its end stands on the trail already.
    """

    DATA_CLASSES = {"certificate": "C1"}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    certificate = models.CharField(max_length=60, blank=True)
    expires_on = models.DateField(null=True)
    end_noted = models.BooleanField(default=False)

    class Meta:
        """One level for each skill of a person; what ends is looked for by its day."""

        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], name="person_skill_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="person_skill_level"
            ),
        ]
        indexes = [models.Index(fields=["expires_on", "end_noted"], name="person_skill_end")]


class Presence(models.Model):
    """What one person is doing now, since when, and when their desk was last heard."""

    DATA_CLASSES = {"reason": "C1"}

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(
        max_length=8, choices=PresenceState.choices, default=PresenceState.OFFLINE
    )
    since = models.DateTimeField()
    reason = models.CharField(max_length=100, blank=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        """Routing looks for people by state."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PresenceState.values), name="presence_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "last_seen_at"], name="presence_state")]
