package io.attune.file;

import io.attune.json.HeapShare;
import io.attune.storage.BlobStore;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

@Configuration(proxyBeanMethods = false)
class FileConfiguration {

    /**
     * The share of the heap (1/4) for the checks of rows. The largest row with the most values fits in it. The rest
     * of the heap is left for all other work.
     */
    private static final int ROWS_SHARE = 4;

    @Bean
    UploadLimit uploadLimit(@Value("${attune.max-file-bytes}") DataSize limit) {
        return new UploadLimit(limit.toBytes());
    }

    @Bean
    RowsReceiver rowsReceiver(BlobStore blobs) {
        return new RowsReceiver(blobs, HeapShare.ofHeap(ROWS_SHARE));
    }
}
