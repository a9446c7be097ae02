package io.attune.worker;

import io.attune.disk.Disks;
import io.attune.process.NativeCommand;
import io.attune.process.NativeLibraries;
import io.attune.process.WorkFolders;
import io.attune.storage.DataFolder;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.trainer.launch.TrainerProcesses;
import io.attune.worker.device.Devices;
import io.attune.worker.device.SlotSettings;
import io.attune.worker.lease.WorkerSettings;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the parts of a worker from its settings. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {

    @Bean
    WorkerSettings workerSettings(
            @Value("${attune.lease}") Duration lease,
            @Value("${attune.resume-interval}") Duration resumeInterval,
            @Value("${attune.drain-timeout}") Duration drain) {
        return WorkerSettings.of(lease, resumeInterval, drain);
    }

    @Bean
    Devices devices(SlotSettings settings) {
        return settings.devices();
    }

    @Bean
    WorkFolders workFolders(DataFolder data, Disks disks) {
        return new WorkFolders(data.attempts(), disks);
    }

    @Bean
    TrainerLauncher trainerLauncher(NativeCommand command, Disks disks) {
        return new TrainerProcesses(command, new NativeLibraries(command, disks)::require);
    }
}
