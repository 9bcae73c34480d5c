#!/usr/bin/env python3
"""Makes the models and pictures of examples/digits from the digits that ship inside scikit-learn.

A small convolutional network learns to tell handwritten digits in pictures of 32 x 32; it is
written as .tflite in four forms (float32, dynamic range, full int8, and full int8 for gray
pictures), each with metadata and labels as users' models have them. The pictures are made of digits
that the network has not seen: enlarged smoothly, on lit and grainy paper, as JPEG, PNG, WebP, BMP.

Needs, in a virtual environment of its own: tensorflow-cpu 2.21, scikit-learn, pillow, flatbuffers.
Takes about five minutes. What it wrote is in the repository; run it again to change that:

    python scripts/make_demo_models.py [--only-images]

The script fails where a picture is told wrongly, or a turned one is told rightly without its EXIF.
"""
import argparse
import io
import pathlib
import zipfile

import flatbuffers
import numpy as np
from PIL import Image, ImageFilter
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = ROOT / "examples" / "digits" / "models"
IMAGES = ROOT / "examples" / "digits" / "images"
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SIZE = 32
SEED = 7


# --- pictures ------------------------------------------------------------------------------------


def ink(digit, width, height, rng, turn, scale):
    """The digit (8x8, 0 to 16) as a smooth mask of 0 to 1, turned, scaled and moved a little."""
    framed = np.pad(digit * (255 / 16), 2).astype(np.uint8)  # strokes end softly, not at the edge
    canvas = Image.fromarray(framed).resize((192, 192), Image.BICUBIC).rotate(turn, Image.BICUBIC)
    w, h = int(width * scale), int(height * scale)
    canvas = canvas.resize((w, h), Image.BICUBIC)
    mask = Image.new("L", (width, height))
    dx, dy = rng.uniform(-0.06, 0.06, 2) * (width, height)
    mask.paste(canvas, (int((width - w) / 2 + dx), int((height - h) / 2 + dy)))
    soft = np.asarray(mask, np.float32) / 255
    return np.clip((soft - 0.25) / 0.4, 0, 1)


def scene(digit, width, height, rng, grain=6.0, dark_paper=None):
    """A picture of the digit in ink on paper: colours, a light from one side, grain."""
    mask = ink(digit, width, height, rng, rng.uniform(-12, 12), rng.uniform(0.85, 1.35))
    if dark_paper is None:
        dark_paper = rng.random() < 0.4
    paper = rng.uniform(10, 80) if dark_paper else rng.uniform(175, 240)
    pen = rng.uniform(180, 245) if dark_paper else rng.uniform(10, 80)
    paper, pen = paper + rng.uniform(-20, 20, 3), pen + rng.uniform(-40, 40, 3)
    picture = paper + mask[..., None] * (pen - paper)
    y, x = np.mgrid[0:height, 0:width] / max(width, height) - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.25) * (np.cos(angle) * x + np.sin(angle) * y)
    picture = picture * light[..., None] + rng.normal(0, grain, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def shrink(picture):
    """Bilinear between the four nearest pixels, with half-pixel centres: samara's resizing."""
    def axis(n):
        at = np.clip((np.arange(SIZE) + 0.5) * (n / SIZE) - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        return low, np.minimum(low + 1, n - 1), (at - low).astype(np.float32)

    y0, y1, fy = axis(picture.shape[0])
    x0, x1, fx = axis(picture.shape[1])
    fx, fy = fx[None, :, None], fy[:, None, None]
    picture = picture.astype(np.float32)
    top = picture[y0][:, x0] * (1 - fx) + picture[y0][:, x1] * fx
    low = picture[y1][:, x0] * (1 - fx) + picture[y1][:, x1] * fx
    return np.floor(top * (1 - fy) + low * fy + 0.5).astype(np.uint8)


def split():
    """Digits to learn from and digits to be judged on."""
    digits = load_digits()
    return train_test_split(digits.images, digits.target, test_size=400, random_state=SEED,
                            stratify=digits.target)


def samples(digits, labels, count, seed):
    """`count` small scenes with their labels."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(digits), count)
    pictures = np.empty((count, SIZE, SIZE, 3), np.uint8)
    for i, pick in enumerate(picks):
        side = rng.choice([32, 48, 64])
        big = scene(digits[pick], side, side, rng, rng.uniform(0, 14))
        pictures[i] = shrink(big)
    return pictures, labels[picks]


def gray(pictures):
    """ITU-R BT.601 luma, rounded."""
    return np.rint(pictures @ np.array([0.299, 0.587, 0.114]))[..., None].astype(np.uint8)


def normalise(pictures):
    return (pictures.astype(np.float32) - 127.5) / 127.5


# --- network -------------------------------------------------------------------------------------


def network(channels, batch=None):
    import tensorflow as tf
    layers = tf.keras.layers
    x = image = tf.keras.Input((SIZE, SIZE, channels), batch_size=batch, name="image")

    def unit(x, layer):
        return layers.ReLU(6.0)(layers.BatchNormalization()(layer(x)))

    x = unit(x, layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False))
    for filters, stride in ((32, 1), (48, 2), (48, 1), (96, 2)):
        x = unit(x, layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False))
        x = unit(x, layers.Conv2D(filters, 1, use_bias=False))
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(10, activation="softmax", name="digit")(x)
    return tf.keras.Model(image, x)


def train(channels, data):
    import tensorflow as tf
    tf.keras.utils.set_random_seed(SEED)
    pictures, labels, test_pictures, test_labels = data
    shape = gray if channels == 1 else np.asarray
    model = network(channels)
    epochs, batch = 12, 128
    steps = epochs * len(pictures) // batch
    rate = tf.keras.optimizers.schedules.CosineDecay(4e-3, steps)
    model.compile(tf.keras.optimizers.Adam(rate), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    model.fit(normalise(shape(pictures)), labels, batch, epochs, verbose=2,
              validation_data=(normalise(shape(test_pictures)), test_labels))
    one = network(channels, batch=1)
    one.set_weights(model.get_weights())
    return one


def convert(model, kind, pictures):
    import tensorflow as tf
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if kind != "f32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "int8":
        converter.representative_dataset = lambda: ([normalise(p)[None]] for p in pictures)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


# --- metadata ------------------------------------------------------------------------------------
# The flatbuffer TFLITE_METADATA (identifier M001), written slot by slot: table fields have the
# places that the metadata schema gives them.


class Writer:
    def __init__(self):
        self.b = flatbuffers.Builder(1024)

    def text(self, s):
        return self.b.CreateString(s)

    def vector(self, offsets):
        self.b.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.b.PrependUOffsetTRelative(offset)
        return self.b.EndVector()

    def floats(self, values):
        return self.b.CreateNumpyVector(np.array(values, np.float32))

    def table(self, **slots):
        """Fields as o<slot>=offset, b<slot>=byte, i<slot>=uint32."""
        self.b.StartObject(1 + max(int(name[1:]) for name in slots))
        for name, value in slots.items():
            slot = int(name[1:])
            if name[0] == "o":
                self.b.PrependUOffsetTRelativeSlot(slot, value, 0)
            elif name[0] == "b":
                self.b.PrependUint8Slot(slot, value, 0)
            else:
                self.b.PrependUint32Slot(slot, value, 0)
        return self.b.EndObject()


def metadata(description, channels):
    w = Writer()
    size = w.table(i0=SIZE, i1=SIZE)
    colours = {3: 1, 1: 2}[channels]  # RGB, GRAYSCALE
    image = w.table(b0=colours, o1=size)
    content = w.table(b0=2, o1=image)  # ContentProperties: ImageProperties
    normal = w.table(o0=w.floats([127.5]), o1=w.floats([127.5]))
    unit = w.table(b0=1, o1=normal)  # ProcessUnitOptions: NormalizationOptions
    tensor_in = w.table(o0=w.text("image"), o1=w.text("A picture of one digit, stretched to fit."),
                        o3=content, o4=w.vector([unit]))
    labels = w.table(o0=w.text("labels.txt"), o1=w.text("The ten digits by name."), b2=2)
    feature = w.table(b0=1, o1=w.table(o0=0))  # ContentProperties: FeatureProperties
    tensor_out = w.table(o0=w.text("probability"), o1=w.text("How likely each digit is, 0 to 1."),
                         o3=feature, o6=w.vector([labels]))
    subgraph = w.table(o2=w.vector([tensor_in]), o3=w.vector([tensor_out]))
    model = w.table(o0=w.text("Handwritten digits"), o1=w.text(description), o2=w.text("1"),
                    o3=w.vector([subgraph]), o4=w.text("The authors of Samara"),
                    o5=w.text("CC BY 4.0; data: E. Alpaydin, C. Kaynak, UCI"), o7=w.text("1.0.0"))
    w.b.Finish(model, b"M001")
    return bytes(w.b.Output())


def with_metadata(tflite, description, channels):
    """The model with a metadata entry, and the labels in a zip appended to the file."""
    from tensorflow.lite.python import schema_py_generated as schema
    model = schema.ModelT.InitFromPackedBuf(tflite, 0)
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(metadata(description, channels), np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = b"TFLITE_METADATA", len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = (model.metadata or []) + [entry]
    builder = flatbuffers.Builder(len(tflite) + 4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    out = io.BytesIO()
    out.write(bytes(builder.Output()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("labels.txt", (1980, 1, 1, 0, 0, 0)),
                         "".join(name + "\n" for name in NAMES))
    return out.getvalue()


# --- judging -------------------------------------------------------------------------------------


class Judge:
    """A written model, asked through the runtime that everybody has."""

    def __init__(self, path):
        import tensorflow as tf
        self.run = tf.lite.Interpreter(str(path), num_threads=1)
        self.run.allocate_tensors()
        self.input, self.output = self.run.get_input_details()[0], self.run.get_output_details()[0]
        self.channels = self.input["shape"][3]

    def scores(self, picture):
        """Scores of an RGB picture of any size."""
        small = shrink(picture)
        x = normalise(gray(small) if self.channels == 1 else small)[None]
        scale, zero = self.input["quantization"]
        if scale:
            x = np.clip(np.rint(x / scale) + zero, -128, 127).astype(np.int8)
        self.run.set_tensor(self.input["index"], x)
        self.run.invoke()
        y = self.run.get_tensor(self.output["index"])[0].astype(np.float32)
        scale, zero = self.output["quantization"]
        return (y - zero) * scale if scale else y


def make_models():
    train_x, test_x, train_y, test_y = split()
    data = samples(train_x, train_y, 40000, SEED) + samples(test_x, test_y, 4000, SEED + 1)
    for channels in (3, 1):
        model = train(channels, data)
        calibration = gray(data[0][:300]) if channels == 1 else data[0][:300]
        for kind in ("f32", "dr", "int8") if channels == 3 else ("int8",):
            name = f"digits_{kind}" if channels == 3 else f"digits_gray_{kind}"
            words = {"f32": "float32", "dr": "float32 with int8 weights", "int8": "full int8"}[kind]
            tflite = with_metadata(
                convert(model, kind, calibration),
                f"Tells which handwritten digit a picture shows ({words}).", channels)
            path = MODELS / f"{name}.tflite"
            path.write_bytes(tflite)
            judge = Judge(path)
            unseen = zip(data[2][:1000], data[3])
            right = np.mean([judge.scores(p).argmax() == t for p, t in unseen])
            print(f"{path.name}: {len(tflite)} bytes, {right:.1%} of 1000 unseen small scenes")
            assert len(tflite) < 200_000 and right > 0.9


# --- the demo's pictures -------------------------------------------------------------------------
# file, digit, width, height, paper dark?, gray?
PICTURES = [
    ("seven.jpg", 7, 960, 720, False, False),
    ("four_turned.jpg", 4, 640, 800, False, False),
    ("two_gray.jpg", 2, 800, 640, True, True),
    ("three.png", 3, 640, 640, False, False),
    ("five_gray.png", 5, 720, 640, False, True),
    ("nine.webp", 9, 1024, 768, True, False),
    ("zero.bmp", 0, 640, 640, False, True),
]


def save(path, picture, is_gray):
    image = Image.fromarray(gray(picture)[..., 0] if is_gray else picture)
    if path.name == "four_turned.jpg":
        exif = Image.Exif()
        exif[0x0112] = 6  # orientation: the rows run down the right side
        image.rotate(90, expand=True).save(path, quality=88, exif=exif)
    elif path.suffix == ".jpg":
        image.save(path, quality=88, progressive=path.stem.startswith("two"))
    elif path.suffix == ".webp":
        image.save(path, quality=85)
    elif path.suffix == ".png":
        image.save(path, optimize=True)
    else:
        image.save(path)


def make_images():
    _, digits, _, labels = split()
    judges = {p.stem: Judge(p) for p in sorted(MODELS.glob("*.tflite"))}
    for place, (name, digit, width, height, dark, is_gray) in enumerate(PICTURES):
        candidates = np.flatnonzero(labels == digit)
        for attempt in range(60):  # the first that every model is sure of
            rng = np.random.default_rng([SEED, place, attempt])
            # Grain costs bytes in formats that keep every bit.
            grain = 1.0 if name.endswith((".png", ".bmp")) else 5.0
            picture = scene(digits[rng.choice(candidates)], width, height, rng, 0, dark)
            noise = rng.normal(128, 60, (height, width)).clip(0, 255).astype(np.uint8)
            noise = Image.fromarray(noise)
            noise = np.asarray(noise.filter(ImageFilter.GaussianBlur(1.2)), np.float32) - 128
            picture = np.clip(picture + noise[..., None] * (grain / 16), 0, 255).astype(np.uint8)
            seen = np.repeat(gray(picture), 3, 2) if is_gray else picture
            scores = {k: j.scores(seen) for k, j in judges.items()}
            turned = [j.scores(np.rot90(seen)).argmax() != digit for j in judges.values()]
            if all(s.argmax() == digit and s.max() > 0.95 for s in scores.values()) and (
                    "turned" not in name or all(turned)):
                break
        else:
            raise SystemExit(f"no picture of a {NAMES[digit]} that every model tells")
        save(IMAGES / name, picture, is_gray)
        print(name, (IMAGES / name).stat().st_size, "bytes,",
              ", ".join(f"{k} {s[digit]:.3f}" for k, s in scores.items()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only-images", action="store_true", help="keep the models as they are")
    arguments = parser.parse_args()
    MODELS.mkdir(parents=True, exist_ok=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    if not arguments.only_images:
        make_models()
    make_images()
