"""Output layers of tensors, and losses of predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from softgrad.arrays.layout import Layout
from softgrad.contracts.loss import Loss
from softgrad.layer import OutputLayer
from softgrad.layer.rows import RowsWork, axes_from_the_end
from softgrad.torch.arguments import as_logits, beside, check_places, mask_beside, tensors_of
from softgrad.torch.calls import Call
from softgrad.torch.eager import EagerValue, eager_value, through_numpy
from softgrad.torch.noise import draws_noise, without_noise
from softgrad.torch.recipes import name_of, rows_text
from softgrad.torch.reduced import ReducedValue
from softgrad.torch.rows_function import rows
from softgrad.torch.situation import is_plain, records, takes_one_operator

_OPERATORS = (
    "PyTorch operators of softgrad's: the call was traced or transformed, on a device without "
    "kernels, or differentiated by more than its logits"
)
_TWO = "gradient_and_hessian_diagonal"
# What each method gives, None for the value; where it takes an output, for the last of them.
_GIVES: Mapping[str, tuple[RowsWork | None, ...]] = {
    "value": (None,),
    "gradient": (RowsWork.GRADIENT,),
    "value_and_gradient": (None, RowsWork.GRADIENT),
    _TWO: (RowsWork.GRADIENT, RowsWork.DIAGONAL),
    "hvp": (RowsWork.HVP,),
    "target_gradient": (RowsWork.TARGET_GRADIENT,),
}


def of_layer(
    method: str,
    layer: OutputLayer,
    z: Tensor,
    target: Any,
    options: Any,
    v: Any = None,
    out: Any = None,
    second: Any = None,
) -> Any:
    """See `softgrad.contracts.fast_paths.Bridge.layer`."""
    if layer.activation.noisy and draws_noise(layer.activation, z):
        axis = options.get("axis", layer.request.axis)
        activation, z = without_noise(layer.activation, as_logits(z), axis)
        layer = OutputLayer(activation, layer.loss, **layer.settings)
    if options or v is not None or out is not None or second is not None:
        others = tensors_of(target, *options.values(), v, out, second)
    else:
        others = (target,) if isinstance(target, Tensor) else ()
    if out is not None or second is not None:
        names = ("out[0]", "out[1]") if method == _TWO else ("out", "")
        outputs: dict[str, Any] = dict(zip(names, (out, second), strict=True))
        check_places(z, outputs, {"z": z, "target": target, "v": v, **options})
    recorded, plain = records(z, *others), is_plain(z, *others)
    if plain and not recorded:
        if method == "value":
            return eager_value(layer, z, target, options)
        return _through_numpy(method, layer, z, target, options, v, (out, second))
    by_logits_alone = method == "value" and recorded and not records(*others)
    if plain and by_logits_alone:
        goal = target if isinstance(target, Tensor) else beside(target, z, "target")
        return EagerValue.apply(layer, z, goal, tuple(options), *options.values())
    call = Call(layer, z, target, options)
    layer.note_path(_OPERATORS)
    if by_logits_alone and call.gives_one_number and takes_one_operator(call.z):
        return ReducedValue.apply(*call.reduced_arguments)
    if method == "target_gradient":
        return call.target_gradient()
    found = [call.value() if w is None else call.derivative(w, v) for w in _GIVES[method]]
    return _written(method, found, out, second)


def _through_numpy(
    method: str,
    layer: OutputLayer,
    z: Tensor,
    target: Any,
    options: Any,
    v: Any,
    outputs: tuple[Any, Any],
) -> Any:
    given = (z, target) if v is None else (z, target, v)
    found: Any = through_numpy(getattr(layer, method), *given, **options)
    several: list[Tensor] = list(found) if len(_GIVES[method]) > 1 else [found]
    return _written(method, several, *outputs)


def _written(method: str, found: list[Tensor], out: Tensor | None, second: Tensor | None) -> Any:
    """The results; the last is written to `second`, or to `out` where one takes no second."""
    outputs = (out, second) if method == _TWO else (None, out)
    for at, place in zip((-2, -1), outputs, strict=True):
        if place is not None:
            found[at] = place.copy_(found[at])
    return found[0] if len(found) == 1 else tuple(found)


def of_loss(
    method: str, loss: Loss, prediction: Tensor, target: Any, axis: Any, where: Any
) -> Tensor:
    """See `softgrad.contracts.fast_paths.Bridge.loss`."""
    given = tensors_of(prediction, target, where)
    if is_plain(*given) and not records(*given):
        call = loss if method == "value" else loss.gradient
        return through_numpy(call, prediction, target, axis=axis, where=where)
    r = as_logits(prediction, "prediction")
    layout = Layout.of(tuple(r.shape), axis, "prediction")
    recipe = rows_text("", name_of(loss), axes_from_the_end(layout), ())
    work = RowsWork.VALUES if method == "value" else RowsWork.GRADIENT
    mask, goal = mask_beside(where, r, layout), beside(target, r, "target")
    return rows(recipe, int(work), r, goal, mask, None, None).to(r.dtype)
