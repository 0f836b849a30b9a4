"""A mass comparison from the command line: profiles of a file out, matches in, over any break."""

from __future__ import annotations

import threading
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from appliance.cli.match_file import MatchWriter
from appliance.cli.output import Bar, progress_bar
from appliance.cli.profile_files import ComparedFile, client_reading, received_values
from appliance.client import ApplianceRefused, Client, MassItem
from appliance.codecs.dna_csv import CsvRow
from appliance.domain.errors import InvariantBroken, ProfileMalformed
from appliance.v1 import mass_comparison_pb2 as pb

BREAKS_MAX = 60
BREAK_S = 2.0
LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A profile of the file that is not compared."""

    line: int
    reference_number: str
    reason: str
    message: str


@dataclass(slots=True)
class SendReport:
    """What became of a file; only what was left out is kept."""

    accepted: int = 0
    batches: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)


def send(client: Client, job: pb.MassJob, file: ComparedFile) -> SendReport:
    """Send the profiles of a file from the first batch that is not durable; shows progress."""
    report = SendReport(accepted=job.profiles_received, batches=job.batches)
    lines = array("Q")
    items = _items(file, lines, report)
    with progress_bar("sending", None) as bar:
        for batch in client.mass_comparison.send(job.job_number, items, job.batches):
            report.batches = batch.batch_number
            report.accepted = batch.received
            report.left_out += [
                LeftOut(lines[each.number - 1], each.reference_number, each.reason, each.message)
                for each in batch.refused
            ]
            bar.advance(batch.sent)
    report.skipped = file.skipped
    return report


def _items(file: ComparedFile, lines: array[int], report: SendReport) -> Iterator[MassItem]:
    """Yield the rows of a file; one that cannot be used is reported and the next one taken."""
    while True:
        try:
            row = next(file)
        except StopIteration:
            return
        except ProfileMalformed as error:
            report.left_out.append(LeftOut(error.line, "", error.reason, error.message))
            continue
        lines.append(row.line)
        person = not isinstance(row, CsvRow) and row.collection.identified
        yield MassItem(
            row.reference_number,
            received_values(row.profile),
            client_reading(row.profile.reading),
            "reference" if person else "unidentified",
        )


def follow(client: Client, job_number: str, after: int, writer: MatchWriter) -> pb.MassJob:
    """Write the matches after a cursor as they come, to the end of the job; shows progress.

    A break is bridged: the stream is opened again behind the last match written. Raises
    ApplianceRefused when the appliance stays away, or for any other refusal.
    """
    with progress_bar("comparing", None) as bar, _watched(client, job_number, bar):
        for breaks_left in reversed(range(BREAKS_MAX)):
            try:
                for match in client.mass_comparison.matches(job_number, after):
                    writer.write(match)
                    after = match.cursor
                return client.mass_comparison.job(job_number)
            except ApplianceRefused as refused:
                if refused.code != "UNAVAILABLE" or not breaks_left:
                    raise
                time.sleep(BREAK_S)
    raise InvariantBroken("the last break raises")


@contextmanager
def _watched(client: Client, job_number: str, bar: Bar) -> Iterator[None]:
    """Let the bar tell how far the job is while the block runs."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(LOOK_S):
            # While the appliance is away the bar stands still.
            with suppress(ApplianceRefused):
                job = client.mass_comparison.job(job_number)
                bar.set(job.profiles_compared, job.profiles_received)

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    try:
        yield
    finally:
        done.set()
        looker.join()
        with suppress(ApplianceRefused):
            job = client.mass_comparison.job(job_number)
            bar.set(job.profiles_compared, job.profiles_received)
