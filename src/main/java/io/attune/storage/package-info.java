/**
 * Stores the state of the service outside the database. {@link io.attune.storage.BlobStore}, the entry, stores
 * bytes under their checksum and never loses accepted bytes.
 *
 * <pre>
 * DataFolder, FolderLock   the folder with all local state, owned by one service
 * BlobStore                accepts bytes (Incoming) and writes their row in the table blob
 * -> ArtifactStore         FolderStore or S3Store, with LocalCache for remote bytes
 * StoreMarker              checks that store and database belong together
 * StoreSweeper             deletes unneeded bytes
 * StoreCopy                copies a store to another place
 * </pre>
 */
package io.attune.storage;
