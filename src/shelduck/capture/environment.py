"""The interpreter and the packages."""

from __future__ import annotations

import hashlib
import json
import platform
from contextlib import suppress

from shelduck.records import Environment


def read_environment() -> Environment:
    """Return this interpreter's packages; it takes about a tenth of a second.

    A distribution whose metadata cannot be read is left out. Of two with one name, the one
    that would be imported counts.
    """
    python, system = platform.python_version(), platform.platform()
    packages = dict(sorted(_packages().items()))
    content = {"python": python, "platform": system, "packages": packages}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()
    return Environment(python, system, packages, digest)


def _packages() -> dict[str, str]:
    from importlib import metadata

    packages: dict[str, str] = {}
    for distribution in metadata.distributions():
        with suppress(Exception):  # what lies on the path may be anything
            name, version = distribution.metadata["Name"], distribution.version
            if isinstance(name, str) and isinstance(version, str):
                packages.setdefault(name, version)
    return packages
