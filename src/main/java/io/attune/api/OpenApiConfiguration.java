package io.attune.api;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import tools.jackson.databind.JsonNode;

/** Adds an introduction, the API key and the error object to the OpenAPI description. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String KEY = "ApiKey";

    private static final String ABOUT = """
            Self-hosted fine-tuning of language models behind OpenAI's API.

            A call that changes something acts once: its repeat is answered as the call was, with the header `attune-repeated: true`. A repeat is
            an equal request of the same API key, either with `X-Stainless-Retry-Count` above 0 within 30 minutes, as OpenAI's clients send it, or
            with the same `Idempotency-Key` within 24 hours.

            Unknown fields and query parameters are refused by name. `OpenAI-Organization` and `OpenAI-Project` are not looked at: the API key
            says whose things are meant.""";

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info().title("Attune").version("0.1.0").description(ABOUT))
                .servers(List.of(new Server().url("/").description("This service.")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        KEY,
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")
                                                .description(
                                                        "An API key. The admin key is in ATTUNE_ADMIN_KEY or in the data folder.")))
                .addSecurityItem(new SecurityRequirement().addList(KEY));
    }

    /** A field with any JSON, and the caller of an endpoint, need no schema. */
    static {
        SpringDocUtils.getConfig().replaceWithSchema(JsonNode.class, new Schema<>().type("object"));
        SpringDocUtils.getConfig().addAnnotationsToIgnore(AuthenticationPrincipal.class);
    }

    /**
     * Adds the error object to the answers of every endpoint. Sorts paths and schemas, so that the document only
     * changes with the API.
     */
    @Bean
    OpenApiCustomizer errorsAndOrder() {
        return document -> {
            ModelConverters.getInstance(true)
                    .resolveAsResolvedSchema(new AnnotatedType(ErrorBody.class))
                    .referencedSchemas
                    .forEach(document.getComponents()::addSchemas);
            Paths paths = new Paths();
            new TreeMap<>(document.getPaths()).forEach((path, item) -> {
                item.readOperations().forEach(OpenApiConfiguration::addError);
                paths.addPathItem(path.replace("{*", "{"), item);
            });
            document.setPaths(paths);
            if (document.getTags() != null) {
                document.getTags().sort(Comparator.comparing(Tag::getName));
            }
            document.getComponents().setSchemas(new TreeMap<>(schemas(document)));
            schemas(document).values().forEach(OpenApiConfiguration::sayInJsonSchema);
        };
    }

    /**
     * Corrects schemas that the annotations cannot express in JSON Schema. The annotations have OpenAPI 3.0's flags
     * for exclusive bounds. They also put null beside a reference, but null has no effect there.
     */
    @SuppressWarnings({"rawtypes", "unchecked"})
    private static void sayInJsonSchema(Schema schema) {
        Map<String, Schema> fields = schema.getProperties() == null ? Map.of() : schema.getProperties();
        fields.replaceAll((name, field) -> {
            if (Boolean.TRUE.equals(field.getExclusiveMinimum())) {
                field.exclusiveMinimum(null)
                        .exclusiveMinimumValue(field.getMinimum())
                        .minimum(null);
            }
            if (Boolean.TRUE.equals(field.getExclusiveMaximum())) {
                field.exclusiveMaximum(null)
                        .exclusiveMaximumValue(field.getMaximum())
                        .maximum(null);
            }
            boolean optional = field.get$ref() != null
                    && field.getTypes() != null
                    && field.getTypes().contains("null");
            return optional
                    ? new JsonSchema()
                            .description(field.getDescription())
                            .anyOf(List.of(
                                    new JsonSchema().$ref(field.get$ref()), new JsonSchema().types(Set.of("null"))))
                    : field;
        });
    }

    @SuppressWarnings("rawtypes")
    private static Map<String, Schema> schemas(OpenAPI document) {
        return document.getComponents().getSchemas();
    }

    private static void addError(Operation operation) {
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("What is wrong, and the way out.")
                                .content(new Content()
                                        .addMediaType(
                                                "application/json",
                                                new MediaType()
                                                        .schema(new Schema<>()
                                                                .$ref("#/components/schemas/ErrorResponse")))));
    }
}
