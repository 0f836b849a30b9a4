"""Notices reach their address, signed, at least once, and none is forgotten."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.domain.codes import Category
from appliance.domain.errors import InvariantBroken, StorageCorrupt
from appliance.domain.notice import NoticeKind
from appliance.exchange import notice_letter
from appliance.exchange.courier import GIVE_UP_AFTER_D, RETRY_FIRST_S, Courier
from appliance.exchange.notice_transports import Transports, fault_of
from appliance.exchange.notices import FACT_CHARS_MAX, KEPT_D, NoticeBoard
from appliance.keys.head_signer import HeadSigner
from appliance.store.database import Database
from tests.fixed_clock import FixedClock
from tests.pki import Authority
from tests.store.never_fatal import never_fatal

SIGNER = HeadSigner(bytes(range(32)))


class Post:
    """A board, its courier and the addresses of the test."""

    def __init__(self, folder: Path, *addresses: str) -> None:
        self.folder = folder
        self.clock = FixedClock()
        self.database = Database(folder / "appliance.db", on_fatal=never_fatal)
        self.board = NoticeBoard(self.database, lambda _party, _category: addresses, self.clock)
        self.authorities: Path | None = None

    def post(self, **facts: str) -> int:
        """Post one notice of a correction to MK."""
        return self.database.write(
            lambda tx: self.board.post(
                tx, NoticeKind.DATA_CORRECTED, "MK", Category.DACTYLOSCOPIC, facts
            )
        ).result()

    def courier(self) -> Courier:
        """Return a courier that was not started."""
        transports = Transports(self.folder / "notices", self.authorities)
        return Courier(self.board, transports, SIGNER, "RS", self.clock)

    def dropped(self, name: str) -> list[dict[str, object]]:
        """Return the letters in a folder, checked, in the order of their names."""
        return [
            notice_letter.verify(path.read_bytes(), SIGNER.public_bytes)
            for path in sorted((self.folder / "notices" / name).glob("*.json"))
        ]


@contextmanager
def webhook(folder: Path, answers: list[int]) -> Iterator[tuple[str, Path, list[bytes]]]:
    """Serve https on this machine: give each POST the next status, keep what was sent."""
    authority, received = Authority(), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(answers.pop(0))
            self.send_header("Location", "https://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    pair = authority.server()
    (folder / "ca.pem").write_bytes(authority.certificate)
    (folder / "pair.pem").write_bytes(pair.certificate + pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pair.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/hook", folder / "ca.pem", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    made = Post(tmp_path, "mk", "authority")
    yield made
    made.database.close()


@pytest.mark.requirement("A15.1")
def test_a_letter_lies_signed_in_the_folder_of_each_address(post: Post) -> None:
    assert post.post(reference_number="TP-1") == 2
    post.courier().round()
    for name in ("mk", "authority"):
        (letter,) = post.dropped(name)
        assert (letter["from"], letter["to"], letter["kind"]) == ("RS", "MK", "data_corrected")
        assert letter["facts"] == {"reference_number": "TP-1"}
    assert post.board.pending() == 0


def test_a_changed_letter_is_no_longer_signed(post: Post) -> None:
    post.post(reference_number="TP-1")
    post.courier().round()
    (path,) = (post.folder / "notices" / "mk").glob("*.json")
    with pytest.raises(StorageCorrupt):
        notice_letter.verify(path.read_bytes().replace(b"TP-1", b"TP-2"), SIGNER.public_bytes)


def test_a_notice_exists_only_with_the_act_it_tells_of(post: Post) -> None:
    def act(tx: object) -> None:
        post.board.post(tx, NoticeKind.DATA_DELETED, "MK", Category.DNA, {})  # type: ignore[arg-type]
        raise InvariantBroken("the act failed")

    with pytest.raises(InvariantBroken):
        post.database.write(act).result()
    assert post.board.pending() == 0


def test_a_failed_delivery_is_tried_again_later_and_later(tmp_path: Path) -> None:
    post = Post(tmp_path, "mk")
    (tmp_path / "notices").write_bytes(b"a file stands where the folder belongs")
    post.post()
    courier = post.courier()
    waits = []
    for _ in range(3):
        assert courier.round() == 1
        assert courier.round() == 0
        begun = post.clock.now()
        while not post.board.due(post.clock.now(), 1):
            post.clock.advance(seconds=1)
        waits.append((post.clock.now() - begun).total_seconds())
    assert waits == [RETRY_FIRST_S, 2 * RETRY_FIRST_S, 4 * RETRY_FIRST_S]
    (tmp_path / "notices").unlink()
    courier.round()
    assert len(post.dropped("mk")) == 1
    assert [notice.attempts for notice in post.board.page(0, 10)] == [4]
    post.database.close()


def test_an_address_that_never_answers_is_given_up_and_stays_listed(tmp_path: Path) -> None:
    post = Post(tmp_path, "../outside")
    post.post()
    courier = post.courier()
    courier.round()
    post.clock.advance(days=GIVE_UP_AFTER_D)
    courier.round()
    (notice,) = post.board.page(0, 10)
    assert notice.given_up_at is not None
    assert notice.last_error == "the address is neither an https URL nor the plain name of a folder"
    post.clock.advance(days=KEPT_D, seconds=1)
    assert post.board.sweep() == 1
    post.database.close()


def test_what_waits_survives_a_restart(tmp_path: Path) -> None:
    first = Post(tmp_path, "mk")
    first.post(reference_number="TP-9")
    first.database.close()
    again = Post(tmp_path, "mk")
    again.courier().round()
    assert [letter["facts"] for letter in again.dropped("mk")] == [{"reference_number": "TP-9"}]
    again.database.close()


def test_a_webhook_receives_the_letter_after_it_refused_and_redirected(tmp_path: Path) -> None:
    with webhook(tmp_path, [503, 302, 204]) as (url, authorities, received):
        post = Post(tmp_path, url)
        post.authorities = authorities
        post.post(reference_number="TP-1")
        courier = post.courier()
        for _ in range(3):
            courier.round()
            post.clock.advance(hours=1)
    assert len(received) == 3
    letter = notice_letter.verify(received[2], SIGNER.public_bytes)
    assert letter["facts"] == {"reference_number": "TP-1"}
    assert post.board.pending() == 0
    post.database.close()


def test_a_webhook_of_an_unknown_authority_receives_nothing(tmp_path: Path) -> None:
    with webhook(tmp_path, [204]) as (url, _, received):
        post = Post(tmp_path, url)
        post.post()
        post.courier().round()
    assert received == []
    (notice,) = post.board.page(0, 10)
    assert "CERTIFICATE_VERIFY_FAILED" in notice.last_error
    post.database.close()


def test_a_started_courier_delivers_when_it_is_poked(post: Post) -> None:
    courier = post.courier()
    courier.start()
    post.post()
    courier.poke()
    delivered = threading.Event()
    while post.board.pending():
        assert not delivered.wait(0.01)
    courier.close()
    assert len(post.dropped("mk")) == 1


def test_a_notice_is_bounded(post: Post) -> None:
    with pytest.raises(InvariantBroken):
        post.post(fact="x" * (FACT_CHARS_MAX + 1))
    assert post.board.pending() == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://in.the.clear/",
        "",
        ".hidden",
        "a/b",
        "ftp://x/",
        "https://" + "x" * 512,
    ],
)
def test_an_address_that_cannot_be_used_is_named(address: str) -> None:
    assert fault_of(address)


def test_settled_notices_are_kept_for_their_time(post: Post) -> None:
    post.post()
    post.courier().round()
    post.clock.time += timedelta(days=KEPT_D)
    assert post.board.sweep() == 0
    assert len(post.board.page(0, 10)) == 2
