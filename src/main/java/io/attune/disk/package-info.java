/**
 * Guards the disks against filling up. Plain Java.
 *
 * <p>{@link io.attune.disk.Disks}, the entry, knows the free space of the disks that the service writes to, and
 * throws {@link io.attune.disk.NoSpaceException} before a write uses the reserve. {@link io.attune.disk.WantOfSpace}
 * decides whether a full disk caused a failure. {@link io.attune.disk.Durable} brings files to the disk, and
 * {@link io.attune.disk.Trees} deletes folders.
 */
package io.attune.disk;
