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

    public static void main(String[] args) {
        SpringApplication.run(AttuneApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
