package io.attune.api;

import io.attune.disk.Disks;
import io.attune.disk.NoSpaceException;
import io.attune.disk.WantOfSpace;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Answers 507 {@code no_space} if a call failed because a disk is full. Spring asks this class before
 * {@link ErrorAdvice}.
 */
@Component
class SpaceErrors implements HandlerExceptionResolver, WebMvcConfigurer {

    private static final Logger log = LoggerFactory.getLogger(SpaceErrors.class);

    private final Disks disks;
    private final ErrorWriter errors;

    SpaceErrors(Disks disks, ErrorWriter errors) {
        this.disks = disks;
        this.errors = errors;
    }

    @Override
    public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
        resolvers.add(0, this);
    }

    @Override
    public ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, Object handler, Exception error) {
        Optional<String> problem = problem(error);
        if (problem.isEmpty()) {
            return null;
        }
        log.warn("no space for {}: {}", ErrorPage.place(request), error.getMessage());
        try {
            errors.write(response, ApiException.noSpace(problem.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ModelAndView();
    }

    /**
     * Returns a sentence that names the full disk. Returns an empty result if the exception has another cause. A full
     * disk may also have stopped the database.
     */
    private Optional<String> problem(Exception error) {
        Optional<String> shortage = disks.shortage().map(NoSpaceException::getMessage);
        if (WantOfSpace.isOfTheDatabase(error)) {
            return Optional.of(shortage.orElse("The database's disk is full."));
        }
        if (WantOfSpace.isCauseOf(error)) {
            return Optional.of(WantOfSpace.sentence(error).or(() -> shortage).orElse("A disk of the service is full."));
        }
        return DatabaseErrors.isAway(error) ? shortage : Optional.empty();
    }
}
