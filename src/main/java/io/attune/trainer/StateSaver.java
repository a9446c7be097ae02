package io.attune.trainer;

import io.attune.trainer.message.TrainerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Saves a training's state in {@code resume/step-N} of its output: in intervals during the training, and when it
 * stops.
 */
final class StateSaver {

    private static final int KEPT_ALONE = 2;

    private final ResumeFolder resume;
    private final Path folder;
    private final SavePace pace;
    private final boolean alone;
    private final Consumer<TrainerMessage> out;
    private final Deque<Path> saved = new ArrayDeque<>();

    /** @param alone whether no worker takes the states over; this class then deletes all but the newest two */
    StateSaver(ResumeFolder resume, Path output, SavePace pace, boolean alone, Consumer<TrainerMessage> out) {
        this.resume = resume;
        this.folder = output.resolve("resume");
        this.pace = pace;
        this.alone = alone;
        this.out = out;
    }

    /** Saves the state if a save is due. Called after each finished step. A full disk does not end the training. */
    void saveIfDue(Position position) {
        if (!pace.due()) {
            return;
        }
        long start = System.nanoTime();
        String written = save(position);
        double seconds = (System.nanoTime() - start) / 1e9;
        pace.saved(seconds);
        if (written != null) {
            out.accept(new TrainerMessage.Saved(position.step(), written, seconds));
        }
    }

    /**
     * Saves the state after the last finished step, if it is not saved yet.
     *
     * @return the folder of the state; null if there is no finished step, or no room
     */
    String save(Position position) {
        if (position.step() == 0) {
            return null;
        }
        Path place = folder.resolve("step-" + position.step());
        if (place.equals(saved.peekLast())) {
            return place.toString(); // the worker may have deleted it by now
        }
        try {
            resume.write(place, position);
            saved.add(place);
            if (alone && saved.size() > KEPT_ALONE) {
                delete(saved.remove());
            }
            return place.toString();
        } catch (IOException e) {
            System.err.println("the state after step " + position.step() + " could not be saved: " + e);
            return null;
        }
    }

    private static void delete(Path old) throws IOException {
        for (String name : ResumeFolder.FILES) {
            Files.delete(old.resolve(name));
        }
        Files.delete(old);
    }
}
