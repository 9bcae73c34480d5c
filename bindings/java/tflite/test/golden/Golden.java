import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.FileUtil;
import org.tensorflow.lite.support.common.TensorOperator;
import org.tensorflow.lite.support.common.TensorProcessor;
import org.tensorflow.lite.support.common.ops.CastOp;
import org.tensorflow.lite.support.common.ops.DequantizeOp;
import org.tensorflow.lite.support.common.ops.NormalizeOp;
import org.tensorflow.lite.support.common.ops.QuantizeOp;
import org.tensorflow.lite.support.image.ColorSpaceType;
import org.tensorflow.lite.support.image.ImageProcessor;
import org.tensorflow.lite.support.image.ImageProperties;
import org.tensorflow.lite.support.image.TensorImage;
import org.tensorflow.lite.support.label.Category;
import org.tensorflow.lite.support.label.LabelUtil;
import org.tensorflow.lite.support.label.TensorLabel;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/**
 * What the Support Library answers, a line each: compiled once against Samara's classes (the published
 * ones want Android's beside them), run on both, and compared. Errors count by their type.
 */
public class Golden {
  private static final float[] FLOATS = {
    -1e9f, -1.5f, -0f, 0.49f, 0.5f, 1, 127.99f, 254.6f, 255, 255.5f, 3e9f, Float.NaN
  };
  private static final int[] INTS = {Integer.MIN_VALUE, -1, 0, 1, 128, 255, 256, 65535, 7, 8, 9, 10};

  private static void line(String what, Supplier<Object> answer) {
    Object said;
    try {
      said = answer.get();
    } catch (RuntimeException | AssertionError e) {
      said = e.getClass().getName();
    }
    System.out.println(what + ": " + said);
  }

  private static String text(TensorBuffer b) {
    StringBuilder bits = new StringBuilder();
    for (float value : b.getFloatArray())
      bits.append(Integer.toHexString(Float.floatToIntBits(value))).append(' ');
    return b.getDataType() + Arrays.toString(b.getShape()) + b.isDynamic() + b.getFlatSize() + " "
        + bits + Arrays.toString(b.getIntArray());
  }

  private static TensorBuffer floats(boolean dynamic, int... shape) {
    TensorBuffer b =
        dynamic
            ? TensorBuffer.createDynamic(DataType.FLOAT32)
            : TensorBuffer.createFixedSize(shape, DataType.FLOAT32);
    b.loadArray(FLOATS, shape);
    return b;
  }

  private static TensorBuffer bytes(int... shape) {
    TensorBuffer b = TensorBuffer.createDynamic(DataType.UINT8);
    b.loadArray(INTS, shape);
    return b;
  }

  private static void buffers() {
    for (DataType type : new DataType[] {DataType.FLOAT32, DataType.UINT8, DataType.INT32}) {
      line("dynamic " + type, () -> text(TensorBuffer.createDynamic(type)));
      line("fixed " + type, () -> text(TensorBuffer.createFixedSize(new int[] {2, 3}, type)));
      line("scalar " + type, () -> text(TensorBuffer.createFixedSize(new int[] {}, type)));
      line("empty " + type, () -> text(TensorBuffer.createFixedSize(new int[] {2, 0}, type)));
      line("negative " + type, () -> TensorBuffer.createFixedSize(new int[] {-1}, type));
      line("null " + type, () -> TensorBuffer.createFixedSize(null, type));
      line("from floats " + type, () -> text(TensorBuffer.createFrom(floats(true, 3, 4), type)));
      line("from fixed " + type, () -> text(TensorBuffer.createFrom(floats(false, 12), type)));
      line("from bytes " + type, () -> text(TensorBuffer.createFrom(bytes(12), type)));
      line("from null " + type, () -> TensorBuffer.createFrom(null, type));
      line(
          "floats into " + type,
          () -> {
            TensorBuffer b = TensorBuffer.createDynamic(type);
            b.loadArray(FLOATS, new int[] {2, 6});
            b.loadArray(FLOATS);
            return text(b) + b.getFloatValue(3) + b.getIntValue(8) + b.getTypeSize();
          });
      line(
          "ints into " + type,
          () -> {
            TensorBuffer b = TensorBuffer.createFixedSize(new int[] {12}, type);
            b.loadArray(INTS);
            return text(b) + b.getFloatValue(5) + b.getIntValue(6);
          });
    }
    TensorBuffer fixed = floats(false, 12);
    line("fixed to another shape", () -> { fixed.loadArray(FLOATS, new int[] {3, 4}); return ""; });
    line("fixed to another size", () -> { fixed.loadArray(new float[2], new int[] {2}); return ""; });
    line("wrong count", () -> { fixed.loadArray(new float[2]); return ""; });
    line("null array", () -> { fixed.loadArray((float[]) null); return ""; });
    line(
        "a buffer",
        () -> {
          ByteBuffer own = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
          own.putFloat(1.5f).putFloat(-2);
          TensorBuffer b = TensorBuffer.createDynamic(DataType.FLOAT32);
          b.loadBuffer(own, new int[] {2});
          return text(b) + (b.getBuffer() == own);
        });
    line(
        "a read-only buffer",
        () -> {
          TensorBuffer b = TensorBuffer.createDynamic(DataType.UINT8);
          b.loadBuffer(ByteBuffer.allocate(4).asReadOnlyBuffer(), new int[] {2, 2});
          b.loadArray(new int[] {1, 2, 3, 4}, new int[] {4});
          return text(b) + b.getBuffer().isReadOnly();
        });
    line("a wrong buffer", () -> { fixed.loadBuffer(ByteBuffer.allocate(3)); return ""; });
    line("null buffer", () -> { fixed.loadBuffer(null); return ""; });
    line(
        "a buffer changed behind",
        () -> {
          TensorBuffer b = bytes(12);
          b.getBuffer().limit(5);
          return b.getFlatSize();
        });
  }

  private static void operators() {
    Map<String, TensorOperator> ops = new HashMap<>();
    float[] three = {1, 2, 3};
    ops.put("normalize", new NormalizeOp(127.5f, 127.5f));
    ops.put("nothing", new NormalizeOp(0, 1));
    ops.put("of metadata", new NormalizeOp(0, 0));
    ops.put("infinite", new NormalizeOp(0, Float.POSITIVE_INFINITY));
    ops.put("by channel", new NormalizeOp(three, new float[] {0.1f, 7, -3}));
    ops.put("quantize", new QuantizeOp(3, 0.37f));
    ops.put("dequantize", new DequantizeOp(128, 1 / 255f));
    ops.put("dequantize nothing", new DequantizeOp(0, 0));
    ops.put("to bytes", new CastOp(DataType.UINT8));
    ops.put("to floats", new CastOp(DataType.FLOAT32));
    for (String name : new java.util.TreeSet<>(ops.keySet())) {
      TensorOperator op = ops.get(name);
      line(name + " of floats", () -> text(op.apply(floats(true, 4, 3))));
      line(name + " of fixed", () -> text(op.apply(floats(false, 2, 2, 3))));
      line(name + " of bytes", () -> text(op.apply(bytes(4, 3))));
      line(name + " of others", () -> text(op.apply(bytes(12))));
      line(
          name + " in a row",
          () ->
              text(
                  new TensorProcessor.Builder()
                      .add(op)
                      .add(new NormalizeOp(3, 5))
                      .add(new CastOp(DataType.UINT8))
                      .build()
                      .process(floats(true, 4, 3))));
    }
    line("no deviation", () -> new NormalizeOp(1, 0));
    line("none", () -> new NormalizeOp(new float[0], new float[0]));
    line("unequal", () -> new NormalizeOp(three, new float[2]));
    line("null mean", () -> new NormalizeOp(null, three));
    line("a deviation of 0", () -> new NormalizeOp(three, new float[] {1, 0, 1}));
    line("to int", () -> new CastOp(DataType.INT32));
    line("null op", () -> new TensorProcessor.Builder().add((TensorOperator) null));
  }

  private static void labels() {
    TensorBuffer scores = TensorBuffer.createDynamic(DataType.FLOAT32);
    scores.loadArray(new float[] {0.1f, 0.7f, 0.2f}, new int[] {1, 3});
    List<String> names = Arrays.asList("a", "b", "a");
    line("map", () -> new TensorLabel(names, scores).getMapWithFloatValue());
    line("categories", () -> new TensorLabel(names, scores).getCategoryList());
    line("too few", () -> new TensorLabel(names.subList(0, 2), scores));
    line("wrong axis", () -> new TensorLabel(new HashMap<>(Map.of(2, names)), scores));
    line("other axis", () -> new TensorLabel(Map.of(0, List.of("x")), scores).getMapWithFloatValue());
    TensorBuffer table = bytes(1, 3, 2, 2);
    line(
        "parts",
        () -> {
          StringBuilder out = new StringBuilder();
          new TensorLabel(Arrays.asList("x", "y", "z"), table)
              .getMapWithTensorBuffer()
              .forEach((name, part) -> out.append(name).append(text(part)));
          return out;
        });
    line("not the last", () -> new TensorLabel(names, table).getCategoryList());
    TensorBuffer one = TensorBuffer.createFixedSize(new int[] {1}, DataType.UINT8);
    line("one only", () -> new TensorLabel(names, one));
    line("null labels", () -> new TensorLabel((Map<Integer, List<String>>) null, scores));
    line("values", () -> LabelUtil.mapValueToLabels(bytes(12), names, 0));
    line("offset", () -> LabelUtil.mapValueToLabels(bytes(12), names, -7));
    line("category", () -> Category.create("l", "d", 0.5f, 3));
    line("same", () -> new Category("l", 1).equals(Category.create("l", "", 1.0000005f)));
    line("other", () -> new Category("l", 1).equals(Category.create("l", "", 1, 2)));
  }

  private static void files() {
    for (String text : new String[] {"", "a\n\n b \r\n\t\nc", "\u00e4\n\ud83d\ude00"})
      line(
          "labels of " + text.length(),
          () -> {
            try {
              byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
              return FileUtil.loadLabels(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
            } catch (IOException e) {
              return e;
            }
          });
  }

  private static String text(TensorImage image) {
    return image.getDataType() + " " + image.getColorSpaceType() + image.getHeight() + "x"
        + image.getWidth() + text(image.getTensorBuffer());
  }

  private static void images() {
    for (DataType type : new DataType[] {DataType.FLOAT32, DataType.UINT8}) {
      TensorImage image = new TensorImage(type);
      line("nothing " + type, image::getTensorBuffer);
      line("no width " + type, image::getWidth);
      line("pixels " + type, () -> { image.load(INTS, new int[] {2, 2, 3}); return text(image); });
      line("floats " + type, () -> { image.load(FLOATS, new int[] {1, 1, 4, 3}); return text(image); });
      line("gray " + type, () -> {
        image.load(bytes(3, 4), ColorSpaceType.GRAYSCALE);
        return text(image);
      });
      line("copy " + type, () -> text(TensorImage.createFrom(image, DataType.FLOAT32)));
      line("no shape " + type, () -> { image.load(INTS, new int[] {12}); return ""; });
      line("no colours " + type, () -> { image.load(INTS, new int[] {3, 2, 2}); return ""; });
      line("gray as three " + type, () -> {
        image.load(bytes(3, 4, 1), ColorSpaceType.GRAYSCALE);
        return "";
      });
      line("planes " + type, () -> { image.load(bytes(12), ColorSpaceType.NV12); return ""; });
      line("planes of a size " + type, () -> {
        image.load(
            bytes(12),
            ImageProperties.builder().setHeight(2).setWidth(4)
                .setColorSpaceType(ColorSpaceType.NV21).build());
        return image.getHeight() + "x" + image.getWidth() + image.getColorSpaceType();
      });
      line("too few planes " + type, () -> {
        image.load(
            bytes(12),
            ImageProperties.builder().setHeight(4).setWidth(4)
                .setColorSpaceType(ColorSpaceType.YV12).build());
        return "";
      });
      line("steps " + type, () -> {
        image.load(INTS, new int[] {2, 2, 3});
        return text(
            new ImageProcessor.Builder()
                .add(new NormalizeOp(127.5f, 127.5f))
                .add(new QuantizeOp(128, 0.0078125f))
                .add(new CastOp(DataType.UINT8))
                .build()
                .process(image));
      });
    }
    line("int image", () -> new TensorImage(DataType.INT32));
    line("no height", () -> ImageProperties.builder().setWidth(1)
        .setColorSpaceType(ColorSpaceType.RGB).build());
    line("no colour space", () -> ImageProperties.builder().setWidth(1).setHeight(1).build());
    line("nothing to turn", () -> {
      new ImageProcessor.Builder().build().updateNumberOfRotations(1);
      return "";
    });
    for (ColorSpaceType colors : ColorSpaceType.values())
      line(colors.name(), colors::getValue);
  }

  public static void main(String[] parts) {
    buffers();
    operators();
    labels();
    files();
    images();
  }
}
