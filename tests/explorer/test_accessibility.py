"""Nothing serious stands in the way of those who hear the page, or use it by keys, on any tab."""

from __future__ import annotations

import pytest

from browser import accessibility_faults

TABS = {
    "layer": "[data-cell='1,0']",
    "simplex": "#maps tbody tr",
    "batch": "[data-cell='1,0']",
    "margins": "#at-margin tbody tr",
    "digits": "#digits tbody tr",
}


@pytest.mark.parametrize("tab", TABS)
def test_axe_finds_nothing_serious(page, address, tab):
    is_phone = page.viewport_size["width"] < 500  # which is the dark one of the two
    page.emulate_media(color_scheme="dark" if is_phone else "light")
    page.goto("about:blank")
    page.goto(f"{address}/#tab={tab}&drop=1")
    page.locator(TABS[tab]).first.wait_for()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_tabs_are_reached_by_arrow_keys(desktop_page, address):
    page = desktop_page
    page.goto("about:blank")
    page.goto(f"{address}/")
    first = page.get_by_role("tab").first
    first.focus()
    page.keyboard.press("ArrowRight")
    chosen = page.get_by_role("tab", selected=True)
    assert chosen.text_content() == "Check your own"
    assert page.evaluate("document.activeElement.id") == "tab-paste"
    page.locator("#pasted-code").wait_for()
    page.go_back()
    page.locator("#chain tbody tr").first.wait_for()
    assert page.title() == "What are i and j? · softgrad explorer"
