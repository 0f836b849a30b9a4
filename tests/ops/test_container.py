"""The container file, read line by line: there may be no engine here to build it."""

from __future__ import annotations

from tests.ops.files import REPOSITORY

TEXT = (REPOSITORY / "Dockerfile.gpu").read_text()
STAGES = TEXT.split("\nFROM ")[1:]


def test_the_image_is_built_in_one_stage_and_runs_in_another() -> None:
    build, runtime = STAGES
    assert "pip install" in build
    assert "COPY --from=build" in runtime


def test_the_final_stage_holds_no_compiler_and_installs_no_package_of_python() -> None:
    for tool in ("gcc", "g++", "build-essential", "nvcc", "-devel", "pip install"):
        assert tool not in STAGES[-1], tool
    assert "pip uninstall" in STAGES[0]


def test_the_service_is_not_root_and_stops_when_told() -> None:
    lines = STAGES[-1].splitlines()
    assert "USER 10001:10001" in lines
    assert "STOPSIGNAL SIGTERM" in lines
    assert lines.index("USER 10001:10001") < lines.index('ENTRYPOINT ["appliance"]')


def test_the_engine_asks_the_appliance_itself_how_it_is() -> None:
    assert 'CMD ["appliance", "health"]' in STAGES[-1]


def test_only_what_the_image_needs_reaches_the_engine() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    copied = {
        word
        for line in STAGES[0].splitlines()
        if line.startswith("COPY ")
        for word in line.split()[1:-1]
    }
    assert copied == {line[1:] for line in ignored if line.startswith("!")}
