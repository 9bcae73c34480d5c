"""LiteRT as the oracle: one run in a process of its own, since it aborts on some models."""

import multiprocessing

from ai_edge_litert import interpreter as litert
from ai_edge_litert import schema_py_generated as schema  # noqa: F401

REFERENCE = litert.OpResolverType.BUILTIN_REF
BUILTIN = litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
DEFAULT = litert.OpResolverType.AUTO  # with XNNPACK


class Refused(Exception):
    """LiteRT does not load or run the model, or dies; the text says which."""


def _work(pipe, data, resolver, runs, wanted, keep_all, keep_state=False):
    try:
        machine = litert.Interpreter(
            model_content=data,
            experimental_op_resolver_type=resolver,
            experimental_preserve_all_tensors=keep_all,
            num_threads=1,
        )
        machine.allocate_tensors()
        details = machine.get_input_details()
        pipe.send(("ready", [(d["index"], d["shape"], d["dtype"], d["name"]) for d in details]))
        for inputs in runs:
            if not keep_state:
                machine.reset_all_variables()
            for detail, value in zip(details, inputs):
                machine.set_tensor(detail["index"], value)
            machine.invoke()
            results = {}
            for index in wanted:
                try:
                    results[index] = machine.get_tensor(index)
                except (ValueError, RuntimeError):
                    continue  # no data: a tensor of another kind, or never written
            pipe.send(("result", results))
        pipe.send(("done", None))
    except (ValueError, RuntimeError) as error:
        pipe.send(("refused", str(error)))


def run(data, resolver, runs, wanted, keep_all=False, keep_state=False):
    """The tensors {index: array} of each run. Those that are no outputs need keep_all. Variables
    start anew at each run but for keep_state."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(theirs, data, resolver, runs, wanted, keep_all, keep_state))
    child.start()
    theirs.close()
    results = []
    try:
        while True:
            kind, value = ours.recv()
            if kind == "result":
                results.append(value)
            elif kind == "refused":
                raise Refused(value.strip())
            elif kind == "done":
                return results
    except EOFError:
        child.join()
        raise Refused(f"the process died with {child.exitcode}") from None
    finally:
        ours.close()
        child.join()


def inputs_of(data, resolver=BUILTIN):
    """(index, shape, dtype, name) of each input."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(theirs, data, resolver, [], [], False))
    child.start()
    theirs.close()
    try:
        kind, value = ours.recv()
        if kind != "ready":
            raise Refused(str(value).strip())
        return value
    except EOFError:
        raise Refused("the process died") from None
    finally:
        ours.close()
        child.join()
