"""LiteRT over many cases in one child process; it dies on some models, and that is recorded."""

import os
import pickle
import resource
import signal

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

SECONDS = 4  # a case that takes longer hangs
MEMORY = 6 << 30


class Refused(Exception):
    """LiteRT does not load or run the model; the text is its own."""


class Died(Exception):
    """The process that ran the case was killed by a signal."""


def _interpret(data, inputs, resolver):
    return _outputs(_invoked(data, inputs, resolver))


def _invoked(data, inputs, resolver):
    machine = Interpreter(model_content=data, experimental_op_resolver_type=resolver, num_threads=1)
    for detail, value in zip(machine.get_input_details(), inputs):
        if tuple(detail["shape"]) != value.shape:
            machine.resize_tensor_input(detail["index"], value.shape)
    machine.allocate_tensors()
    machine.reset_all_variables()
    for detail, value in zip(machine.get_input_details(), inputs):
        if value.size:
            machine.set_tensor(detail["index"], value)
    machine.invoke()
    return machine


def _outputs(machine):
    return [output_of(machine, d) for d in machine.get_output_details()]


def output_of(machine, detail):
    """An output; the Python interface itself refuses empty ones."""
    strings = detail["dtype"] == np.bytes_
    if 0 in detail["shape"]:
        return np.zeros(detail["shape"], object if strings else detail["dtype"])
    try:
        found = np.asarray(machine.get_tensor(detail["index"]))
    except ValueError:
        if not strings:
            raise
        return np.full(detail["shape"], b"", object)
    if found.dtype.kind not in "SO":
        return found
    # numpy pads them
    return np.array([s.rstrip(b"\0") for s in found.ravel()], object).reshape(found.shape)


def interpret(data, inputs, reference=True):
    """The outputs by the reference kernels; by the other ones where those lack the operator."""
    try:
        if reference:
            return _interpret(data, inputs, OpResolverType.BUILTIN_REF)
    except (RuntimeError, ValueError) as error:
        if "Didn't find op" not in str(error):
            raise
    return _interpret(data, inputs, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)


def interpret_by_default(data, inputs, reference=True):
    """(Whether XNNPACK takes the operator, the outputs): its own where it does, else interpret()'s.
    LiteRT runs kernels of its own where it does not, which may differ from its reference."""
    try:
        machine = _invoked(data, inputs, OpResolverType.AUTO)
        if any(d["op_name"] == "DELEGATE" for d in machine._get_ops_details()):
            return True, _outputs(machine)
    except (RuntimeError, ValueError):
        pass
    return False, interpret(data, inputs, reference)


def _child(pipe, jobs, work):
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(pipe, "wb") as out:
        for job in jobs:
            signal.alarm(SECONDS)
            try:
                result = work(*job)
            except (RuntimeError, ValueError, MemoryError) as error:
                result = " ".join(str(error).split()) or type(error).__name__
            pickle.dump(result, out)
            out.flush()


def run(jobs, work=interpret):
    """For each (model, inputs): what work() returns, or a Refused, or a Died."""
    results = []
    while len(results) < len(jobs):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.close(read)
                _child(write, jobs[len(results):], work)
                code = 0
            finally:
                os._exit(code)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            while len(results) < len(jobs):
                try:
                    got = pickle.load(pipe)
                except (EOFError, pickle.UnpicklingError):
                    break
                results.append(Refused(got) if isinstance(got, str) else got)
        _, status = os.waitpid(pid, 0)
        if len(results) < len(jobs):
            if not os.WIFSIGNALED(status):
                raise RuntimeError(f"the child left with {os.waitstatus_to_exitcode(status)}")
            results.append(Died(signal.Signals(os.WTERMSIG(status)).name))
    return results
