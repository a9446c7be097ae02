package io.attune.preview;

import io.attune.disk.Disks;
import io.attune.process.NativeCommand;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import io.attune.trainer.launch.TrainerCalls;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures previews from the settings of the service. */
@Configuration(proxyBeanMethods = false)
class PreviewConfiguration {

    @Bean
    Previews previews(
            @Value("${attune.previews}") String most,
            NativeCommand command,
            DataFolder data,
            BlobStore blobs,
            Disks disks)
            throws IOException {
        if (!most.matches("\\d{1,3}")) {
            throw new IllegalArgumentException(
                    "ATTUNE_PREVIEWS must be the number of previews that are made at a time, or 0, not '" + most + "'");
        }
        return new Previews(new TrainerCalls(command, data.previews(), disks), blobs, Integer.parseInt(most));
    }
}
