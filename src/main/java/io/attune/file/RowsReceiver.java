package io.attune.file;

import io.attune.dataset.RowReader;
import io.attune.json.HeapShare;
import io.attune.storage.BlobStore;
import io.attune.storage.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Receives files of rows: first to this machine's disk, at the pace of the client and with a buffer's memory, then their rows are checked from
 * there, with the heap that all checks share. So a slow client holds no heap, and no check waits for a client.
 */
final class RowsReceiver {

    private final BlobStore blobs;
    private final HeapShare heap;

    RowsReceiver(BlobStore blobs, HeapShare heap) {
        this.blobs = blobs;
        this.heap = heap;
    }

    /**
     * Reads to the end of {@code bytes}.
     *
     * @throws HeapShare.Exhausted when the checks of others leave no room in time
     */
    IncomingRows receive(InputStream bytes) throws IOException {
        Incoming content = blobs.receive();
        try {
            content.keeping(bytes).transferTo(OutputStream.nullOutputStream());
            try (InputStream kept = content.kept()) {
                return new IncomingRows(content, RowReader.check(kept, heap));
            }
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }
}
