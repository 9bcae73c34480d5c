package dev.samara.device;

/** Something that happened to a model's delivery: a row of the table of states, and why. */
public final class Event {
  private final String model;
  private final String state;
  private final String event;
  private final String next;
  private final String why;

  Event(String model, String state, String event, String next, String why) {
    this.model = model;
    this.state = state;
    this.event = event;
    this.next = next;
    this.why = why;
  }

  public String getModel() {
    return model;
  }

  public String getState() {
    return state;
  }

  public String getEvent() {
    return event;
  }

  public String getNext() {
    return next;
  }

  public String getWhy() {
    return why;
  }

  @Override
  public String toString() {
    return model + ": " + state + ", " + event + " -> " + next + " (" + why + ")";
  }
}
