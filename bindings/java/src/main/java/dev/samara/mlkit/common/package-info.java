/**
 * The classes of com.google.mlkit.common that custom models need, over Samara's device library, so
 * that migrating is a changed import. docs/leaving-firebase.md says what differs.
 */
package dev.samara.mlkit.common;
