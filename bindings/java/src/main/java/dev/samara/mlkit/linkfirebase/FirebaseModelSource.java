package dev.samara.mlkit.linkfirebase;

import dev.samara.mlkit.common.model.RemoteModelSource;

/** A model by its name in the hub, which is the one that it had in Firebase. */
public class FirebaseModelSource extends RemoteModelSource {
  private FirebaseModelSource(String modelName) {
    super(modelName);
  }

  /** Makes one of a name. */
  public static class Builder {
    private final String modelName;

    public Builder(String modelName) {
      this.modelName = modelName;
    }

    public FirebaseModelSource build() {
      return new FirebaseModelSource(modelName);
    }
  }
}
