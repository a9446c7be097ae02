package io.attune.text.template;

import java.util.Map;

/** A compiled template. */
record Program(Steps body, Entrance entrance, int frameSize, Variables variables) {

    /** Renders from the start. */
    void run(Frame frame) {
        entrance.enter(frame);
        body.run(frame);
    }

    Frame frame(Run run) {
        return new Frame(run, frameSize, null);
    }

    /** Resumes where the run's history went back to. */
    void resume(Frame frame) {
        body.resume(frame, frame.run.history().trail());
    }

    Object[] values(Map<String, ?> given) {
        return variables.values(given);
    }
}
