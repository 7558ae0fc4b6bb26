"""The special functions that activations and losses share, each accurate to 3 ULP or so."""

from softgrad.arrays.logistic import log_cosh as log_cosh
from softgrad.arrays.logistic import logistic as logistic
from softgrad.arrays.logistic import sech_squared as sech_squared
from softgrad.arrays.logistic import softplus as softplus
from softgrad.arrays.logistic import softplus_potential as softplus_potential
from softgrad.arrays.logistic import tanh as tanh
from softgrad.arrays.logistic import tanh_softplus as tanh_softplus
from softgrad.arrays.logs import log1mexp as log1mexp
from softgrad.arrays.logs import log1pmx as log1pmx
from softgrad.arrays.logs import relative_entropy_term as relative_entropy_term
from softgrad.arrays.normal import gaussian as gaussian
from softgrad.arrays.normal import inverse_mills as inverse_mills
from softgrad.arrays.normal import log_normal_cdf as log_normal_cdf
from softgrad.arrays.normal import mills_excess as mills_excess
from softgrad.arrays.normal import normal_cdf as normal_cdf
from softgrad.arrays.normal import normal_pdf as normal_pdf
from softgrad.arrays.normal_quantile import normal_quantile as normal_quantile
from softgrad.arrays.shifted import ShiftedExponentials as ShiftedExponentials
from softgrad.arrays.shifted import shifted_exponentials as shifted_exponentials
from softgrad.arrays.shifted import sum_of_weights as sum_of_weights
