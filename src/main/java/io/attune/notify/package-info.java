/**
 * Wakes threads that wait for a change, in this process and in the others.
 *
 * <p>{@link io.attune.notify.QueueSignals}, the entry, wakes threads that wait for claimable jobs or for requests to claimed jobs.
 * {@code Notifier} sends notices to the other processes (NOTIFY), after the commit. {@code NoticeListener} hears theirs (LISTEN) and wakes the
 * threads here; {@link io.attune.notify.EventNotices} are told of new events. A notice may be lost: everybody who waits polls too.
 */
package io.attune.notify;
