package dev.samara.mlkit.common.model;

/** A model that is downloaded. Two of the same class and name are equal. */
public abstract class RemoteModel {
  private final String modelName;

  protected RemoteModel(String modelName) {
    this.modelName = modelName;
  }

  public String getModelName() {
    return modelName;
  }

  @Override
  public boolean equals(Object other) {
    return other != null
        && getClass() == other.getClass()
        && modelName.equals(((RemoteModel) other).modelName);
  }

  @Override
  public int hashCode() {
    return modelName.hashCode();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " " + modelName;
  }
}
