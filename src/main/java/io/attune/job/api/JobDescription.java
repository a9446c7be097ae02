package io.attune.job.api;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;

/** Adds to the OpenAPI description what annotations cannot express for jobs. */
@Configuration(proxyBeanMethods = false)
class JobDescription {

    private static final String EVENTS = "/v1/fine_tuning/jobs/{fine_tuning_job_id}/events";

    @Bean
    OpenApiCustomizer jobsInDetail() {
        return document -> {
            SettingSchemas.addTo(document.getComponents());
            refer(document, "FineTuningJob", "training_type", SettingSchemas.TRAINING_TYPE);
            refer(document, "FineTuningJobSupervisedMethod", "hyperparameters", SettingSchemas.HYPERPARAMETERS);
            classicHyperparameters(document);
            fields(document, "FineTuningJob").get("integrations").setMaxItems(0);
            namesOfVariables(document, "CreateFineTuningJobRequest");
            namesOfVariables(document, "CreateFineTuningPreviewRequest");
            allRequired(document, "RowLengths", "RepeatedRows", "Repeat");
            schema(document, "Finding").setRequired(List.of("field", "line", "problem"));
            document.getPaths()
                    .get(EVENTS)
                    .getGet()
                    .getResponses()
                    .get("200")
                    .getContent()
                    .get(MediaType.TEXT_EVENT_STREAM_VALUE)
                    .setSchema(new JsonSchema().$ref("#/components/schemas/FineTuningJobEvent"));
        };
    }

    /** Replaces the type of a field by a reference. The field is a map in Java, and springdoc would write both. */
    private static void refer(OpenAPI document, String schema, String field, String to) {
        fields(document, schema).put(field, new JsonSchema().$ref(to));
    }

    /** The field {@code hyperparameters} of a job has only the three hyperparameters that OpenAI has. */
    @SuppressWarnings("rawtypes")
    private static void classicHyperparameters(OpenAPI document) {
        Map<String, Schema> all = fields(document, "SupervisedHyperparameters");
        Schema classic = new JsonSchema()
                .types(Set.of("object"))
                .description(
                        fields(document, "FineTuningJob").get("hyperparameters").getDescription());
        JobAnswer.CLASSIC.forEach(name -> classic.addProperty(name, all.get(name)));
        fields(document, "FineTuningJob").put("hyperparameters", classic);
    }

    /** Describes the allowed names of variables in the field {@code chat_template_kwargs} of a schema. */
    private static void namesOfVariables(OpenAPI document, String schema) {
        Schema<?> names = new JsonSchema().pattern(ChatTemplateKwargs.NAME.pattern());
        names.setNot(new JsonSchema()._enum(List.copyOf(new TreeSet<>(ChatTemplateKwargs.TAKEN))));
        fields(document, schema).get(ChatTemplateKwargs.FIELD).setPropertyNames(names);
    }

    private static void allRequired(OpenAPI document, String... schemas) {
        for (String name : schemas) {
            schema(document, name)
                    .setRequired(
                            new ArrayList<>(new TreeSet<>(fields(document, name).keySet())));
        }
    }

    @SuppressWarnings("rawtypes")
    private static Map<String, Schema> fields(OpenAPI document, String schema) {
        return schema(document, schema).getProperties();
    }

    @SuppressWarnings("rawtypes")
    private static Schema schema(OpenAPI document, String name) {
        return document.getComponents().getSchemas().get(name);
    }
}
