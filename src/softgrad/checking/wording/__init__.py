"""What a report says, in the words of the code that it is about."""

from softgrad.checking.wording.told import right_words

__all__ = ["right_words"]
