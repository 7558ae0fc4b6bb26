"""The kinds of error that softgrad raises.

Each is a `SoftgradError` and also the built-in kind that a caller would expect, so that both
``except SoftgradError`` and ``except ValueError`` work. A message names the argument, says what
was expected and what came.
"""


class SoftgradError(Exception):
    """Base of every error that softgrad raises on purpose."""


class InputTypeError(SoftgradError, TypeError):
    """An argument has a type or dtype that cannot be used (bool, complex, object, strings)."""


class ShapeError(SoftgradError, ValueError):
    """Shapes do not fit each other, or the class axis is empty."""


class AxisError(SoftgradError, ValueError):
    """An axis does not exist in the array, or is named twice."""


class IndexRangeError(SoftgradError, IndexError):
    """The number of an output or an input is not one of those there are."""


class TargetError(SoftgradError, ValueError):
    """A target is neither one number an entry nor an integer label a row, or is out of range."""


class DomainError(SoftgradError, ValueError):
    """A prediction lies outside what a loss is defined on, such as logits for probabilities."""


class WeightError(SoftgradError, ValueError):
    """Weights are negative, not finite, or have the wrong shape."""


class ParameterError(SoftgradError, ValueError):
    """A hyper-parameter or option is outside its range."""


class UnknownNameError(SoftgradError, ValueError):
    """A name is not in the catalogue."""


class RegistrationError(SoftgradError, ValueError):
    """A class of one's own cannot have the name that it asks for."""


class PairError(SoftgradError, ValueError):
    """An activation's output does not lie in the domain that a loss is defined on."""


class CapabilityError(SoftgradError, TypeError):
    """The object cannot give what was asked (a complement where nothing is a probability)."""


class AutodiffError(SoftgradError, TypeError):
    """A framework's automatic differentiation was asked for a derivative that would be wrong."""


class DefinitionError(SoftgradError, TypeError):
    """The class of an activation or a loss lacks what its contract asks for."""


class SingularError(SoftgradError, ValueError):
    """A linear system has no unique solution."""


class DataError(SoftgradError, ValueError):
    """Data has NaN or infinite entries where finite ones are needed."""


class NotFittedError(SoftgradError, ValueError):
    """A network has no parameters yet: it was neither fitted nor told its number of inputs."""


class TrainingError(SoftgradError, ArithmeticError):
    """Training diverged or reached a loss that is not finite."""


class StorageError(SoftgradError, ValueError):
    """A file cannot be read as what it should be, or something cannot be written to one."""


class MissingPackageError(SoftgradError, ImportError):
    """A package that this function needs is not installed."""
