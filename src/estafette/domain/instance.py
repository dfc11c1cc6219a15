"""What a file describes that is to be planned: problem, travel times, prices, and the file's own numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights

TripEnds = tuple[int, int]


class InstanceFormat(StrEnum):
    """In which words a file describes what is to be planned."""

    PROBLEM = "problem"
    LI_LIM = "li-lim"
    CORDEAU = "cordeau"
    VROOM = "vroom"


@dataclass(frozen=True)
class Instance:
    """
    Something to plan, as read from a file.

    `scale` is how many seconds (and metres) of the problem one unit of the file is: formats with fractions
    are planned in whole numbers of a small part of their unit. `ends` are the file's own numbers for pick-up
    and drop-off of each trip, where it has them. `xy` (n, 2) are the positions of the matrix's places in
    units of the file, where distances are straight lines.
    """

    format: InstanceFormat
    problem: Problem
    matrix: TravelMatrix
    weights: Weights
    scale: int = 1
    ends: Mapping[int, TripEnds] = field(default_factory=dict)
    xy: npt.NDArray[np.float64] | None = None

    def distance(self, plan: Plan) -> float:
        """Give the length of all runs in units of the file: straight lines unrounded, otherwise metres."""
        if self.xy is None:
            return sum(run.drive_m for run in plan.runs) / self.scale
        xy = {place_id: self.xy[row] for place_id, row in self.matrix.row_of.items()}
        legs = (leg for run in plan.runs for leg in pairwise(run.stops))
        return math.fsum(math.dist(xy[a.place_id], xy[b.place_id]) for a, b in legs)
