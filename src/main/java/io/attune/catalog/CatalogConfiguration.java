package io.attune.catalog;

import io.attune.http.LongCall;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CatalogConfiguration {

    /** The list of models is a long call: it has no pages, and a project may have thousands of tuned models. */
    @Bean
    LongCall listModels() {
        return new LongCall("GET", "/v1/models");
    }
}
