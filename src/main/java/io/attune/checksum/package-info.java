/**
 * Checksums of bytes: {@link io.attune.checksum.Digests} makes the platform's digests, {@link
 * io.attune.checksum.Sha256} adds up SHA-256. Plain Java.
 */
package io.attune.checksum;
