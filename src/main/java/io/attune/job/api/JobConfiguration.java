package io.attune.job.api;

import io.attune.api.LongBody;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class JobConfiguration {

    @Bean
    LongBody jobWithTemplateVariables() {
        return new LongBody("/v1/fine_tuning/jobs", ChatTemplateKwargs.LONGEST_BODY);
    }
}
