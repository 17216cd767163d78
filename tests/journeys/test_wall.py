"""The wall from 1440 to 3840 pixels: all of it seen, each figure explained, and ways on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import looks
from tests.journeys.conftest import NewPage, keep

pytestmark = pytest.mark.journey
SignIn = Callable[[Page, str], None]
SIZES = ((1440, 900), (1920, 1080), (2560, 1440), (3840, 2160))
# The wall refreshes every second; a card outlasts it, and so does the focus.
TWO_REFRESHES_MS = 2500
# What is wider or taller than its box, or reaches out of its tile or of the window.
CUT_OFF = """() => {
    const found = [];
    const all = (selector, from = document) => [...from.querySelectorAll(selector)]
        .filter((e) => e.getClientRects().length && !e.closest(".visually-hidden, [popover]"));
    const note = (e) => found.push(`${e.tagName}.${e.className}: ${e.textContent.trim()}`);
    const whole = document.scrollingElement;
    if (whole.scrollWidth > innerWidth || whole.scrollHeight > innerHeight) note(whole);
    for (const box of all(".sw-wall main .card, .sw-wall main .card-body, .sw-wall > header"))
        if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)
            note(box);
    const within = (part, { left, right, top, bottom }) => {
        const box = part.getBoundingClientRect();
        if (box.left < left - 1 || box.right > right + 1 || box.top < top - 1 ||
            box.bottom > bottom + 1) note(part);
    };
    for (const tile of all("#wall-figures .sw-kpi, #wall-figures .sw-trio > div"))
        for (const part of all("*", tile)) within(part, tile.getBoundingClientRect());
    const screen = { left: 0, right: innerWidth, top: 0, bottom: innerHeight };
    for (const part of all(".sw-wall > header > *, #wall-figures > *")) within(part, screen);
    return found;
}"""
SMALLEST = """() => {
    const drawn = [...document.querySelectorAll("#wall-figures *")]
        .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
        .filter((e) => e.getClientRects().length && !e.closest(".visually-hidden, script"));
    const zoom = document.body.currentCSSZoom || 1;
    return Math.min(...drawn.map((e) => parseFloat(getComputedStyle(e).fontSize) * zoom));
}"""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_all_of_the_wall_is_seen_at_every_width(
    staff: Callable[[str, str], Page], language: str
) -> None:
    lead = staff("lead", language)
    lead.goto("/wallboard/")
    smallest = []
    for width, height in SIZES:
        lead.set_viewport_size({"width": width, "height": height})
        lead.reload()
        lead.evaluate(looks.SETTLED)
        keep(lead, f"wall-{width}-{language}")
        assert lead.evaluate(CUT_OFF) == [], f"{width} x {height}"
        smallest.append(lead.evaluate(SMALLEST))
    # Type grows with the wall.
    assert smallest == sorted(smallest)
    assert smallest[-1] >= 2 * smallest[0]


@pytest.mark.parametrize(("width", "height"), [SIZES[0], SIZES[-1]])
def test_each_figure_says_what_it_is_and_leads_to_what_was_counted(
    new_page: NewPage, sign_in: SignIn, width: int, height: int
) -> None:
    new_page.expect(looks.OF_AXE)
    lead = new_page(width=width, height=height)
    sign_in(lead, "lead")
    lead.goto("/wallboard/")
    name = lead.locator("#service-level-name")
    card = lead.locator("#wall-def-service-level")
    name.focus()
    lead.keyboard.press("Enter")
    expect(card).to_be_visible()
    expect(card).to_contain_text("SN-17-02")
    lead.wait_for_timeout(TWO_REFRESHES_MS)
    expect(card).to_be_visible()
    expect(name).to_be_focused()
    button, shown = name.bounding_box(), card.bounding_box()
    assert button is not None
    assert shown is not None
    # It stands right below its name, however large the wall is drawn.
    assert abs(shown["x"] - button["x"]) < 12
    assert 0 <= shown["y"] - button["y"] - button["height"] < 20
    keep(lead, f"wall-card-{width}")
    assert looks.violations(lead) == []
    lead.keyboard.press("Escape")
    expect(card).to_be_hidden()

    # Pointed at, the card stays through the refreshes, and goes when the pointer does.
    lead.locator("#satisfaction-rate-name").hover()
    pointed = lead.locator("#wall-def-satisfaction-rate")
    expect(pointed).to_contain_text("SN-21-01")
    lead.wait_for_timeout(TWO_REFRESHES_MS)
    expect(pointed).to_be_visible()
    lead.mouse.move(width / 2, height - 4)
    expect(pointed).to_be_hidden()

    # A press that lasts longer than a refresh is not swallowed.
    value = lead.locator("#connect-rate-value").bounding_box()
    assert value is not None
    lead.mouse.move(value["x"] + value["width"] / 2, value["y"] + value["height"] / 2)
    lead.mouse.down()
    lead.wait_for_timeout(TWO_REFRESHES_MS)
    lead.mouse.up()
    lead.wait_for_url("**/reports/behind/?period=today&kpi=connect_rate")
    lead.go_back()
    lead.locator("#wall-figures .sw-b1 td a").first.click()
    lead.wait_for_url("**/routing/queues/#queue-*")
    lead.go_back()
    with lead.expect_download() as taken:
        lead.locator("#wall-figures .sw-b1").get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename == "queues-now.csv"
