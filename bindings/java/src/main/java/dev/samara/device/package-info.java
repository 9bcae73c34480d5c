/**
 * The device library: models by name, verified, brought up to date behind the app's back, swapped
 * between two inferences. {@link dev.samara.device.SamaraApp} is where an app begins; {@link
 * dev.samara.device.Device} has every call, and waits where there is something to wait for.
 *
 * <p>Nothing is null, given or taken, but what is marked {@link dev.samara.device.Nullable}.
 */
package dev.samara.device;
