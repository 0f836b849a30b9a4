"""What the wheel holds: everything an installation reads, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kernels import binaries
from kernels.compile import ARCHITECTURES, sources
from tests.ops.files import REPOSITORY

PACKAGES = ("appliance", "kernels")
READ_AT_RUN_TIME = {".py", ".cu", ".cuh", ".h", ".cpp", ".npz", ".npy", ".json", ".toml", ".sql"}


def _build(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this tree, built without a network."""
    return _build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The names of the wheel's files."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_that_is_read_at_run_time_is_in_the_wheel(names: set[str]) -> None:
    wanted = {
        str(path.relative_to(REPOSITORY))
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*")
        if path.suffix in READ_AT_RUN_TIME and "__pycache__" not in path.parts
    }
    assert "kernels/finger/layout.py" in wanted
    assert wanted - names == set()


def test_the_generated_contract_the_settings_and_the_models_are_there(names: set[str]) -> None:
    assert any(name.endswith("_pb2.py") for name in names)
    assert any(name.endswith("_pb2_grpc.py") for name in names)
    assert "appliance/config/reference.toml" in names
    assert any(name.startswith("kernels/") and name.endswith(".npz") for name in names)
    assert any(name.startswith("appliance/store/") and name.endswith(".sql") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_machine_code_of_these_very_sources_is_there_for_every_device(
    wheel: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    for source in sources():
        for architecture in ARCHITECTURES:
            code = binaries.read(tmp_path / "kernels" / "cubins", source, architecture)
            assert code is not None, (source.name, architecture)
            assert (code.source, code.architecture) == (source, architecture)


def test_tests_and_tools_are_not_installed(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_same_tree_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert _build(tmp_path).read_bytes() == wheel.read_bytes()
