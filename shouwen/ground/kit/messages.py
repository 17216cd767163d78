"""Message catalogues: compile what is stale, and name what a room's catalogue lacks.

Compiling needs no Django, so that `config/setup.py` can run it: `python -m
shouwen.ground.kit.messages`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "_n": (1, 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

# (context, message); the context is mostly empty.
Message = tuple[str, str]


def catalogues(root: Path = ROOT) -> list[Path]:
    """List every room's catalogue, and the roof's."""
    return sorted([*root.glob(f"shouwen/*/*/{CATALOGUE}"), *root.glob(f"config/{CATALOGUE}")])


def compile_stale(root: Path = ROOT) -> list[Path]:
    """Write the compiled file of every catalogue that is newer than it; give what was written."""
    written = []
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written


def rooms(root: Path = ROOT) -> list[Path]:
    """List the folders of every room, and the roof."""
    cards = [*root.glob("shouwen/*/*/__init__.py"), *root.glob("config/__init__.py")]
    return sorted(card.parent for card in cards)


def used_in(room: Path) -> set[Message]:
    """Collect what a room's modules and templates say to people."""
    return {message for path in _sources(room) for message in _messages(path)}


def missing_in(room: Path) -> list[Message]:
    """Name what a room says without a finished Chinese wording, sorted."""
    done: set[Message] = set()
    path = room / CATALOGUE
    if path.exists():
        done = {
            (entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(path)) if _done(entry)
        }
    return sorted(used_in(room) - done)


def _done(entry: polib.POEntry) -> bool:
    words = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(words) and not entry.obsolete and "fuzzy" not in entry.flags


def _sources(room: Path) -> Iterator[Path]:
    for pattern in ("*.py", "*.html", "*.txt"):
        for path in room.rglob(pattern):
            inside = path.relative_to(room).parts
            if "tests" in inside or "migrations" in inside or "locale" in inside:
                continue
            if pattern == "*.py" or "templates" in inside:
                yield path


def _messages(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    for _line, words, _comments, context in found:
        message = words[0] if isinstance(words, tuple) else words
        if message:
            yield (context or "", message)


if __name__ == "__main__":
    for compiled in compile_stale():
        sys.stdout.write(f"{compiled.relative_to(ROOT)}\n")
