"""What every page is held to: its language, its width, and WCAG 2.2 AA."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Frame, Page

from tests.journeys.conftest import keep
from tests.live import ROOT

# What axe sets on the page for its own measuring; the page's own styles would name their file.
OF_AXE = r"^Applying inline style violates .* $"
# The page stands still: fonts are there, nothing fetches, what moves once has moved. For six
# frames: what a page asks for once it is there, or a change of light moves, begins by then.
SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const fetching = () => document.querySelector(".htmx-request");
    const moving = () => document.getAnimations().filter((moved) =>
        moved.playState === "running" && moved.effect.getComputedTiming().endTime !== Infinity);
    await document.fonts.ready;
    for (let still = 0; still < 6; still = fetching() || moving().length ? 0 : still + 1)
        await frame();
}"""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# The same page in the dark differs in colours alone.
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Words of another language that stand on Chinese pages by right: names, keys, units, codes, the
# example of how pinyin is typed, a demo article's keyword.
LATIN_ALLOWED = re.compile(
    r"^(?:English|App|API|AI|OTP|SMS|CSV|PDF|Word|Excel|Ctrl|Alt|Shift|Enter|Tab|Esc|Hz|km|KB|MB|"
    r"ID|IP|URL|TOTP|Shouwen|webchat|Redis|SQLite|PostgreSQL|Debian|assistant|presence|routing|ticker|system|[A-Z]{2,6}|[A-Z]|kb|th|No|xyk|annual|fee)$"
)
VISIBLE_TEXT = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest("script, style, template, code, pre, kbd, dialog:not([open])")) continue;
        if (parent.closest("[lang]").lang.startsWith("en")) continue;
        if (!parent.getClientRects().length) continue;
        found.push(walker.currentNode.textContent);
    }
    for (const name of ["placeholder", "aria-label", "title", "alt"])
        document.querySelectorAll(`[${name}]`).forEach((e) => found.push(e.getAttribute(name)));
    found.push(document.title);
    return found.map((text) => text.trim()).filter(Boolean);
}"""


def english_left(page: Page) -> list[str]:
    """Give the texts of a Chinese page that hold a sentence or word of English."""
    left = []
    for text in page.evaluate(VISIBLE_TEXT):
        # References and codes are no language: case numbers, clauses, acts, roles' own names.
        plain = re.sub(r"\b(case|contact) (?=\S*_)", "", text)
        plain = re.sub(r"\S*[\d_./@:{}*-]\S*", " ", plain)
        words = re.findall(r"[A-Za-z]+", plain)
        if any(len(word) > 1 and not LATIN_ALLOWED.match(word) for word in words):
            left.append(text)
    return left


def chinese_left(page: Page) -> list[str]:
    """Give the labels of an English page that are Chinese: of controls and columns, not data."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(
            "th, label, button:not(.sw-me), summary, .sw-label, dt")]
            .filter((e) => e.getClientRects().length && !e.closest("[lang^=zh] [lang]"))
            .filter((e) => !e.closest("th[scope=row]"))  // names what the row is about: data
            .map((e) => e.textContent.trim())"""
    )
    return [text for text in found if re.search(r"[\u4e00-\u9fff]", text) and text != "中文"]


def overflow(page: Page) -> int:
    """Give by how many pixels the page is wider than its window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def violations(page: Page | Frame, rules: dict[str, Any] = RULES) -> list[str]:
    """Let axe look for violations of WCAG 2.2 AA; give each with its first place."""
    # Through the inspector's own door, which the page's content policy does not govern.
    page.evaluate(AXE.read_text())
    answer: dict[str, Any] = page.evaluate(
        """rules => axe.run(document, {
            runOnly: rules, resultTypes: ["violations"],
        })""",
        rules,
    )
    return [
        f"{found['id']} ({len(found['nodes'])}): {node['target']} {node['html'][:160]} "
        f"{' '.join(check['message'] for check in node['any'][:1])}"
        for found in answer["violations"]
        for node in found["nodes"][:2]
    ]


def look_at(page: Page, name: str, *, language: str, dark: bool, faults: list[str]) -> None:
    """Keep a picture of the page in one light and note all that is wrong with it."""
    faults.extend(_seen(page, name, language, dark=dark))
    faults.extend(f"{name}: {fault}" for fault in _read(page, language) + violations(page))


def look_in_both_lights(page: Page, name: str, *, language: str, faults: list[str]) -> None:
    """Keep a picture of the page in each light and note all that is wrong with it.

    Words and roles are the same in both: what they are held to is asked once.
    """
    look_at(page, name, language=language, dark=False, faults=faults)
    faults.extend(_seen(page, name, language, dark=True))
    faults.extend(f"{name} in the dark: {found}" for found in violations(page, OF_COLOUR))


def _seen(page: Page, name: str, language: str, *, dark: bool) -> list[str]:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.evaluate(SETTLED)
    look = f"{name}-{'en' if language == 'en' else 'zh'}-{'dark' if dark else 'light'}"
    keep(page, f"page-{look}")
    wide = overflow(page)
    return [f"{look}: {wide} px too wide"] if wide > 0 else []


def _read(page: Page, language: str) -> list[str]:
    left = english_left(page) if language != "en" else chinese_left(page)
    return [f"untranslated {text!r}" for text in left]
