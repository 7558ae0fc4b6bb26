"""Arrays of any framework: which namespace, which dtype, which axis, and exact arithmetic on them.

Frameworks are recognised, never imported: an array that arrives brings its own namespace.
"""
