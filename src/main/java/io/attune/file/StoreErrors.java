package io.attune.file;

import io.attune.api.ApiException;
import io.attune.api.ErrorBody;
import io.attune.storage.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers 503 while the artifact store is unavailable, even if another exception wraps the store's exception. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class StoreErrors {

    private static final Logger log = LoggerFactory.getLogger(StoreErrors.class);

    @ExceptionHandler
    ResponseEntity<ErrorBody> storeAway(StoreUnavailableException error) {
        log.warn("the artifact store did not answer: {}", error.getMessage());
        ApiException answer = ApiException.unavailable(
                "store_unavailable", "The artifact store does not answer at the moment. Repeat the request.");
        return ResponseEntity.status(answer.status())
                .contentType(MediaType.APPLICATION_JSON)
                .body(answer.body());
    }
}
