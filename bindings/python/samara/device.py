"""Models by name: verified, brought up to date behind the app's back, swapped between two inferences.

    from samara import device

    device.initialize("models", bundled={"digits": ("1", "digits.tflite")})
    model = device.open("digits")
    answer = model.run([picture])

The functions of this module work on the default device, which initialize() makes; Device is one of
its own. docs/device-library.md says what is promised.
"""

import builtins
import concurrent.futures
import ctypes
import enum
import os
from dataclasses import dataclass, fields
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple, Union

from samara import _library
from samara._library import lib
from samara.errors import (  # noqa: F401
    Cancelled,
    DataLoss,
    DeadlineExceeded,
    Error,
    Failed,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    InvalidModel,
    NotFound,
    NotInitialized,
    PermissionDenied,
    ResourceExhausted,
    Unavailable,
    Unsupported,
)

_DTYPES = {"float32", "float16", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32"}
_DTYPES |= {"int64", "uint64", "bool"}

_KEY_BYTES = 32  # SAMARA_KEY_BYTES
_NO_KEY = 9  # SAMARA_UNAVAILABLE


class Policy(enum.IntEnum):
    """What to give where a model is here already; with none, each waits for the latest."""

    LOCAL_MODEL = 0
    LOCAL_MODEL_UPDATE_IN_BACKGROUND = 1
    LATEST_MODEL = 2


class Network(enum.IntEnum):
    """What a device is connected by."""

    UNKNOWN = 0
    NONE = 1
    CELLULAR = 2
    WIFI = 3
    ETHERNET = 4


class Way(enum.IntEnum):
    """Who answers an inference."""

    DELEGATE = 0
    CPU = 1
    PREVIOUS = 2
    BUNDLED = 3
    CALLBACK = 4
    REMOTE = 5


@dataclass(frozen=True)
class Conditions:
    """When a download may run. The defaults ask for nothing, as Firebase's do."""

    wifi: bool = False
    unmetered: bool = False
    cellular: bool = True
    roaming: bool = True
    charging: bool = False
    idle: bool = False
    background: bool = True
    battery_percent: int = 0
    free_bytes: int = 0

    def _struct(self):
        return _library.ConditionsStruct(*(getattr(self, f.name) for f in fields(self)))


@dataclass
class DeviceState:
    """What the app knows of the device; None: nobody knows, which meets no condition that asks."""

    network: Network = Network.UNKNOWN
    metered: Optional[bool] = None
    roaming: Optional[bool] = None
    charging: Optional[bool] = None
    idle: Optional[bool] = None
    background: Optional[bool] = None
    battery_percent: Optional[int] = None
    free_bytes: Optional[int] = None


@dataclass(frozen=True)
class Hub:
    """Another signed repository, with mirrors of its files, asked where those before do not know a model."""

    metadata_url: str
    target_urls: Sequence[str]
    root: Optional[Union[str, os.PathLike]] = None
    token: Optional[str] = None
    channel: str = "stable"

    def _settings(self):
        settings = [("metadata_url", self.metadata_url), ("root", self.root), ("token", self.token)]
        return [*settings, ("channel", self.channel), *(("target_url", url) for url in self.target_urls)]


@dataclass(frozen=True)
class ModelFile:
    """A version of a model. `state`: "current", "previous", "bundled" or "offered" (not here)."""

    name: str
    version: str
    path: str
    sha256: str
    source: str
    state: str
    size: int
    proven: bool


@dataclass(frozen=True)
class Tensor:
    """What an input or output looks like."""

    name: str
    type: str
    shape: Tuple[int, ...]


def _text(value: Optional[Union[str, os.PathLike]]) -> Optional[bytes]:
    return None if value is None else os.fspath(value).encode()


def _decode(value: Optional[bytes]) -> str:
    return (value or b"").decode("utf-8", "replace")


def _read_file(file) -> ModelFile:
    values = [getattr(file.contents, f.name) for f in fields(ModelFile)]
    texts = [_decode(v) if isinstance(v, (bytes, type(None))) else v for v in values]
    return ModelFile(*texts[:-1], proven=bool(texts[-1]))


def _read_files(handle) -> List[ModelFile]:
    return [_read_file(lib.samara_files_at(handle, i)) for i in range(lib.samara_files_count(handle))]


def _read_tensor(tensor) -> Tensor:
    shape = tuple(tensor.shape[: tensor.dimensions])
    return Tensor(_decode(tensor.name), _decode(tensor.type), shape)


def _files(function, *arguments) -> List[ModelFile]:
    handle = ctypes.c_void_p()
    function(*arguments, ctypes.byref(handle))
    try:
        return _read_files(handle)
    finally:
        lib.samara_files_free(handle)


def _flag(function, *arguments) -> bool:
    out = ctypes.c_int()
    function(*arguments, ctypes.byref(out))
    return bool(out.value)


class _Owned:
    """Holds a handle of the library until it is closed; `_free` and `_what` say how, and of what."""

    _handle: Any = None
    _what = ""

    def close(self) -> None:
        """Lets go of what it holds; a second time does nothing. Threads: none may be using it."""
        handle, self._handle = self._handle, None
        if handle:
            self._free(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def _open(self):
        if not self._handle:
            raise FailedPrecondition(f"the {self._what} is closed")
        return self._handle

    @staticmethod
    def _free(handle):
        raise NotImplementedError


class Answer:
    """What an inference gave, who gave it (`way`), and why not those before (`why`). `file` is the
    version that answered (None: the app's function or an endpoint did), and `tensors` what its
    outputs are; they stay so whatever is swapped in meanwhile."""

    def __init__(self, handle):
        self.way = Way(lib.samara_answer_way(handle))
        self.why = _decode(lib.samara_answer_why(handle))
        file = lib.samara_answer_file(handle)
        self.file: Optional[ModelFile] = _read_file(file) if file else None
        self.outputs: List[bytes] = []
        self.tensors: List[Tensor] = []
        for i in range(lib.samara_answer_count(handle)):
            buffer = lib.samara_answer_output(handle, i)
            self.outputs.append(ctypes.string_at(buffer.data, buffer.size) if buffer.size else b"")
            tensor = _library.TensorStruct()
            try:
                lib.samara_answer_tensor(handle, i, ctypes.byref(tensor))
            except NotFound:
                continue  # the app's function gave more outputs than the model has
            self.tensors.append(_read_tensor(tensor))

    def array(self, i: int = 0) -> Any:
        """Output i as a NumPy array, in the type and shape that it has in the version that answered.

        Errors   IndexError (no such output, or nobody knows what it is), Unsupported (a type that
                 NumPy has not)
        Memory   a view of the answer's bytes, read-only
        """
        import numpy  # pylint: disable=import-outside-toplevel

        data = self.outputs[i]
        tensor = self.tensors[i]
        if tensor.type not in _DTYPES:
            raise Unsupported(f"NumPy has no {tensor.type}")
        out = numpy.frombuffer(data, dtype=tensor.type)
        count = 1
        for size in tensor.shape:
            count *= size
        return out.reshape(tensor.shape) if count == out.size else out


class LiveModel(_Owned):
    """An open model: runs what is here, and what is newer from the inference after it came."""

    _what = "model"
    _free = staticmethod(lib.samara_live_model_free)

    def __init__(self, handle, owner):
        self._handle = handle
        self._owner = owner  # the device is closed after its models
        self._kept: List[Any] = []

    @property
    def file(self) -> ModelFile:
        """The version that the next inference runs on.

        Errors   FailedPrecondition (closed)
        Threads  any
        """
        return _files(lib.samara_live_model_file, self._open())[0]

    @property
    def inputs(self) -> List[Tensor]:
        """The inputs of the version in use. Errors, Threads as `file`."""
        return self._tensors(0)

    @property
    def outputs(self) -> List[Tensor]:
        """The outputs of the version in use. Errors, Threads as `file`."""
        return self._tensors(1)

    def then(self, way: Way) -> "LiveModel":
        """Adds a way for inferences to go: CPU, PREVIOUS or BUNDLED; before the first run().

        Errors   Unsupported (DELEGATE, where the build has none), InvalidArgument (others)
        Threads  one at a time
        """
        lib.samara_live_model_then(self._open(), way)
        return self

    def then_callback(self, function: Callable[[List[bytes]], Sequence[Any]]) -> "LiveModel":
        """Adds the app's own answer: gets the inputs, returns the outputs; if it raises, the next way
        is gone.

        Errors   FailedPrecondition (closed)
        Threads  one at a time; `function` is called from the thread that runs
        """

        def call(_user, buffers, count, answer):
            try:
                inputs = [ctypes.string_at(buffers[i].data, buffers[i].size) for i in range(count)]
                for output in function(inputs):
                    data = bytes(memoryview(output).cast("B"))
                    lib.samara_answer_add(answer, data, len(data))
                return 0
            except Exception:  # pylint: disable=broad-except
                return 9  # unavailable

        kept = _library.CallbackFn(call)
        lib.samara_live_model_then_callback(self._open(), kept, None)
        self._kept.append(kept)
        return self

    def then_remote(
        self, url: str, authorization: Optional[str] = None, most_ms: int = 10_000
    ) -> "LiveModel":
        """Adds an https endpoint of the Open Inference Protocol (.../v2/models/NAME/infer).

        Units    most_ms: milliseconds for one answer
        Errors   FailedPrecondition (closed)
        Threads  one at a time
        """
        lib.samara_live_model_then_remote(self._open(), _text(url), _text(authorization), most_ms)
        return self

    def run(self, inputs: Sequence[Any]) -> Answer:
        """One inference. Inputs are whatever has a contiguous buffer: bytes, array, NumPy arrays.

        Shapes   as the model's: bytes must be as many
        Errors   InvalidArgument (number or size of inputs), and those of the ways that were gone
        Threads  any; several at once
        """
        views = [memoryview(one).cast("B") for one in inputs]
        data = [view.tobytes() for view in views]
        buffers = (_library.BufferStruct * len(data))()
        for buffer, one in zip(buffers, data):
            buffer.data = ctypes.cast(ctypes.c_char_p(one), ctypes.c_void_p)
            buffer.size = len(one)
        handle = ctypes.c_void_p()
        lib.samara_live_model_run(self._open(), buffers, len(data), ctypes.byref(handle))
        try:
            return Answer(handle)
        finally:
            lib.samara_answer_free(handle)

    def _tensors(self, outputs) -> List[Tensor]:
        count = ctypes.c_size_t(8)
        room: Sequence[Any] = ()
        while len(room) < count.value:  # a version that was swapped in between may have more
            room = (_library.TensorStruct * count.value)()
            lib.samara_live_model_tensors(self._open(), outputs, room, len(room), ctypes.byref(count))
        return [_read_tensor(tensor) for tensor in room[: count.value]]


class Device(_Owned):
    """A device library of its own, with its folder of models and its thread. close() ends downloads;
    what has come is kept.

    Errors   InvalidArgument (a value), Unsupported (no HTTP library), those of the first root
    Threads  any, for all calls
    """

    _what = "device"
    _free = staticmethod(lib.samara_device_free)

    def __init__(
        self,
        folder: Union[str, os.PathLike],
        *,
        root: Optional[Union[str, os.PathLike]] = None,
        metadata_url: Optional[str] = None,
        target_urls: Sequence[str] = (),
        channel: str = "stable",
        more_hubs: Sequence[Hub] = (),
        bundled: Optional[Mapping[str, Tuple[str, Union[str, os.PathLike]]]] = None,
        first: Optional[Conditions] = None,
        updates: Optional[Conditions] = None,
        accepts_major: Optional[Union[int, str, Mapping[str, Union[int, str]]]] = None,
        app: Optional[str] = None,
        app_version: Optional[str] = None,
        device_class: Optional[str] = None,
        state: Optional[Callable[[], DeviceState]] = None,
        on_progress: Optional[Callable[[str, int, int, float], None]] = None,
        on_event: Optional[Callable[[str, str, str, str, str], None]] = None,
        key: Optional[Callable[[], bytes]] = None,
        options: Optional[Mapping[str, str]] = None,
    ):
        """`bundled` has for each model its version and path; `first` and `updates` are conditions;
        `accepts_major` are the major versions that the app knows ("2", "1-3", "any"), for all models
        or by model; `app` to `device_class` choose among versions that are for some devices only;
        `key` gives the 32 bytes that models are encrypted with on the disk, and may raise where there are
        none now; `options` sets others by their names in samara/c/device.h."""
        self._kept: List[Any] = []
        made = lib.samara_options_new()
        try:
            self._fill(made, folder, root, metadata_url, target_urls, channel, bundled or {}, options or {})
            for hub in more_hubs:
                self._set(made, hub._settings())
            self._choose(made, accepts_major, app, app_version, device_class)
            lib.samara_options_conditions(
                made,
                ctypes.byref(first._struct()) if first else None,
                ctypes.byref(updates._struct()) if updates else None,
            )
            self._listen(made, state, on_progress, on_event)
            if key:
                self._seal(made, key)
            handle = ctypes.c_void_p()
            lib.samara_device_new(made, ctypes.byref(handle))
            self._handle = handle
        finally:
            lib.samara_options_free(made)

    @staticmethod
    def _set(made, settings):
        for name, value in settings:
            if value is not None:
                lib.samara_options_set(made, _text(name), _text(value))

    @staticmethod
    def _fill(made, folder, root, metadata_url, target_urls, channel, bundled, options):
        settings = [("folder", folder), ("channel", channel), ("root", root)]
        settings += [("metadata_url", metadata_url), *options.items()]
        settings += [("target_url", url) for url in target_urls]
        Device._set(made, settings)
        for name, (version, path) in bundled.items():
            lib.samara_options_bundle(made, _text(name), _text(version), _text(path))

    @staticmethod
    def _choose(made, accepts_major, app, app_version, device_class):
        known = accepts_major if isinstance(accepts_major, Mapping) else {"": accepts_major}
        settings = [("app", app), ("app_version", app_version), ("device_class", device_class)]
        for model, majors in known.items():
            if majors is not None:
                settings.append(("accepts_major", f"{model}={majors}" if model else str(majors)))
        Device._set(made, settings)

    def _listen(self, made, state, on_progress, on_event):
        if state:

            def tell(_user, out):
                known = state()
                for field in fields(known):
                    value = getattr(known, field.name)
                    if value is not None:
                        setattr(out.contents, field.name, int(value))

            self._kept.append(_library.StateFn(tell))
            lib.samara_options_on_state(made, self._kept[-1], None)
        if on_progress:

            def progress(_user, model, done, total, rate):
                on_progress(_decode(model), done, total, rate)

            self._kept.append(_library.ProgressFn(progress))
            lib.samara_options_on_progress(made, self._kept[-1], None)
        if on_event:
            self._kept.append(
                _library.EventFn(lambda _user, *texts: on_event(*(_decode(t) for t in texts)))
            )
            lib.samara_options_on_event(made, self._kept[-1], None)

    def _seal(self, made, key):
        def give(_user, out):
            try:
                value = bytes(key())
            except Exception:  # pylint: disable=broad-except  # a keystore raises anything
                return _NO_KEY
            if len(value) != _KEY_BYTES:
                return _NO_KEY
            ctypes.memmove(out, value, _KEY_BYTES)
            return 0

        self._kept.append(_library.KeyFn(give))
        lib.samara_options_on_key(made, self._kept[-1], None)

    def get(
        self,
        model: str,
        policy: Policy = Policy.LOCAL_MODEL_UPDATE_IN_BACKGROUND,
        conditions: Optional[Conditions] = None,
    ) -> ModelFile:
        """What is here, or what is newest, as the policy says. `conditions` hold for this model from
        now on.

        Errors   NotFound (no such model), Unavailable (none is here, and none can be had; why)
        Threads  any; LATEST_MODEL waits for the download
        """
        struct = ctypes.byref(conditions._struct()) if conditions else None
        return _files(lib.samara_device_get, self._open(), _text(model), policy, struct)[0]

    def get_with_fallback(
        self,
        model: str,
        version: str,
        path: Union[str, os.PathLike],
        policy: Policy = Policy.LOCAL_MODEL_UPDATE_IN_BACKGROUND,
    ) -> ModelFile:
        """As get(), and where nothing is here the file at `path`, so that it never waits for a first
        download. Errors: NotFound (no such file). Threads: any."""
        function = lib.samara_device_get_with_fallback
        texts = (_text(model), _text(version), _text(path))
        return _files(function, self._open(), *texts, policy)[0]

    def get_from_url(
        self,
        url: str,
        *,
        sha256: Optional[str] = None,
        public_key: Optional[str] = None,
        name: Optional[str] = None,
        policy: Policy = Policy.LOCAL_MODEL_UPDATE_IN_BACKGROUND,
    ) -> ModelFile:
        """A model from any server, known by its hash, or signed by a key (PEM) as
        docs/device-library.md says.

        Errors   InvalidArgument (neither hash nor key, or both), PermissionDenied (the signature),
                 DataLoss, NotFound, Unavailable
        Threads  any
        """
        texts = (_text(url), _text(sha256), _text(public_key), _text(name))
        return _files(lib.samara_device_get_from_url, self._open(), *texts, policy)[0]

    def latest_file(self, model: str) -> ModelFile:
        """What is here, without asking anybody. Errors: NotFound. Threads: any."""
        return _files(lib.samara_device_latest_file, self._open(), _text(model))[0]

    def list(self) -> "builtins.list[ModelFile]":
        """The models that were delivered and are here. Threads: any."""
        return _files(lib.samara_device_list, self._open())

    def details(self, model: str) -> ModelFile:
        """What is newest, without a download; its path is "". Errors: NotFound, Unavailable,
        PermissionDenied (signatures). Threads: any."""
        return _files(lib.samara_device_details, self._open(), _text(model))[0]

    def is_downloaded(self, model: str) -> bool:
        """Whether a delivered version is here. Threads: any."""
        return _flag(lib.samara_device_is_downloaded, self._open(), _text(model))

    def is_ready(self, model: str) -> bool:
        """Whether a model can be opened now: delivered, previous or bundled. Threads: any."""
        return _flag(lib.samara_device_is_ready, self._open(), _text(model))

    def is_update_available(self, model: str) -> bool:
        """By hash: whether the newest is another than the one in use. Errors: those of details()."""
        return _flag(lib.samara_device_is_update_available, self._open(), _text(model))

    def when_ready(self, model: str) -> "concurrent.futures.Future[ModelFile]":
        """The model's file, as soon as one is here; starts the update.

        Errors   in the future: Cancelled where the device is closed before
        Threads  any; the future's callbacks run in the library's thread
        """
        future: "concurrent.futures.Future[ModelFile]" = concurrent.futures.Future()

        def ready(_user, handle, status):
            if status == 0:
                future.set_result(_read_files(handle)[0])
            else:
                message = lib.samara_device_message().decode("utf-8", "replace")
                future.set_exception(_library.error_of(status, message))

        kept = _library.ReadyFn(ready)
        self._kept.append(kept)
        lib.samara_device_when_ready(self._open(), _text(model), kept, None)
        return future

    def update(self, model: str) -> None:
        """Asks for the newest and does all that can be done now. Errors: those of details().
        Threads: any; waits for the download."""
        lib.samara_device_update(self._open(), _text(model))

    def prefetch(self, models: Sequence[str]) -> None:
        """Starts their updates behind the call. Errors: InvalidArgument (a name). Threads: any."""
        names = (ctypes.c_char_p * len(models))(*(_text(model) for model in models))
        lib.samara_device_prefetch(self._open(), names, len(models))

    def wait(self) -> None:
        """Returns when the updates that were started behind other calls are over. Threads: any."""
        lib.samara_device_wait(self._open())

    def cancel(self, model: str) -> None:
        """Ends the model's download; what has come is kept. Threads: any."""
        lib.samara_device_cancel(self._open(), _text(model))

    def delete(self, model: str) -> None:
        """Forgets the model and removes its files; one that is not here is no error.

        Errors   InvalidArgument (the name), Failed
        Threads  any
        """
        lib.samara_device_delete(self._open(), _text(model))

    def pin(self, model: str, version: str = "") -> None:
        """Only that version may come in use; "": any again. Errors: NotFound. Threads: any."""
        lib.samara_device_pin(self._open(), _text(model), _text(version))

    def confirm(self, model: str) -> None:
        """The version in use works (option app_confirms). Errors: FailedPrecondition (none is)."""
        lib.samara_device_confirm(self._open(), _text(model))

    def roll_back(self, model: str, reason: str) -> None:
        """Back to the last good version; the one in use is not taken again.

        Errors   FailedPrecondition (there is none to return to, and the model stays)
        Threads  any
        """
        lib.samara_device_roll_back(self._open(), _text(model), _text(reason))

    def explain(self, model: str) -> str:
        """What is in use, and why no other. Threads: any; also while a download is under way."""
        text = ctypes.c_void_p()
        lib.samara_device_explain(self._open(), _text(model), ctypes.byref(text))
        try:
            return _decode(ctypes.string_at(text))
        finally:
            lib.samara_text_free(text)

    def open(
        self, model: str, policy: Policy = Policy.LOCAL_MODEL_UPDATE_IN_BACKGROUND
    ) -> LiveModel:
        """Opens what is here at once, and swaps when the newest has come.

        Errors   NotFound, Unavailable (none is here, and none can be had), InvalidModel
        Threads  any
        """
        handle = ctypes.c_void_p()
        lib.samara_device_open(self._open(), _text(model), policy, ctypes.byref(handle))
        return LiveModel(handle, self)


_default: Optional[Device] = None


def initialize(folder: Union[str, os.PathLike], **options: Any) -> None:
    """Makes the default device, with the arguments of Device.

    Errors   FailedPrecondition (there is one), those of Device
    Threads  one at a time
    """
    global _default  # pylint: disable=global-statement
    if _default:
        raise FailedPrecondition("the default device is initialised already")
    _default = Device(folder, **options)


def shutdown() -> None:
    """Closes the default device; its models must be closed. Threads: one at a time."""
    global _default  # pylint: disable=global-statement
    device, _default = _default, None
    if device:
        device.close()


def default() -> Device:
    """The default device. Errors: NotInitialized."""
    if not _default:
        raise NotInitialized("initialize() has not been called, or the device was shut down")
    return _default


def get(model: str, *arguments: Any, **options: Any) -> ModelFile:
    """Device.get() of the default device. Errors: NotInitialized, and its own."""
    return default().get(model, *arguments, **options)


def get_from_url(url: str, **options: Any) -> ModelFile:
    """Device.get_from_url() of the default device. Errors: NotInitialized, and its own."""
    return default().get_from_url(url, **options)


def open(model: str, *arguments: Any) -> LiveModel:  # pylint: disable=redefined-builtin
    """Device.open() of the default device. Errors: NotInitialized, and its own."""
    return default().open(model, *arguments)


def explain(model: str) -> str:
    """Device.explain() of the default device. Errors: NotInitialized, and its own."""
    return default().explain(model)
