"""Rows of locus tables as JSON, made once for each pair of genotypes.

A file of a thousand profiles holds a few dozen genotypes of each locus but a million pairs of
profiles, so nearly every row has been written before.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from appliance.domain import loci
from appliance.matching import dna_view
from kernels.dna.rule import Rule

ROWS_KEPT_MAX = 500_000

Codes = list[tuple[int, int]]
"""A packed profile as a pair of codes for each slot."""


class LocusTexts:
    """Writes the locus table of pairs under one rule. Not thread-safe."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._kept: dict[tuple[int, tuple[int, int], tuple[int, int]], tuple[str, str]] = {}

    def table(self, left: Codes, right: Codes) -> tuple[str, str]:
        """Return the rows and the warnings of a pair, each as the inside of a JSON list."""
        rows, warnings = [], []
        for slot, (mine, theirs) in enumerate(zip(left, right, strict=True)):
            if not mine[0] and not theirs[0]:
                continue
            row, warning = self._kept.get((slot, mine, theirs)) or self._write(slot, mine, theirs)
            rows.append(row)
            if warning:
                warnings.append(warning)
        return ", ".join(rows), ", ".join(warnings)

    def _write(self, slot: int, mine: tuple[int, int], theirs: tuple[int, int]) -> tuple[str, str]:
        view = dna_view.locus_view(loci.LOCI[slot], mine, theirs, self._rule)
        if view is None:
            return "", ""
        texts = (
            json.dumps(asdict(view), ensure_ascii=False),
            ", ".join(json.dumps(each, ensure_ascii=False) for each in dna_view.warnings_of(view)),
        )
        if len(self._kept) >= ROWS_KEPT_MAX:
            self._kept.clear()
        self._kept[slot, mine, theirs] = texts
        return texts
