"""Chance, from a seed that was handed in."""

import numpy as np
import numpy.typing as npt

from estafette.planning.kernel.compiled import inner

_TWELVE, _TWENTY_FIVE, _TWENTY_SEVEN, _TOP = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(33)
_FACTOR = np.uint64(0x2545F4914F6CDD1D)


@inner
def draw(dice: npt.NDArray[np.uint64]) -> int:
    """
    Give a number in [0, 2**31), and move the dice on.

    xorshift64*: Vigna (2016), doi:10.1145/2845077.
    """
    x = dice[0]
    x ^= x >> _TWELVE
    x ^= x << _TWENTY_FIVE
    x ^= x >> _TWENTY_SEVEN
    dice[0] = x
    return np.int64((x * _FACTOR) >> _TOP)  # type: ignore[return-value]
