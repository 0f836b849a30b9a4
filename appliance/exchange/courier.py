"""The courier: takes due notices from an outbox and delivers them, again and again until it works.

A notice is delivered at least once: a crash between the delivery and its mark repeats it under the
same number, by which the other side knows it again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from appliance.domain.clock import Clock
from appliance.domain.errors import ApplianceError
from appliance.domain.notice import Notice
from appliance.exchange import notice_letter
from appliance.exchange.notice_transports import NoticeUndelivered, Transports
from appliance.keys.head_signer import HeadSigner
from appliance.telemetry.logs import logger

RETRY_FIRST_S = 5
RETRY_MAX_S = 600
GIVE_UP_AFTER_D = 30
"""Unless the profile pack says otherwise."""

POLL_S = 5.0
NOTICES_PER_ROUND_MAX = 100

_log = logger("courier")


class Outbox(Protocol):
    """Where notices lie until they are delivered."""

    def due(self, at: datetime, limit: int) -> list[Notice]:
        """Return notices whose next attempt has come."""

    def delivered(self, number: int, at: datetime) -> None:
        """Keep that a notice was delivered."""

    def failed(self, number: int, error: str, next_attempt_at: datetime) -> None:
        """Keep that an attempt failed, and when the next is due."""

    def give_up(self, number: int, error: str, at: datetime) -> None:
        """Keep that a notice is attempted no more."""


class Courier:
    """Delivers in a thread of its own between ``start`` and ``close``; ``poke`` hurries it."""

    def __init__(
        self,
        outbox: Outbox,
        transports: Transports,
        signer: HeadSigner,
        own_party: str,
        clock: Clock,
        *,
        observe: Callable[[bool], None] = lambda _delivered: None,
        give_up_after_d: Callable[[], int] = lambda: GIVE_UP_AFTER_D,
    ) -> None:
        """``observe`` is told of every attempt, whether it delivered.

        ``give_up_after_d`` is asked for how many days a notice is attempted.
        """
        self._outbox = outbox
        self._transports = transports
        self._signer = signer
        self._own_party = own_party
        self._clock = clock
        self._observe = observe
        self._give_up_after_d = give_up_after_d
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def poke(self) -> None:
        """Look for due notices now instead of at the next turn."""
        self._wake.set()

    def close(self) -> None:
        """Stop after the delivery under way; what is not delivered stays in the outbox."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def round(self) -> int:
        """Attempt every notice that is due, at most NOTICES_PER_ROUND_MAX; return how many."""
        due = self._outbox.due(self._clock.now(), NOTICES_PER_ROUND_MAX)
        for notice in due:
            if self._stopping:
                break
            self._attempt(notice)
        return len(due)

    def _attempt(self, notice: Notice) -> None:
        letter = notice_letter.compose(notice, self._own_party, self._signer)
        try:
            self._transports.deliver(notice, letter)
        except NoticeUndelivered as error:
            self._observe(False)
            self._put_off(notice, str(error))
        else:
            self._observe(True)
            self._outbox.delivered(notice.number, self._clock.now())

    def _put_off(self, notice: Notice, error: str) -> None:
        now = self._clock.now()
        if now - notice.created_at >= timedelta(days=self._give_up_after_d()):
            self._outbox.give_up(notice.number, error, now)
            return
        wait_s = min(RETRY_MAX_S, RETRY_FIRST_S * 2 ** min(notice.attempts, 10))
        self._outbox.failed(notice.number, error, now + timedelta(seconds=wait_s))

    def _run(self) -> None:
        while not self._stopping:
            try:
                more = self.round() == NOTICES_PER_ROUND_MAX
            except ApplianceError:
                # The outbox refuses (a full disk); nothing is lost, the next turn tries again.
                _log.error("notices could not be handled", exc_info=True)
                more = False
            if not more:
                self._wake.wait(POLL_S)
                self._wake.clear()
