"""W&B offline: one file for each run, to be uploaded later; a daemon writes it."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path.cwd()
os.environ |= {
    "WANDB_MODE": "offline",
    "WANDB_SILENT": "true",
    "WANDB_DIR": str(HERE),
    "WANDB_DATA_DIR": str(HERE),
    "WANDB_CACHE_DIR": str(HERE / "cache"),
    "WANDB_CONFIG_DIR": str(HERE / "config"),
}

import wandb
from wandb.proto.wandb_internal_pb2 import Record

from benchmarks.peers import Peer

BLOCK, HEADER = 32 * 1024, struct.Struct("<IHB")  # LevelDB's log format
WHOLE, LAST = 1, 4
NO_READS = "offline files cannot be searched: that needs a server"


class Wandb(Peer):
    """Tags are ``key:value``: a W&B tag is one word."""

    sizes = {"start_end": 20}
    left_out = {
        "memory": "a million calls take ten minutes",
        **dict.fromkeys(
            ("sweep", "best", "every", "filter", "sweep_100k", "filter_100k", "curve", "history"),
            NO_READS,
        ),
    }
    value_of = staticmethod(float)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, params: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        words = [f"{key}:{value}" for key, value in tags.items()]
        self._run = wandb.init(project="bench", dir=self._folder, config=dict(params), tags=words)
        self.run_id = self._run.id

    def log(self, key: str, value: float, step: int) -> None:
        self._run.log({key: value}, step=step)

    def log_curves(self, curves: Mapping[str, list[float]]) -> None:
        # There is no batch call; one call may hold several metrics of one step.
        for step, values in enumerate(zip(*curves.values(), strict=True)):
            self._run.log(dict(zip(curves, values, strict=True)), step=step)

    def end(self) -> None:
        self._run.finish()

    def history(self, run_id: str, key: str) -> Sequence[Any]:
        (file,) = self._files(run_id)
        return [value for name, value in _points(file) if name == key]

    def count_runs(self) -> int:
        return len(self._files("*"))

    def count_points(self) -> int:
        return sum(1 for file in self._files("*") for _ in _points(file))

    def _files(self, run_id: str) -> list[Path]:
        return list((self._folder / "wandb").glob(f"offline-run-*/run-{run_id}.wandb"))


def _points(file: Path) -> Iterator[tuple[str, float]]:
    for record in _records(file.read_bytes()):
        for item in record.history.item:
            key = item.key or ".".join(item.nested_key)
            if not key.startswith("_"):
                yield key, json.loads(item.value_json)


def _records(log: bytes) -> Iterator[Record]:
    position, record = HEADER.size, b""
    while position + HEADER.size <= len(log):
        left = BLOCK - position % BLOCK
        if left < HEADER.size:
            position += left
            continue
        _checksum, length, kind = HEADER.unpack_from(log, position)
        position += HEADER.size + length
        record += log[position - length : position]
        if kind in (WHOLE, LAST):
            yield Record.FromString(record)
            record = b""


PEER = Wandb
