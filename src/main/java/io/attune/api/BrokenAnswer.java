package io.attune.api;

import jakarta.servlet.ServletRequest;

/**
 * An answer that was begun and cannot be ended as it should. Nothing may follow what was sent, so that the client does not take it for whole: the
 * connection is closed.
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
