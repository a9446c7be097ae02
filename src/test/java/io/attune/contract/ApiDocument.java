package io.attune.contract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** docs/api.md: each operation and field of the contract, and what has become of it. */
final class ApiDocument {

    private static final List<String> RESOURCES =
            List.of("Files", "Uploads", "Fine-tuning", "Models", "Webhooks", "Chat", "Completions");
    private static final String HEAD = """
            # The API, field by field

            Attune's API is OpenAI's API for files, uploads, fine-tuning and models. This page lists each operation and field of
            OpenAI's specification (version %s) and of Attune's extensions:

            - **done**: works as OpenAI describes it.
            - **extension**: is not in OpenAI's API. OpenAI's SDKs send such fields in `extra_body` (Python), with
              `putAdditionalBodyProperty` (Java), or as plain fields (Node).
            - **refused: CODE**: the service answers with an error with this code, and never ignores the field. It also refuses
              unknown fields, with the code `unknown_parameter`.

            A name with dots is a field of a field. `[]` stands for each element of an array, and `.*` for each name of a map.
            Every path begins with `/v1`. The service describes the meaning of each field under `/docs`. The command
            `mvn test -Dtest=ApiDocumentTest -Dattune.api.write=true` makes this page, and tests compare it with the service.
            """;

    private final Description contract = new Description(ContractFiles.contract());
    private final Description reference = new Description(ContractFiles.reference());
    private final Map<String, Description.Operation> known = reference.operations();
    /** As far as it is taken. */
    private final Map<String, Description.Operation> taken = new Description(ContractFiles.requests()).operations();

    private final Map<String, Description.Operation> described;
    private final Refusals refusals = Refusals.read();
    /** What stands in the contract and neither in the description nor among the refusals. */
    private final List<String> open = new ArrayList<>();

    /** @param described the operations that the service describes */
    ApiDocument(Map<String, Description.Operation> described) {
        this.described = described;
    }

    /** @throws IllegalStateException that lists what is neither done nor refused */
    String text() {
        Map<String, Description.Operation> operations = contract.operations();
        StringBuilder text = new StringBuilder(
                HEAD.formatted(((Map<?, ?>) ContractFiles.reference().get("info")).get("version")));
        for (String resource : RESOURCES) {
            List<Description.Operation> own = operations.values().stream()
                    .filter(operation -> operation.resource().equals(resource))
                    .sorted(Comparator.comparing(Description.Operation::path)
                            .thenComparing(Description.Operation::method))
                    .toList();
            text.append("\n## ").append(resource).append("\n\n");
            row(text, "operation", "path", "");
            row(text, "---", "---", "---");
            for (Description.Operation operation : own) {
                row(text, operation.id(), "`" + operation.method() + " " + operation.path() + "`", state(operation));
            }
            own.forEach(operation -> request(text, operation));
            objects(own).forEach((name, of) -> object(text, name, of));
        }
        reasons(text, "Where requests are narrower than OpenAI's", ContractFiles.narrowing());
        reasons(text, "Where the API is wider than OpenAI's", ContractFiles.overlay());
        if (!open.isEmpty()) {
            throw new IllegalStateException(
                    "neither described by the service nor refused:\n" + String.join("\n", open));
        }
        return text.toString();
    }

    private String state(Description.Operation operation) {
        if (refusals.refusesOperation(operation.id())) {
            return refused(refusals.refusal(operation.id()));
        }
        if (!described.containsKey(operation.id())) {
            open.add(operation.id());
        }
        return known.containsKey(operation.id()) ? "done" : "extension";
    }

    private static String refused(Refusals.Refusal refusal) {
        return "refused: `" + refusal.code() + "`";
    }

    private void request(StringBuilder text, Description.Operation operation) {
        if (refusals.refusesOperation(operation.id())) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Part part : Part.values()) {
            part.of(operation).values().forEach(field -> rows.addAll(requestRows(operation, field, part)));
        }
        if (rows.isEmpty()) {
            return;
        }
        text.append("\n### ").append(operation.id()).append(": request\n\n");
        row(text, "field", "in", "type", "");
        row(text, "---", "---", "---", "---");
        rows.forEach(cells -> row(text, cells.toArray(String[]::new)));
    }

    private List<List<String>> requestRows(Description.Operation operation, Field field, Part part) {
        String id = operation.id();
        List<List<String>> rows = new ArrayList<>();
        Refusals.Refusal refusal = refusals.refusal(id, field.name());
        Field shown = field;
        String state;
        if (refusal != null) {
            state = refused(refusal);
        } else {
            state = known.containsKey(id) && part.of(known.get(id)).containsKey(field.name()) ? "done" : "extension";
            shown = part.of(taken.get(id)).get(field.name());
            if (described.containsKey(id) && !part.of(described.get(id)).containsKey(field.name())) {
                open.add(id + " " + field.name());
            }
        }
        rows.add(
                refusal != null
                        ? List.of(code(field.name()), part.label, "", state)
                        : List.of(name(shown), part.label, type(shown), state));
        refusals.all().stream()
                .filter(one -> one.operation().equals(id) && field.name().equals(one.field()))
                .filter(one -> !one.values().isEmpty())
                .forEach(one -> rows.add(List.of(
                        code(field.name()) + ": "
                                + one.values().stream().map(ApiDocument::code).collect(Collectors.joining(", ")),
                        part.label,
                        "",
                        refused(one))));
        return rows;
    }

    /** Where a request has fields. */
    private enum Part {
        QUERY("query", Description.Operation::queryParameters),
        BODY("body", Description.Operation::request);

        final String label;
        private final Function<Description.Operation, Map<String, Field>> fields;

        Part(String label, Function<Description.Operation, Map<String, Field>> fields) {
            this.label = label;
            this.fields = fields;
        }

        Map<String, Field> of(Description.Operation operation) {
            return fields.apply(operation);
        }
    }

    /** The objects that the operations answer with, by name, and one operation that answers with each. */
    private Map<String, Description.Operation> objects(List<Description.Operation> operations) {
        Map<String, Description.Operation> objects = new TreeMap<>();
        operations.stream()
                .filter(operation -> !refusals.refusesOperation(operation.id()))
                .forEach(operation -> operation.answers().values().stream()
                        .filter(answer -> answer.object() != null)
                        .forEach(answer ->
                                objects.merge(answer.object(), operation, (one, other) -> plain(one) ? one : other)));
        return objects;
    }

    /** Whether it answers with the object itself, not with a list of them. */
    private static boolean plain(Description.Operation operation) {
        return operation.answers().values().stream()
                .noneMatch(answer -> answer.fields().containsKey("data[]"));
    }

    private void object(StringBuilder text, String name, Description.Operation operation) {
        text.append("\n### The object ").append(name).append("\n\n");
        row(text, "field", "type", "always present", "");
        row(text, "---", "---", "---", "---");
        Map<String, Field> ofReference = reference.has(name) ? reference.component(name) : Map.of();
        String prefix = plain(operation) ? "" : "data[].";
        Map<String, Field> own = new LinkedHashMap<>();
        described.getOrDefault(operation.id(), operation).answers().values().stream()
                .flatMap(answer -> answer.fields().values().stream())
                .filter(field -> field.name().startsWith(prefix))
                .forEach(field -> own.put(field.name().substring(prefix.length()), field));
        contract.component(name).values().forEach(field -> {
            String state = ofReference.containsKey(field.name()) ? "done" : "extension";
            if (!own.containsKey(field.name())) {
                Refusals.Refusal refusal = refusals.answer(name, field.name());
                Refusals.Absence absence = refusals.absence(name, field.name());
                if (refusal != null) {
                    state = refused(refusal);
                } else if (absence != null) {
                    state = "done: never present, because " + absence.why();
                } else {
                    open.add(name + " " + field.name());
                }
            }
            if (state.startsWith("refused")) {
                row(text, code(field.name()), "", "", state);
            } else {
                row(text, code(field.name()), type(field), field.required() ? "yes" : "", state);
            }
        });
    }

    private static void reasons(StringBuilder text, String title, Overlay overlay) {
        text.append("\n## ").append(title).append("\n\n");
        overlay.actions()
                .forEach(action -> text.append("- ")
                        .append(code(action.target()))
                        .append(": ")
                        .append(action.description())
                        .append('\n'));
    }

    private static String name(Field field) {
        return code(field.name()) + (field.required() ? " (required)" : "");
    }

    private static String type(Field field) {
        String types = String.join(" or ", new TreeSet<>(field.types()));
        String values = field.values().stream().map(ApiDocument::code).collect(Collectors.joining(", "));
        String bounds = String.join(", ", new TreeSet<>(field.bounds()));
        return Stream.of(types, values, bounds).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells).replace("  ", " ")).append(" |\n");
    }
}
