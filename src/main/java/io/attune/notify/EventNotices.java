package io.attune.notify;

/** Receives notices about new events that other processes have written. */
public interface EventNotices {

    /** The job has new events. */
    void toldOf(String job);

    /** Any job may have new events. */
    void toldOfAll();
}
