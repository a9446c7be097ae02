package io.attune.file;

import io.attune.api.UploadLimit;
import io.attune.storage.DataFolder;
import jakarta.servlet.MultipartConfigElement;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FileConfiguration {

    /** Uploads are written where the artifact store can take them over by a rename. */
    @Bean
    MultipartConfigElement multipart(UploadLimit limit, DataFolder folder) {
        return limit.multipart(folder.incoming().toString());
    }
}
