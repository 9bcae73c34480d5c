package dev.samara.modeldownloader;

import dev.samara.device.Conditions;

/** When a model may be downloaded; nothing is asked for without. */
public final class CustomModelDownloadConditions {
  private final boolean chargingRequired;
  private final boolean wifiRequired;
  private final boolean deviceIdleRequired;

  private CustomModelDownloadConditions(Builder from) {
    chargingRequired = from.charging;
    wifiRequired = from.wifi;
    deviceIdleRequired = from.idle;
  }

  public boolean isChargingRequired() {
    return chargingRequired;
  }

  public boolean isWifiRequired() {
    return wifiRequired;
  }

  public boolean isDeviceIdleRequired() {
    return deviceIdleRequired;
  }

  Conditions conditions() {
    Conditions.Builder out = new Conditions.Builder();
    if (chargingRequired) {
      out.requireCharging();
    }
    if (wifiRequired) {
      out.requireWifi();
    }
    if (deviceIdleRequired) {
      out.requireDeviceIdle();
    }
    return out.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CustomModelDownloadConditions
        && conditions().equals(((CustomModelDownloadConditions) other).conditions());
  }

  @Override
  public int hashCode() {
    return conditions().hashCode();
  }

  /** Sets what is asked for. */
  public static class Builder {
    private boolean charging;
    private boolean wifi;
    private boolean idle;

    public Builder requireCharging() {
      charging = true;
      return this;
    }

    public Builder requireWifi() {
      wifi = true;
      return this;
    }

    public Builder requireDeviceIdle() {
      idle = true;
      return this;
    }

    public CustomModelDownloadConditions build() {
      return new CustomModelDownloadConditions(this);
    }
  }
}
