"""libsamara_device.so as ctypes sees it: types, functions, and errors out of statuses."""

import ctypes
import os
import pathlib
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
)

from samara import errors

_NAME = "libsamara_device.so"


class ConditionsStruct(Structure):
    _fields_ = [
        (name, c_int)
        for name in ("wifi", "unmetered", "cellular", "roaming", "charging", "idle", "background")
    ] + [("battery_percent", c_int), ("free_bytes", c_uint64)]


class StateStruct(Structure):
    _fields_ = [
        (name, c_int) for name in ("network", "metered", "roaming", "charging", "idle", "background")
    ] + [("battery_percent", c_int), ("free_bytes", c_int64)]


class FileStruct(Structure):
    _fields_ = [
        (name, c_char_p) for name in ("name", "version", "path", "sha256", "source", "state")
    ] + [("size", c_uint64), ("proven", c_int)]


class TensorStruct(Structure):
    _fields_ = [
        ("name", c_char_p),
        ("type", c_char_p),
        ("dimensions", c_int),
        ("shape", c_int32 * 8),
    ]


class BufferStruct(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]


StateFn = CFUNCTYPE(None, c_void_p, POINTER(StateStruct))
ProgressFn = CFUNCTYPE(None, c_void_p, c_char_p, c_uint64, c_uint64, c_double)
EventFn = CFUNCTYPE(None, c_void_p, c_char_p, c_char_p, c_char_p, c_char_p, c_char_p)
KeyFn = CFUNCTYPE(c_int, c_void_p, c_void_p)
ReadyFn = CFUNCTYPE(None, c_void_p, c_void_p, c_int)
CallbackFn = CFUNCTYPE(c_int, c_void_p, POINTER(BufferStruct), c_size_t, c_void_p)

# Result, then arguments. A result of c_int is a status unless listed in _PLAIN.
_P = c_void_p
_OUT = POINTER(c_void_p)
_S = c_char_p
_FUNCTIONS = {
    "samara_status_name": (_S, [c_int]),
    "samara_device_message": (_S, []),
    "samara_options_new": (_P, []),
    "samara_options_free": (None, [_P]),
    "samara_options_set": (c_int, [_P, _S, _S]),
    "samara_options_bundle": (c_int, [_P, _S, _S, _S]),
    "samara_options_conditions": (c_int, [_P, POINTER(ConditionsStruct), POINTER(ConditionsStruct)]),
    "samara_options_on_state": (None, [_P, StateFn, _P]),
    "samara_options_on_key": (None, [_P, KeyFn, _P]),
    "samara_options_on_progress": (None, [_P, ProgressFn, _P]),
    "samara_options_on_event": (None, [_P, EventFn, _P]),
    "samara_device_new": (c_int, [_P, _OUT]),
    "samara_device_free": (None, [_P]),
    "samara_files_count": (c_size_t, [_P]),
    "samara_files_at": (POINTER(FileStruct), [_P, c_size_t]),
    "samara_files_free": (None, [_P]),
    "samara_device_get": (c_int, [_P, _S, c_int, POINTER(ConditionsStruct), _OUT]),
    "samara_device_get_with_fallback": (c_int, [_P, _S, _S, _S, c_int, _OUT]),
    "samara_device_get_from_url": (c_int, [_P, _S, _S, _S, _S, c_int, _OUT]),
    "samara_device_latest_file": (c_int, [_P, _S, _OUT]),
    "samara_device_list": (c_int, [_P, _OUT]),
    "samara_device_details": (c_int, [_P, _S, _OUT]),
    "samara_device_is_downloaded": (c_int, [_P, _S, POINTER(c_int)]),
    "samara_device_is_ready": (c_int, [_P, _S, POINTER(c_int)]),
    "samara_device_is_update_available": (c_int, [_P, _S, POINTER(c_int)]),
    "samara_device_when_ready": (c_int, [_P, _S, ReadyFn, _P]),
    "samara_device_update": (c_int, [_P, _S]),
    "samara_device_prefetch": (c_int, [_P, POINTER(_S), c_size_t]),
    "samara_device_wait": (c_int, [_P]),
    "samara_device_cancel": (c_int, [_P, _S]),
    "samara_device_delete": (c_int, [_P, _S]),
    "samara_device_pin": (c_int, [_P, _S, _S]),
    "samara_device_confirm": (c_int, [_P, _S]),
    "samara_device_roll_back": (c_int, [_P, _S, _S]),
    "samara_device_explain": (c_int, [_P, _S, _OUT]),
    "samara_text_free": (None, [_P]),
    "samara_device_open": (c_int, [_P, _S, c_int, _OUT]),
    "samara_live_model_free": (None, [_P]),
    "samara_live_model_file": (c_int, [_P, _OUT]),
    "samara_live_model_tensors": (
        c_int,
        [_P, c_int, POINTER(TensorStruct), c_size_t, POINTER(c_size_t)],
    ),
    "samara_way_name": (_S, [c_int]),
    "samara_answer_add": (None, [_P, _S, c_size_t]),
    "samara_live_model_then": (c_int, [_P, c_int]),
    "samara_live_model_then_callback": (c_int, [_P, CallbackFn, _P]),
    "samara_live_model_then_remote": (c_int, [_P, _S, _S, c_int64]),
    "samara_live_model_run": (c_int, [_P, POINTER(BufferStruct), c_size_t, _OUT]),
    "samara_answer_count": (c_size_t, [_P]),
    "samara_answer_output": (BufferStruct, [_P, c_size_t]),
    "samara_answer_way": (c_int, [_P]),
    "samara_answer_why": (_S, [_P]),
    "samara_answer_file": (POINTER(FileStruct), [_P]),
    "samara_answer_tensor": (c_int, [_P, c_size_t, POINTER(TensorStruct)]),
    "samara_answer_free": (None, [_P]),
}
_PLAIN = {"samara_answer_way"}


def _find():
    named = os.environ.get("SAMARA_DEVICE_LIBRARY")
    beside = pathlib.Path(__file__).with_name(_NAME)
    for candidate in (named, beside if beside.exists() else None):
        if candidate:
            return str(candidate)
    return _NAME  # where the system's loader looks


def _load():
    library = ctypes.CDLL(_find())
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
        if result is c_int and name not in _PLAIN:
            function.errcheck = _check
    return library


def error_of(status, message):
    """The exception for a status of the library."""
    return errors.error_of(lib.samara_status_name(status).decode(), message)


def _check(status, _function, _arguments):
    if status != 0:
        raise error_of(status, lib.samara_device_message().decode("utf-8", "replace"))
    return status


lib = _load()
