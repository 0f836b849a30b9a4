"""What a score means: −10·log10 of the false-match rate, from a versioned table.

The kernels' raw score grows with similarity but its scale is arbitrary. The table gives, for rising
raw scores, how rarely two different fingers reach them; between its points the logarithm is linear,
beyond the last point it goes on with the slope of the tail, so that large galleries can be judged.
Monotone by construction; integers throughout, so that every machine publishes the same number.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from appliance.domain.errors import ConfigurationInvalid

SCORE_HUNDREDTHS_MAX = 12_000
"""No claim rarer than 10⁻¹²: the counts end near 10⁻⁴, and beyond this even the largest gallery
has no use for a continued tail. Ranking goes by the raw score and knows no ceiling."""


RAW_MAX = 2**31 - 1
"""The kernels' raw score is an int32."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """``raw`` and ``hundredths`` rise together; ``tail_per_thousand`` continues the last point."""

    version: str
    raw: tuple[int, ...]
    hundredths: tuple[int, ...]
    tail_per_thousand: int

    def __post_init__(self) -> None:
        """Refuse a table that is not monotone: it would order candidates wrongly."""
        rising = all(
            low < high for values in (self.raw, self.hundredths) for low, high in pairwise(values)
        )
        if not rising or len(self.raw) != len(self.hundredths) or len(self.raw) < 2:
            raise ConfigurationInvalid(f"calibration {self.version} is not a rising table")
        if self.tail_per_thousand <= 0 or self.raw[0] != 0 or self.hundredths[0] != 0:
            raise ConfigurationInvalid(f"calibration {self.version} does not start at nothing")

    def meaning(self, raw: int) -> int:
        """Return −10·log10(false-match rate) × 100 of a raw score, 0..SCORE_HUNDREDTHS_MAX."""
        if raw <= 0:
            return 0
        if raw >= self.raw[-1]:
            beyond = (raw - self.raw[-1]) * self.tail_per_thousand // 1000
            return min(SCORE_HUNDREDTHS_MAX, self.hundredths[-1] + beyond)
        at = bisect_right(self.raw, raw)
        low, high = self.raw[at - 1], self.raw[at]
        below, above = self.hundredths[at - 1], self.hundredths[at]
        return below + (above - below) * (raw - low) // (high - low)

    def least_raw(self, hundredths: int) -> int:
        """Return the lowest raw score that means at least ``hundredths``, 0..RAW_MAX."""
        low, high = 0, RAW_MAX
        while low < high:
            middle = (low + high) // 2
            if self.meaning(middle) >= hundredths:
                high = middle
            else:
                low = middle + 1
        return low


def threshold_hundredths(gallery_size: int, false_positives_per_search: float) -> int:
    """Return the score that ``false_positives_per_search`` different fingers of a gallery reach.

    One search makes ``gallery_size`` comparisons, so the false-positive identification rate is
    about the gallery's size times the false-match rate.
    """
    if gallery_size < 1:
        return 0
    level = 10 * math.log10(gallery_size / false_positives_per_search)
    return max(0, round(level * 100))


@cache
def shipped() -> Calibration:
    """Return the table that comes with the appliance, made by ``train_calibration``."""
    text = resources.files("appliance.matching").joinpath("model/calibration.json").read_text()
    table = json.loads(text)
    return Calibration(
        version=table["version"],
        raw=tuple(table["raw"]),
        hundredths=tuple(table["hundredths"]),
        tail_per_thousand=table["tail_per_thousand"],
    )
