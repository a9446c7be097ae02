package io.attune.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The committed openapi.yaml, which the service serves, describes the contract: OpenAI's reference with Attune's overlay and narrowing. */
class DescriptionTest {

    private final Map<String, Description.Operation> contract = new Description(ContractFiles.contract()).operations();
    private final Map<String, Description.Operation> taken = new Description(ContractFiles.requests()).operations();
    private final Map<String, Description.Operation> described =
            new Description(ContractFiles.described()).operations();

    @Test
    void itHasTheOperationsOfTheContract() {
        assertThat(places(described)).isEqualTo(places(taken));
    }

    private static Map<String, String> places(Map<String, Description.Operation> operations) {
        Map<String, String> places = new TreeMap<>();
        operations.forEach((id, operation) -> places.put(id, operation.method() + " " + operation.path()));
        return places;
    }

    @Test
    void itHasTheParametersOfTheContract() {
        List<String> differences = new ArrayList<>();
        differences.addAll(requestDifferences(Description.Operation::pathParameters));
        differences.addAll(requestDifferences(Description.Operation::queryParameters));
        assertThat(differences).isEmpty();
    }

    @Test
    void itHasTheRequestFieldsOfTheContract() {
        assertThat(requestDifferences(Description.Operation::request)).isEmpty();
    }

    private List<String> requestDifferences(Function<Description.Operation, Map<String, Field>> part) {
        List<String> differences = new ArrayList<>();
        described.forEach((id, operation) -> {
            if (taken.containsKey(id)) {
                Map<String, Field> wanted = part.apply(taken.get(id));
                Map<String, Field> found = part.apply(operation);
                wanted.forEach((name, field) -> {
                    if (!found.containsKey(name)) {
                        differences.add(id + ": " + name + " is missing");
                    } else {
                        found.get(name).differences(field).forEach(one -> differences.add(id + ": " + one));
                    }
                });
                found.keySet().stream()
                        .filter(name -> !wanted.containsKey(name))
                        .forEach(name -> differences.add(id + ": " + name + " is not of the contract"));
            }
        });
        return differences;
    }

    @Test
    void itsAnswersFitTheContract() {
        List<String> differences = new ArrayList<>();
        described.forEach((id, operation) -> operation.answers().forEach((type, answer) -> {
            Description.Answer wanted =
                    contract.containsKey(id) ? contract.get(id).answers().get(type) : null;
            if (wanted == null) {
                differences.add(id + ": " + type + " is not of the contract");
            } else {
                answerDifferences(answer.fields(), wanted.fields())
                        .forEach(difference -> differences.add(id + ": " + difference));
            }
        }));
        assertThat(differences).isEmpty();
    }

    /** Optional fields may be left out. */
    private static List<String> answerDifferences(Map<String, Field> found, Map<String, Field> wanted) {
        List<String> differences = new ArrayList<>();
        found.forEach((name, field) -> {
            Field of = wanted.get(name);
            if (of == null) {
                differences.add(name + " is not of the contract");
            } else if (!field.fits(of)) {
                differences.add(name + ": " + field + " does not fit " + of);
            }
        });
        wanted.forEach((name, field) -> {
            if (field.required() && !(found.containsKey(name) && found.get(name).required())) {
                String parent = name.replaceFirst("\\.?[^.]*$", "");
                if (parent.isEmpty() || found.containsKey(parent)) {
                    differences.add(name + " is required");
                }
            }
        });
        return differences;
    }
}
