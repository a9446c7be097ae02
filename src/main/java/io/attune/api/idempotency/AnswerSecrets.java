package io.attune.api.idempotency;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Removes secrets from recorded answers, and adds them to repeated answers. */
@Component
class AnswerSecrets {

    private final List<SecretInAnswer> secrets;
    private final JsonMapper json;

    AnswerSecrets(ObjectProvider<SecretInAnswer> secrets, JsonMapper json) {
        this.secrets = secrets.stream().toList();
        this.json = json;
    }

    /** Returns the form of an answer for the record: an empty text replaces the secret. */
    RecordedAnswer removed(HttpServletRequest request, RecordedAnswer answer) {
        return replaced(request, answer, (secret, id) -> Optional.of(""));
    }

    /** Returns a recorded answer with its secret, or without the field if the secret no longer exists. */
    RecordedAnswer restored(HttpServletRequest request, RecordedAnswer answer) {
        return replaced(request, answer, (secret, id) -> secret.ofId().apply(id));
    }

    private RecordedAnswer replaced(
            HttpServletRequest request,
            RecordedAnswer answer,
            BiFunction<SecretInAnswer, String, Optional<String>> value) {
        Optional<SecretInAnswer> secret = secrets.stream()
                .filter(named -> named.path().equals(request.getRequestURI()))
                .findFirst();
        if (secret.isEmpty() || !answer.isSuccess()) {
            return answer;
        }
        String field = secret.get().field();
        ObjectNode body = (ObjectNode) json.readTree(answer.body());
        if (!body.has(field)) {
            return answer;
        }
        value.apply(secret.get(), body.required("id").asString())
                .ifPresentOrElse(text -> body.put(field, text), () -> body.remove(field));
        return new RecordedAnswer(answer.status(), json.writeValueAsBytes(body), answer.repeated());
    }
}
