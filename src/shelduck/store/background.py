"""The background fold: when a process's facts go into the store without being asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from shelduck.errors import ShelduckError, StoreBusy

INTERVAL = 10.0  # seconds, at most, that a fact waits when nothing urges
MANY = 50_000  # facts that urge
GATHER = 0.5  # seconds after the end of a run in which further ends are waited for
SHARE = 0.005  # of one core, at most, that folds may take


class BackgroundFold:
    """Calls ``fold`` on a thread of its own; sleeps while there is nothing to fold.

    Parameters
    ----------
    fold
        What to call; it may raise, and is called again when there is more.
    complain
        Called with an error the user should know of.
    """

    def __init__(self, fold: Callable[[], None], complain: Callable[[ShelduckError], None]) -> None:
        self._fold, self._complain = fold, complain
        self.reset()

    def reset(self) -> None:
        """Begin anew: at first, and in a forked child, where the thread is gone."""
        self._thread: threading.Thread | None = None
        self._starting = threading.RLock()
        self._something = threading.Event()
        self._hurry = threading.Event()
        self._stopping = threading.Event()
        self._unfolded = 0
        self._pause = INTERVAL

    def notice(self, count: int) -> None:
        """Take note of facts appended; called on the hot path."""
        self._unfolded += count
        if not self._something.is_set():
            self._wake()
        elif self._unfolded > MANY:
            self._hurry.set()

    def _wake(self) -> None:
        with self._starting:
            self._something.set()
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="shelduck-fold", daemon=True)
                with suppress(RuntimeError):  # the interpreter is ending; the last fold will do
                    thread.start()
                    self._thread = thread

    def hurry(self) -> None:
        """Fold soon: a run has ended."""
        self._hurry.set()

    def stop(self) -> None:
        """Finish the fold under way, and begin no other."""
        self._stopping.set()
        self._hurry.set()
        self._something.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=10.0)

    def _run(self) -> None:
        while True:
            self._something.wait()
            self._hurry.wait(self._pause)
            if self._unfolded < MANY:
                self._stopping.wait(GATHER)
            if self._stopping.is_set():
                return
            self._unfolded = 0
            self._hurry.clear()
            self._something.clear()
            self._fold_once()

    def _fold_once(self) -> None:
        began = time.thread_time()
        try:
            self._fold()
        except StoreBusy:
            self._something.set()  # another time; the journal keeps
        except ShelduckError as e:
            self._complain(e)
        except Exception as e:
            self._complain(ShelduckError(f"a fold failed: {type(e).__name__}: {e}"))
        self._pause = max(INTERVAL, (time.thread_time() - began) / SHARE)
