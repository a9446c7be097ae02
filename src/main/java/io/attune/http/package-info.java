/**
 * Limits how much of the service one client can hold, so that a short call always finds a thread.
 * {@link io.attune.http.TransferFilter}, the entry, handles every request.
 *
 * <pre>
 * {@link io.attune.http.AddressBoundProtocol}    connections of one address
 * {@link io.attune.http.TransferFilter}    the pace of bodies and answers (Pace)
 * {@link io.attune.http.LongCalls}    threads of long calls
 * {@link io.attune.http.UnreadBodies}    the unread rest of refused bodies
 * </pre>
 */
package io.attune.http;
