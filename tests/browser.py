"""A real browser for tests of pages: headless Chromium, the system's own, without its background.

Fixtures: a conftest imports those that its tests use.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


# For a module's time: Playwright keeps an event loop running, beside which none can be started.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The running browser; without one, or without Playwright, the test is skipped."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=list(WIDTHS))
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    """A page of a desktop's and of a phone's width, for a module's tests to open addresses in.

    What it complains of on the way fails the last of them.
    """
    yield from _opened(chromium, WIDTHS[request.param])


@pytest.fixture(scope="module")
def desktop_page(chromium: Any) -> Iterator[Any]:
    """The same of a desktop's width alone."""
    yield from _opened(chromium, WIDTHS["desktop"])


def _opened(chromium: Any, size: tuple[int, int]) -> Iterator[Any]:
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    context.set_default_timeout(5_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None,
    )
    page.on("requestfailed", lambda request: complaints.extend(_failures(request)))
    yield page
    context.close()
    assert complaints == []


def accessibility_faults(page: Any) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def _failures(request: Any) -> list[str]:
    """What failed; not what the page's own end has cut off."""
    aborted = "ERR_ABORTED" in str(request.failure)
    return [] if aborted else [f"{request.failure}: {request.url}"]
