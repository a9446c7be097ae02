/**
 * Where state lies: the data folder and its lock, and the artifact store, a folder or a bucket, which keeps bytes by checksum and never loses
 * accepted ones.
 */
package io.attune.storage;
