"""The figures of the quality of prints as a page, pictures and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance.cli import curves_svg
from appliance.cli.curves_svg import Curve
from appliance.cli.output import write_json

FIGURES = "quality.json"
PAGE = "quality.md"
_KINDS = {"whole": "prints", "latents": "latents"}
_RULES = {
    "quality": "refused by quality",
    "minutiae": "by number of minutiae",
    "ideal": "by knowing the outcome",
}


def write(folder: Path, figures: dict[str, Any]) -> None:
    """Write page, pictures and JSON into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / FIGURES, figures)
    (folder / PAGE).write_text("\n".join(_page(figures)) + "\n", encoding="utf-8")
    for kind, name, rules in _pooled(figures):
        curves = [
            Curve(_RULES[rule], list(zip(figures["refused_percent"], missed, strict=True)))
            for rule, missed in rules.items()
        ]
        picture = curves_svg.draw(
            f"{_KINDS[kind]}, {name}", "probes refused, %", "mates missed, %", curves
        )
        (folder / _picture(kind, name)).write_text(picture, encoding="utf-8")


def _pooled(figures: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, list[float]]]]:
    for kind in _KINDS:
        for name, rules in figures[kind].items():
            yield kind, name, rules


def _picture(kind: str, name: str) -> str:
    return f"{_KINDS[kind]}-{name.replace(', ', '-').lower()}.svg"


def _page(figures: dict[str, Any]) -> Iterator[str]:
    yield "# What the quality of a print foretells\n"
    yield (
        f"Model {figures['model_version']}; a mate is missed below the published score "
        f"{figures['operating_score']:g} (calibration {figures['calibration']}). Each impression "
        "is a probe against all others of its finger, whole, and as a latent cut of it: a place "
        "and the 4 to 28 minutiae nearest to it. FVC sets are judged by a model that did not train "
        "on the set, neuro_uareu by the shipped one, which did not train on it either. Percent.\n"
    )
    refused = figures["refused_percent"]
    yield "## Mates missed once the worst probes are refused\n"
    yield "| probes | refused | " + " | ".join(f"{each:g}" for each in refused) + " |"
    yield "|---|---|" + "---|" * len(refused)
    for kind, name, rules in _pooled(figures):
        for rule, missed in rules.items():
            told = " | ".join(f"{each:.2f}" for each in missed)
            yield f"| {_KINDS[kind]}, {name} | {_RULES[rule]} | {told} |"
    yield ""
    for kind, name, _ in _pooled(figures):
        yield f"![{_KINDS[kind]}, {name}]({_picture(kind, name)})"
    yield "\n## What a quality means\n"
    yield "| quality | probes | misses foretold | misses counted |"
    yield "|---|---|---|---|"
    for row in figures["bands"]:
        shares = (row[each] for each in ("foretold_percent", "missed_percent"))
        texts = " | ".join("–" if each is None else f"{each:.1f}" for each in shares)
        yield f"| {row['quality']} | {row['probes']} | {texts} |"
    yield "\n## What the default profile pack refuses\n"
    yield "| set | probes | refused | of these with too few minutiae | these would have found |"
    yield "|---|---|---|---|---|"
    for name, kinds in figures["refused_by_default"].items():
        for kind, row in kinds.items():
            found = row["would_have_found_percent"]
            yield (
                f"| {name}, {kind} | {row['probes']} | {row['refused']} | "
                f"{row['of_these_too_few_minutiae']} | {'–' if found is None else found} |"
            )
