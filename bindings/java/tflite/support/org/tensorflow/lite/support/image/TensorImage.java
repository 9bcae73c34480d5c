package org.tensorflow.lite.support.image;

import java.nio.ByteBuffer;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.support.common.internal.SupportPreconditions;
import org.tensorflow.lite.support.tensorbuffer.TensorBuffer;

/** An image as a tensor. Android's Bitmap and Image are not known here. */
public class TensorImage {
  private final DataType type;
  private TensorBuffer buffer; // null: nothing has been loaded
  private ColorSpaceType colors;
  private int height;
  private int width;

  public TensorImage() {
    this(DataType.UINT8);
  }

  public TensorImage(DataType dataType) {
    SupportPreconditions.checkArgument(
        dataType == DataType.UINT8 || dataType == DataType.FLOAT32,
        "Illegal data type for TensorImage: Only FLOAT32 and UINT8 are accepted");
    type = dataType;
  }

  /** A copy that gives its numbers in another type. */
  public static TensorImage createFrom(TensorImage src, DataType dataType) {
    TensorImage out = new TensorImage(dataType);
    src.loaded();
    out.set(
        TensorBuffer.createFrom(src.buffer, src.buffer.getDataType()),
        src.colors,
        src.height,
        src.width);
    return out;
  }

  public void load(float[] pixels, int[] shape) {
    TensorBuffer numbers = TensorBuffer.createDynamic(type);
    numbers.loadArray(pixels, shape);
    load(numbers);
  }

  public void load(int[] pixels, int[] shape) {
    TensorBuffer numbers = TensorBuffer.createDynamic(type);
    numbers.loadArray(pixels, shape);
    load(numbers);
  }

  public void load(TensorBuffer buffer) {
    load(buffer, ColorSpaceType.RGB);
  }

  /** Takes the buffer itself. RGB and GRAYSCALE: others need to be told their size. */
  public void load(TensorBuffer buffer, ColorSpaceType colorSpaceType) {
    SupportPreconditions.checkArgument(
        colorSpaceType == ColorSpaceType.RGB || colorSpaceType == ColorSpaceType.GRAYSCALE,
        "Only ColorSpaceType.RGB and ColorSpaceType.GRAYSCALE are supported. Use"
            + " `load(TensorBuffer, ImageProperties)` for other color space types.");
    int[] size = colorSpaceType.sizeOf(buffer.getShape());
    set(buffer, colorSpaceType, size[0], size[1]);
  }

  public void load(TensorBuffer buffer, ImageProperties imageProperties) {
    set(
        buffer,
        imageProperties.getColorSpaceType(),
        imageProperties.getHeight(),
        imageProperties.getWidth());
  }

  /** Of uint8. */
  public void load(ByteBuffer buffer, ImageProperties imageProperties) {
    TensorBuffer numbers = TensorBuffer.createDynamic(DataType.UINT8);
    numbers.loadBuffer(buffer, new int[] {buffer.limit()});
    load(numbers, imageProperties);
  }

  private void set(TensorBuffer numbers, ColorSpaceType colorSpace, int height, int width) {
    SupportPreconditions.checkArgument(
        colorSpace != ColorSpaceType.YUV_420_888,
        "The actual encoding format of YUV420 is required. Choose a ColorSpaceType from: NV12,"
            + " NV21, YV12, YV21.");
    colorSpace.checkElements(numbers.getFlatSize(), height, width);
    this.buffer = numbers;
    this.colors = colorSpace;
    this.height = height;
    this.width = width;
  }

  public ByteBuffer getBuffer() {
    return getTensorBuffer().getBuffer();
  }

  /** Itself where it has the image's type, else a copy. */
  public TensorBuffer getTensorBuffer() {
    TensorBuffer numbers = loaded();
    return numbers.getDataType() == type ? numbers : TensorBuffer.createFrom(numbers, type);
  }

  public DataType getDataType() {
    return type;
  }

  public ColorSpaceType getColorSpaceType() {
    loaded();
    return colors;
  }

  public int getWidth() {
    TensorBuffer numbers = loaded();
    colors.checkElements(numbers.getFlatSize(), height, width);
    return width;
  }

  public int getHeight() {
    TensorBuffer numbers = loaded();
    colors.checkElements(numbers.getFlatSize(), height, width);
    return height;
  }

  private TensorBuffer loaded() {
    SupportPreconditions.checkState(buffer != null, "No image has been loaded yet.");
    return buffer;
  }
}
