package io.attune.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes secrets out of answers that are recorded, and puts them into answers that are repeated. */
@Component
class AnswerSecrets {

    private final List<SecretInAnswer> secrets;
    private final JsonMapper json;

    AnswerSecrets(ObjectProvider<SecretInAnswer> secrets, JsonMapper json) {
        this.secrets = secrets.stream().toList();
        this.json = json;
    }

    /** The answer as it is recorded: with an empty text in the secret's place. */
    RecordedAnswer removed(HttpServletRequest request, RecordedAnswer answer) {
        return replaced(request, answer, (secret, id) -> Optional.of(""));
    }

    /** An answer that was recorded, as it was given; without the secret if that is not there any more. */
    RecordedAnswer restored(HttpServletRequest request, RecordedAnswer answer) {
        return replaced(request, answer, (secret, id) -> secret.ofId().apply(id));
    }

    private RecordedAnswer replaced(
            HttpServletRequest request,
            RecordedAnswer answer,
            BiFunction<SecretInAnswer, String, Optional<String>> value) {
        Optional<SecretInAnswer> secret = secrets.stream()
                .filter(one -> one.path().equals(request.getRequestURI()))
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
