from __future__ import annotations

from pathlib import Path

import pytest

from appliance.domain.errors import ConfigurationInvalid, InvariantBroken, StorageCorrupt
from appliance.keys import head_signer, key_file
from appliance.keys.data_key import DataKey
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey


def test_a_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    MasterKey.create(tmp_path / "master.key")
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    MasterKey.create(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationInvalid, match="0600"):
        MasterKey.load(path)


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    MasterKey.create(path)
    before = path.read_bytes()
    with pytest.raises(ConfigurationInvalid, match="exists"):
        MasterKey.create(path)
    assert before == path.read_bytes()


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"master\.key"):
        MasterKey.load(tmp_path / "master.key")


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    HeadSigner.create(tmp_path / "head.key")
    with pytest.raises(ConfigurationInvalid, match="kind 'head'"):
        MasterKey.load(tmp_path / "head.key")


def test_every_changed_byte_of_a_key_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    MasterKey.create(path)
    sound = path.read_bytes()
    for offset in range(len(sound)):
        damaged = bytearray(sound)
        damaged[offset] ^= 0x40
        path.write_bytes(damaged)
        with pytest.raises(StorageCorrupt):
            MasterKey.load(path)
    for cut in (sound[:-1], sound + b"\0", b""):
        path.write_bytes(cut)
        with pytest.raises(StorageCorrupt):
            key_file.read(path, "master")


def test_what_is_wrapped_or_sealed_comes_back_after_a_restart(tmp_path: Path) -> None:
    created = MasterKey.create(tmp_path / "master.key")
    loaded = MasterKey.load(tmp_path / "master.key")
    assert loaded.unwrap(created.wrap(b"k" * 32, b"segment 1"), b"segment 1") == b"k" * 32
    assert loaded.unseal(created.seal(b"answer", b"RS/1"), b"RS/1") == b"answer"


def test_an_envelope_opens_only_in_its_context_for_its_purpose_and_unchanged() -> None:
    master = MasterKey(b"\x01" * 32)
    sealed = master.seal(b"answer", b"RS/1")
    with pytest.raises(StorageCorrupt):
        master.unseal(sealed, b"RS/2")
    with pytest.raises(StorageCorrupt):
        master.unwrap(sealed, b"RS/1")
    with pytest.raises(StorageCorrupt):
        MasterKey(b"\x02" * 32).unseal(sealed, b"RS/1")
    for offset in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[offset] ^= 1
        with pytest.raises(StorageCorrupt):
            master.unseal(bytes(damaged), b"RS/1")
    with pytest.raises(StorageCorrupt):
        master.unseal(sealed[:20], b"RS/1")


def test_a_data_key_never_uses_a_nonce_twice() -> None:
    key = DataKey.create()
    key.seal(0, b"first", b"")
    key.seal(4, b"second", b"")
    for number in (0, 3, 4):
        with pytest.raises(InvariantBroken):
            key.seal(number, b"again", b"")


def test_a_data_key_that_was_read_back_only_opens() -> None:
    made = DataKey.create()
    sealed = made.seal(7, b"block", b"segment 1")
    reread = DataKey(made.key)
    assert reread.open(7, sealed, b"segment 1") == b"block"
    with pytest.raises(InvariantBroken):
        reread.seal(8, b"block", b"segment 1")
    for number, context in ((6, b"segment 1"), (7, b"segment 2")):
        with pytest.raises(StorageCorrupt):
            reread.open(number, sealed, context)


def test_a_signed_head_is_checked_with_the_public_key_alone(tmp_path: Path) -> None:
    signer = HeadSigner.create(tmp_path / "head.key")
    signature = HeadSigner.load(tmp_path / "head.key").sign(b"head 7")
    head_signer.verify(signer.public_bytes, signature, b"head 7")
    other = HeadSigner.create(tmp_path / "other.key")
    for public, data in ((signer.public_bytes, b"head 8"), (other.public_bytes, b"head 7")):
        with pytest.raises(StorageCorrupt):
            head_signer.verify(public, signature, data)
    with pytest.raises(StorageCorrupt):
        head_signer.verify(b"short", signature, b"head 7")
