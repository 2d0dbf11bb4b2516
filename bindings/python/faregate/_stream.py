"""A file object whose beginning can be looked at."""

from typing import Any


class Stream:
    """A file object of bytes or text, whose beginning can be looked at before it is read."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        if self._left and size != 0:
            taken, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
            return taken + self.read() if size < 0 else taken
        read = self._file.read() if size < 0 else self._file.read(size)  # because some files do not take -1
        return read.encode() if isinstance(read, str) else read or b""

    def peek(self, size: int) -> bytes:
        while len(self._left) < size:
            read = self._file.read(size)
            if not read:
                break
            self._left += read.encode() if isinstance(read, str) else read
        return self._left[:size]

    def seekable(self) -> bool:
        return False

    def readable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return False
