"""The other tabs in a browser: what one does, and what one then sees."""

from __future__ import annotations

import pytest


@pytest.fixture
def open_tab(page, address):
    def opened(state, place):
        page.goto("about:blank")
        page.goto(f"{address}/#{state}")
        page.locator(place).first.wait_for()
        return page

    return opened


def test_dragging_the_point_moves_the_logits_and_where_maps_put_p(open_tab):
    page = open_tab("tab=simplex", "#maps tbody tr")
    before = page.locator("#maps").inner_text()
    plane = page.locator("#plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 2, steps=4)
    page.mouse.up()
    page.wait_for_function(
        "before => document.getElementById('maps').innerText !== before", arg=before
    )
    z = [float(x) for x in page.evaluate("location.hash").split("z=")[1].split("&")[0].split(",")]
    assert z[0] > 3.5
    assert z[1] == pytest.approx(z[2], abs=0.1)
    assert page.locator("#maps tbody tr").nth(2).locator("td").first.text_content() == "1.0000"


def test_a_batch_says_which_rows_have_nothing_to_do_with_each_other(open_tab):
    page = open_tab("tab=batch", "[data-cell='0,4']")
    page.locator("[data-cell='0,4']").first.hover()
    assert "another row" in page.locator(".readout").first.text_content()
    page.locator("[data-cell='0,4']").nth(1).hover()
    assert "nothing to do with each other" in page.locator(".readout").nth(1).text_content()


def test_a_loss_that_is_chosen_is_drawn_and_the_margin_read(open_tab):
    page = open_tab("tab=margins&margin=1", "#at-margin tbody tr")
    assert page.locator("#at-margin tbody tr").count() == 4
    page.get_by_label("squared_hinge", exact=True).check()
    page.locator("#at-margin tbody tr").nth(4).wait_for()
    assert page.locator("[data-chart='Loss'] .curve").count() == 5
    row = page.locator("#at-margin tbody tr").first.inner_text().split()
    assert row[-3:] == ["0.3133", "−0.2689", "0.1966"]


def test_the_precision_switch_shows_the_overflow(open_tab):
    page = open_tab("tab=digits", "#digits tbody tr")
    assert "Nothing overflows" in page.locator("#digits-words").text_content()
    page.get_by_text("float16", exact=True).click()
    page.get_by_text("10", exact=True).click()
    page.wait_for_function(
        "() => document.getElementById('digits-words').textContent.includes('beyond the largest')"
    )
    loss = page.locator("#digits tbody tr").nth(3).inner_text().split()
    assert "NaN" in loss
    assert "precision=float16" in page.evaluate("location.hash")


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("tab=simplex&z=1,2,3,4", "#maps tbody tr"),
        ("tab=constructor", "[data-cell='1,0']"),
        (
            "tab=simplex&activation=entmax&loss=reverse_kl_divergence&target=0,0.5,0.5",
            "#plane .contours",
        ),
        ("loss=nothing", "#notice:has-text('no loss is called')"),
    ],
)
def test_a_link_of_somebody_elses_making_breaks_nothing(chromium, address, state, place):
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if "attribute" in told.text else None)
    page.goto(f"{address}/#{state}")
    page.locator(place).first.wait_for(state="attached", timeout=5_000)
    page.wait_for_load_state("networkidle")
    context.close()
    assert faults == []


def test_a_batch_of_another_width_grows_by_rows_of_that_width(desktop_page, address):
    page = desktop_page
    page.goto("about:blank")
    page.goto(f"{address}/#tab=batch&rows=1,2,3;0,1,0")
    page.locator("[data-cell='5,5']").first.wait_for()
    page.evaluate("location.hash = '#tab=batch&rows=1,2;0,1'")
    page.get_by_role("slider", name="row 1, logit 2").wait_for(state="detached")
    page.get_by_role("button", name="One more").click()
    page.wait_for_function("() => location.hash.includes('rows=1,2;0,1;0,0')")
    page.get_by_role("slider", name="row 2, logit 1").wait_for()
