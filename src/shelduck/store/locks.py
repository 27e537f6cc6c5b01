"""Lock files: one opening of the store at a time, and which writers are alive."""

from __future__ import annotations

import errno
from pathlib import Path

from filelock import FileLock, Timeout

from shelduck.errors import StoreError

_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


def file_lock(path: Path) -> FileLock:
    """Return a lock on ``path`` that any thread may release and a forked child does not hold."""
    return FileLock(path, thread_local=False, poll_interval=0.005, fallback_to_soft=False)


def acquire(lock: FileLock, wait: float) -> bool:
    """Take ``lock`` within ``wait`` seconds, or return False.

    Raises
    ------
    StoreError
        When the filesystem has no locks: without them rows would be lost in silence.
    """
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        return False
    except OSError as e:
        if e.errno not in _NO_LOCKS:
            raise
        raise StoreError(
            f"The filesystem of {Path(lock.lock_file).parent} has no file locks, and without "
            "them two notebooks would overwrite each other. Keep the store on a local disk."
        ) from e
    return True


def is_held(path: Path) -> bool:
    """Whether some living process holds the lock on ``path``; a file that is gone is not held."""
    if not path.exists():
        return False
    lock = file_lock(path)
    if not acquire(lock, 0):
        return True
    lock.release()
    return False
