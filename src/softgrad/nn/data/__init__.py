"""Data to learn from: tables in files, bundled sets, and the scales of their columns.

data = read_table("people.csv", "group")
train, test = data.split(0.3, seed=0)
scale = Scale.of_inputs(train)
network.fit(scale.apply(train.inputs), train.targets)
"""

from softgrad.nn.data.bundled import BUNDLED, load_bundled
from softgrad.nn.data.dataset import Dataset
from softgrad.nn.data.label_noise import replace_labels
from softgrad.nn.data.notes import notes_of, scales_in
from softgrad.nn.data.scale import Scale
from softgrad.nn.data.schema import TableSchema
from softgrad.nn.data.table import TextFormat
from softgrad.nn.data.table_dataset import read_table
from softgrad.nn.data.table_error import TableError

__all__ = [
    "BUNDLED",
    "Dataset",
    "Scale",
    "TableError",
    "TableSchema",
    "TextFormat",
    "load_bundled",
    "notes_of",
    "read_table",
    "replace_labels",
    "scales_in",
]
