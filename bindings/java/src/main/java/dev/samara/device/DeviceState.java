package dev.samara.device;

/**
 * What the app knows of the device it runs on. What is not set is not known, which meets no
 * condition that asks for it.
 */
public final class DeviceState {
  /** What a device is connected by. */
  public enum Network {
    UNKNOWN,
    NONE,
    CELLULAR,
    WIFI,
    ETHERNET
  }

  /**
   * Says what the device is like now. Called before a download and at every piece of it, from any
   * thread; it must answer at once and call nothing of the library. If it throws, nothing is known.
   */
  public interface Provider {
    DeviceState now();
  }

  private final long[] values = {0, -1, -1, -1, -1, -1, -1, -1};

  private DeviceState set(int field, long value) {
    values[field] = value;
    return this;
  }

  private static long flag(boolean value) {
    return value ? 1 : 0;
  }

  /** In the order of samara_device_state. */
  long[] values() {
    return values.clone();
  }

  boolean isOffline() {
    return values[0] == Network.NONE.ordinal();
  }

  public DeviceState network(Network network) {
    return set(0, network.ordinal());
  }

  public DeviceState metered(boolean metered) {
    return set(1, flag(metered));
  }

  public DeviceState roaming(boolean roaming) {
    return set(2, flag(roaming));
  }

  public DeviceState charging(boolean charging) {
    return set(3, flag(charging));
  }

  public DeviceState idle(boolean idle) {
    return set(4, flag(idle));
  }

  public DeviceState background(boolean background) {
    return set(5, flag(background));
  }

  public DeviceState batteryPercent(int percent) {
    return set(6, percent);
  }

  public DeviceState freeBytes(long bytes) {
    return set(7, bytes);
  }
}
