package io.attune;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts the service with all roles, or with the roles in {@code ATTUNE_ROLES}. */
@SpringBootApplication
@EnableScheduling
public class AttuneApplication {

    /** The exit code that a shell gives a process after SIGTERM. */
    private static final int TERMINATED = 143;

    public static void main(String[] args) {
        // A context cannot be closed while it starts. It may wait for a database for a long time. Until it has
        // started, the process ends at once on SIGTERM.
        Thread obey = new Thread(() -> Runtime.getRuntime().halt(TERMINATED));
        Runtime.getRuntime().addShutdownHook(obey);
        try {
            SpringApplication.run(AttuneApplication.class, args);
            Runtime.getRuntime().removeShutdownHook(obey);
        } catch (RuntimeException e) {
            Runtime.getRuntime().removeShutdownHook(obey);
            throw e;
        }
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
