package io.attune.file;

import io.attune.api.GuardedByItself;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FileConfiguration {

    /** Putting a large file together takes longer than a transaction should. */
    @Bean
    GuardedByItself completeUpload() {
        return new GuardedByItself("/v1/uploads/{upload_id}/complete");
    }
}
