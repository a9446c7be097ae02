package io.attune.trainer.launch;

import io.attune.process.HeapSize;
import io.attune.process.NativeCommand;
import io.attune.process.Seclusion;
import io.attune.storage.DataFolder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the launcher of trainers, in every role of the service. */
@Configuration(proxyBeanMethods = false)
class TrainerConfiguration {

    @Bean
    NativeCommand trainerCommand(@Value("${attune.trainer-heap}") String heap, DataFolder data, Seclusion seclusion) {
        HeapSize size = HeapSize.ofSetting("ATTUNE_TRAINER_HEAP", heap);
        return new NativeCommand(TrainerProcesses.program(), size, data.djl(), seclusion);
    }
}
