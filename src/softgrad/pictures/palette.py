"""The colours of figures and of tables in notebooks."""

# Okabe and Ito (2008): told apart with every kind of colour vision.
BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
INK = "#22303c"
MUTED = "#6b7783"
FAINT = "#e6eaee"
