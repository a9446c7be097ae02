package io.attune.api;

import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses strings of JSON bodies that the database cannot store: strings with NUL, or with half a surrogate pair. The
 * database would store half a pair as another character.
 */
@RestControllerAdvice
class StorableText extends RequestBodyAdviceAdapter {

    private final JsonMapper json;

    StorableText(JsonMapper json) {
        this.json = json;
    }

    @Override
    public boolean supports(MethodParameter target, Type type, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public Object afterBodyRead(
            Object body,
            HttpInputMessage message,
            MethodParameter target,
            Type type,
            Class<? extends HttpMessageConverter<?>> converter) {
        check("", body instanceof JsonNode tree ? tree : json.valueToTree(body));
        return body;
    }

    private static void check(String path, JsonNode value) {
        if (value.isString()) {
            check(path, value.asString());
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(path + "[" + i + "]", value.get(i));
            }
        } else {
            value.properties().forEach(field -> {
                String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                check(name, field.getKey());
                check(name, field.getValue());
            });
        }
    }

    private static void check(String path, String text) {
        if (!isStorable(text)) {
            throw ApiException.invalidValue(
                    path, "'" + path + "' must not hold NUL characters, nor half of a surrogate pair.");
        }
    }

    static boolean isStorable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
