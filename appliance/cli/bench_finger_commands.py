"""``appliance bench finger``: what generated fingers are for, each by its own command."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.output import print_json, write_json

app = typer.Typer()

JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
Folders = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Folders EXTRACTOR/SET of FINGER_IMPRESSION files; without any, all is made."
    ),
]


class Preset(StrEnum):
    """Presets of generated fingers."""

    LEADER = "leader"
    MINDTCT = "mindtct"
    FJFX = "fjfx"


def _tell(figures: dict[str, object], path: Path | None) -> None:
    if path is not None:
        write_json(path, figures)
    print_json(figures)


@app.command("population")
def population(
    data: Annotated[Path, typer.Option(help="Folder of EXTRACTOR/SET/FINGER_IMPRESSION files.")],
    fingers: Annotated[int, typer.Option(min=2, max=10_000, help="Generated for each.")] = 50,
    out: Annotated[Path | None, typer.Option(help="Write tables and pictures in here.")] = None,
    json_path: JsonFile = None,
) -> None:
    """Set the statistics of generated prints beside those of real ones."""
    from appliance.cli import bench_finger_population

    _tell(bench_finger_population.run(data, fingers, out), json_path)


@app.command("scale")
def scale(
    folders: Folders = None,
    size: Annotated[
        list[int] | None, typer.Option(min=100, max=5_000_000, help="Distractors; repeatable.")
    ] = None,
    preset: Annotated[Preset, typer.Option(help="How the distractors are told.")] = Preset.LEADER,
    probes: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    latent: Annotated[
        bool, typer.Option("--latent", help="Latents against prints: LT/TP.")
    ] = False,
    json_path: JsonFile = None,
) -> None:
    """Measure searches for mates hidden among generated fingers, at rising sizes."""
    from appliance.cli import bench_finger_scale

    sizes = sorted(size or [100_000, 1_000_000])
    _tell(bench_finger_scale.run(folders or [], sizes, preset, probes, latent), json_path)


@app.command("retention")
def retention(
    folders: Folders = None,
    distractors: Annotated[int, typer.Option(min=100, max=5_000_000)] = 50_000,
    preset: Annotated[Preset, typer.Option(help="How the distractors are told.")] = Preset.LEADER,
    probes: Annotated[int, typer.Option(min=1, max=100_000)] = 500,
    json_path: JsonFile = None,
) -> None:
    """Measure how many mates that would rank first the short list drops."""
    from appliance.cli import bench_finger_retention

    _tell(bench_finger_retention.run(folders or [], distractors, preset, probes), json_path)


@app.command("subjects")
def subjects(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders of PERSON_FINGER_IMPRESSION.iso|.fmr.")
    ],
    distractors: Annotated[
        int, typer.Option(min=100, max=1_000_000, help="Generated subjects of four fingers.")
    ] = 50_000,
    preset: Annotated[Preset, typer.Option(help="How the distractors are told.")] = Preset.LEADER,
    searches: Annotated[int, typer.Option(min=1, max=100_000, help="With each number.")] = 1_000,
    json_path: JsonFile = None,
) -> None:
    """Measure searches with one, two and four fingers of a person."""
    from appliance.cli import bench_finger_subjects

    _tell(bench_finger_subjects.run(folders, distractors, preset, searches), json_path)
