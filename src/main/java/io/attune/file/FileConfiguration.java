package io.attune.file;

import io.attune.api.GuardedByItself;
import io.attune.api.LongBody;
import io.attune.http.LongCall;
import io.attune.json.HeapShare;
import io.attune.storage.BlobStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FileConfiguration {

    /** Of the heap: a row of the largest size and the most values fits, and three quarters are left for all else. */
    private static final int ROWS_SHARE = 4;

    private static final String COMPLETE = "/v1/uploads/{upload_id}/complete";

    /** The ids of some 25,000 parts. */
    private static final int LONGEST_COMPLETION = 1 << 20;

    /** Putting a large file together takes longer than a transaction should. */
    @Bean
    GuardedByItself completeUpload() {
        return new GuardedByItself(COMPLETE);
    }

    @Bean
    LongBody completionOfManyParts() {
        return new LongBody(COMPLETE, LONGEST_COMPLETION);
    }

    @Bean
    LongCall createFile() {
        return new LongCall("POST", "/v1/files");
    }

    @Bean
    LongCall listFiles() {
        return new LongCall("GET", "/v1/files");
    }

    @Bean
    LongCall downloadFile() {
        return new LongCall("GET", "/v1/files/{file_id}/content");
    }

    @Bean
    LongCall addPart() {
        return new LongCall("POST", "/v1/uploads/{upload_id}/parts");
    }

    @Bean
    LongCall assembleUpload() {
        return new LongCall("POST", COMPLETE);
    }

    @Bean
    RowsReceiver rowsReceiver(BlobStore blobs) {
        return new RowsReceiver(blobs, HeapShare.ofHeap(ROWS_SHARE));
    }
}
