"""The second tab in a browser: code in, verdict, line to write and heat maps out."""

from __future__ import annotations

import pytest

from browser import accessibility_faults
from explorer.conftest import TOKEN

HOLDS = "(text) => document.querySelector('#pasted-code')?.value.includes(text)"


def opened(page, address, *, token=TOKEN):
    page.goto("about:blank")
    page.goto(f"{address}/?token={token}#tab=paste")
    page.wait_for_function(HOLDS, arg="softmax")
    return page


def answered(page):
    page.locator("#check").click()
    page.locator("#pasted-results .card").first.wait_for(timeout=30_000)
    return page.locator("#pasted-results").text_content()


def test_the_element_wise_softmax_is_wrong_and_the_page_says_why(page, address):
    told = answered(opened(page, address))
    assert page.locator("#pasted-status").text_content() == "wrong: diagonal-only"
    assert "It keeps only the diagonal of the Jacobian" in told
    assert "return p * (g - np.sum(g * p, axis=-1, keepdims=True))" in told
    maps = page.locator("#pasted-results table")
    assert [maps.nth(k).get_attribute("aria-label") for k in range(3)] == [
        "Claimed",
        "True",
        "Claimed − true",
    ]
    is_wide = page.viewport_size["width"] > 1000
    heights = {maps.nth(k).bounding_box()["y"] for k in range(3)}
    assert len(heights) == (1 if is_wide else 3)  # where there is room, side by side
    maps.nth(1).locator("[data-cell='1,2']").hover()
    readout = page.locator("#pasted-results .readout").text_content()
    assert readout.startswith("d output i = 1 / d input j = 2: claimed 0, true −0.1651")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_code_is_typed_with_the_keyboard_and_left_by_it(desktop_page, address):
    page = opened(desktop_page, address)
    area = page.locator("#pasted-code")
    area.fill("")
    area.focus()
    page.keyboard.type("def f(x:\n")
    page.keyboard.press("Tab")
    page.keyboard.type("pass")
    assert area.input_value() == "def f(x:\n    pass"
    page.keyboard.press("Control+Enter")
    page.locator("#pasted-results .refused").wait_for(timeout=30_000)
    assert "SyntaxError" in page.locator("#pasted-results").text_content()
    page.get_by_role("button", name="Show line 1").click()
    assert page.evaluate("window.getSelection().toString()") == "def f(x:"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_an_example_is_loaded_and_a_link_shows_the_code(desktop_page, address):
    page = opened(desktop_page, address)
    page.select_option("#example", "layer-class")
    page.wait_for_function("() => location.hash.includes('class+Softmax')")
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_function(
        "document.querySelector('#pasted-code')?.value.includes('class Softmax')"
    )
    assert page.locator("#pasted-results .card").count() == 0


def test_what_never_ends_goes_on_behind_another_tab_and_is_stopped_by_its_button(
    desktop_page, address
):
    page = opened(desktop_page, address)
    page.fill("#pasted-code", "def f(x):\n    while True: pass\ndef f_prime(x):\n    return x")
    page.locator("#check").click()
    page.locator("#tab-batch").click()
    page.locator("#tab-paste").click()
    assert page.locator("#pasted-status").text_content() == "Checking …"
    page.get_by_role("button", name="Stop").click()
    page.locator("#pasted-results .refused").wait_for()
    assert "Stopped." in page.locator("#pasted-results").text_content()


@pytest.mark.parametrize("token", ["", "other"])
def test_without_the_token_nothing_is_run(chromium, address, token):
    context = chromium.new_context()
    page = opened(context.new_page(), address, token=token)
    assert "the address alone that softgrad explore has printed" in answered(page)
    context.close()
