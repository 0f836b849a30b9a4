"""``appliance bench``: figures on this machine, each printed by the command that measured it.

What measures is imported when it is asked for: every other command would wait for the kernels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import bench_finger_commands, population_options, rule_options
from appliance.cli.output import print_json, write_json
from appliance.domain import limits

app = typer.Typer(help="Measure this machine.", no_args_is_help=True)
finger = typer.Typer(help="Fingerprint matching.", no_args_is_help=True)
dna = typer.Typer(help="DNA matching.", no_args_is_help=True)
finger.add_typer(bench_finger_commands.app)
app.add_typer(finger, name="finger")
app.add_typer(dna, name="dna")

JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
SamplesCache = Annotated[
    Path | None, typer.Option(help="Keep compared pairs for training in this folder.")
]
Backend = Annotated[str, typer.Option(help="cpu, cuda or auto.")]


def _tell(figures: dict[str, object], path: Path | None) -> None:
    if path is not None:
        write_json(path, figures)
    print_json(figures)


@finger.command("accuracy")
def finger_accuracy(
    folders: Annotated[list[Path], typer.Argument(help="Folders of FINGER_IMPRESSION.iso|.fmr.")],
    json_path: JsonFile = None,
    scores: Annotated[Path | None, typer.Option(help="Write every pair's score here.")] = None,
    loso: Annotated[
        Path | None,
        typer.Option(help="Score each set with weights of the other sets in EXTRACTOR/SET here."),
    ] = None,
    cache: SamplesCache = None,
) -> None:
    """Measure error rates on sets of templates, pooled under one threshold."""
    from appliance.cli import bench_finger_accuracy

    _tell(bench_finger_accuracy.run(folders, scores, loso, cache), json_path)


@finger.command("train")
def finger_train(
    root: Annotated[Path, typer.Argument(help="Folder of EXTRACTOR/SET/FINGER_IMPRESSION files.")],
    out: Annotated[Path, typer.Option(help="Write the model of the score here.")],
    cache: SamplesCache = None,
    json_path: JsonFile = None,
) -> None:
    """Train the learned score of stage 2 on public sets of templates."""
    from appliance.cli import finger_training

    _tell(finger_training.run(root, out, cache), json_path)


@finger.command("quality")
def finger_quality(
    root: Annotated[Path, typer.Argument(help="Folder of EXTRACTOR/SET/FINGER_IMPRESSION files.")],
    train: Annotated[Path | None, typer.Option(help="Write the trained model here.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a page with its pictures here.")] = None,
    json_path: JsonFile = None,
) -> None:
    """Show how many mates are missed once the prints of lowest quality are refused."""
    from appliance.cli import bench_finger_quality

    _tell(bench_finger_quality.run(root, train, out), json_path)


@finger.command("speed")
def finger_speed(
    templates: Annotated[int, typer.Option(min=1, max=50_000_000)] = 10_000,
    probes: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    backend: Backend = "cpu",
    short_list: Annotated[int, typer.Option(min=1, max=20_000)] = 200,
    json_path: JsonFile = None,
) -> None:
    """Measure stage 1 and whole searches over a generated gallery."""
    from appliance.cli import bench_finger_speed

    _tell(bench_finger_speed.run(templates, probes, backend, short_list), json_path)


@dna.command("speed")
def dna_speed(
    profiles: Annotated[int, typer.Option(min=1, max=50_000_000)] = 1_000_000,
    queries: Annotated[int, typer.Option(min=1, max=1_000_000)] = 100,
    backend: Backend = "cpu",
    rule: rule_options.RuleName = None,
    pack: rule_options.PackPath = None,
    json_path: JsonFile = None,
) -> None:
    """Measure single searches over generated profiles."""
    from appliance.cli import bench_dna_speed

    chosen = rule_options.chosen(rule, pack)
    _tell(bench_dna_speed.run(profiles, queries, backend, chosen), json_path)


@dna.command("adventitious")
def dna_adventitious(
    pairs: Annotated[int, typer.Option(min=1, max=10**12)] = 1_000_000_000,
    loci: Annotated[int, typer.Option(min=2, max=24, help="The first so many, ISSOL first.")] = 7,
    frequencies: population_options.Frequencies = None,
    population: population_options.Population = "",
    source: population_options.Source = "",
    json_path: JsonFile = None,
) -> None:
    """Count chance matches among made-up people and set them beside what was foretold."""
    from appliance.cli import bench_dna_adventitious
    from appliance.codecs import allele_frequencies

    table = allele_frequencies.load(frequencies, population, source) if frequencies else None
    _tell(bench_dna_adventitious.run(pairs, loci, table), json_path)


@dna.command("mass")
def dna_mass(
    stains: Annotated[int, typer.Option(min=1, max=10_000_000)] = 100_000,
    profiles: Annotated[int, typer.Option(min=1, max=50_000_000)] = 1_000_000,
    rule: rule_options.RuleName = None,
    pack: rule_options.PackPath = None,
    json_path: JsonFile = None,
) -> None:
    """Measure a comparison of all stains with all profiles, both generated."""
    from appliance.cli import bench_dna_mass

    _tell(bench_dna_mass.run(stains, profiles, rule_options.chosen(rule, pack)), json_path)


@app.command("service")
def service(
    clients: Annotated[int, typer.Option(min=1, max=256)] = 4,
    searches: Annotated[int, typer.Option(min=1, max=1_000_000)] = 400,
    templates: Annotated[int, typer.Option(min=1, max=1_000_000)] = 2_000,
    json_path: JsonFile = None,
) -> None:
    """Measure searches through mutual TLS against the engine alone."""
    from appliance.cli import bench_service

    _tell(bench_service.run(clients, searches, templates), json_path)


@app.command("mass-service")
def mass_service(
    profiles: Annotated[int, typer.Option(min=1, max=50_000_000)] = 30_000,
    stains: Annotated[int, typer.Option(min=1, max=limits.MASS_PROFILES_MAX)] = 40_000,
    fingers: Annotated[int, typer.Option(min=1, max=1_000_000)] = 200,
    searches: Annotated[
        int, typer.Option(min=1, max=100_000, help="Single finger searches of a round.")
    ] = 20,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds of each side.")] = 6,
    json_path: JsonFile = None,
) -> None:
    """Measure live searches beside a running mass comparison, and without it."""
    from appliance.cli import bench_mass_service

    _tell(bench_mass_service.run(profiles, stains, fingers, searches, rounds), json_path)


@app.command("record")
def record(
    leaves: Annotated[int, typer.Option(min=1_000, max=50_000_000)] = 1_000_000,
    folder: Annotated[
        Path | None, typer.Option(help="Make the record in here, and remove it afterwards.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Make the record here, and leave it for --use.")
    ] = None,
    use: Annotated[
        Path | None, typer.Option(help="Measure the record that --keep left here.")
    ] = None,
    json_path: JsonFile = None,
) -> None:
    """Measure the record: appends, proofs, verification and the deletion of a day.

    Ten million entries take 7 GB and are there in minutes: all but the first 100,000 are written in
    bulk, and not counted as appends.
    """
    from appliance.cli import bench_record

    if sum(each is not None for each in (folder, keep, use)) > 1:
        raise typer.BadParameter("name one of --folder, --keep and --use")
    _tell(bench_record.run(leaves, folder, keep, use), json_path)


@app.command("load")
def load(
    fingers: Annotated[int, typer.Option(min=1, max=50_000_000)] = 200_000,
    profiles: Annotated[int, typer.Option(min=1, max=50_000_000)] = 1_000_000,
    json_path: JsonFile = None,
) -> None:
    """Measure a first load into a real appliance, its memory and its restart."""
    from appliance.cli import bench_load

    _tell(bench_load.run(fingers, profiles), json_path)


@app.command("acceptance")
def acceptance(
    threads: Annotated[int, typer.Option(min=1, max=256)] = 32,
    seconds: Annotated[float, typer.Option(min=0.1, max=600)] = 10,
    paced_per_second: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    erasing: Annotated[
        bool | None,
        typer.Option("--erasing/--no-erasing", help="Only with the overwriting of memory, or not."),
    ] = None,
    through_service: Annotated[
        int,
        typer.Option(
            min=0,
            max=limits.QUEUE_DEPTH_MAX,
            help="Hand so many requests to an appliance through mutual TLS instead.",
        ),
    ] = 0,
    json_path: JsonFile = None,
) -> None:
    """Measure how many requests become durable with their capacity and record, and how soon.

    Both with the overwriting of memory that the service runs with and without it, one after the
    other, each in a process of its own.
    """
    from appliance.cli import bench_acceptance, bench_acceptance_service, erasing_memory

    if through_service:
        _tell(bench_acceptance_service.run(through_service, threads), json_path)
        return
    if erasing is None:
        _tell(bench_acceptance.run_both(threads, seconds, paced_per_second), json_path)
        return
    if erasing:
        erasing_memory.require()
    _tell(bench_acceptance.run(threads, seconds, paced_per_second), json_path)
