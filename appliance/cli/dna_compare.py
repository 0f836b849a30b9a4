"""``appliance dna compare``: every profile of one file against every profile of another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO, cast

import numpy as np
from numpy.typing import NDArray

from appliance.cli.output import Bar, progress_bar
from appliance.codecs.dna_csv import read
from appliance.matching import dna_view, encoder
from kernels.dna import cpu
from kernels.dna.rule import Rule

QUALITIES = (1, 2, 3, 4)
ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Profiles of one CSV file, in its order."""

    names: list[str]
    codes: NDArray[np.uint8]


def read_profiles(path: Path, id_column: str | None) -> ProfileFile:
    """Read a whole CSV file; raises the codec's named errors."""
    names, packed = [], []
    with path.open("rb") as stream:
        for row in read(stream, id_column):
            names.append(row.reference_number)
            packed.append(encoder.dna_array(encoder.pack_dna(row.profile)))
    return ProfileFile(names, np.array(packed, np.uint8).reshape(len(packed), -1, 2))


def _wanted(
    left: ProfileFile, right: ProfileFile, rule: Rule, *, every_pair: bool
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each row of the left file with the columns of the right one that are written."""
    everything = np.arange(len(right.names), dtype=np.int64)
    for start in range(0, len(left.names), ROWS_AT_ONCE):
        block = left.codes[start : start + ROWS_AT_ONCE]
        if every_pair:
            chosen = [everything] * len(block)
        else:
            table = cpu.compare_all(block, right.codes, rule)
            chosen = [np.flatnonzero(row) for row in table.quality]
        yield from enumerate(chosen, start)


def compare(
    left: ProfileFile, right: ProfileFile, rule: Rule, bar: Bar, *, every_pair: bool
) -> Iterator[dict[str, object]]:
    """Yield the pairs that match, or all of them, row by row of the left file.

    ``quality`` is 1..4, or 0 for no match; ``loci`` is the per-locus view of the pair.
    """
    for row, columns in _wanted(left, right, rule, every_pair=every_pair):
        for column in columns:
            view = dna_view.view(left.codes[row], right.codes[column], rule)
            figures = view.figures
            yield {
                "a": left.names[row],
                "b": right.names[column],
                "quality": figures.quality,
                "matching_loci": figures.matched_loci,
                "compared_loci": figures.compared_loci,
                "full_loci": figures.full_loci,
                "mismatching_alleles": figures.mismatching_alleles,
                "warnings": list(view.warnings),
                "loci": [asdict(each) for each in view.loci],
            }
        bar.advance()


def run(
    left_path: Path,
    right_path: Path,
    *,
    id_column: str | None,
    every_pair: bool,
    json_path: Path | None,
) -> dict[str, object]:
    """Compare two files; return the summary, write it with all pairs to ``json_path``.

    Pairs are written as they are found, so that memory stays small however many there are.
    """
    rule = Rule()
    left, right = read_profiles(left_path, id_column), read_profiles(right_path, id_column)
    summary: dict[str, object] = {
        "a": left_path.name,
        "b": right_path.name,
        "profiles_a": len(left.names),
        "profiles_b": len(right.names),
        "compared": len(left.names) * len(right.names),
        "rule": asdict(rule),
        "classes": {str(quality): 0 for quality in QUALITIES},
    }
    with ExitStack() as stack:
        sink = stack.enter_context(json_path.open("w", encoding="utf-8")) if json_path else None
        bar = stack.enter_context(progress_bar("comparing", len(left.names)))
        classes = _write_pairs(sink, compare(left, right, rule, bar, every_pair=every_pair))
        summary["classes"] = {str(quality): classes[quality] for quality in QUALITIES}
        summary["matches"] = sum(classes[quality] for quality in QUALITIES)
        if sink is not None:
            sink.write(json.dumps(summary, ensure_ascii=False)[1:] + "\n")
    return summary


def _write_pairs(sink: TextIO | None, pairs: Iterator[dict[str, object]]) -> Counter[int]:
    """Write the opened document's list of pairs and count their quality classes."""
    classes: Counter[int] = Counter()
    if sink is not None:
        sink.write('{"pairs": [')
    for number, pair in enumerate(pairs):
        classes[cast(int, pair["quality"])] += 1
        if sink is not None:
            sink.write((",\n" if number else "\n") + json.dumps(pair, ensure_ascii=False))
    if sink is not None:
        sink.write("\n], ")
    return classes
