package io.attune.access;

import io.attune.api.ErrorWriter;
import io.attune.storage.DataFolder;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;

@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final String[] OPEN = {
        "/",
        "/docs",
        "/docs/**",
        "/swagger-ui/**",
        "/v3/api-docs",
        "/v3/api-docs.yaml",
        "/v3/api-docs/**",
        "/actuator/health",
        "/actuator/health/**",
        "/error"
    };

    @Bean
    AdminKey adminKey(@Value("${attune.admin-key:}") String setting, DataFolder folder) throws IOException {
        return AdminKey.of(setting, folder);
    }

    /**
     * Uses no session and no protection against forged requests. Each request carries its key, and browsers do not
     * send keys by themselves.
     */
    @Bean
    SecurityFilterChain access(HttpSecurity http, ApiKeys keys, ErrorWriter errors) throws Exception {
        ApiKeyFilter filter = new ApiKeyFilter(keys, errors);
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers(OPEN).permitAll().anyRequest().authenticated())
                .addFilterBefore(filter, UsernamePasswordAuthenticationFilter.class)
                .exceptionHandling(handling -> handling.authenticationEntryPoint(filter))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Prevents Spring Boot from creating a user with a password. */
    @Bean
    AuthenticationManager noPasswords() {
        return authentication -> null;
    }
}
