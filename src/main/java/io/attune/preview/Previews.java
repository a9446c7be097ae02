package io.attune.preview;

import io.attune.api.ApiException;
import io.attune.job.api.PreviewRequest;
import io.attune.storage.BlobStore;
import io.attune.trainer.launch.TrainerCalls;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerMessage.Failed;
import io.attune.trainer.message.TrainerMessage.Previewed;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes previews in trainer processes: a few at the same time, and each within one minute. */
class Previews {

    private static final Logger log = LoggerFactory.getLogger(Previews.class);

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RETRY_AFTER = 5; // in seconds; most previews take less
    private static final Set<String> FOR_NOW = Set.of(Failed.OUT_OF_MEMORY, Failed.HEAP_FULL, Failed.IO_ERROR);

    private final TrainerCalls trainers;
    private final BlobStore blobs;
    private final int most;
    private final Semaphore free;

    /** @param most number of previews at the same time; 0 switches previews off */
    Previews(TrainerCalls trainers, BlobStore blobs, int most) {
        this.trainers = trainers;
        this.blobs = blobs;
        this.most = most;
        this.free = new Semaphore(most);
    }

    /** @throws ApiException if no preview can be made, or none at the moment */
    Previewed of(PreviewRequest asked) {
        if (most == 0) {
            throw ApiException.conflict(
                    "previews_off",
                    "This process makes no previews (ATTUNE_PREVIEWS is 0). Ask another one, or run `./attune preview` on a"
                            + " machine that has the model and the file.");
        }
        if (!free.tryAcquire()) {
            throw ApiException.busy(
                    "previews_busy",
                    "This process makes " + most + (most == 1 ? " preview" : " previews")
                            + " already, which is as many as it makes" + " at a time. Repeat the request in a moment.",
                    RETRY_AFTER);
        }
        try {
            TrainerMessage said = trainers.call(folder -> specification(asked, folder), LIMIT);
            if (said instanceof Previewed previewed) {
                return previewed;
            }
            throw refusal(asked, said);
        } catch (TimeoutException e) {
            throw ApiException.conflict(
                    "preview_too_slow",
                    "The preview took longer than " + LIMIT.toSeconds()
                            + " seconds and was ended. Ask for fewer rows.");
        } catch (TrainerDiedException e) {
            log.warn("a preview's trainer died: {}", e.getMessage());
            throw ApiException.unavailable(
                    "preview_failed", "The process that makes the preview died. Repeat the request. " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("preview_failed", "The service is being stopped. Repeat the request.");
        } finally {
            free.release();
        }
    }

    private TrainerSpec specification(PreviewRequest asked, Path folder) throws IOException {
        return new TrainerSpec.Preview(
                asked.model().folder(),
                "cpu",
                1,
                new TrainerSpec.Data(
                        blobs.local(asked.blob(), folder),
                        null,
                        new TrainerSpec.ChatSettings(asked.chatTemplateKwargs(), null)),
                asked.hyperparameters(),
                asked.line(),
                asked.rows());
    }

    /** Returns the error for the client when a trainer made no preview. */
    private static ApiException refusal(PreviewRequest asked, TrainerMessage said) {
        if (!(said instanceof Failed failed)) {
            throw new IllegalStateException("a preview ended with " + said);
        }
        if (failed.code().equals(Failed.NO_SUCH_ROW)) {
            return ApiException.invalidValue(
                    asked.line() == 0 ? "training_file" : "line", "'" + asked.fileId() + "': " + failed.problem());
        }
        if (failed.code().equals(Failed.NO_SPACE)) {
            return ApiException.noSpace("A disk of the service is full: " + failed.problem() + ".");
        }
        return FOR_NOW.contains(failed.code())
                ? ApiException.unavailable("preview_failed", "No preview could be made now. " + failed.problem())
                : ApiException.conflict(failed.code(), failed.problem());
    }
}
