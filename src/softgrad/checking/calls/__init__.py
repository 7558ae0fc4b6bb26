"""How a derivative is called: what its author's arguments mean, and which call is the right one.

`names` reads parameters, `candidates` orders the calls that may be meant, `trial` tries them at a
point, `choice` takes the one that is right, or else the one that is to be diagnosed.
"""
