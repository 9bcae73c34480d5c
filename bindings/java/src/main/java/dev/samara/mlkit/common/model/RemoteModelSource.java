package dev.samara.mlkit.common.model;

/** Where a model is kept. */
public abstract class RemoteModelSource {
  private final String modelName;

  protected RemoteModelSource(String modelName) {
    this.modelName = modelName;
  }

  public String getModelName() {
    return modelName;
  }
}
