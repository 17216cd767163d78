"""What holds for every template of the project: it compiles, its icons exist, nothing is inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from django.utils.html import strip_tags

from shouwen.ground.kit import messages

ROOT = messages.ROOT
ICONS = ROOT / "shouwen" / "ground" / "kit" / "icons.txt"
STYLES = ROOT / "shouwen" / "ground" / "kit" / "static" / "kit"

ICON_USES = (
    re.compile(r"\{%\s*icon\s+\"([a-z0-9-]+)\""),
    re.compile(r"\sicon=\"([a-z0-9-]+)\""),
)
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script text": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE
    ),
    "event attribute": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "script address": re.compile(r"(href|action|src)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "evaluated htmx value": re.compile(r"hx-(vals|headers)\s*=\s*[\"']\s*js:", re.IGNORECASE),
}


def templates() -> list[Path]:
    return sorted(
        path
        for path in (ROOT / "shouwen").rglob("*.html")
        if "templates" in path.parts and "tests" not in path.parts
    )


def name_of(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[parts.index("templates") + 1 :])


def icon_names() -> set[str]:
    lines = ICONS.read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def installed() -> list[Path]:
    folders = [Path(app.path) for app in apps.get_app_configs()]
    return [path for path in templates() if any(path.is_relative_to(f) for f in folders)]


@pytest.mark.parametrize("path", installed(), ids=name_of)
def test_template_compiles(path: Path) -> None:
    engines["django"].get_template(name_of(path))


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_template_holds_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    assert not found


def test_every_icon_drawn_is_in_the_sprite() -> None:
    used = {
        (name, name_of(path))
        for path in templates()
        for pattern in ICON_USES
        for name in pattern.findall(path.read_text(encoding="utf-8"))
    }
    code = re.compile(r"NavItem\(\s*(?:key=)?\"[a-z-]+\",\s*(?:icon=)?\"([a-z0-9-]+)\"")
    for path in (ROOT / "config").glob("*.py"):
        used |= {(name, path.name) for name in code.findall(path.read_text(encoding="utf-8"))}
    known = icon_names()
    assert sorted(pair for pair in used if pair[0] not in known) == []


def test_the_list_of_icons_is_sorted_and_without_doubles() -> None:
    lines = [
        line for line in ICONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert lines == sorted(set(lines))


def test_colours_stand_in_tokens_alone() -> None:
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    text_of = {
        path: re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for path in (ROOT / "shouwen").rglob("*.css")
        if path.name != "tokens.css"
    }
    # An id selector is no colour: only what stands after a colon counts.
    guilty = sorted(
        str(path.relative_to(ROOT))
        for path, text in text_of.items()
        if any(raw.search(value) for value in re.findall(r":\s([^;{}]+);", text))
    )
    assert guilty == []


def test_every_class_of_ours_carries_the_prefix() -> None:
    tabler = re.compile(r"^(btn|form|card|table|visually-hidden|htmx)\b")
    classes = {
        name
        for path in STYLES.rglob("*.css")
        for name in re.findall(
            r"\.([a-zA-Z][\w-]*)",
            re.sub(r"/\*.*?\*/|\"[^\"]*\"|:\s[^;{}]+;", "", path.read_text(), flags=re.DOTALL),
        )
    }
    assert sorted(c for c in classes if not c.startswith("sw-") and not tabler.match(c)) == []


def test_icon_tag_hides_decoration_and_names_meaning() -> None:
    template = engines["django"].from_string('{% icon "phone" %}|{% icon "phone" label=name %}')
    decoration, meaning = template.render({"name": "<b>"}).split("|")
    assert 'aria-hidden="true"' in decoration
    assert 'aria-label="&lt;b&gt;"' in meaning
    assert strip_tags(decoration) == ""
