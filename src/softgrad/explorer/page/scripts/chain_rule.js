// The upstream gradient through the Jacobian, and what is lost where only its diagonal is kept.

import { ask } from "./asking.js";
import { chart } from "./chart.js";
import { card, element } from "./elements.js";
import { switchField } from "./fields.js";
import { shown } from "./numbers.js";
import { readout } from "./readout.js";
import { get, query, set } from "./state.js";

export function chainCard() {
  const value = element("p", { class: "value-line", id: "loss-value" });
  const words = { role: "group", "aria-label": "The gradient, logit by logit", tabindex: "0" };
  const body = element("div", { class: "scroll", ...words });
  const drop = switchField("Drop what is off the diagonal", "drop", (on) =>
    set({ drop: on ? "1" : null }),
  );
  const gathered = readout("gathered");
  let sums = [];
  let at = 0;
  const said = element("p", { id: "drop-words" });
  const curves = element("div", { id: "training" });
  const place = card(
    "Chain rule: the upstream gradient g times J",
    "The loss sends back g, one number an output. Each logit gathers from all outputs: (Jᵀg)ⱼ = ∑ᵢ Jᵢⱼ gᵢ.",
    value,
    body,
    gathered.place,
    element("div", { class: "row dropping" }, drop.place),
    said,
    curves,
  );

  function heads(pair, letter) {
    const gradient = "gradient by z";
    const names = ["k", `g, by ${letter}`, pair.upstream ? `${gradient} = Jᵀg` : gradient];
    if (get("drop") === "1" && pair.upstream) names.push("diagonal only", "error made");
    return element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)));
  }

  function line(pair, k) {
    const cells = [pair.upstream ? shown(pair.upstream[k]) : "none", shown(pair.gradient[k])];
    const made = cells.map((text) => element("td", {}, text));
    if (get("drop") === "1" && pair.upstream) {
      const error = pair.dropped[k];
      const exact = Math.abs(error) < 1e-12;
      made.push(element("td", {}, shown(pair.diagonal_only[k])));
      made.push(element("td", { class: exact ? "good" : "bad" }, exact ? "0" : shown(error)));
    }
    const pick = () => {
      at = k;
      gathered.say(sum());
    };
    const row = { tabindex: "0", onmouseenter: pick, onfocus: pick, "data-logit": k };
    return element("tr", row, element("th", { scope: "row" }, String(k)), ...made);
  }

  function sum() {
    return sums[Math.min(at, sums.length - 1)] ?? "";
  }

  function gather(told) {
    sums = told.pair?.gathered ?? [];
    gathered.place.hidden = sums.length === 0;
    gathered.update(sum());
  }

  function sentence(told) {
    if (!told.pair.upstream) {
      return "This loss is not taken of the outputs alone, so no upstream gradient goes through J.";
    }
    if (get("drop") !== "1") return "";
    if (told.is_diagonal) return "J is diagonal here: nothing lies off it, and nothing is lost.";
    const { gradient, dropped } = told.pair;
    const size = Math.hypot(...gradient);
    const percent = size ? Math.round((100 * Math.hypot(...dropped)) / size) : 0;
    return `Without the cells off the diagonal the gradient is wrong by ${percent} % of its length.`;
  }

  return {
    place,
    draw(told) {
      drop.box.checked = get("drop") === "1";
      gather(told);
      if (!told.pair) {
        value.textContent = told.no_pair;
        value.classList.add("refused");
        body.replaceChildren();
        said.textContent = "";
        curves.replaceChildren();
        return;
      }
      value.classList.remove("refused");
      value.replaceChildren("loss L = ", element("strong", {}, shown(told.pair.value, 6)));
      const letter = told.is_probability ? "p" : "a";
      body.replaceChildren(
        element(
          "table",
          { class: "list", id: "chain" },
          element("thead", {}, heads(told.pair, letter)),
          element("tbody", {}, ...told.pair.gradient.map((_, k) => line(told.pair, k))),
        ),
      );
      said.textContent = sentence(told);
      if (get("drop") === "1" && told.pair.upstream && !told.is_diagonal) {
        ask("/api/training", trainingQuery(told), drawTraining);
      } else curves.replaceChildren();
    },
  };

  // Training depends on the layer and the number of classes, not on the logits that are dragged.
  function trainingQuery(told) {
    const all = new URLSearchParams(query());
    all.set("z", told.output.map(() => 0).join(","));
    return all.toString();
  }

  function drawTraining(told) {
    if (get("drop") !== "1") return;
    if (told.reason) {
      curves.replaceChildren(element("p", {}, told.reason));
      return;
    }
    const wanted = `${curves.clientWidth} ${JSON.stringify(told)}`;
    if (curves.dataset.drawn === wanted && curves.firstChild) return;
    curves.dataset.drawn = wanted;
    chart(curves, {
      label: `Mean loss while training: ${told.words}`,
      x: { values: told.full.map((_, k) => k), name: "step of gradient descent" },
      y: { name: "mean loss" },
      series: [
        { name: "with the whole Jacobian", values: told.full },
        { name: "with its diagonal alone", values: told.diagonal_only, dashes: "6 4" },
      ],
    });
    curves.append(element("p", {}, told.words));
  }
}
