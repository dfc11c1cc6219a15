"""
CSV files of trips, drivers, vehicles, shifts and riders, read and written.

`docs/import.md` describes every column. Cells are data: nothing in them is ever evaluated.
"""

from estafette.exchange.csv.reading import SHEETS, Reading, TakenRow, read_csv
from estafette.exchange.csv.table import MAX_BYTES
from estafette.exchange.csv.writing import write_csv

__all__ = ["MAX_BYTES", "SHEETS", "Reading", "TakenRow", "read_csv", "write_csv"]
