package org.tensorflow.lite.support.label;

import java.util.Objects;

/** A label with its score. */
public final class Category {
  private final String label;
  private final String displayName;
  private final float score;
  private final int index;

  private Category(String label, String displayName, float score, int index) {
    this.label = label;
    this.displayName = displayName;
    this.score = score;
    this.index = index;
  }

  public Category(String label, float score) {
    this(label, "", score, -1);
  }

  public static Category create(String label, String displayName, float score, int index) {
    return new Category(label, displayName, score, index);
  }

  public static Category create(String label, String displayName, float score) {
    return new Category(label, displayName, score, -1);
  }

  public String getLabel() {
    return label;
  }

  public String getDisplayName() {
    return displayName;
  }

  public float getScore() {
    return score;
  }

  /** Its place among the classes; -1: not said. */
  public int getIndex() {
    return index;
  }

  /** Scores may differ by a millionth. */
  @Override
  public boolean equals(Object o) {
    if (!(o instanceof Category)) return false;
    Category other = (Category) o;
    return label.equals(other.label)
        && displayName.equals(other.displayName)
        && Math.abs(score - other.score) < 1e-6f
        && index == other.index;
  }

  @Override
  public int hashCode() {
    return Objects.hash(label, displayName, index); // not by the score: equal ones may differ in it
  }

  @Override
  public String toString() {
    return String.format(
        "<Category \"%s\" (displayName=%s score=%s index=%d)>", label, displayName, score, index);
  }
}
