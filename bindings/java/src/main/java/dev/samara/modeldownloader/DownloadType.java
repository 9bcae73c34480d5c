package dev.samara.modeldownloader;

/** What to give where a model is here already; with none, each waits for the latest. */
public enum DownloadType {
  LOCAL_MODEL,
  LOCAL_MODEL_UPDATE_IN_BACKGROUND,
  LATEST_MODEL
}
