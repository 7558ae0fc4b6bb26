"""The catalogue of mistakes: one small file each, or for a few that belong together."""

from softgrad.checking.hypotheses.batch import batch_mixed, wrong_axis
from softgrad.checking.hypotheses.diagonal_only import diagonal_only
from softgrad.checking.hypotheses.double_softmax import double_softmax
from softgrad.checking.hypotheses.evaluated_elsewhere import (
    evaluated_at_input,
    evaluated_at_output,
)
from softgrad.checking.hypotheses.fit import Hypothesis
from softgrad.checking.hypotheses.fused_gradient import fused_gradient
from softgrad.checking.hypotheses.fused_twice import fused_twice
from softgrad.checking.hypotheses.identity import identity
from softgrad.checking.hypotheses.missing_rank_one_term import missing_rank_one_term
from softgrad.checking.hypotheses.missing_terms import (
    constant_offset,
    missing_term,
    target_sum_dropped,
)
from softgrad.checking.hypotheses.numbers import low_precision, not_finite, step_too_small
from softgrad.checking.hypotheses.off_diagonal_sign import off_diagonal_sign
from softgrad.checking.hypotheses.permuted import permuted
from softgrad.checking.hypotheses.probability_for_logit import probability_for_logit
from softgrad.checking.hypotheses.row_summed import row_summed
from softgrad.checking.hypotheses.scaled import scaled
from softgrad.checking.hypotheses.sign_flipped import sign_flipped
from softgrad.checking.hypotheses.transposed import transposed
from softgrad.checking.hypotheses.upstream import upstream_collapsed, upstream_ignored
from softgrad.checking.hypotheses.zero import zero

#: The special before the general: of those that explain everything, the first is the diagnosis.
#: Those of the second tuple take many calls, and are tried where none of the first explains it.
HYPOTHESES: tuple[Hypothesis, ...] = (
    not_finite,
    zero,
    upstream_ignored,
    upstream_collapsed,
    wrong_axis,
    batch_mixed,
    sign_flipped,
    diagonal_only,
    off_diagonal_sign,
    transposed,
    identity,
    missing_rank_one_term,
    fused_gradient,
    evaluated_at_output,
    evaluated_at_input,
    double_softmax,
    fused_twice,
    probability_for_logit,
    row_summed,
    scaled,
    constant_offset,
    target_sum_dropped,
    missing_term,
    low_precision,
)
LAST_RESORTS: tuple[Hypothesis, ...] = (permuted, step_too_small)
