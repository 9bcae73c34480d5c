package dev.samara.device;

import java.util.Arrays;

/** When a download may run. The defaults ask for nothing, as Firebase's do. */
public final class Conditions {
  private final long[] values;

  private Conditions(long[] values) {
    this.values = values;
  }

  /** In the order of samara_conditions. */
  long[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Conditions && Arrays.equals(values, ((Conditions) other).values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** Sets what is asked for. One thread at a time. */
  public static final class Builder {
    private final long[] values = {0, 0, 1, 1, 0, 0, 1, 0, 0};

    private Builder set(int field, long value) {
      values[field] = value;
      return this;
    }

    public Builder requireWifi() {
      return set(0, 1);
    }

    public Builder requireUnmetered() {
      return set(1, 1);
    }

    public Builder allowCellular(boolean allowed) {
      return set(2, allowed ? 1 : 0);
    }

    public Builder allowRoaming(boolean allowed) {
      return set(3, allowed ? 1 : 0);
    }

    public Builder requireCharging() {
      return set(4, 1);
    }

    public Builder requireDeviceIdle() {
      return set(5, 1);
    }

    /** Whether downloads may run while the app is not in front. */
    public Builder allowBackground(boolean allowed) {
      return set(6, allowed ? 1 : 0);
    }

    public Builder requireBatteryPercent(int atLeast) {
      return set(7, atLeast);
    }

    public Builder requireFreeBytes(long atLeast) {
      return set(8, atLeast);
    }

    public Conditions build() {
      return new Conditions(values.clone());
    }
  }
}
