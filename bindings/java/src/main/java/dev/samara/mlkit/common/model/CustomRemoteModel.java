package dev.samara.mlkit.common.model;

/** A model of the app's own, from a hub. */
public class CustomRemoteModel extends RemoteModel {
  private CustomRemoteModel(RemoteModelSource source) {
    super(source.getModelName());
  }

  CustomRemoteModel(String name) {
    super(name);
  }

  /** Makes one of where it is kept. */
  public static class Builder {
    private final RemoteModelSource source;

    public Builder(RemoteModelSource source) {
      this.source = source;
    }

    public CustomRemoteModel build() {
      return new CustomRemoteModel(source);
    }
  }
}
