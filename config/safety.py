"""Unsafe production settings refuse to start, each with one sentence saying what to change.

A centre is in production when it has a public `https://` address and is no demo.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SECRET_CHARACTERS = 32
# What others on the machine must not be able to do with secrets: anything at all.
OTHERS = stat.S_IRWXG | stat.S_IRWXO
HOME_SECRETS = ("secret.key", "keyring.json", "demo-password")
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What an installation has chosen, as far as its safety hangs on it."""

    demo: bool
    debug: bool
    mfa_required: bool
    public_url: str
    secret_key: str
    hosts: Sequence[str]
    widget_origins: Sequence[str]
    home: Path
    keyring: Path
    seals: Path | None = None
    clock_file: str = ""

    @property
    def is_public(self) -> bool:
        """Whether people reach it from elsewhere."""
        return bool(self.public_url)


def faults(chosen: Choices) -> list[str]:
    """Give a sentence for everything that must be changed before a start; none when it is safe."""
    return [*_of_mode(chosen), *_of_addresses(chosen), *_of_secrets(chosen)]


def _of_mode(chosen: Choices) -> Iterable[str]:
    if chosen.debug:
        yield "DEBUG shows the inside of errors to everyone. Turn it off."
    if chosen.demo and chosen.is_public:
        yield (
            "SHOUWEN_DEMO=1 opens known logins without a second factor. "
            "Unset it, or unset SHOUWEN_PUBLIC_URL."
        )
    if chosen.clock_file and not chosen.demo:
        yield "SHOUWEN_CLOCK_FILE moves time, which only a trial (SHOUWEN_DEMO=1) may. Unset it."
    if chosen.is_public and not chosen.demo and not chosen.mfa_required:
        yield "SHOUWEN_MFA=optional is for trials. Unset it to start here."


def _of_addresses(chosen: Choices) -> Iterable[str]:
    loose = any(host.strip().startswith(("*", ".")) for host in chosen.hosts)
    if loose and (chosen.is_public or not chosen.demo):
        yield (
            "SHOUWEN_HOSTS answers to any name, so links could be forged. "
            "List the names of this centre."
        )
    if not chosen.is_public:
        return
    parts = urlsplit(chosen.public_url)
    local = parts.hostname in LOCAL_HOSTS
    if parts.scheme != "https" and not local:
        yield "SHOUWEN_PUBLIC_URL carries sign-ins in clear. Put TLS in front and use https://."
    if parts.path not in ("", "/") or parts.query or not parts.hostname:
        yield "SHOUWEN_PUBLIC_URL is an origin such as https://centre.example, nothing after it."
    elif parts.hostname not in [host.strip() for host in chosen.hosts]:
        yield f"SHOUWEN_HOSTS lacks {parts.hostname}, the name in SHOUWEN_PUBLIC_URL. Add it."
    for origin in chosen.widget_origins:
        site = urlsplit(origin)
        if site.scheme != "https" or not site.hostname or site.path or "*" in origin:
            yield (
                f"SHOUWEN_WIDGET_ORIGINS holds {origin}. "
                "Name each site as https://host, without a path or an asterisk."
            )


def _of_secrets(chosen: Choices) -> Iterable[str]:
    if len(chosen.secret_key) < SECRET_CHARACTERS or len(set(chosen.secret_key)) < 8:
        yield (
            f"SHOUWEN_SECRET_KEY is too easy to guess. Use {SECRET_CHARACTERS} random characters "
            "or more, or unset it and one is made."
        )
    secrets = [chosen.home, *(chosen.home / name for name in HOME_SECRETS), chosen.keyring]
    if chosen.seals is not None and chosen.seals.is_dir():
        secrets += [chosen.seals, *sorted(chosen.seals.iterdir())]
    elif chosen.seals is not None and chosen.seals != chosen.home / "seals":
        yield f"SHOUWEN_SEALS={chosen.seals} is no folder. Make it, or correct the setting."
    for path in dict.fromkeys(secrets):
        if path.exists() and path.stat().st_mode & OTHERS:
            yield (
                f"Other accounts of this machine can read {path}. "
                f"Run: chmod {'700' if path.is_dir() else '600'} {path}"
            )
