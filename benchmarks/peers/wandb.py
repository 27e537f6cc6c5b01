"""W&B offline: one file for each run, to be uploaded later; a daemon writes it."""

from __future__ import annotations

import json
import os
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

os.environ["WANDB_MODE"] = "offline"
os.environ["WANDB_SILENT"] = "true"
os.environ["WANDB_DIR"] = os.environ["WANDB_DATA_DIR"] = os.getcwd()
os.environ["WANDB_CACHE_DIR"] = os.environ["WANDB_CONFIG_DIR"] = os.getcwd()

import wandb
from wandb.proto.wandb_internal_pb2 import Record

from benchmarks.peers import Peer

BLOCK, HEADER = 32 * 1024, struct.Struct("<IHB")  # LevelDB's log format
WHOLE, FIRST, LAST = 1, 2, 4


class Wandb(Peer):
    """Tags are ``key:value``: a W&B tag is one word."""

    sizes: ClassVar = {"million": 100_000}
    left_out: ClassVar = dict.fromkeys(
        ("sweep", "best", "every_run", "filter", "sweep_100k", "filter_100k", "curve", "history"),
        "offline files cannot be searched: that needs a server",
    )
    value_of = staticmethod(float)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsettled: list[str] = []

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
        self._unsettled.append(self.run_id)

    def settle(self) -> None:
        # finish() returns while the daemon still writes; the exit record is the last it writes.
        while self._unsettled:
            (file,) = self._files(self._unsettled[-1])
            if _is_finished(file):
                self._unsettled.pop()
            else:
                time.sleep(0.005)

    def history(self, run_id: str, key: str) -> Sequence[Any]:
        (file,) = self._files(run_id)
        return [value for name, value in _points(file) if name == key]

    def recall(self, run_id: str) -> dict[str, str]:
        (file,) = self._files(run_id)
        (run,) = [r.run for r in _records(file.read_bytes()) if r.HasField("run")]
        config = {item.key: str(json.loads(item.value_json)) for item in run.config.update}
        config.pop("_wandb", None)
        return config | dict(tag.split(":") for tag in run.tags)

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


def _is_finished(file: Path) -> bool:
    log = file.read_bytes()
    last_blocks = max(0, len(log) // BLOCK - 1) * BLOCK
    return any(record.HasField("exit") for record in _records(log, last_blocks or HEADER.size))


def _records(log: bytes, position: int = HEADER.size) -> Iterator[Record]:
    record: bytes | None = None
    while position + HEADER.size <= len(log):
        left = BLOCK - position % BLOCK
        if left < HEADER.size:
            position += left
            continue
        _checksum, length, kind = HEADER.unpack_from(log, position)
        position += HEADER.size + length
        if kind in (WHOLE, FIRST):
            record = b""
        elif record is None:
            continue  # the rest of one that began before the first block read
        record += log[position - length : position]
        if kind in (WHOLE, LAST):
            yield Record.FromString(record)


PEER = Wandb
