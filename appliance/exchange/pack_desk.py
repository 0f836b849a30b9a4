"""The desk of profile packs: activated at an instant, rolled back by a later word, all on record.

A pack is verified before it is used: signed under a key of the installation, without a fault,
newer than all others, and effective after them (Agreement, Art. 20(2); Implementing Agreement,
Art. 3). A refused one changes nothing.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime, timedelta

from appliance.access import roles
from appliance.audit.record import Record
from appliance.config import pack_difference, profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.pack_keys import PackKeys
from appliance.config.profile_pack import ProfilePack
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import (
    ConfigurationInvalid,
    FieldViolation,
    PackDatesConflict,
    PackOutdated,
    PackSignatureInvalid,
    PackUnknown,
    RequestInvalid,
)
from appliance.domain.pack_activation import INSTALLATION, ActivationState, PackActivation
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import form
from appliance.store import pack_table
from appliance.store.database import Database, Transaction
from appliance.store.pack_table import ActivationRow, PackRow

LEAD_S = 2
"""An activation without an instant of its own takes effect so much later: after its commit, so that
no request is ever received under a pack and explained by another."""

DIFFERENCE_CHARS_MAX = 4_000


class PackDesk:
    """Activates packs and tells their history. Thread-safe; ``open`` before anything else.

    ``book`` is what every room asks; ``own_party`` acts in the record of what it activates.
    """

    def __init__(
        self,
        database: Database,
        record: Record,
        book: PackBook,
        keys: PackKeys,
        clock: Clock,
        own_party: str,
    ) -> None:
        self._database = database
        self._record = record
        self._book = book
        self._keys = keys
        self._clock = clock
        self._own_party = own_party
        self._activating = threading.Lock()

    def open(self, content: bytes, signature: bytes) -> None:
        """Fill the book: with what was activated before, and the pack in the installation's files.

        The files are the first pack at the first start; a newer pack in them counts as activated by
        this start, under the rules of ``activate``. Raises ConfigurationInvalid if a pack is not
        signed, has a fault, or none is in force; what ``activate`` raises; StorageCorrupt.
        """
        packs = self._database.read(pack_table.packs)
        for row in packs:
            if not self._keys.signed(row.content, row.signature):
                raise ConfigurationInvalid(f"profile pack {row.version} is signed under no key")
        parsed = {row.version: profile_pack.parse(row.content) for row in packs}
        for activation in self._database.read(pack_table.activations):
            self._book.add(parsed[activation.version], activation.effective_from)
        if hashlib.sha256(content).digest() not in [row.digest for row in packs]:
            pack = self._verified(content, signature)
            if not packs:
                # A first pack of the future is not kept: nothing would be in force until then.
                PackBook([pack], self._clock).in_force()
            self._activate(pack, content, signature, INSTALLATION)
        self._book.in_force()

    def activate(
        self, principal: Principal, content: bytes, signature: bytes
    ) -> tuple[PackActivation, tuple[pack_difference.PackChange, ...]]:
        """Let a new pack come into force on its effective date, at once if that has come.

        Return the activation and what it changes. Raises RoleDenied; PackSignatureInvalid;
        RequestInvalid with the faults of the pack; PackOutdated unless version and serial are new
        and higher; PackDatesConflict unless it takes effect after every other pack;
        RecordUnavailable.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        pack = self._verified(content, signature)
        return self._activate(pack, content, signature, principal.fingerprint)

    def reactivate(
        self, principal: Principal, version: str, effective_from: datetime | None
    ) -> tuple[PackActivation, tuple[pack_difference.PackChange, ...]]:
        """Let a former pack come into force again, at an instant or at once.

        What was to come into force then or later is cancelled. Raises RoleDenied; PackUnknown;
        PackDatesConflict for an instant that is past, or at which nothing would change;
        RequestInvalid if the former pack lacks a Party; RecordUnavailable.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        with self._activating:
            pack = self._former(version)
            now = self._clock.now()
            start = effective_from or now + timedelta(seconds=LEAD_S)
            if start < now:
                raise PackDatesConflict(f"{start.isoformat()} is past")
            replaced = self._book.at(start)
            coming = [each for each in self._book.chapters() if each.effective_from >= start]
            if replaced.version == version and not coming:
                raise PackDatesConflict(f"profile pack {version} is in force then already")
            _require_parties(pack, replaced)
            return self._keep(pack, None, start, principal.fingerprint)

    def history(self) -> list[PackActivation]:
        """Return the newest activations (at most PACK_ACTIVATIONS_SHOWN_MAX), oldest first."""

        def work(tx: Transaction) -> list[PackActivation]:
            return self._told(pack_table.packs(tx), pack_table.activations(tx))

        return self._database.read(work)[-limits.PACK_ACTIVATIONS_SHOWN_MAX :]

    def content(self, version: str) -> tuple[bytes, bytes]:
        """Return a pack and its signature as they were activated; "" is the one in force.

        Raises PackUnknown.
        """
        row = self._row(version or self._book.in_force().version)
        return row.content, row.signature

    def _verified(self, content: bytes, signature: bytes) -> ProfilePack:
        if len(content) > limits.PACK_BYTES_MAX:
            bounds = f"{len(content)} bytes, at most {limits.PACK_BYTES_MAX}"
            raise RequestInvalid([FieldViolation("content", bounds)])
        if not self._keys.signed(content, signature):
            raise PackSignatureInvalid("the pack is not signed under a key of this installation")
        faults = profile_pack.faults(content)
        if faults:
            raise RequestInvalid([FieldViolation("content", each) for each in faults])
        pack = profile_pack.parse(content)
        if self._own_party not in pack.parties:
            lacking = f"parties: {self._own_party}, whose installation this is, is missing"
            raise RequestInvalid([FieldViolation("content", lacking)])
        return pack

    def _activate(
        self, pack: ProfilePack, content: bytes, signature: bytes, by: str
    ) -> tuple[PackActivation, tuple[pack_difference.PackChange, ...]]:
        with self._activating:
            start = pack.effective_from
            chapters = self._book.chapters()
            if chapters:
                self._require_newer(pack)
                last = chapters[-1]
                if start <= last.effective_from:
                    raise PackDatesConflict(
                        f"profile pack {pack.version} would take effect on {start.isoformat()}, "
                        f"but {last.pack.version} does on {last.effective_from.isoformat()}"
                    )
                _require_parties(pack, last.pack)
                start = max(start, self._clock.now() + timedelta(seconds=LEAD_S))
            digest = hashlib.sha256(content).digest()
            row = PackRow(pack.version, pack.serial, digest, content, signature)
            return self._keep(pack, row, start, by)

    def _require_newer(self, pack: ProfilePack) -> None:
        held = self._database.read(pack_table.packs)
        newest = held[-1]
        if pack.serial <= newest.serial:
            raise PackOutdated(
                f"serial {pack.serial} is not above {newest.serial}, that of {newest.version}"
            )
        if pack.version in [row.version for row in held]:
            raise PackOutdated(f"version {pack.version} was given to another pack")

    def _keep(
        self, pack: ProfilePack, row: PackRow | None, start: datetime, by: str
    ) -> tuple[PackActivation, tuple[pack_difference.PackChange, ...]]:
        """Make an activation durable and recorded, then tell the book."""
        chapters = self._book.chapters()
        replaced = self._book.at(start) if chapters else pack
        changes = pack_difference.difference(replaced, pack)

        def work(tx: Transaction) -> list[PackActivation]:
            if row is not None:
                pack_table.keep(tx, row)
            made = pack_table.activate(tx, pack.version, start, self._clock.now(), by)
            told = self._told(pack_table.packs(tx), pack_table.activations(tx))
            details = {
                "version": pack.version,
                "serial": str(pack.serial),
                "digest": told[-1].digest,
                "effective_from": made.effective_from.isoformat(),
                "certificate": by,
                "replaces": replaced.version if chapters else "",
                "difference": _lines(changes),
            }
            self._record.append(tx, Act.PACK_ACTIVATED, self._own_party, details)
            return told

        activation = self._database.write(work).result()[-1]
        self._book.add(pack, start)
        return activation, changes

    def _former(self, version: str) -> ProfilePack:
        return profile_pack.parse(self._row(version).content)

    def _row(self, version: str) -> PackRow:
        violations = form.text("version", version, limits.PACK_VERSION_CHARS_MAX)
        if violations:
            raise RequestInvalid(violations)
        for row in self._database.read(pack_table.packs):
            if row.version == version:
                return row
        raise PackUnknown(f"profile pack {version} was never activated here")

    def _told(self, packs: list[PackRow], made: list[ActivationRow]) -> list[PackActivation]:
        """Return the activations with what became of each up to now."""
        by_version = {row.version: row for row in packs}
        states = _states(made, self._clock.now())
        return [
            PackActivation(
                number=each.number,
                version=each.version,
                serial=by_version[each.version].serial,
                digest=by_version[each.version].digest.hex(),
                effective_from=each.effective_from,
                activated_at=each.activated_at,
                activated_by=each.activated_by,
                state=states[each.number],
            )
            for each in made
        ]


def _states(made: list[ActivationRow], now: datetime) -> dict[int, ActivationState]:
    live: list[ActivationRow] = []
    for each in made:
        live = [row for row in live if row.effective_from < each.effective_from]
        live.append(each)
    states = {each.number: ActivationState.CANCELLED for each in made}
    for row in live:
        come = row.effective_from <= now
        states[row.number] = ActivationState.PAST if come else ActivationState.SCHEDULED
    come_last = [row.number for row in live if row.effective_from <= now][-1:]
    return states | dict.fromkeys(come_last, ActivationState.IN_FORCE)


def _require_parties(pack: ProfilePack, former: ProfilePack) -> None:
    """Refuse to forget a Party: what was exchanged with it stays protected (Art. 27(3))."""
    missing = sorted(set(former.parties) - set(pack.parties))
    if missing:
        lacking = f"parties lacks {', '.join(missing)}: a Party leaves by a withdrawal"
        raise RequestInvalid([FieldViolation("content", lacking)])


def _lines(changes: tuple[pack_difference.PackChange, ...]) -> str:
    """Return the changes, one a line, as many as an entry of the record takes."""
    lines: list[str] = []
    room = DIFFERENCE_CHARS_MAX
    for number, change in enumerate(changes):
        line = change.line()
        if len(line) >= room:
            lines.append(f"and {len(changes) - number} more, see the packs")
            break
        lines.append(line)
        room -= len(line) + 1
    return "\n".join(lines)
