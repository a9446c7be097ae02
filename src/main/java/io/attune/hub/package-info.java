/**
 * Fetches models from the Hugging Face Hub, or from a server that answers as it does: the files that an import
 * reads and no others, at one commit, checked against the checksums that the Hub lists. Plain HTTP; nothing that is
 * fetched is ever executed.
 *
 * <pre>
 * HubSettings ─> HubHttp ──────> HubRepository ─────> NeededFiles ─────> HubDownload ─> io.attune.format.ModelImport
 * (environment)  (redirects,     (commit of a         (which of them)    (config.json first, space,
 *                 token, waits)   revision, listing)                      FileDownload: go on, checksum)
 * </pre>
 *
 * The server is not trusted: what it says of names, sizes and counts is bounded before it is used.
 */
package io.attune.hub;
