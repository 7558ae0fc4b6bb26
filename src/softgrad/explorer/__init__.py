"""The explorer: a local page on which one sees i and j, by numbers that softgrad computes.

Every number comes from the library itself; the page draws what it is answered.
"""
