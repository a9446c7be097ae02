/**
 * Wakes threads that wait for a change, in this process and in the other processes.
 *
 * <p>{@link io.attune.notify.QueueSignals}, the entry, wakes threads that wait for claimable jobs or for stop
 * requests. {@code Notifier} sends notices to the other processes after the commit (NOTIFY). {@code NoticeListener}
 * receives their notices (LISTEN) and wakes the threads here. It passes notices about new events to
 * {@link io.attune.notify.EventNotices}. A notice may be lost, so a waiting thread also polls.
 */
package io.attune.notify;
