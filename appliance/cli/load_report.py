"""What became of a load: accepted, refused, skipped, and what experts should look at."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import typer

from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json, progress_bar
from appliance.client import Client, LoadItem, LoadResult

SHOWN_MAX = 20
REFUSALS_KEPT_MAX = 10_000
WARNINGS_COUNTED_MAX = 10_000
OTHER_WARNINGS = "(further warnings)"


@dataclass(slots=True)
class LoadReport:
    """Counts, and the first REFUSALS_KEPT_MAX refusals one by one, for there may be millions.

    ``reasons`` counts the refused items, ``skipped`` (category, reason) of items that were never
    offered, ``warnings`` the texts of warnings; ``lines`` are those of items sent whose results are
    still to come, in their order.
    """

    accepted: int = 0
    refusals: list[LoadResult] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    lines: deque[int] = field(default_factory=deque)

    @property
    def refused(self) -> int:
        """How many items were refused."""
        return self.reasons.total()

    def refuse(self, result: LoadResult) -> None:
        """Count a refused item."""
        self.reasons[result.reason] += 1
        if len(self.refusals) < REFUSALS_KEPT_MAX:
            self.refusals.append(result)

    def sent(self, line: int, warnings: Iterable[str]) -> None:
        """Note the line of an item that is being sent, and count its warnings."""
        self.lines.append(line)
        self._warn(warnings)

    def _warn(self, warnings: Iterable[str]) -> None:
        for text in warnings:
            full = len(self.warnings) >= WARNINGS_COUNTED_MAX
            self.warnings[OTHER_WARNINGS if full and text not in self.warnings else text] += 1

    def received(self, result: LoadResult) -> None:
        """Count the result of the item that was sent first and is not counted yet."""
        line = self.lines.popleft() if self.lines else 0
        if result.accepted:
            self.accepted += 1
            self._warn(f"{result.reference_number}: {text}" for text in result.warnings)
            return
        message = f"line {line}: {result.message}" if line else result.message
        self.refuse(replace(result, message=message))

    def tell(self, as_json: bool) -> None:
        """Print the report; raises typer.Exit with UNUSABLE_INPUT if an item was refused."""
        if as_json:
            print_json(self._document())
        else:
            self._print()
        if self.refused:
            raise typer.Exit(ExitCode.UNUSABLE_INPUT)

    def _document(self) -> dict[str, object]:
        return {
            "accepted": self.accepted,
            "refused": self.refused,
            "skipped": [
                {"category": category, "reason": reason, "count": count}
                for (category, reason), count in self.skipped.most_common()
            ],
            "reasons": dict(self.reasons),
            "refusals": [
                {
                    "reference_number": each.reference_number,
                    "reason": each.reason,
                    "message": each.message,
                    "offset": each.offset,
                }
                for each in self.refusals
            ],
            "warnings": dict(self.warnings.most_common()),
        }

    def _print(self) -> None:
        skipped = f", {self.skipped.total()} skipped" if self.skipped else ""
        console.print(f"{self.accepted} loaded, {self.refused} refused{skipped}")
        for (category, reason), count in self.skipped.most_common(SHOWN_MAX):
            console.print(f"  skipped {count} of {category}: {reason}")
        for each in self.refusals[:SHOWN_MAX]:
            console.print(f"  {each.reference_number}: {each.reason}: {each.message}")
        if self.warnings:
            console.print(f"{self.warnings.total()} warnings")
        for text, count in self.warnings.most_common(SHOWN_MAX):
            console.print(f"  {count} times: {text}")


def load_items(
    client: Client, items: Iterable[LoadItem], total: int | None, report: LoadReport | None = None
) -> LoadReport:
    """Load with a progress bar and count the results, in ``report`` where one is given."""
    report = report or LoadReport()
    with progress_bar("loading", total) as bar:
        for result in client.load(items):
            report.received(result)
            bar.advance()
    return report
