from __future__ import annotations

import numpy as np
import pytest

from softgrad.errors import ParameterError
from softgrad.evidence.experiments.label_noise import BASELINE, by_mean, default_heads, label_noise


def heads(*words: str):
    return [head for head in default_heads() if any(word in head.name for word in words)]


def test_bounded_losses_resist_wrong_labels_and_focal_loss_suffers_from_them():
    # The gaps of the whole experiment are 9 points and more (MAE, GCE, Taylor-2) and -4 (focal).
    chosen = heads(BASELINE, "MAE", "generalised", "Taylor-2", "focal")
    found = {r.head.name: r for r in label_noise(heads=chosen, seeds=1, epochs=60)}
    base = found.pop(BASELINE)
    gaps = {name: 100 * result.gap(base) for name, result in found.items()}
    focal = next(name for name in gaps if name.startswith("focal"))
    assert gaps.pop(focal) < -1.0
    assert min(gaps.values()) > 4.0, gaps


def test_all_heads_see_the_same_noise_and_a_seed_repeats_itself():
    (head,) = heads(BASELINE)
    a, b = label_noise(heads=[head, head], seeds=1, epochs=2)
    assert a.accuracies == b.accuracies


def test_mean_deviation_and_order():
    (head,) = heads(BASELINE)
    seen: list[tuple[str, int]] = []
    results = label_noise(
        heads=[head], seeds=2, epochs=2, finished=lambda h, seed, _: seen.append((h.name, seed))
    )
    (result,) = by_mean(results)
    assert seen == [(BASELINE, 0), (BASELINE, 1)]
    a, b = result.accuracies
    np.testing.assert_allclose(result.mean, (a + b) / 2, rtol=1e-15)
    np.testing.assert_allclose(result.deviation, abs(a - b) / np.sqrt(2), rtol=1e-12)


@pytest.mark.parametrize("words", [{"probability": 1.5}, {"seeds": 0}])
def test_what_makes_no_sense_is_refused(words):
    with pytest.raises(ParameterError):
        label_noise(**words)


def test_every_head_composes():
    assert len(default_heads()) == 7
