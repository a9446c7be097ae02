/**
 * Downloads models from the Hugging Face Hub, or from a server with the same API. Downloads only the files that an
 * import reads, at one commit, and compares them with the checksums of the Hub. Plain HTTP. The package never
 * executes a downloaded file.
 *
 * <p>{@link io.attune.hub.HubDownload}, the entry, fetches a model. Flow order:
 *
 * <pre>
 * HubSettings ─> HubHttp ──────> HubRepository ─────> NeededFiles ─────> HubDownload ─> io.attune.format.ModelImport
 * (environment)  (redirects,     (commit of a         (which of them)    (config.json first, space,
 *                 token, waits)   revision, listing)                      FileDownload: go on, checksum)
 * </pre>
 *
 * <p>The package does not trust the server: it limits every name, size and count before it uses them.
 */
package io.attune.hub;
