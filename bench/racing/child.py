"""One competitor of bench/race: a process that answers each line on its input with a line of JSON, as
bench/samara_racer.cc does for Samara (the commands are listed there).

  child.py PEER MODEL THREADS

MODEL is a .tflite file, or what was converted from it. Each peer is used as its own documentation
says for latency: one stream, inputs bound once, outputs read where they lie."""

import json
import os
import pathlib
import sys
import time

import numpy as np


class Litert:
    def __init__(self):
        from ai_edge_litert import interpreter

        self.make = interpreter.Interpreter

    def open(self, model, threads):
        self.machine = self.make(model_path=model, num_threads=threads)
        self.machine.allocate_tensors()

    def feed(self, inputs):
        for detail, data in zip(self.machine.get_input_details(), inputs):
            value = np.frombuffer(data, detail["dtype"]).reshape(detail["shape"])
            self.machine.set_tensor(detail["index"], value)

    def run(self):
        self.machine.invoke()

    def outputs(self):
        return [self.machine.get_tensor(d["index"]) for d in self.machine.get_output_details()]

    def close(self):
        self.machine = None


class Openvino:
    def __init__(self):
        import openvino

        self.ov = openvino
        self.core = openvino.Core()

    def open(self, model, threads):
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
                    "INFERENCE_PRECISION_HINT": "f32"}
        self.compiled = self.core.compile_model(self.core.read_model(model), "CPU", settings)
        self.request = self.compiled.create_infer_request()

    def feed(self, inputs):
        for port, data in zip(self.compiled.inputs, inputs):
            value = np.frombuffer(data, port.element_type.to_dtype())
            shape = [d.get_length() if d.is_static else 1 for d in port.partial_shape]
            self.request.set_tensor(port, self.ov.Tensor(value.reshape(shape).copy()))

    def run(self):
        self.request.start_async()
        self.request.wait()

    def outputs(self):
        return [self.request.get_tensor(port).data for port in self.compiled.outputs]

    def close(self):
        self.request = self.compiled = None


class Onnxruntime:
    def __init__(self):
        import onnxruntime

        self.ort = onnxruntime

    def open(self, model, threads):
        options = self.ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = self.ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def feed(self, inputs):
        self.binding = self.session.io_binding()
        self.kept = []
        for slot, data in zip(self.session.get_inputs(), inputs):
            kind = slot.type[len("tensor("):-1]
            value = np.frombuffer(data, {"float": "float32", "double": "float64"}.get(kind, kind))
            value = value.reshape([d if isinstance(d, int) else 1 for d in slot.shape]).copy()
            self.kept.append(self.ort.OrtValue.ortvalue_from_numpy(value))
            self.binding.bind_ortvalue_input(slot.name, self.kept[-1])
        for slot in self.session.get_outputs():
            self.binding.bind_output(slot.name, "cpu")

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def outputs(self):
        return self.binding.copy_outputs_to_cpu()

    def close(self):
        self.session = self.binding = self.kept = None


class Mnn:
    def __init__(self):
        import MNN
        import MNN.numpy  # its variables read from numpy's arrays

        self.mnn = MNN

    def open(self, model, threads):
        self.machine = self.mnn.Interpreter(model)
        self.session = self.machine.createSession(
            {"backend": "CPU", "numThread": threads, "precision": "high"})

    def feed(self, inputs):
        kinds = {self.mnn.Halide_Type_Float: np.float32, self.mnn.Halide_Type_Int: np.int32,
                 self.mnn.Halide_Type_Uint8: np.uint8}
        slots = self.machine.getSessionInputAll(self.session)
        for (_, slot), data in zip(sorted(slots.items()), inputs):
            shape = slot.getShape()
            if slot.getDataType() not in kinds:
                raise ValueError("its Python module has no inputs of this model's type")
            value = np.frombuffer(data, kinds[slot.getDataType()]).reshape(shape).copy()
            form = self.mnn.Tensor_DimensionType_Tensorflow
            slot.copyFrom(self.mnn.Tensor(shape, slot.getDataType(), value, form))

    def run(self):
        self.machine.runSession(self.session)

    def outputs(self):
        slots = self.machine.getSessionOutputAll(self.session)
        return [np.array(slot.getNumpyData()) for _, slot in sorted(slots.items())]

    def close(self):
        self.session = self.machine = None


PEERS = {"litert": Litert, "openvino": Openvino, "onnxruntime": Onnxruntime, "mnn": Mnn}


class Child:
    def __init__(self, peer, model, threads):
        self.peer, self.model, self.threads = PEERS[peer](), model, threads
        self.inputs = []

    def make(self):
        self.peer.open(self.model, self.threads)

    def first(self):
        self.make()
        self.peer.feed(self.inputs)
        self.peer.run()

    def open(self, folder):
        files = sorted(pathlib.Path(folder).iterdir(), key=lambda p: int(p.name))
        self.inputs = [p.read_bytes() for p in files]
        start = time.perf_counter()
        self.first()
        return {"us": (time.perf_counter() - start) * 1e6}

    def warm(self, _):
        self.make()
        self.peer.close()
        return {}

    def ready(self, _):
        return {}

    def run(self, count):
        wall, cpu = [], []
        for _ in range(int(count)):
            start_cpu, start = time.process_time(), time.perf_counter()
            self.peer.run()
            wall.append((time.perf_counter() - start) * 1e6)
            cpu.append((time.process_time() - start_cpu) * 1e6)
        return {"wall": wall, "cpu": cpu}

    def cold(self, count):
        times = []
        for _ in range(int(count)):
            self.peer.close()
            start = time.perf_counter()
            self.first()
            opened = time.perf_counter()
            self.peer.run()
            times.append((opened - start - (time.perf_counter() - opened)) * 1e6)
        return {"us": times}

    def outputs(self, path):
        values = [np.ascontiguousarray(v, np.float64).ravel() for v in self.peer.outputs()]
        pathlib.Path(path).write_bytes(b"".join(v.tobytes() for v in values))
        return {"counts": [v.size for v in values]}

    def answer(self, line):
        word, _, argument = line.rstrip("\n").partition(" ")
        if word not in ("ready", "warm", "open", "run", "cold", "outputs"):
            raise ValueError(f"no such command: {word}")
        return getattr(self, word)(argument)


def main():
    # Libraries print where they like; the answers have the real output to themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    child, fault = None, None
    try:
        child = Child(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except Exception as error:  # whatever a peer raises is its line in the table
        fault = error
    for line in sys.stdin:
        try:
            answer = child.answer(line) if child else {"error": str(fault)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
