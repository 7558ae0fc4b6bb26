"""The catalogue of mistakes: one small file each."""

from softgrad.checking.hypotheses.arguments_swapped import arguments_swapped
from softgrad.checking.hypotheses.batch_mixed import batch_mixed
from softgrad.checking.hypotheses.constant_offset import constant_offset
from softgrad.checking.hypotheses.diagonal_only import diagonal_only
from softgrad.checking.hypotheses.double_softmax import double_softmax
from softgrad.checking.hypotheses.evaluated_at_input import evaluated_at_input
from softgrad.checking.hypotheses.evaluated_at_output import evaluated_at_output
from softgrad.checking.hypotheses.fit import Hypothesis
from softgrad.checking.hypotheses.fused_gradient import fused_gradient
from softgrad.checking.hypotheses.fused_twice import fused_twice
from softgrad.checking.hypotheses.identity import identity
from softgrad.checking.hypotheses.integer_truncation import integer_truncation
from softgrad.checking.hypotheses.kink import kink
from softgrad.checking.hypotheses.low_precision import low_precision
from softgrad.checking.hypotheses.mean_for_sum import mean_for_sum
from softgrad.checking.hypotheses.missing_rank_one_term import missing_rank_one_term
from softgrad.checking.hypotheses.missing_term import missing_term
from softgrad.checking.hypotheses.not_finite import not_finite
from softgrad.checking.hypotheses.off_diagonal_sign import off_diagonal_sign
from softgrad.checking.hypotheses.permuted import permuted
from softgrad.checking.hypotheses.probability_for_logit import probability_for_logit
from softgrad.checking.hypotheses.row_summed import row_summed
from softgrad.checking.hypotheses.scaled import scaled
from softgrad.checking.hypotheses.sign_flipped import sign_flipped
from softgrad.checking.hypotheses.small_deviation import small_deviation
from softgrad.checking.hypotheses.stateful import stateful
from softgrad.checking.hypotheses.step_too_small import step_too_small
from softgrad.checking.hypotheses.sum_for_mean import sum_for_mean
from softgrad.checking.hypotheses.target_sum_dropped import target_sum_dropped
from softgrad.checking.hypotheses.transposed import transposed
from softgrad.checking.hypotheses.upstream_collapsed import upstream_collapsed
from softgrad.checking.hypotheses.upstream_ignored import upstream_ignored
from softgrad.checking.hypotheses.wrong_axis import wrong_axis
from softgrad.checking.hypotheses.wrong_count import wrong_count
from softgrad.checking.hypotheses.zero import zero

#: The special before the general: of those that explain everything, the first is the diagnosis.
#: Those of the second tuple take many calls, and are tried where none of the first explains it.
HYPOTHESES: tuple[Hypothesis, ...] = (
    not_finite,
    integer_truncation,
    zero,
    stateful,
    kink,
    upstream_ignored,
    wrong_axis,
    upstream_collapsed,
    batch_mixed,
    sign_flipped,
    diagonal_only,
    off_diagonal_sign,
    mean_for_sum,
    sum_for_mean,
    transposed,
    identity,
    target_sum_dropped,
    arguments_swapped,
    evaluated_at_output,
    evaluated_at_input,
    double_softmax,
    fused_twice,
    row_summed,
    scaled,
    constant_offset,
    missing_term,
    small_deviation,
    fused_gradient,
    probability_for_logit,
    low_precision,
    wrong_count,
    missing_rank_one_term,
)
LAST_RESORTS: tuple[Hypothesis, ...] = (permuted, step_too_small)
