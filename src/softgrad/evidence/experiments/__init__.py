"""Experiments that one command repeats: their data, their logic and their results."""
