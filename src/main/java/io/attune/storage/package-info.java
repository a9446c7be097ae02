/**
 * Where state lies: the data folder and its lock, and the artifact store, which keeps bytes by checksum and never loses accepted ones.
 */
package io.attune.storage;
