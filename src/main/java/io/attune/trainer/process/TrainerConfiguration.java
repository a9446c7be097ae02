package io.attune.trainer.process;

import io.attune.storage.DataFolder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How this service starts trainers, whatever its roles. */
@Configuration(proxyBeanMethods = false)
class TrainerConfiguration {

    private static final Logger log = LoggerFactory.getLogger(TrainerConfiguration.class);

    /** The keys of the service and of its database are no trainer's business. */
    @Bean
    TrainerCommand trainerCommand(@Value("${attune.trainer-heap}") String heap, DataFolder data) {
        OwnMemory.close(data.djl());
        Seclusion seclusion = Seclusion.of(List.of(data.postgres(), data.adminKey()), data.attempts(), List.of());
        if (!seclusion.possible()) {
            log.info("this system lets trainers have no namespaces:"
                    + " they can read the files that the service's user can read");
        }
        return TrainerCommand.ofThisProgram(heap, data.djl(), seclusion);
    }
}
