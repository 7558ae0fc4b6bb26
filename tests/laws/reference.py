"""What is true: `softgrad.testing` has it, for a user's own entries as for the catalogue's."""

from softgrad.testing.exact import DIGITS as DIGITS
from softgrad.testing.exact import LOGARITHMS as LOGARITHMS
from softgrad.testing.exact import PROBABILITIES as PROBABILITIES
from softgrad.testing.exact import STEP as STEP
from softgrad.testing.exact import ExactLoss as ExactLoss
from softgrad.testing.exact import Row as Row
from softgrad.testing.exact import as_rows as as_rows
from softgrad.testing.exact import exact_activation as exact_activation
from softgrad.testing.exact import exact_loss as exact_loss
from softgrad.testing.exact import times as times
from softgrad.testing.exact import transposed as transposed
