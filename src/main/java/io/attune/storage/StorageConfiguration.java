package io.attune.storage;

import io.attune.disk.Disks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    @Bean
    DataFolder dataFolder(@Value("${attune.data}") Path data) {
        DataFolder folder = new DataFolder(data);
        folder.requireWritable();
        return folder;
    }

    @Bean
    Disks disks(
            DataFolder data,
            @Value("${attune.store}") String setting,
            @Value("${attune.space-reserve}") DataSize reserve) {
        List<Path> written = new ArrayList<>(data.written());
        if (StoreSetting.parse(setting) instanceof StoreSetting.Folder shared) {
            written.add(shared.path());
        }
        return new Disks(written, reserve.toBytes());
    }

    /** Reports down while a disk has less free space than its reserve. The service then refuses large writes. */
    @Bean
    HealthIndicator spaceHealthIndicator(Disks disks) {
        return () -> disks.shortage()
                .map(full -> Health.down(full).build())
                .orElseGet(() -> Health.up().build());
    }

    /**
     * @param owner lock of the data folder; no other service writes to the folder, so incoming files at the start
     *     come from a service that was killed
     */
    @Bean
    ArtifactStore artifactStore(
            @Value("${attune.store}") String setting,
            @Value("${attune.store-cache}") DataSize cache,
            S3Settings s3,
            DataFolder data,
            FolderLock owner,
            Disks disks,
            Clock clock)
            throws IOException {
        for (Path left : FolderStore.files(data.incoming())) {
            Files.deleteIfExists(left);
        }
        StoreSetting where = StoreSetting.parse(setting);
        if (where instanceof StoreSetting.Bucket bucket) {
            S3Store store = S3Store.of(
                    bucket, s3, data.incoming(), new LocalCache(data.cache(), cache.toBytes(), disks, clock));
            store.check();
            return store;
        }
        if (where instanceof StoreSetting.Folder shared) {
            return FolderStore.in(shared.path());
        }
        return FolderStore.in(data.root());
    }

    @Bean
    FolderLock folderLock(DataFolder folder) {
        return new FolderLock(folder);
    }
}
