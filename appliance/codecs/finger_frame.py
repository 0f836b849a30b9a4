"""The image of a finger view: its size and resolution, and the way between pixels and units.

Records count pixels from the upper left corner, at a resolution of their own; the domain counts
1/8 px at 500 ppi from the lower left one. A coordinate is rounded to the nearest unit on the way
in and to the nearest pixel on the way out. Up to ``limits.RESOLUTION_PPCM_MAX`` a unit is smaller
than half a pixel, so a pixel that was read is written as the same pixel at the same resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain import limits
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate

PPCM_500_PPI = 197
"""Pixels per centimetre by which the records write 500 ppi."""

UNITS_PPCM = UNITS_PER_PIXEL * PPCM_500_PPI

IMAGE_UNITS_MAX = 65_536
"""Largest width or height in 1/8 px at 500 ppi, so that coordinates fit 16 bits."""

_ANISOTROPY_MAX_PERCENT = 2  # beyond it the angles would be off by more than half their unit


@dataclass(frozen=True, slots=True)
class FieldOffsets:
    """At which byte of the record width, height and the two resolutions stand."""

    width: int
    height: int
    x_ppcm: int
    y_ppcm: int


@dataclass(frozen=True, slots=True)
class ImageFrame:
    """An image of ``width`` x ``height`` pixels at ``x_ppcm`` x ``y_ppcm`` pixels per cm."""

    width: int
    height: int
    x_ppcm: int
    y_ppcm: int

    @property
    def width_units(self) -> int:
        """Width in 1/8 px at 500 ppi."""
        return _units(self.width, self.x_ppcm)

    @property
    def height_units(self) -> int:
        """Height in 1/8 px at 500 ppi."""
        return _units(self.height, self.y_ppcm)

    def check(self, offsets: FieldOffsets) -> None:
        """Raise TemplateMalformed for what no image has, TemplateUnsupported beyond the limits."""
        for name, offset in (("width", offsets.width), ("height", offsets.height)):
            if not getattr(self, name):
                raise TemplateMalformed(f"the image has no size: its {name} is 0", offset=offset)
        for name, offset in (("x_ppcm", offsets.x_ppcm), ("y_ppcm", offsets.y_ppcm)):
            if not getattr(self, name):
                raise TemplateMalformed("the resolution is 0", offset=offset)
        low, high = sorted((self.x_ppcm, self.y_ppcm))
        if low < limits.RESOLUTION_PPCM_MIN or high > limits.RESOLUTION_PPCM_MAX:
            raise TemplateUnsupported(
                f"a resolution of {self.x_ppcm} x {self.y_ppcm} pixels/cm is outside "
                f"{limits.RESOLUTION_PPCM_MIN}..{limits.RESOLUTION_PPCM_MAX}"
            )
        if (high - low) * 100 > _ANISOTROPY_MAX_PERCENT * low:
            raise TemplateUnsupported(
                f"pixels of {self.x_ppcm} x {self.y_ppcm} per cm are not square"
            )
        if (
            max(self.width, self.height) > limits.IMAGE_PIXELS_PER_SIDE_MAX
            or max(self.width_units, self.height_units) > IMAGE_UNITS_MAX
        ):
            raise TemplateUnsupported(
                f"an image of {self.width} x {self.height} pixels at {self.x_ppcm} pixels/cm "
                "is too large"
            )


def _units(pixels: int, ppcm: int) -> int:
    return (pixels * UNITS_PPCM + ppcm // 2) // ppcm


def pixels(units: int, ppcm: int) -> int:
    """Return the pixel nearest to ``units`` (1/8 px at 500 ppi) at ``ppcm`` pixels per cm."""
    return (units * ppcm + UNITS_PPCM // 2) // UNITS_PPCM


def frame_of(template: FingerTemplate) -> ImageFrame:
    """Return the image in which a template is written, at the resolution it was read from.

    Rounding may lift a coordinate to the next pixel; the image grows rather than cut it off.
    Raises TemplateUnsupported for a size or resolution that no record can hold.
    """
    x_ppcm, y_ppcm = template.ppcm
    for name, value in (("width", template.width), ("height", template.height)):
        if not 1 <= value <= IMAGE_UNITS_MAX:
            raise TemplateUnsupported(f"{name} {value} is outside 1..{IMAGE_UNITS_MAX}")
    rightmost = max((minutia.x for minutia in template.minutiae), default=0)
    highest = max((minutia.y for minutia in template.minutiae), default=0)
    if not (x_ppcm > 0 and y_ppcm > 0):
        raise TemplateUnsupported(f"a resolution of {x_ppcm} x {y_ppcm} pixels/cm is none")
    frame = ImageFrame(
        max(1, pixels(template.width, x_ppcm), pixels(rightmost, x_ppcm) + 1),
        max(1, pixels(template.height, y_ppcm), pixels(highest, y_ppcm) + 1),
        x_ppcm,
        y_ppcm,
    )
    frame.check(FieldOffsets(0, 0, 0, 0))
    return frame
