package dev.samara

/** What Firebase's extensions hang on: `Firebase.modelDownloader`. */
public object Firebase
