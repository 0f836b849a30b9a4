from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain.errors import ConfigurationInvalid, RecordUnavailable, StorageCorrupt
from appliance.keys.master_key import MasterKey
from appliance.store import limits, segment_layout
from appliance.store.segment_layout import BlockPlace
from appliance.store.segments import SegmentGone, SegmentStore
from tests.store.never_fatal import never_fatal
from tests.store.simulated_disk import SimulatedDisk, SimulatedFileSystem

MASTER = MasterKey(b"\x03" * 32)
STORE = b"store of one RS."


def _store(folder: Path, store_id: bytes = STORE, master: MasterKey = MASTER) -> SegmentStore:
    return SegmentStore(folder / "segments", master, store_id, on_fatal=never_fatal)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SegmentStore]:
    made = _store(tmp_path)
    yield made
    made.close()


def _file(folder: Path, segment: int) -> Path:
    return folder / "segments" / f"{segment:08x}.seg"


def _ends(places: list[BlockPlace]) -> dict[int, int]:
    ends: dict[int, int] = {}
    for place in places:
        ends[place.segment] = max(ends.get(place.segment, 0), place.start + place.size_bytes)
    return ends


def test_blocks_come_back_in_any_order(store: SegmentStore) -> None:
    rng = random.Random(4)
    contents = [rng.randbytes(rng.randrange(1, 3000)) for _ in range(40)]
    places = store.append(contents[:25]) + store.append(contents[25:])
    order = rng.sample(range(40), 40)
    assert store.read([places[n] for n in order]) == [contents[n] for n in order]


def test_nothing_readable_of_a_block_or_its_key_lies_in_the_file(
    store: SegmentStore, tmp_path: Path
) -> None:
    (place,) = store.append([b"reference data " * 10])
    content = _file(tmp_path, place.segment).read_bytes()
    assert b"reference data" not in content
    assert _file(tmp_path, place.segment).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "segments").stat().st_mode & 0o777 == 0o700


def test_every_changed_byte_of_a_segment_is_noticed_and_never_gives_other_data(
    store: SegmentStore, tmp_path: Path
) -> None:
    contents = [b"one", b"and another block", b"x" * 100]
    places = store.append(contents)
    store.close()
    path = _file(tmp_path, 1)
    sound = path.read_bytes()
    for offset in range(len(sound)):
        for bit in (0x01, 0x80):
            damaged = bytearray(sound)
            damaged[offset] ^= bit
            path.write_bytes(damaged)
            reader = _store(tmp_path)
            with pytest.raises(StorageCorrupt, match="is damaged"):
                reader.read(places)
            reader.close()
    path.write_bytes(sound)
    assert _store(tmp_path).read(places) == contents


def test_every_cut_of_a_segment_is_noticed_on_start_and_on_read(
    store: SegmentStore, tmp_path: Path
) -> None:
    places = store.append([b"one", b"two"])
    store.close()
    path = _file(tmp_path, 1)
    sound = path.read_bytes()
    for size in range(len(sound)):
        path.write_bytes(sound[:size])
        reader = _store(tmp_path)
        with pytest.raises(StorageCorrupt):
            reader.clean(_ends(places))
        with pytest.raises(StorageCorrupt):
            reader.read(places)
        reader.close()


def test_a_block_cannot_stand_in_for_another(store: SegmentStore, tmp_path: Path) -> None:
    first, second = store.append([b"same length 1", b"same length 2"])
    swapped = BlockPlace(1, first.number, second.start, second.size_bytes, second.checksum)
    with pytest.raises(StorageCorrupt):
        store.read([swapped])
    store.seal()
    (third,) = store.append([b"same length 3"])
    shutil.copy(_file(tmp_path, third.segment), _file(tmp_path, 1))
    store.close()
    moved = BlockPlace(1, third.number, third.start, third.size_bytes, third.checksum)
    with pytest.raises(StorageCorrupt, match="header of segment 2"):
        _store(tmp_path).read([moved])


@pytest.mark.parametrize(("store_id", "secret"), [(b"store of two RS.", b"\x03"), (STORE, b"\x04")])
def test_segments_of_another_store_or_master_key_are_refused(
    store: SegmentStore, tmp_path: Path, store_id: bytes, secret: bytes
) -> None:
    places = store.append([b"block"])
    store.close()
    with pytest.raises(StorageCorrupt):
        _store(tmp_path, store_id, MasterKey(secret * 32)).read(places)


def test_bytes_that_the_catalogue_does_not_name_are_removed_on_start(
    store: SegmentStore, tmp_path: Path
) -> None:
    named = store.append([b"named"])
    store.append([b"never named"])
    store.seal()
    store.append([b"nor this segment"])
    store.close()
    again = _store(tmp_path)
    again.clean(_ends(named))
    assert [path.name for path in (tmp_path / "segments").iterdir()] == ["00000001.seg"]
    assert _file(tmp_path, 1).stat().st_size == _ends(named)[1]
    assert again.read(named) == [b"named"]


def test_a_process_never_appends_to_a_segment_of_an_earlier_one(
    store: SegmentStore, tmp_path: Path
) -> None:
    (first,) = store.append([b"first"])
    before = _file(tmp_path, 1).read_bytes()
    store.close()
    again = _store(tmp_path)
    again.clean(_ends([first]))
    (second,) = again.append([b"second"])
    assert (first.segment, second.segment) == (1, 2)
    assert _file(tmp_path, 1).read_bytes() == before
    assert again.read([second, first]) == [b"second", b"first"]


def test_a_segment_that_has_grown_long_is_followed_by_another(
    store: SegmentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEGMENT_BYTES_MAX", 1000)
    segments = [store.append([b"x" * 400])[0].segment for _ in range(6)]
    assert segments == [1, 1, 1, 2, 2, 2]


def test_a_destroyed_segment_cannot_be_read_even_from_a_copy_taken_after(
    store: SegmentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place,) = store.append([b"block"])
    store.seal()
    copy = tmp_path / "copy.seg"
    real_unlink = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        # The last moment of the file: what an undelete would find.
        shutil.copy(path, copy)
        real_unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    header = _file(tmp_path, 1).read_bytes()[: segment_layout.HEADER_BYTES]
    store.destroy(1)
    monkeypatch.undo()
    with pytest.raises(SegmentGone):
        store.read([place])
    left = copy.read_bytes()
    assert segment_layout.wrapped_key(header, STORE, 1) not in left
    assert left[: segment_layout.HEADER_BYTES] == bytes(segment_layout.HEADER_BYTES)
    shutil.copy(copy, _file(tmp_path, 1))
    with pytest.raises(StorageCorrupt):
        store.read([place])


def test_a_full_disk_refuses_the_blocks_and_the_next_go_to_a_new_segment(tmp_path: Path) -> None:
    disk = SimulatedDisk()
    store = SegmentStore(
        tmp_path / "segments",
        MASTER,
        STORE,
        on_fatal=never_fatal,
        filesystem=SimulatedFileSystem(disk),
    )
    (first,) = store.append([b"first"])
    disk.full = True
    for _ in range(2):
        with pytest.raises(RecordUnavailable):
            store.append([b"second"])
    disk.full = False
    (third,) = store.append([b"third"])
    assert third.segment > first.segment
    assert store.read([first, third]) == [b"first", b"third"]


def test_a_failed_sync_refuses_the_blocks_and_stops_the_service(tmp_path: Path) -> None:
    disk = SimulatedDisk()
    fatal: list[BaseException] = []
    store = SegmentStore(
        tmp_path / "segments",
        MASTER,
        STORE,
        on_fatal=fatal.append,
        filesystem=SimulatedFileSystem(disk),
    )
    store.append([b"first"])
    disk.sync_fails = True
    asked = disk.syncs_asked
    with pytest.raises(RecordUnavailable):
        store.append([b"second"])
    assert len(fatal) == 1
    assert disk.syncs_asked == asked + 1


def test_a_folder_in_use_is_refused_until_it_is_given_back(
    store: SegmentStore, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationInvalid, match="another process"):
        _store(tmp_path)
    store.close()
    _store(tmp_path).close()
