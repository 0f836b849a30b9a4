"""One digest for all code and models that decide a score, and for nobody else's package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from appliance.domain.errors import ConfigurationInvalid
from appliance.matching import provenance


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the kernels that takes the place of the installed ones."""
    with resources.as_file(resources.files("kernels")) as installed:
        copy = tmp_path / "kernels"
        shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance.resources, "files", {"kernels": copy}.__getitem__)
    provenance.kernel_digest.cache_clear()
    yield copy
    provenance.kernel_digest.cache_clear()


def digest() -> str:
    provenance.kernel_digest.cache_clear()
    return provenance.kernel_digest()


def test_the_same_files_elsewhere_have_the_digest_of_the_installed_ones(
    kernels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = digest()
    monkeypatch.undo()
    assert digest() == copied
    assert len(bytes.fromhex(copied)) == 32


@pytest.mark.parametrize(
    "name",
    ["finger/fusion.py", "finger/stage1.cu", "dna/search.cu", "block_scan.cuh", "limits.py"],
)
def test_one_byte_more_in_any_kernel_changes_the_digest(kernels: Path, name: str) -> None:
    before = digest()
    with (kernels / name).open("ab") as file:
        file.write(b"\n")
    assert digest() != before


def test_a_changed_model_changes_the_digest(kernels: Path) -> None:
    before = digest()
    models = [path for path in (kernels / "finger" / "model").iterdir() if path.suffix == ".npz"]
    assert models
    models[0].write_bytes(models[0].read_bytes() + b"\0")
    assert digest() != before


def test_a_kernel_under_another_name_or_a_new_one_changes_the_digest(kernels: Path) -> None:
    digests = [digest()]
    (kernels / "finger" / "fusion.py").rename(kernels / "finger" / "fusing.py")
    digests.append(digest())
    (kernels / "extra.py").write_text("")
    digests.append(digest())
    assert len(set(digests)) == 3


def test_what_decides_nothing_does_not_change_the_digest(kernels: Path) -> None:
    before = digest()
    (kernels / "__pycache__").mkdir()
    (kernels / "__pycache__" / "limits.cpython-311.pyc").write_bytes(b"compiled")
    (kernels / "NOTES.txt").write_text("a note")
    assert digest() == before


def test_somebody_elses_package_of_the_name_is_refused(kernels: Path) -> None:
    (kernels / "finger" / "layout.py").unlink()
    with pytest.raises(ConfigurationInvalid, match="not the appliance's own"):
        digest()
