package io.attune.api;

import jakarta.servlet.ServletRequest;

/**
 * Marks an answer that has begun and cannot be completed. The service then closes the connection and sends nothing
 * more. So the client does not take the answer for complete.
 */
public final class BrokenAnswer {

    private static final String MARK = BrokenAnswer.class.getName();

    private BrokenAnswer() {}

    public static void mark(ServletRequest request) {
        request.setAttribute(MARK, true);
    }

    public static boolean is(ServletRequest request) {
        return request.getAttribute(MARK) != null;
    }
}
