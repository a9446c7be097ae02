package io.attune;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The service: all roles, or those named in {@code ATTUNE_ROLES}. */
@SpringBootApplication
@EnableScheduling
public class AttuneApplication {

    /** As a shell says it of a process that SIGTERM has ended. */
    private static final int TERMINATED = 143;

    public static void main(String[] args) {
        // while a context starts it cannot be closed: whoever ends this process then, as while it waits for a database,
        // is obeyed at once
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
