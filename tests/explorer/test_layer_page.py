"""The first tab in a browser: each thing that one does, with what one then sees."""

from __future__ import annotations

import pytest

from softgrad.explorer.layer_numbers import layer_numbers


def at_the_start(page, address):
    page.goto("about:blank")
    page.goto(f"{address}/#z=1,2,3&loss=squared_error")
    page.locator("[data-cell='1,0']").wait_for()
    return page


@pytest.fixture
def opened(page, address):
    return at_the_start(page, address)


@pytest.fixture
def opened_wide(desktop_page, address):
    return at_the_start(desktop_page, address)


def cell(page, i, j):
    return page.locator(f"[data-cell='{i},{j}']")


def reads(page, selector, text):
    page.wait_for_function(
        "([place, text]) => document.querySelector(place)?.textContent.includes(text)",
        arg=[selector, text],
    )


def test_hovering_a_cell_says_where_its_number_comes_from(opened):
    cell(opened, 1, 0).hover()
    assert opened.locator("#cell-words").text_content() == (
        "output i = 1, logit j = 0: i is not j, so -p_1 p_0 = -0.2447 x 0.0900 = -0.0220"
    )


def test_arrow_keys_go_from_cell_to_cell(opened_wide):
    cell(opened_wide, 0, 0).focus()
    opened_wide.keyboard.press("ArrowDown")
    opened_wide.keyboard.press("ArrowRight")
    assert "i = 1, logit j = 1: i is j" in opened_wide.locator("#cell-words").text_content()


def test_dragging_a_logit_moves_every_output_and_the_link(opened):
    before = [cell(opened, 1, j).text_content() for j in range(3)]
    slider = opened.get_by_role("slider", name="logit 0")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    opened.mouse.move(box["x"] + box["width"] * 7 / 12, middle)
    opened.mouse.down()
    opened.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=8)
    opened.mouse.up()
    z = [float(x) for x in opened.evaluate("location.hash").split("z=")[1].split("&")[0].split(",")]
    assert z[0] > 3
    assert z[1:] == [2.0, 3.0]
    expected = layer_numbers({"z": ",".join(map(str, z))})["jacobian"]
    reads(opened, "[data-cell='1,0']", f"{expected[1][0]:.4f}".replace("-", "−"))
    assert all(cell(opened, 1, j).text_content() != before[j] for j in range(3))


def test_arrow_keys_move_a_logit(opened_wide):
    opened_wide.get_by_role("slider", name="logit 2").focus()
    opened_wide.keyboard.press("ArrowRight")
    assert "z=1,2,3.05" in opened_wide.evaluate("location.hash")
    expected = layer_numbers({"z": "1,2,3.05"})["output"]
    reads(opened_wide, "#logits .logit:nth-child(3) .value", f"{expected[2]:.4f}")


def test_while_an_answer_is_awaited_only_the_newest_question_is_kept(opened_wide):
    page, asked = opened_wide, []

    page.on("request", lambda one: asked.append(one.url) if "/api/layer?" in one.url else None)
    page.get_by_role("slider", name="logit 0").evaluate(
        """slider => {
            for (const value of [-3, -2, -1, 0, 2.5]) {
                slider.value = value;
                slider.dispatchEvent(new Event("input"));
            }
        }"""
    )
    expected = layer_numbers({"z": "2.5,2,3"})["output"][0]
    reads(page, "#logits .logit:first-child .value", f"{expected:.4f}")
    assert len(asked) == 2
    assert "z=2.5" in asked[-1]


def test_the_switch_shows_the_error_made_and_the_curve_that_it_spoils(opened):
    opened.get_by_role("switch", name="Drop what is off the diagonal").check()
    reads(opened, "#chain", "error made")
    reads(opened, "#drop-words", "wrong by")
    opened.locator("#training svg.chart").wait_for()
    assert opened.locator("#training .curve").count() == 2


def test_a_logit_of_the_gradient_says_what_it_gathers(opened_wide):
    opened_wide.locator("[data-logit='1']").hover()
    assert opened_wide.locator("#gathered").text_content() == (
        "logit 1 gathers J_01 g_0 + J_11 g_1 + J_21 g_2 = (-0.0220 x 0.1801) + (0.1848 x 0.4895) + "
        "(-0.1628 x -0.6695) = 0.1955"
    )


def test_losses_that_do_not_fit_cannot_be_chosen_and_say_why(opened_wide):
    option = opened_wide.locator("#loss option[value='hinge']")
    assert option.is_disabled()
    assert "takes any values" in option.text_content()
    opened_wide.locator("#activation").select_option("identity")
    opened_wide.wait_for_function(
        "() => !document.querySelector(\"#loss option[value='hinge']\").disabled"
    )


def test_a_loss_that_the_new_activation_does_not_go_with_makes_way(opened_wide):
    page = opened_wide
    page.locator("#loss").select_option("cross_entropy")
    page.locator("#activation").select_option("sparsemax")
    reads(page, "#notice", "is shown instead")
    assert page.locator("#loss").input_value() == "generalised_cross_entropy"
    page.locator("#loss").select_option("squared_error")
    page.locator("#activation").select_option("identity")
    page.locator("#loss option[value='weston_watkins']:not(:disabled)").wait_for(state="attached")
    page.get_by_text("each class", exact=True).click()
    page.locator("#loss").select_option("weston_watkins")  # which takes labels alone
    page.wait_for_function("() => !location.hash.includes('target=0.')")
    reads(page, "#loss-value", "loss L")


def test_a_link_shows_the_same(opened_wide, address):
    opened_wide.locator("#activation").select_option("entmax")
    opened_wide.get_by_role("slider", name="alpha of the activation").wait_for()
    opened_wide.get_by_role("button", name="Copy link").click()
    link = opened_wide.evaluate("navigator.clipboard.readText()")
    rows = opened_wide.locator("table.matrix").first.inner_text()
    opened_wide.goto("about:blank")
    opened_wide.goto(link)
    cell(opened_wide, 1, 0).wait_for()
    assert opened_wide.locator("table.matrix").first.inner_text() == rows
    assert opened_wide.locator("#activation").input_value() == "entmax"


def test_the_copied_python_is_that_of_the_state(opened_wide):
    opened_wide.get_by_role("button", name="Copy Python").click()
    copied = opened_wide.evaluate("navigator.clipboard.readText()")
    query = {"z": "1,2,3", "loss": "squared_error", "target": "2"}
    assert copied == layer_numbers(query)["code"]


def test_who_predicts_sees_nothing_before_the_answer_is_given(opened):
    opened.get_by_role("switch", name="Predict first").check()
    reads(opened, "[data-cell='1,0']", "?")
    negative = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 2)]  # the last is a mistake
    for i, j in negative:
        cell(opened, i, j).click()
    opened.get_by_label("Row 0 sums to").fill("0")
    opened.get_by_role("button", name="Reveal").click()
    verdict = opened.locator("#verdict").text_content()
    assert verdict == "7 of 9 cells right; the sum of row 0 is right: 0."
    reads(opened, "[data-cell='1,0']", "−0.0220")
    assert "wrong" in cell(opened, 2, 1).get_attribute("class")


def test_nothing_is_wider_than_the_window(opened):
    width = opened.evaluate("document.documentElement.scrollWidth")
    assert width == opened.viewport_size["width"]


def test_the_token_leaves_the_address(desktop_page, address):
    desktop_page.goto(f"{address}/?token=secret#z=1,2,3")
    cell(desktop_page, 0, 0).wait_for()
    assert desktop_page.url == f"{address}/#z=1,2,3"
    assert desktop_page.evaluate("sessionStorage.getItem('softgrad-token')") == "secret"
