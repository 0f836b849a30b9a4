"""What differs between two profile packs, term by term, as people and software read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from appliance.config.profile_pack import ProfilePack


@dataclass(frozen=True, slots=True)
class PackChange:
    """One term that differs: ``before`` or ``after`` is empty where a pack does not have it.

    ``path`` leads to the term, such as ``parties.MK.takings.dna.evaluated_from``; the values are as
    JSON writes them.
    """

    path: str
    before: str
    after: str

    def line(self) -> str:
        """The change in one line."""
        return f"{self.path}: {self.before or 'absent'} -> {self.after or 'absent'}"


def difference(old: ProfilePack, new: ProfilePack) -> tuple[PackChange, ...]:
    """Return every term that differs, by its path; nothing for packs that say the same."""
    before, after = dict(_terms(old)), dict(_terms(new))
    return tuple(
        PackChange(path, before.get(path, ""), after.get(path, ""))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    )


def _terms(pack: ProfilePack) -> Iterator[tuple[str, str]]:
    # Sets have no order of their own: sorted, the same set is the same text.
    return _flat("", msgspec.to_builtins(pack, order="sorted"))


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), inner)
    else:
        yield path, msgspec.json.encode(value).decode()
