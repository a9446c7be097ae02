package io.attune.file;

import io.attune.dataset.RowReader;
import io.attune.json.HeapShare;
import io.attune.storage.BlobStore;
import io.attune.storage.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Receives files of rows in two steps. The first step writes the bytes to a local disk at the client's pace, and
 * needs only the memory of a buffer. The second step reads the rows from this disk and checks them, in a share of the
 * heap that all checks use. So a slow client holds no heap, and no check waits for a client.
 */
final class RowsReceiver {

    private final BlobStore blobs;
    private final HeapShare heap;

    RowsReceiver(BlobStore blobs, HeapShare heap) {
        this.blobs = blobs;
        this.heap = heap;
    }

    /**
     * Reads {@code bytes} to the end.
     *
     * @throws HeapShare.Exhausted if other checks do not release enough heap in time
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
