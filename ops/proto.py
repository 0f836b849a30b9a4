"""Generate appliance/v1 from proto, or check that the committed files are what would come out.

Usage: ``python ops/proto.py generate`` or ``python ops/proto.py check``; the check ends with exit
status 1 and names the files that differ. Generated files carry the version of their generator and
refuse older libraries, so the lower bounds in pyproject.toml follow the generator; the check says
so when another generator is installed than the committed files came from.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
PACKAGE = Path("appliance/v1")
PATTERNS = ("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py")


def generate(output: Path) -> None:
    """Write the generated modules below ``output``; raises SystemExit when protoc refuses."""
    from grpc_tools import protoc

    sources = sorted(path.relative_to(PROTO).as_posix() for path in PROTO.rglob("*.proto"))
    status = protoc.main(
        [
            "protoc",
            f"--proto_path={PROTO}",
            f"--proto_path={resources.files('grpc_tools') / '_proto'}",
            f"--python_out={output}",
            f"--pyi_out={output}",
            f"--grpc_python_out={output}",
            *sources,
        ]
    )
    if status != 0:
        raise SystemExit(f"protoc refused the files below {PROTO.name}/")
    for path in (output / PACKAGE).glob("*_pb2_grpc.py"):
        if "class " not in path.read_text():
            # A file without a service gives a module without content; nothing would import it.
            path.unlink()


def _generated(root: Path) -> dict[str, bytes]:
    folder = root / PACKAGE
    return {path.name: path.read_bytes() for pattern in PATTERNS for path in folder.glob(pattern)}


def check() -> None:
    """Raise SystemExit with a sentence when the committed files are not the generated ones."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        fresh, committed = _generated(Path(folder)), _generated(ROOT)
    wrong = sorted(
        name for name in fresh.keys() | committed.keys() if fresh.get(name) != committed.get(name)
    )
    if wrong:
        raise SystemExit(
            f"generated code differs from proto/: {', '.join(wrong)}; "
            "run 'python ops/proto.py generate' with the newest grpcio-tools and commit the result"
        )


def main(arguments: list[str]) -> None:
    """Run one of the two commands."""
    if arguments == ["generate"]:
        for name in _generated(ROOT):
            (ROOT / PACKAGE / name).unlink()
        generate(ROOT)
    elif arguments == ["check"]:
        check()
    else:
        raise SystemExit("usage: python ops/proto.py generate|check")


if __name__ == "__main__":
    main(sys.argv[1:])
