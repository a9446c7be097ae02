package io.attune.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Attune refuses of OpenAI's contract: {@code refusals.yaml}. */
record Refusals(List<Refusal> all, List<Absence> absences) {

    /**
     * @param operation OpenAI's id of it
     * @param field of the request, with those below it; null if the whole operation is refused
     * @param values for which it is refused; empty if for every value
     * @param request a body that is refused; null if there is none to send
     * @param param that the refusal names
     */
    record Refusal(
            String operation,
            String field,
            List<String> values,
            String why,
            String request,
            int status,
            String code,
            String param) {}

    /** A field that OpenAI's answers may have and Attune's never do: {@code why} completes "since". */
    record Absence(String object, String field, String why) {}

    @SuppressWarnings("unchecked")
    static Refusals read() {
        List<Refusal> all = new ArrayList<>();
        Map<String, Object> file = ContractFiles.read("refusals.yaml");
        for (Map<String, Object> one : (List<Map<String, Object>>) file.get("refusals")) {
            all.add(new Refusal(
                    (String) one.get("operation"),
                    (String) one.get("field"),
                    (List<String>) one.getOrDefault("values", List.of()),
                    (String) one.get("why"),
                    (String) one.get("request"),
                    (Integer) one.get("status"),
                    (String) one.get("code"),
                    (String) one.get("param")));
        }
        List<Absence> absences = ((List<Map<String, String>>) file.get("absent"))
                .stream()
                        .map(one -> new Absence(one.get("object"), one.get("field"), one.get("why")))
                        .toList();
        return new Refusals(List.copyOf(all), absences);
    }

    boolean refusesOperation(String operation) {
        return refusal(operation) != null;
    }

    /** Of a whole operation; null if it is not refused. */
    Refusal refusal(String operation) {
        return all.stream()
                .filter(one -> one.operation().equals(operation) && one.field() == null)
                .findFirst()
                .orElse(null);
    }

    /** Why an answer's object never has a field: the request's field of that name is refused. */
    Refusal answer(String object, String field) {
        return object.equals("FineTuningJob") ? refusal("createFineTuningJob", field) : null;
    }

    /** Null if there is none. */
    Absence absence(String object, String field) {
        return absences.stream()
                .filter(one -> one.object().equals(object) && one.field().equals(field))
                .findFirst()
                .orElse(null);
    }

    /** Why a field of a request, or one around it, is refused whatever its value; null if it is not. */
    Refusal refusal(String operation, String field) {
        return all.stream()
                .filter(one -> one.operation().equals(operation)
                        && one.field() != null
                        && one.values().isEmpty())
                .filter(one -> field.equals(one.field())
                        || field.startsWith(one.field() + ".")
                        || field.startsWith(one.field() + "["))
                .findFirst()
                .orElse(null);
    }
}
