package dev.samara.device;

/** How far the download of a model is. */
public final class Progress {
  private final String model;
  private final long bytes;
  private final long total;
  private final double bytesPerSecond;

  Progress(String model, long bytes, long total, double bytesPerSecond) {
    this.model = model;
    this.bytes = bytes;
    this.total = total;
    this.bytesPerSecond = bytesPerSecond;
  }

  public String getModel() {
    return model;
  }

  public long getBytes() {
    return bytes;
  }

  public long getTotal() {
    return total;
  }

  public double getPercent() {
    return total > 0 ? 100.0 * bytes / total : 0;
  }

  public double getBytesPerSecond() {
    return bytesPerSecond;
  }
}
