"""Locks of open files and folders, which end with the process that holds them."""

try:
    import fcntl
except ImportError:  # Windows
    HAS_LOCKS = False
else:
    HAS_LOCKS = True


def lock(handle: int) -> bool:
    """Lock an open file or folder; False if its file system has no locks.

    Raises BlockingIOError if another process holds the lock.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # such as on some network file systems
        return False
    return True


def unlock(handle: int) -> None:
    """Release a lock before the handle is closed, of which a child may have a copy."""
    fcntl.flock(handle, fcntl.LOCK_UN)
