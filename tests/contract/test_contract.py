"""The contract keeps its own rules, and the code knows all of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.api import errors, permissions
from appliance.api.errors_document import as_markdown
from appliance.api.fields import BUCKET_NUMBERS, COLLECTION_NUMBERS, SEARCH_TYPE_NUMBERS
from appliance.api.server import SERVICES
from appliance.client import rpcs, supervision_rpcs
from appliance.domain.codes import Bucket, Collection, SearchType
from appliance.v1 import (
    admin_pb2,
    audit_pb2,
    authority_pb2,
    capacity_pb2,
    dactyloscopic_pb2,
    data_duties_pb2,
    dna_pb2,
    mass_comparison_pb2,
    note_pb2,
    outages_pb2,
    random_check_pb2,
    reference_data_pb2,
    register_pb2,
    requests_pb2,
    statistics_pb2,
    supervision_pb2,
    verification_pb2,
)

ROOT = Path(__file__).resolve().parents[2]
PROTOS = sorted((ROOT / "proto").rglob("*.proto"))
FILES = (
    admin_pb2,
    audit_pb2,
    authority_pb2,
    capacity_pb2,
    dactyloscopic_pb2,
    data_duties_pb2,
    dna_pb2,
    mass_comparison_pb2,
    note_pb2,
    reference_data_pb2,
    statistics_pb2,
    verification_pb2,
    outages_pb2,
    random_check_pb2,
    register_pb2,
    requests_pb2,
    supervision_pb2,
)

_RPC = re.compile(r"((?:^  //.*\n)+)^  rpc (\w+)\(", re.MULTILINE)
_FIELD = re.compile(
    r"((?:^ {2,4}//.*\n)+)^( {2,4})(?:repeated |optional )?[\w.]+ (\w+) = \d+;", re.MULTILINE
)
_REASONS = re.compile(r"([A-Z_]+)\s+\(([^)]*)\)")


def _services() -> list[Any]:
    return [service for file in FILES for service in file.DESCRIPTOR.services_by_name.values()]


def _methods() -> dict[str, Any]:
    return {
        f"/{service.full_name}/{method.name}": method
        for service in _services()
        for method in service.methods
    }


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)


def _checked(folder: Path) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "ops/proto.py", "check"], folder)


def _said(comment: str) -> str:
    return " ".join(line.strip().removeprefix("//").strip() for line in comment.splitlines())


@pytest.mark.parametrize("path", PROTOS, ids=lambda path: path.name)
def test_every_field_says_whether_it_is_required_optional_or_output_only(path: Path) -> None:
    for comment, indent, name in _FIELD.findall(path.read_text()):
        words = ("Required. ", "Optional. ", "Output only. ")
        within_oneof = len(indent) == 4
        assert within_oneof or _said(comment).startswith(words), f"{path.name}: {name}"


def test_every_field_is_seen_by_the_comment_check() -> None:
    fields = sum(len(_FIELD.findall(path.read_text())) for path in PROTOS)
    numbered = sum(
        len(re.findall(r"^ +[\w. ]+ [a-z]\w* = \d+;", path.read_text(), re.MULTILINE))
        for path in PROTOS
    )

    assert numbered == fields


def test_every_rpc_lists_its_codes_with_reasons_of_the_error_table() -> None:
    codes_of: dict[str, set[str]] = {}
    for kind, form in errors.TABLE.items():
        codes_of.setdefault(kind.reason, set()).add(form.code.name)
    of_every_call = {
        *("INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "FAILED_PRECONDITION"),
        *("RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "INTERNAL"),
    }
    seen = 0
    for path in PROTOS:
        for comment, name in _RPC.findall(path.read_text()):
            seen += 1
            codes = _said(comment).partition("Codes: OK;")[2]
            listed = dict(_REASONS.findall(codes))
            assert of_every_call <= listed.keys(), name
            for code, reasons in listed.items():
                for reason in re.findall(r"[A-Z]+(?:_[A-Z]+)+|INTERNAL", reasons):
                    assert code in codes_of[reason], f"{path.name}: {name}: {reason}"

    assert len(_methods()) == seen


def test_no_message_uses_a_map() -> None:
    assert not [path.name for path in PROTOS if re.search(r"\bmap<", path.read_text())]


def test_every_method_has_roles_and_no_other_method_has() -> None:
    assert permissions.ROLES.keys() == _methods().keys()
    assert all(permissions.ROLES.values())


def test_the_health_service_knows_every_service() -> None:
    assert {service.name for service in _services()} == set(SERVICES)


def test_the_client_calls_every_method_with_its_types() -> None:
    table = {
        value.path: value
        for module in (rpcs, supervision_rpcs)
        for value in vars(module).values()
        if isinstance(value, rpcs.Rpc)
    }

    assert _methods().keys() == table.keys()
    for path, method in _methods().items():
        assert method.input_type is table[path].request.DESCRIPTOR
        assert method.output_type is table[path].response.DESCRIPTOR


def test_the_code_lists_of_contract_and_domain_are_the_same() -> None:
    assert set(SearchType) == SEARCH_TYPE_NUMBERS.keys()
    assert set(Collection) == COLLECTION_NUMBERS.keys()
    assert set(Bucket) == BUCKET_NUMBERS.keys()


def test_the_document_of_reasons_is_the_error_table() -> None:
    assert as_markdown() == (ROOT / "ops" / "ERRORS.md").read_text()


def test_the_generated_modules_are_what_the_protos_give() -> None:
    pytest.importorskip("grpc_tools")
    done = _checked(ROOT)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_changed_generated_module_is_noticed(tmp_path: Path) -> None:
    pytest.importorskip("grpc_tools")
    for name in ("proto", "ops", "appliance"):
        (tmp_path / name).mkdir()
    shutil.copytree(ROOT / "proto", tmp_path / "proto", dirs_exist_ok=True)
    shutil.copytree(ROOT / "appliance" / "v1", tmp_path / "appliance" / "v1")
    shutil.copy(ROOT / "ops" / "proto.py", tmp_path / "ops")
    (tmp_path / "appliance" / "v1" / "dna_pb2.py").write_text("changed")
    done = _checked(tmp_path)

    assert done.returncode == 1
    assert "differs from proto/: dna_pb2.py;" in done.stderr


def test_buf_finds_nothing_to_complain_of() -> None:
    buf = shutil.which("buf") or shutil.which("buf", path=str(Path(sys.executable).parent))
    if buf is None:
        pytest.skip("buf is not installed")
    for command in (["lint"], ["format", "--diff", "--exit-code", "proto"]):
        done = _run([buf, *command], ROOT)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
