package io.attune.storage;

import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    @Bean
    DataFolder dataFolder(@Value("${attune.data}") Path data) {
        return new DataFolder(data);
    }

    @Bean
    ArtifactStore artifactStore(@Value("${attune.store}") String setting, DataFolder folder) {
        return StoreSetting.parse(setting).open(folder);
    }

    @Bean
    FolderLock folderLock(DataFolder folder) {
        return new FolderLock(folder);
    }
}
