/**
 * The disks that the service writes to: how much room they have, whether something failed for want of it ({@link
 * io.attune.disk.WantOfSpace}), fsync ({@link io.attune.disk.Durable}), deletion of folders ({@link
 * io.attune.disk.Trees}). Plain Java.
 */
package io.attune.disk;
