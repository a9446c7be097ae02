package io.attune.notify;

/** Hears which jobs have new events that other processes have written. */
public interface EventNotices {

    /** The job has new events. */
    void toldOf(String job);

    /** Any job may have new events. */
    void toldOfAll();
}
