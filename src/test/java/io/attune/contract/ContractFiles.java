package io.attune.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The documents of {@code src/test/resources/contract}, as maps and lists that the caller may change. */
final class ContractFiles {

    static final YAMLMapper YAML = new YAMLMapper();

    private ContractFiles() {}

    /** The facts of OpenAI's specification. */
    static Map<String, Object> reference() {
        return read("openai.yaml");
    }

    static Overlay overlay() {
        return Overlay.read(read("overlay.yaml"));
    }

    static Overlay narrowing() {
        return Overlay.read(read("narrowing.yaml"));
    }

    /** What answers have to fit: the reference with the overlay, every object with named fields closed to others. */
    static Map<String, Object> contract() {
        Map<String, Object> document = reference();
        overlay().apply(document);
        close(document);
        return document;
    }

    /** What requests have to be like: the contract, as far as it is taken. */
    static Map<String, Object> requests() {
        Map<String, Object> document = reference();
        overlay().apply(document);
        narrowing().apply(document);
        close(document);
        return document;
    }

    /** What the service describes: the committed openapi.yaml. */
    static Map<String, Object> described() {
        try {
            return YAML.readValue(Files.readString(Path.of("openapi.yaml")), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> components(Map<String, Object> document) {
        return (Map<String, Object>) document.get("components");
    }

    static Map<String, Object> read(String name) {
        try (InputStream in = ContractFiles.class.getResourceAsStream("/contract/" + name)) {
            return YAML.readValue(in, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parts of an {@code allOf} stay open, since each would refuse the fields of the others. */
    static void close(Map<String, Object> document) {
        Set<Object> parts = new HashSet<>();
        collectParts(document, parts);
        close(document, "#", parts, false);
    }

    private static void collectParts(Object node, Set<Object> parts) {
        if (node instanceof Map<?, ?> map) {
            if (map.get("allOf") instanceof List<?> all) {
                all.forEach(part -> parts.add(((Map<?, ?>) part).get("$ref")));
            }
            map.values().forEach(value -> collectParts(value, parts));
        } else if (node instanceof List<?> list) {
            list.forEach(item -> collectParts(item, parts));
        }
    }

    /** @param names whether the keys of the node are names of fields rather than keywords */
    @SuppressWarnings("unchecked")
    private static void close(Object node, String pointer, Set<Object> parts, boolean names) {
        if (node instanceof List<?> list) {
            list.forEach(item -> close(item, "", parts, false));
        } else if (node instanceof Map<?, ?> map) {
            if (!names
                    && map.get("properties") instanceof Map
                    && !map.containsKey("additionalProperties")
                    && !parts.contains(pointer)) {
                ((Map<String, Object>) map).put("additionalProperties", false);
            }
            map.forEach((key, value) -> {
                if (names || !key.equals("allOf")) {
                    close(value, pointer + "/" + key, parts, !names && key.equals("properties"));
                }
            });
        }
    }
}
