package io.attune.contract;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's contract with Attune's overlay, against which tests hold every answer. */
public final class Contract {

    private static final String PREFIX = "/v1";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ADDRESS = "https://attune.test/contract";
    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");
    /** Names of models may hold slashes. */
    private static final List<String> MODEL_NAMES = List.of("model", "fine_tuned_model_checkpoint");

    private static final Contract INSTANCE = new Contract(ContractFiles.contract());

    /** @param answers by status (or 4XX), then by media type; null for an answer without a schema to check, as bytes */
    private record Operation(String method, Pattern path, int parameters, Map<String, Map<String, Schema>> answers) {}

    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Schema> events = new TreeMap<>();
    private final Schema error;

    @SuppressWarnings("unchecked")
    private Contract(Map<String, Object> document) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of(ADDRESS, JSON.writeValueAsString(document))));
        this.error = schema(registry, "/components/schemas/ErrorResponse");
        ((Map<String, Map<String, Object>>) document.get("paths"))
                .forEach((path, item) -> item.forEach((method, operation) -> operations.add(new Operation(
                        method.toUpperCase(Locale.ROOT),
                        pattern(path),
                        (int) PARAMETER.matcher(path).results().count(),
                        answers(
                                registry,
                                (Map<String, Object>) operation,
                                "/paths/" + escaped(path) + "/" + method + "/responses")))));
        operations.sort(Comparator.comparingInt(Operation::parameters));
        ((Map<String, Object>) document.get("webhooks"))
                .keySet()
                .forEach(name -> events.put(
                        // fine_tuning_job_succeeded is the event fine_tuning.job.succeeded
                        name.replaceFirst("^fine_tuning_job_", "fine_tuning.job."),
                        schema(registry, "/webhooks/" + name + "/post/requestBody/content/application~1json/schema")));
    }

    /**
     * Checks an answer of the service.
     *
     * @param path from {@code /v1} on, as sent, with or without a query; other paths are not of the contract and pass
     * @param contentType null if there was none
     * @param body null or empty if there was none; bytes that are no text are not looked at
     * @throws AssertionError that lists what does not fit
     */
    public static void check(String method, String path, int status, String contentType, String body) {
        String place = path.replaceFirst("[?#].*$", "");
        if (!place.equals(PREFIX) && !place.startsWith(PREFIX + "/")) {
            return;
        }
        List<String> violations = INSTANCE.violations(
                method, place.substring(PREFIX.length()), status, mediaType(contentType), body == null ? "" : body);
        if (!violations.isEmpty()) {
            throw new AssertionError(method + " " + path + " answers " + status + " " + contentType
                    + ", which does not fit the contract:\n  " + String.join("\n  ", violations) + "\n  in: "
                    + shortened(body));
        }
    }

    /**
     * Checks the body of an event that is sent to a webhook.
     *
     * @throws AssertionError that lists what does not fit
     */
    public static void checkEvent(String body) {
        JsonNode event = JSON.readTree(body);
        Schema schema = INSTANCE.events.get(event.path("type").asString(""));
        List<String> violations =
                schema == null ? List.of("$.type: there is no such event") : violations(schema, event);
        if (!violations.isEmpty()) {
            throw new AssertionError("an event does not fit the contract:\n  " + String.join("\n  ", violations)
                    + "\n  in: " + shortened(body));
        }
    }

    private List<String> violations(String method, String path, int status, String type, String body) {
        boolean bodiless = method.equals("HEAD") || method.equals("OPTIONS") && body.isEmpty();
        if (bodiless) {
            return List.of();
        }
        if (status >= 400) {
            return type.equals("application/json")
                    ? violations(error, body)
                    : List.of("an error has to be application/json");
        }
        Optional<Operation> operation = operations.stream()
                .filter(candidate -> candidate.method().equals(method)
                        && candidate.path().matcher(path).matches())
                .findFirst();
        if (operation.isEmpty()) {
            return List.of("neither reference nor overlay has this operation");
        }
        Map<String, Schema> answers = operation.get().answers().get(String.valueOf(status));
        if (answers == null) {
            return List.of("this operation has no such status");
        }
        if (!answers.containsKey(type)) {
            return List.of("the media type has to be one of " + answers.keySet());
        }
        Schema schema = answers.get(type);
        if (schema == null) {
            return List.of();
        }
        return type.equals("text/event-stream") ? streamViolations(schema, body) : violations(schema, body);
    }

    /** Every data line of a stream, whose last one may be {@code [DONE]} or an error. */
    private List<String> streamViolations(Schema schema, String body) {
        List<String> violations = new ArrayList<>();
        body.lines().filter(line -> line.startsWith("data:")).forEach(line -> {
            String data = line.substring("data:".length()).strip();
            if (!data.equals("[DONE]")) {
                violations.addAll(violations(data.startsWith("{\"error\"") ? error : schema, data));
            }
        });
        return violations;
    }

    private static List<String> violations(Schema schema, String body) {
        try {
            return violations(schema, JSON.readTree(body));
        } catch (JacksonException e) {
            return List.of("no JSON: " + e.getOriginalMessage());
        }
    }

    private static List<String> violations(Schema schema, JsonNode body) {
        return schema.validate(body).stream().map(Error::toString).toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Schema>> answers(
            SchemaRegistry registry, Map<String, Object> operation, String pointer) {
        Map<String, Map<String, Schema>> answers = new TreeMap<>();
        ((Map<String, Map<String, Object>>) operation.get("responses")).forEach((status, answer) -> {
            if (answer.get("content") instanceof Map<?, ?> content) {
                Map<String, Schema> byType = new TreeMap<>();
                ((Map<String, Map<String, Object>>) content)
                        .forEach((type, media) -> byType.put(
                                type,
                                isBinary(media)
                                        ? null
                                        : schema(
                                                registry,
                                                pointer + "/" + status + "/content/" + escaped(type) + "/schema")));
                answers.put(status, byType);
            }
        });
        return answers;
    }

    private static boolean isBinary(Map<String, Object> media) {
        return media.get("schema") instanceof Map<?, ?> schema && "binary".equals(schema.get("format"));
    }

    private static Schema schema(SchemaRegistry registry, String pointer) {
        Schema schema = registry.getSchema(SchemaLocation.of(ADDRESS + "#" + pointer));
        schema.initializeValidators();
        return schema;
    }

    /** A part of a JSON pointer that is the fragment of an address. */
    private static String escaped(String part) {
        return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D");
    }

    private static Pattern pattern(String path) {
        StringBuilder pattern = new StringBuilder();
        Matcher parameter = PARAMETER.matcher(path);
        int place = 0;
        while (parameter.find()) {
            pattern.append(Pattern.quote(path.substring(place, parameter.start())))
                    .append(MODEL_NAMES.contains(parameter.group(1)) ? ".+" : "[^/]+");
            place = parameter.end();
        }
        return Pattern.compile(pattern + Pattern.quote(path.substring(place)));
    }

    private static String mediaType(String contentType) {
        return contentType == null
                ? ""
                : contentType.replaceFirst(";.*$", "").strip().toLowerCase(Locale.ROOT);
    }

    private static String shortened(String body) {
        return body == null || body.length() <= 2000 ? body : body.substring(0, 2000) + "...";
    }
}
