"""Ranges of a model's tensors while it runs, for quantizers: in the place of _pywrap_tfl_calibration."""

from __future__ import annotations

import dataclasses
import resource

from samara._wrapper import by_handle


@dataclasses.dataclass(frozen=True)
class Range:
    """The least and the greatest value that a tensor held."""

    min: float
    max: float


@dataclasses.dataclass(frozen=True)
class MemoryUsage:
    """What the process takes; the fields that nobody counts here are -1."""

    mem_footprint_kb: int = -1
    total_allocated_bytes: int = -1
    in_use_allocated_bytes: int = -1
    private_footprint_bytes: int = -1


def InvokeWithCalibration(handle: int, subgraph_index: int) -> dict[str, Range]:
    """Runs a subgraph over the inputs now set; by name, the range of each float32 and int32 tensor
    that is no constant. `handle` is an interpreter's _native_handle().

    Errors   ValueError (no such interpreter or subgraph), RuntimeError (as invoke())
    """
    ranges = by_handle(handle).calibrate(subgraph_index)
    return {name: Range(*limits) for name, limits in ranges.items()}


def get_memory_usage() -> MemoryUsage:
    """Of this process, its greatest resident set."""
    return MemoryUsage(mem_footprint_kb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
