/** How much room the disks have that the service writes to, and whether something failed for want of it. Plain Java. */
package io.attune.disk;
