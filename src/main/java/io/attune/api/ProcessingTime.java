package io.attune.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Sets the header {@code openai-processing-ms}, as OpenAI does: the milliseconds until the answer begins. */
@RestControllerAdvice
public class ProcessingTime implements ResponseBodyAdvice<Object> {

    private static final String START = ProcessingTime.class.getName();

    static void start(HttpServletRequest request) {
        request.setAttribute(START, System.nanoTime());
    }

    /** Sets the header if the start of the request is known. */
    public static void tell(HttpServletRequest request, BiConsumer<String, String> header) {
        if (request.getAttribute(START) instanceof Long start) {
            header.accept(
                    "openai-processing-ms", Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
        }
    }

    @Override
    public boolean supports(MethodParameter answer, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public Object beforeBodyWrite(
            Object body,
            MethodParameter answer,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (request instanceof ServletServerHttpRequest servlet) {
            tell(servlet.getServletRequest(), response.getHeaders()::set);
        }
        return body;
    }
}
