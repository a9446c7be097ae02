package io.attune.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The artifact store that all services share. */
interface Store {

    /** What the services are told. */
    Map<String, String> environment();

    /** Nobody reaches it any more, in the middle of whatever it does. @return how that was done */
    String goAway() throws IOException, InterruptedException;

    void comeBack() throws IOException, InterruptedException;

    /** It takes nothing more, as if its disk were full. */
    void fill();

    /** After {@link #fill}. */
    void empty();

    /** Where its objects lie, each named by its SHA-256, in whatever folders. */
    Path objects();

    void close() throws IOException, InterruptedException;
}
