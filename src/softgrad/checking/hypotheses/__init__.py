"""The catalogue of mistakes: one small file each."""

from softgrad.checking.hypotheses.arguments_swapped import arguments_swapped
from softgrad.checking.hypotheses.batch_mixed import batch_mixed
from softgrad.checking.hypotheses.constant_offset import constant_offset
from softgrad.checking.hypotheses.diagonal_only import diagonal_only
from softgrad.checking.hypotheses.double_softmax import double_softmax
from softgrad.checking.hypotheses.evaluated_at_input import evaluated_at_input
from softgrad.checking.hypotheses.evaluated_at_output import evaluated_at_output
from softgrad.checking.hypotheses.fit import Hypothesis
from softgrad.checking.hypotheses.formula_slip import formula_slip
from softgrad.checking.hypotheses.fused_gradient import fused_gradient
from softgrad.checking.hypotheses.fused_twice import fused_twice
from softgrad.checking.hypotheses.identity import identity
from softgrad.checking.hypotheses.inner_for_outer import inner_for_outer
from softgrad.checking.hypotheses.integer_truncation import integer_truncation
from softgrad.checking.hypotheses.kink import kink
from softgrad.checking.hypotheses.length_as_constant import length_as_constant
from softgrad.checking.hypotheses.low_precision import low_precision
from softgrad.checking.hypotheses.mean_for_sum import mean_for_sum
from softgrad.checking.hypotheses.missing_factor import missing_factor
from softgrad.checking.hypotheses.missing_rank_one_term import missing_rank_one_term
from softgrad.checking.hypotheses.missing_term import missing_term
from softgrad.checking.hypotheses.not_finite import not_finite
from softgrad.checking.hypotheses.off_diagonal_sign import off_diagonal_sign
from softgrad.checking.hypotheses.other_argument import other_argument
from softgrad.checking.hypotheses.other_function import other_function
from softgrad.checking.hypotheses.permuted import permuted
from softgrad.checking.hypotheses.probability_for_logit import probability_for_logit
from softgrad.checking.hypotheses.row_summed import row_summed
from softgrad.checking.hypotheses.scaled import scaled
from softgrad.checking.hypotheses.sign_flipped import sign_flipped
from softgrad.checking.hypotheses.slope_where_flat import slope_where_flat
from softgrad.checking.hypotheses.small_deviation import small_deviation
from softgrad.checking.hypotheses.softmax_for_log_softmax import softmax_for_log_softmax
from softgrad.checking.hypotheses.softmax_of_all import softmax_of_all
from softgrad.checking.hypotheses.stateful import stateful
from softgrad.checking.hypotheses.step_too_small import step_too_small
from softgrad.checking.hypotheses.sum_for_mean import sum_for_mean
from softgrad.checking.hypotheses.target_sum_dropped import target_sum_dropped
from softgrad.checking.hypotheses.term_scaled import term_scaled
from softgrad.checking.hypotheses.term_without_upstream import (
    some_term_without_upstream,
    term_without_upstream,
)
from softgrad.checking.hypotheses.transposed import transposed
from softgrad.checking.hypotheses.transposed_weights import transposed_weights
from softgrad.checking.hypotheses.upstream_collapsed import upstream_collapsed
from softgrad.checking.hypotheses.upstream_for_value import (
    some_upstream_for_value,
    upstream_for_value,
)
from softgrad.checking.hypotheses.upstream_ignored import upstream_ignored
from softgrad.checking.hypotheses.vector_for_diagonal import vector_for_diagonal
from softgrad.checking.hypotheses.without_diagonal import without_diagonal
from softgrad.checking.hypotheses.wrong_axis import wrong_axis
from softgrad.checking.hypotheses.wrong_branch import weights_exchanged, wrong_branch
from softgrad.checking.hypotheses.wrong_count import wrong_count
from softgrad.checking.hypotheses.wrong_target import wrong_target
from softgrad.checking.hypotheses.zero import zero

#: The special before the general: of those that explain everything, the first is the diagnosis.
#: Those of the second tuple take many calls, and are tried where none of the first explains it.
HYPOTHESES: tuple[Hypothesis, ...] = (
    not_finite,
    slope_where_flat,
    integer_truncation,
    upstream_for_value,
    zero,
    stateful,
    kink,
    upstream_ignored,
    term_without_upstream,
    wrong_axis,
    without_diagonal,
    upstream_collapsed,
    batch_mixed,
    softmax_of_all,
    sign_flipped,
    diagonal_only,
    off_diagonal_sign,
    mean_for_sum,
    transposed,
    transposed_weights,
    identity,
    inner_for_outer,
    vector_for_diagonal,
    softmax_for_log_softmax,
    target_sum_dropped,
    arguments_swapped,
    evaluated_at_output,
    evaluated_at_input,
    formula_slip,
    double_softmax,
    fused_twice,
    row_summed,
    scaled,
    weights_exchanged,
    constant_offset,
    wrong_target,
    missing_term,
    fused_gradient,
    probability_for_logit,
    missing_factor,
    other_function,
    length_as_constant,
    small_deviation,
    low_precision,
    sum_for_mean,
    wrong_count,
    term_scaled,
    missing_rank_one_term,
)
LAST_RESORTS: tuple[Hypothesis, ...] = (permuted, other_argument, step_too_small)
#: What is wrong in part, and seen to be, where nothing explains all of it.
IN_PART: tuple[Hypothesis, ...] = (
    wrong_branch,
    some_term_without_upstream,
    some_upstream_for_value,
)
