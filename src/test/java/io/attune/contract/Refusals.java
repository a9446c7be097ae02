package io.attune.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Attune refuses of OpenAI's contract: {@code refusals.yaml}. */
record Refusals(List<Refusal> all) {

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

    @SuppressWarnings("unchecked")
    static Refusals read() {
        List<Refusal> all = new ArrayList<>();
        for (Map<String, Object> one : (List<Map<String, Object>>)
                ContractFiles.read("refusals.yaml").get("refusals")) {
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
        return new Refusals(List.copyOf(all));
    }

    boolean refusesOperation(String operation) {
        return all.stream().anyMatch(one -> one.operation().equals(operation) && one.field() == null);
    }

    /** Why a field of a request, or one around it, is refused whatever its value; null if it is not. */
    Refusal refusal(String operation, String field) {
        return all.stream()
                .filter(one -> one.operation().equals(operation) && one.field() != null && one.values().isEmpty())
                .filter(one -> field.equals(one.field())
                        || field.startsWith(one.field() + ".")
                        || field.startsWith(one.field() + "["))
                .findFirst()
                .orElse(null);
    }
}
