from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from appliance.domain.errors import RecordUnavailable, StorageCorrupt
from appliance.keys.master_key import MasterKey
from appliance.keys.ports import KeyFile
from appliance.keys.probe_vault import SLOT_BYTES, KeyDestroyed, ProbeVault
from appliance.store.filesystem import RealFileSystem
from tests.store.simulated_disk import SimulatedDisk, SimulatedFileSystem

MASTER = MasterKey(b"\x05" * 32)


def _vault(tmp_path: Path) -> ProbeVault:
    return ProbeVault(tmp_path / "probe.keys", MASTER, RealFileSystem())


def _slot(tmp_path: Path, slot: int) -> bytes:
    content = (tmp_path / "probe.keys").read_bytes()
    return content[(slot + 1) * SLOT_BYTES : (slot + 2) * SLOT_BYTES]


def test_a_probe_opens_again_after_a_restart(tmp_path: Path) -> None:
    sealed = [_vault(tmp_path).seal(f"probe {n}".encode(), b"RS/1") for n in range(3)]
    again = _vault(tmp_path)
    opened = [again.open(slot, ciphertext, b"RS/1") for slot, ciphertext in sealed]
    assert opened == [b"probe 0", b"probe 1", b"probe 2"]
    assert [slot for slot, _ in sealed] == [0, 1, 2]


@pytest.mark.requirement("A13.3")
def test_a_destroyed_key_is_overwritten_in_the_file_and_opens_nothing(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    slot, ciphertext = vault.seal(b"probe", b"RS/1")
    other, _ = vault.seal(b"other", b"RS/1")
    key_bytes = _slot(tmp_path, slot).rstrip(b"\0")
    length = (tmp_path / "probe.keys").stat().st_size
    assert len(key_bytes) > 60
    vault.destroy(slot)
    vault.destroy(slot)
    assert bytes(SLOT_BYTES) == _slot(tmp_path, slot)
    assert key_bytes not in (tmp_path / "probe.keys").read_bytes()
    assert length == (tmp_path / "probe.keys").stat().st_size
    assert any(_slot(tmp_path, other))
    for reader in (vault, _vault(tmp_path)):
        with pytest.raises(KeyDestroyed):
            reader.open(slot, ciphertext, b"RS/1")


def test_a_slot_given_to_another_probe_does_not_open_the_first(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    slot, ciphertext = vault.seal(b"first", b"RS/1")
    vault.destroy(slot)
    assert slot == vault.seal(b"second", b"RS/2")[0]
    with pytest.raises(KeyDestroyed):
        vault.open(slot, ciphertext, b"RS/1")
    with pytest.raises(KeyDestroyed):
        vault.open(99, ciphertext, b"RS/1")


def test_on_start_every_key_but_those_of_queued_requests_is_destroyed(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    sealed = [vault.seal(b"probe", b"") for _ in range(5)]
    again = _vault(tmp_path)
    again.destroy_all_but({1, 3})
    assert [any(_slot(tmp_path, n)) for n in range(5)] == [False, True, False, True, False]
    assert again.open(*sealed[3], b"") == b"probe"


def test_every_changed_byte_of_a_slot_or_ciphertext_is_noticed(tmp_path: Path) -> None:
    slot, ciphertext = _vault(tmp_path).seal(b"probe", b"RS/1")
    path = tmp_path / "probe.keys"
    sound = path.read_bytes()
    used = len(sound.rstrip(b"\0"))
    for offset in [*range(8), *range(SLOT_BYTES, used)]:
        damaged = bytearray(sound)
        damaged[offset] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(StorageCorrupt):
            _vault(tmp_path).open(slot, ciphertext, b"RS/1")
    path.write_bytes(sound)
    for offset in range(len(ciphertext)):
        damaged = bytearray(ciphertext)
        damaged[offset] ^= 1
        with pytest.raises(StorageCorrupt):
            _vault(tmp_path).open(slot, bytes(damaged), b"RS/1")


def test_a_failed_sync_is_told_and_never_tried_again(tmp_path: Path) -> None:
    disk = SimulatedDisk()
    fatal: list[BaseException] = []
    files = SimulatedFileSystem(disk)
    vault = ProbeVault(tmp_path / "probe.keys", MASTER, files, on_fatal=fatal.append)
    slot, ciphertext = vault.seal(b"probe", b"")
    asked = disk.syncs_asked
    disk.sync_fails = True
    with pytest.raises(RecordUnavailable):
        vault.destroy(slot)
    disk.sync_fails = False
    for attempt in (
        lambda: vault.destroy(slot),
        lambda: vault.seal(b"next", b""),
        lambda: vault.open(slot, ciphertext, b""),
    ):
        with pytest.raises(RecordUnavailable):
            attempt()
    assert disk.syncs_asked == asked + 1
    assert len(fatal) == 1


def test_a_full_disk_refuses_probes_until_there_is_room(tmp_path: Path) -> None:
    disk = SimulatedDisk()
    fatal: list[BaseException] = []
    files = SimulatedFileSystem(disk)
    vault = ProbeVault(tmp_path / "probe.keys", MASTER, files, on_fatal=fatal.append)
    first = vault.seal(b"first", b"")
    disk.full = True
    for _ in range(3):
        with pytest.raises(RecordUnavailable):
            vault.seal(b"refused", b"")
    assert vault.open(*first, b"") == b"first"
    disk.full = False
    second = vault.seal(b"second", b"")
    assert second[0] == 1
    again = _vault(tmp_path)
    assert [again.open(*each, b"") for each in (first, second)] == [b"first", b"second"]
    assert fatal == []


def test_a_key_that_could_not_be_erased_goes_before_the_next_is_written(tmp_path: Path) -> None:
    disk = SimulatedDisk()
    vault = ProbeVault(tmp_path / "probe.keys", MASTER, SimulatedFileSystem(disk))
    old, _ = vault.seal(b"old", b"")
    disk.full = True
    with pytest.raises(RecordUnavailable):
        vault.destroy(old)
    with pytest.raises(RecordUnavailable):
        vault.seal(b"refused", b"")
    disk.full = False
    old_key = _slot(tmp_path, old)
    assert any(old_key)
    slot, ciphertext = vault.seal(b"new", b"")
    assert old_key.rstrip(b"\0") not in (tmp_path / "probe.keys").read_bytes()
    assert _vault(tmp_path).open(slot, ciphertext, b"") == b"new"


@pytest.mark.parametrize("seed", range(60))
def test_after_a_power_loss_sealed_probes_open_and_destroyed_ones_do_not(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    disk = SimulatedDisk()
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    vault = ProbeVault(tmp_path / "before" / "probe.keys", MASTER, SimulatedFileSystem(disk))
    disk.lose_power_after(rng.randrange(1, 60))
    live: dict[int, bytes] = {}
    destroyed: list[tuple[int, bytes]] = []
    under_way: int | None = None
    with contextlib.suppress(RecordUnavailable):
        while True:
            if live and rng.random() < 0.4:
                under_way = rng.choice(sorted(live))
                vault.destroy(under_way)
                destroyed.append((under_way, live.pop(under_way)))
            else:
                under_way = None
                slot, ciphertext = vault.seal(b"probe", b"")
                live[slot] = ciphertext
    disk.after_power_loss(tmp_path / "before", tmp_path / "after", rng)
    again = _vault(tmp_path / "after")
    for slot, ciphertext in live.items():
        if slot != under_way:
            assert again.open(slot, ciphertext, b"") == b"probe"
    for slot, ciphertext in destroyed:
        with pytest.raises(KeyDestroyed):
            again.open(slot, ciphertext, b"")


def test_a_file_that_is_no_vault_is_refused(tmp_path: Path) -> None:
    (tmp_path / "probe.keys").write_bytes(b"x" * 400)
    with pytest.raises(StorageCorrupt):
        _vault(tmp_path)


def _port(file: KeyFile) -> KeyFile:
    return file


def test_the_real_file_serves_as_a_key_file(tmp_path: Path) -> None:
    file = _port(RealFileSystem().open(tmp_path / "file", create=True))
    file.write_at(3, b"abc")
    assert (file.read_at(0, 100), file.size()) == (b"\0\0\0abc", 6)
