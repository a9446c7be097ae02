package io.attune.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Each changing endpoint under /v1 says what a repeat of its calls does. */
@ServiceTest
class IdempotentEndpointsTest {

    private static final Set<RequestMethod> SAFE =
            Set.of(RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS, RequestMethod.TRACE);

    /** The methods whose bodies are in memory when the transaction begins. */
    private static final Set<RequestMethod> BUFFERED = Set.of(RequestMethod.POST, RequestMethod.DELETE);

    private final Map<RequestMappingInfo, HandlerMethod> changing;

    IdempotentEndpointsTest(
            @Autowired @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        changing = mapping.getHandlerMethods().entrySet().stream()
                .filter(endpoint -> isUnderV1(endpoint.getKey()))
                .filter(endpoint -> !isSafe(endpoint.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean isUnderV1(RequestMappingInfo mapping) {
        return mapping.getPatternValues().stream().anyMatch(pattern -> pattern.startsWith("/v1/"));
    }

    /** An endpoint without a method takes all of them. */
    private static boolean isSafe(RequestMappingInfo mapping) {
        Set<RequestMethod> methods = mapping.getMethodsCondition().getMethods();
        return !methods.isEmpty() && SAFE.containsAll(methods);
    }

    @Test
    void everyChangingEndpointIsEitherIdempotentOrReadOnly() {
        assertThat(changing)
                .hasSizeGreaterThan(10)
                .allSatisfy((mapping, endpoint) -> assertThat(endpoint.hasMethodAnnotation(Idempotent.class))
                        .as("exactly one of @Idempotent and @ReadOnly on " + endpoint)
                        .isNotEqualTo(endpoint.hasMethodAnnotation(ReadOnly.class)));
    }

    @Test
    void theBodyOfEveryIdempotentCallIsInMemory() {
        assertThat(changing).allSatisfy((mapping, endpoint) -> {
            if (endpoint.hasMethodAnnotation(Idempotent.class)) {
                assertThat(mapping.getMethodsCondition().getMethods())
                        .isNotEmpty()
                        .isSubsetOf(BUFFERED);
            }
        });
    }

    @Test
    void anEndpointWithItsOwnTransactionHasTheMeansToBeginIt() {
        assertThat(changing.values())
                .filteredOn(endpoint -> endpoint.hasMethodAnnotation(Idempotent.class))
                .filteredOn(endpoint ->
                        endpoint.getMethodAnnotation(Idempotent.class).ownTransaction())
                .isNotEmpty()
                .allSatisfy(endpoint -> assertThat(Arrays.stream(endpoint.getBeanType()
                                .getDeclaredConstructors()[0]
                                .getParameterTypes()))
                        .as("constructor of " + endpoint.getBeanType())
                        .contains(Idempotency.class));
    }
}
