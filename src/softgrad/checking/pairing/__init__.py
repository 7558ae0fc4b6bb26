"""Functions beside their derivatives, in the code of people: found by name, made, and called."""
