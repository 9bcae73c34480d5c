package dev.samara.mlkit.common.model;

import dev.samara.device.Conditions;

/** When a model may be downloaded; nothing is asked for without. */
public class DownloadConditions {
  private final boolean chargingRequired;
  private final boolean wifiRequired;

  private DownloadConditions(Builder from) {
    chargingRequired = from.charging;
    wifiRequired = from.wifi;
  }

  public boolean isChargingRequired() {
    return chargingRequired;
  }

  public boolean isWifiRequired() {
    return wifiRequired;
  }

  Conditions conditions() {
    Conditions.Builder out = new Conditions.Builder();
    if (chargingRequired) {
      out.requireCharging();
    }
    if (wifiRequired) {
      out.requireWifi();
    }
    return out.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DownloadConditions
        && conditions().equals(((DownloadConditions) other).conditions());
  }

  @Override
  public int hashCode() {
    return conditions().hashCode();
  }

  /** Sets what is asked for. */
  public static class Builder {
    private boolean charging;
    private boolean wifi;

    public Builder requireCharging() {
      charging = true;
      return this;
    }

    public Builder requireWifi() {
      wifi = true;
      return this;
    }

    public DownloadConditions build() {
      return new DownloadConditions(this);
    }
  }
}
