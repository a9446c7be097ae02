/**
 * How much of the service one client may hold: connections of one address ({@link io.attune.http.AddressBoundProtocol}), threads of calls that take
 * long ({@link io.attune.http.LongCalls}), the pace at which bodies come and answers go ({@link io.attune.http.TransferFilter}), and what a refusal
 * leaves unread ({@link io.attune.http.UnreadBodies}). So a short call always finds a thread.
 */
package io.attune.http;
