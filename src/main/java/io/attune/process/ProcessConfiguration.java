package io.attune.process;

import io.attune.storage.DataFolder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Keeps the secrets of this service from the processes that it starts, in every role. */
@Configuration(proxyBeanMethods = false)
class ProcessConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ProcessConfiguration.class);

    @Bean
    Seclusion seclusion(DataFolder data) {
        OwnMemory.close(data.djl());
        Seclusion seclusion = Seclusion.of(DataFolder.secrets(data.root()), data.attempts(), List.of());
        if (!seclusion.possible()) {
            log.info("this system lets trainers have no namespaces:"
                    + " they can read the files that the service's user can read");
        }
        return seclusion;
    }
}
