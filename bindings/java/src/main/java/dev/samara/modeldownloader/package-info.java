/**
 * com.google.firebase.ml.modeldownloader over Samara's device library: the same classes, methods
 * and error codes, so that migrating is a changed import. docs/leaving-firebase.md says what
 * differs.
 */
package dev.samara.modeldownloader;
