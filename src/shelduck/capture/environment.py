"""The interpreter and the packages of this process."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import replace

from shelduck.records import Environment


def read_environment() -> Environment:
    """Return what is installed. It takes about 100 ms, so call it off the user's thread."""
    environment = Environment(platform.python_version(), platform.platform(), _packages())
    content = [environment.python, environment.platform, environment.packages]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return replace(environment, digest=digest)


def _packages() -> dict[str, str]:
    from importlib import metadata

    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:  # noqa: S112 - a broken installation of something else
            continue
        if name and version:
            found.setdefault(name, version)  # the first on the path is the one imported
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))
