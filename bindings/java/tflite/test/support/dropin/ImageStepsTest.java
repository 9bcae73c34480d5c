package dropin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.FileUtil;
import org.tensorflow.lite.support.common.ops.NormalizeOp;
import org.tensorflow.lite.support.image.ColorSpaceType;
import org.tensorflow.lite.support.image.ImageProcessor;
import org.tensorflow.lite.support.image.TensorImage;
import org.tensorflow.lite.support.image.ops.ResizeOp;
import org.tensorflow.lite.support.image.ops.ResizeOp.ResizeMethod;
import org.tensorflow.lite.support.image.ops.ResizeWithCropOrPadOp;
import org.tensorflow.lite.support.image.ops.Rot90Op;
import org.tensorflow.lite.support.image.ops.TransformToGrayscaleOp;

/** The steps on images, which the published classes leave to Android's Bitmap. */
class ImageStepsTest {
  /** An image of gray pixels. */
  private static TensorImage gray(DataType type, int[][] rows) {
    int[] rgb = new int[3 * rows.length * rows[0].length];
    int at = 0;
    for (int[] row : rows) for (int value : row) for (int c = 0; c < 3; ++c) rgb[at++] = value;
    TensorImage out = new TensorImage(type);
    out.load(rgb, new int[] {rows.length, rows[0].length, 3});
    return out;
  }

  private static int[][] rows(TensorImage image) {
    int[] values = image.getTensorBuffer().getIntArray();
    int[][] out = new int[image.getHeight()][image.getWidth()];
    for (int y = 0; y < out.length; ++y)
      for (int x = 0; x < out[0].length; ++x) {
        int at = 3 * (y * out[0].length + x);
        assertEquals(values[at], values[at + 1]);
        assertEquals(values[at], values[at + 2]);
        out[y][x] = values[at];
      }
    return out;
  }

  private static int[][] grid(int height, int width) {
    int[][] out = new int[height][width];
    for (int y = 0; y < height; ++y) for (int x = 0; x < width; ++x) out[y][x] = 10 * y + x;
    return out;
  }

  @Test
  void turns() {
    int[][] in = {{1, 2, 3}, {4, 5, 6}};
    int[][] left = {{3, 6}, {2, 5}, {1, 4}};
    for (DataType type : new DataType[] {DataType.UINT8, DataType.FLOAT32}) {
      assertArrayEquals(left, rows(new Rot90Op().apply(gray(type, in))));
      assertArrayEquals(left, rows(new Rot90Op(-3).apply(gray(type, in))));
      assertArrayEquals(left, rows(new Rot90Op(5).apply(gray(type, in))));
      assertArrayEquals(
          new int[][] {{6, 5, 4}, {3, 2, 1}}, rows(new Rot90Op(2).apply(gray(type, in))));
      assertArrayEquals(
          new int[][] {{4, 1}, {5, 2}, {6, 3}}, rows(new Rot90Op(3).apply(gray(type, in))));
      assertArrayEquals(in, rows(new Rot90Op(0).apply(gray(type, in))));
    }
    assertEquals(7, new Rot90Op(1).getOutputImageHeight(3, 7));
    assertEquals(7, new Rot90Op(2).getOutputImageWidth(3, 7));
  }

  @Test
  void cropsAndPads() {
    TensorImage image = gray(DataType.UINT8, grid(4, 5));
    assertArrayEquals(
        new int[][] {{11, 12, 13}, {21, 22, 23}},
        rows(new ResizeWithCropOrPadOp(2, 3).apply(image)));
    int[][] padded = {{0, 0, 0, 0}, {0, 1, 2, 0}, {0, 3, 4, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
    TensorImage small = gray(DataType.UINT8, new int[][] {{1, 2}, {3, 4}});
    assertArrayEquals(padded, rows(new ResizeWithCropOrPadOp(5, 4).apply(small)));
    TensorImage both = gray(DataType.UINT8, grid(2, 4));
    assertArrayEquals(
        new int[][] {{0, 0}, {1, 2}, {11, 12}, {0, 0}},
        rows(new ResizeWithCropOrPadOp(4, 2).apply(both)));
  }

  @Test
  void resizesByTheNearestPixel() {
    TensorImage image = gray(DataType.UINT8, grid(4, 4));
    ResizeOp half = new ResizeOp(2, 2, ResizeMethod.NEAREST_NEIGHBOR);
    assertArrayEquals(new int[][] {{11, 13}, {31, 33}}, rows(half.apply(image)));
    ResizeOp more = new ResizeOp(1, 6, ResizeMethod.NEAREST_NEIGHBOR);
    TensorImage row = gray(DataType.UINT8, new int[][] {{1, 2, 3}});
    assertArrayEquals(new int[][] {{1, 1, 2, 2, 3, 3}}, rows(more.apply(row)));
  }

  @Test
  void resizesByFourPixels() {
    ResizeOp twice = new ResizeOp(1, 4, ResizeMethod.BILINEAR);
    TensorImage row = gray(DataType.UINT8, new int[][] {{0, 100}});
    assertArrayEquals(new int[][] {{0, 25, 75, 100}}, rows(twice.apply(row)));
    ResizeOp half = new ResizeOp(1, 1, ResizeMethod.BILINEAR);
    TensorImage four = gray(DataType.UINT8, new int[][] {{0, 1}, {2, 200}});
    assertArrayEquals(new int[][] {{51}}, rows(half.apply(four)));
    ResizeOp same = new ResizeOp(3, 5, ResizeMethod.BILINEAR);
    assertArrayEquals(grid(3, 5), rows(same.apply(gray(DataType.FLOAT32, grid(3, 5)))));
    Random random = new Random(1);
    int[][] any = new int[7][9];
    for (int[] line : any) for (int x = 0; x < 9; ++x) line[x] = random.nextInt(256);
    ResizeOp odd = new ResizeOp(13, 4, ResizeMethod.BILINEAR);
    int[][] out = rows(odd.apply(gray(DataType.UINT8, any)));
    for (int y = 0; y < 13; ++y)
      for (int x = 0; x < 4; ++x) assertEquals(mixed(any, y, x, 13, 4), out[y][x], 0.5001);
  }

  /** As the definition has it: every pixel weighs by its distance, those outside are the edge. */
  private static double mixed(int[][] in, int y, int x, int height, int width) {
    double atY = (y + 0.5) * in.length / height - 0.5;
    double atX = (x + 0.5) * in[0].length / width - 0.5;
    double sum = 0;
    for (int row = -2; row < in.length + 2; ++row)
      for (int column = -2; column < in[0].length + 2; ++column) {
        double weight =
            Math.max(0, 1 - Math.abs(row - atY)) * Math.max(0, 1 - Math.abs(column - atX));
        int[] line = in[Math.min(Math.max(row, 0), in.length - 1)];
        sum += weight * line[Math.min(Math.max(column, 0), line.length - 1)];
      }
    return sum;
  }

  @Test
  void becomesGray() {
    TensorImage image = new TensorImage();
    image.load(new int[] {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}, new int[] {2, 2, 3});
    TensorImage out = new TransformToGrayscaleOp().apply(image);
    assertEquals(ColorSpaceType.GRAYSCALE, out.getColorSpaceType());
    assertArrayEquals(new int[] {1, 2, 2, 1}, out.getTensorBuffer().getShape());
    assertArrayEquals(new int[] {76, 150, 29, 255}, out.getTensorBuffer().getIntArray());
    assertThrows(IllegalArgumentException.class, () -> new Rot90Op().apply(out));
  }

  @Test
  void goesThroughAPipeline() {
    ImageProcessor steps =
        new ImageProcessor.Builder()
            .add(new ResizeWithCropOrPadOp(2, 2))
            .add(new Rot90Op(1))
            .add(new ResizeOp(4, 4, ResizeMethod.NEAREST_NEIGHBOR))
            .add(new NormalizeOp(1, 2))
            .build();
    int[][] in = {{1, 3}, {5, 7}};
    TensorImage out = steps.process(gray(DataType.UINT8, in));
    assertEquals(DataType.FLOAT32, out.getDataType());
    assertEquals(1, out.getTensorBuffer().getFloatValue(0));
    steps.updateNumberOfRotations(0);
    assertEquals(0, steps.process(gray(DataType.UINT8, in)).getTensorBuffer().getFloatValue(0));
    assertThrows(IndexOutOfBoundsException.class, () -> steps.updateNumberOfRotations(1, 1));
    ImageProcessor none = new ImageProcessor.Builder().build();
    assertThrows(IllegalStateException.class, () -> none.updateNumberOfRotations(1));
  }

  @Test
  void keepsWithinBytes() {
    TensorImage image = new TensorImage(DataType.FLOAT32);
    image.load(new float[] {-5, 300, 1.9f}, new int[] {1, 1, 3});
    float[] out = new Rot90Op(2).apply(image).getTensorBuffer().getFloatArray();
    assertArrayEquals(new float[] {0, 255, 1}, out);
  }

  @Test
  void refusesSizesThatNoImageHas() {
    TensorImage image = gray(DataType.UINT8, grid(2, 2));
    for (int[] size : new int[][] {{0, 1}, {-1, 2}, {1 << 20, 1 << 20}})
      for (ResizeMethod method : ResizeMethod.values())
        assertThrows(
            IllegalArgumentException.class,
            () -> new ResizeOp(size[0], size[1], method).apply(image));
    assertThrows(IllegalStateException.class, () -> new Rot90Op().apply(new TensorImage()));
  }

  @Test
  void readsFiles(@TempDir File folder) throws Exception {
    File file = new File(folder, "labels.txt");
    Files.write(file.toPath(), "cat\n\ndog\n".getBytes(StandardCharsets.UTF_8));
    List<String> labels = FileUtil.loadLabels(file);
    assertEquals(Arrays.asList("cat", "dog"), labels);
    assertEquals(9, FileUtil.loadMappedFile(file).capacity());
    assertEquals('g', FileUtil.loadByteFromFile(file)[7]);
    assertThrows(java.io.IOException.class, () -> FileUtil.loadMappedFile(new File(folder, "no")));
  }
}
