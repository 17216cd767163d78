"""How a person likes their pages: language, theme, density, single-letter keys.

Kept in a cookie for everybody; a room that knows people may keep it with the person as well
(`on_change`), and a person's own attribute wins over the cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("normal", "compact", "roomy"),
    "keys": ("on", "off"),
    "sound": ("on", "off"),
}
COOKIE_SECONDS = 365 * 24 * 3600

Keeper = Callable[[HttpRequest, str, str], None]
_keepers: list[Keeper] = []


@dataclass(frozen=True, slots=True)
class Look:
    """The chosen look; `scheme` is what the page is drawn in before any script has run."""

    theme: str
    density: str
    keys: str

    @property
    def scheme(self) -> str:
        """Give `light` or `dark` when chosen, nothing when the machine decides."""
        return "" if self.theme == "auto" else self.theme


def on_change(keeper: Keeper) -> None:
    """Have `keeper(request, name, value)` called when somebody chooses (wiring only)."""
    _keepers.append(keeper)


def is_choice(name: str, value: str) -> bool:
    """Whether there is such a preference and it knows this value."""
    if name == "language":
        return value in dict(settings.LANGUAGES)
    return value in CHOICES.get(name, ())


def keep(request: HttpRequest, name: str, value: str) -> None:
    """Tell those who keep preferences of a choice."""
    for keeper in _keepers:
        keeper(request, name, value)


def look_of(request: HttpRequest) -> Look:
    """Read the look from the person, else from the cookie, else the first of the choices."""
    return Look(*(choice_of(request, name) for name in ("theme", "density", "keys")))


def choice_of(request: HttpRequest, name: str) -> str:
    """Read one choice from the person, else from the cookie, else the first there is."""
    kept = str(getattr(getattr(request, "user", None), name, "") or "").lower()
    for value in (kept, request.COOKIES.get(name, "")):
        if is_choice(name, value):
            return value
    return CHOICES[name][0]
