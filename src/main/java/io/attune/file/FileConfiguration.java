package io.attune.file;

import io.attune.json.HeapShare;
import io.attune.storage.BlobStore;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

@Configuration(proxyBeanMethods = false)
class FileConfiguration {

    /** Of the heap: a row of the largest size and the most values fits, and three quarters are left for all else. */
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
