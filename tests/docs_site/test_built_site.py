"""The built site: every public name in its inventory, and every page in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from softgrad_docs.public_names import rooms

import softgrad as sg
from browser import accessibility_faults

# One page of each kind.
PAGES = [
    "index.html",
    "start.html",
    "mistakes.html",
    "notebooks/softmax_derivative.html",
    "questions/temperature.html",
    "tutorials/first-question.html",
    "reference/softgrad.nn.html",
    "reference/activations/index.html",
    "reference/activations/softmax.html",
    "reference/losses/generalised_cross_entropy.html",
    "reference/pairs.html",
    "reference/speed.html",
    "reference/command-line.html",
    "search.html",
]
SCHEMES = ("light", "dark")


def test_every_public_name_is_in_the_inventory(site: Path):
    inventory = pytest.importorskip("sphinx.util.inventory").InventoryFile
    found = inventory.loads((site / "objects.inv").read_bytes(), uri="").data
    names = {name for kind, told in found.items() if kind.startswith("py:") for name in told}
    assert sorted({f"softgrad.{name}" for name in sg.__all__} - names) == []
    listed = {f"{room.module}.{name}" for room in rooms() for name in room.names}
    assert sorted(listed - names) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_light_and_dark_and_no_wider_than_the_screen(
    page: Any, address: str, path: str
):
    asked: list[str] = []

    def note(request: Any) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(f"{address}/{path}")
    page.wait_for_load_state("networkidle")
    page.remove_listener("request", note)
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    pictures = "[...document.images].filter(one => !one.complete || !one.naturalWidth)"
    page.evaluate("document.querySelectorAll('img').forEach(one => one.loading = 'eager')")
    assert page.evaluate(f"{pictures}.map(one => one.src)") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        ink, ground = page.evaluate(
            "['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])"
        )
        assert (brightness(ink) < brightness(ground)) == (scheme == "light")


def brightness(colour: str) -> int:
    """Of "rgb(1, 2, 3)"."""
    return sum(int(part) for part in colour[4:-1].split(",")[:3])


@pytest.mark.parametrize(
    "path",
    [
        "start.html",
        "questions/temperature.html",
        "reference/softgrad.boosting.html",
        "reference/losses/huber.html",
        "reference/pairs.html",
    ],
)
def test_a_page_has_no_serious_fault_of_accessibility(page: Any, address: str, path: str):
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{address}/{path}")
        assert accessibility_faults(page) == []


def test_search_finds_an_activation(page: Any, address: str):
    page.goto(f"{address}/search.html?q=sparsemax")
    page.wait_for_load_state("networkidle")  # an excerpt of each result is fetched
    results = page.locator("#search-results ul.search")
    link = results.locator('a[href*="reference/activations/sparsemax.html"]').first
    link.click()
    page.wait_for_url("**/reference/activations/sparsemax.html*")
    assert page.locator("h1").first.inner_text().startswith("sparsemax")


def test_search_finds_what_explains_before_the_pages_of_entries(page: Any, address: str):
    page.goto(f"{address}/search.html?q=jacobian")
    page.wait_for_load_state("networkidle")
    first = page.locator("#search-results ul.search li a")
    leads = [first.nth(place).get_attribute("href") for place in range(6)]
    assert not [lead for lead in leads if "/activations/" in lead or "/losses/" in lead]


def test_formulas_and_curves_are_drawn(page: Any, address: str):
    page.goto(f"{address}/reference/activations/softmax.html")
    formula = page.locator("div.math math").first
    assert "exp" in formula.text_content()
    assert formula.bounding_box()["height"] > 15
    curves = page.locator(".plot svg")
    assert curves.bounding_box()["width"] > 250
    assert "second derivative" in curves.text_content()


def test_the_switch_at_the_top_turns_the_page_dark(page: Any, address: str):
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/theory.html")
    for _ in range(3):  # light, dark, as the system has it
        page.locator("button.theme-toggle:visible").first.click()
        if page.evaluate("document.body.dataset.theme") == "dark":
            break
    assert brightness(page.evaluate("getComputedStyle(document.body).backgroundColor")) < 150
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--plot-ink')") != ""
    page.evaluate("localStorage.clear()")
