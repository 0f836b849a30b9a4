"""``appliance dna compare``: every profile of one file against every profile of another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from appliance.cli.locus_texts import Codes, LocusTexts
from appliance.cli.output import Bar, progress_bar
from appliance.codecs.dna_csv import read
from appliance.domain.dna_rule import PCC_SEE, DnaRuleProfile
from appliance.matching import encoder
from appliance.matching.dna_rules import kernel_rule
from kernels.dna import cpu
from kernels.dna.classifier import Figures
from kernels.dna.rule import Rule

QUALITIES = (1, 2, 3, 4)
ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Profiles of one CSV file, in its order; ``warnings`` are what their canonical forms warn of,
    once each."""

    names: list[str]
    codes: NDArray[np.uint8]
    warnings: list[list[str]]

    def pairs(self, row: int) -> Codes:
        """Return one profile as plain pairs of codes."""
        return [(first, second) for first, second in self.codes[row].tolist()]


def read_profiles(path: Path, id_column: str | None) -> ProfileFile:
    """Read a whole CSV file; raises the codec's named errors."""
    names, packed, warnings = [], [], []
    with path.open("rb") as stream:
        for row in read(stream, id_column):
            names.append(row.reference_number)
            packed.append(encoder.dna_array(encoder.pack_dna(row.profile)))
            warnings.append(list(dict.fromkeys(row.profile.warnings)))
    codes = np.array(packed, np.uint8).reshape(len(packed), -1, 2)
    return ProfileFile(names, codes, warnings)


@dataclass(slots=True)
class Comparison:
    """Two files under one rule; ``classes`` counts the pairs of each quality, 0 for no match."""

    left: ProfileFile
    right: ProfileFile
    rule: Rule
    every_pair: bool
    classes: NDArray[np.int64]

    def blocks(self, bar: Bar) -> Iterator[tuple[int, Figures]]:
        """Yield the first row and the figures of block after block of the left file."""
        for start in range(0, len(self.left.names), ROWS_AT_ONCE):
            block = self.left.codes[start : start + ROWS_AT_ONCE]
            figures = cpu.compare_all(block, self.right.codes, self.rule)
            self.classes += np.bincount(figures.quality.ravel(), minlength=len(self.classes))
            yield start, figures
            bar.advance(len(block))

    def texts(self, bar: Bar) -> Iterator[str]:
        """Yield the JSON of the pairs that are written, row by row of the left file."""
        tables = LocusTexts(self.rule)
        names = [json.dumps(name, ensure_ascii=False) for name in self.right.names]
        columns = [self.right.pairs(column) for column in range(len(names))]
        for start, figures in self.blocks(bar):
            for offset, quality in enumerate(figures.quality):
                name = json.dumps(self.left.names[start + offset], ensure_ascii=False)
                mine = self.left.pairs(start + offset)
                own = [f"a: {each}" for each in self.left.warnings[start + offset]]
                wanted = range(len(names)) if self.every_pair else np.flatnonzero(quality).tolist()
                rows = np.stack([each[offset] for each in figures.arrays()], axis=1).tolist()
                for column in wanted:
                    quality_class, compared, full, matched, mismatching = rows[column]
                    table, told = tables.table(mine, columns[column])
                    theirs = [f"b: {each}" for each in self.right.warnings[column]]
                    warnings = ", ".join([told] * bool(told) + _texts(own) + _texts(theirs))
                    yield (
                        f'{{"a": {name}, "b": {names[column]}, "quality": {quality_class}, '
                        f'"matching_loci": {matched}, "compared_loci": {compared}, '
                        f'"full_loci": {full}, "mismatching_alleles": {mismatching}, '
                        f'"warnings": [{warnings}], "loci": [{table}]}}'
                    )


def run(
    left_path: Path,
    right_path: Path,
    *,
    id_column: str | None,
    every_pair: bool,
    json_path: Path | None,
    profile: DnaRuleProfile = PCC_SEE,
) -> dict[str, object]:
    """Compare two files by a rule profile; return the summary, write it with all pairs to
    ``json_path``.

    Pairs are written as they are found, so that memory stays small however many there are.
    """
    left, right = read_profiles(left_path, id_column), read_profiles(right_path, id_column)
    classes_found = np.zeros(1 + max(QUALITIES), np.int64)
    found = Comparison(left, right, kernel_rule(profile), every_pair, classes_found)
    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar("comparing", len(left.names)))
        if json_path is None:
            for _ in found.blocks(bar):
                continue
        else:
            sink = stack.enter_context(json_path.open("w", encoding="utf-8"))
            _write_pairs(sink, found.texts(bar))
        classes = {str(quality): int(found.classes[quality]) for quality in QUALITIES}
        summary: dict[str, object] = {
            "a": left_path.name,
            "b": right_path.name,
            "profiles_a": len(left.names),
            "profiles_b": len(right.names),
            "compared": len(left.names) * len(right.names),
            "rule_profile": profile.label,
            "rule": asdict(found.rule),
            "classes": classes,
            "matches": sum(classes.values()),
        }
        if json_path is not None:
            sink.write(json.dumps(summary, ensure_ascii=False)[1:] + "\n")
    return summary


def _texts(warnings: list[str]) -> list[str]:
    return [json.dumps(each, ensure_ascii=False) for each in warnings]


def _write_pairs(sink: TextIO, pairs: Iterator[str]) -> None:
    """Open the document and write its list of pairs; the summary closes it."""
    sink.write('{"pairs": [')
    for number, pair in enumerate(pairs):
        sink.write((",\n" if number else "\n") + pair)
    sink.write("\n], ")
